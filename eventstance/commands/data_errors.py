"""`eventstance data errors`: rows whose label is likely wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.files import check_table
from data.paths import find
from data.problems import InputError, Problem

if TYPE_CHECKING:
    from train.config import RunConfig

DESCRIPTION = """Finds rows whose label looks wrong: models of the config's family, trained on the
other articles, doubt it (confident learning, by cleanlab). Writes, the most doubtful first,
OUT.jsonl, and OUT.label_studio.json with OUT.label_studio.xml for a project in Label Studio, whose
export `eventstance data import label-studio` reads. Nothing is tracked."""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `errors` to the commands of `eventstance data`."""
    command = commands.add_parser(
        "errors",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        help="find rows whose label looks wrong",
        description=DESCRIPTION,
        epilog="eventstance data errors rows.jsonl --config configs/event/tfidf.yaml\n"
        "eventstance data import label-studio export.json --codebook event --out corrected.jsonl",
    )
    command.add_argument("file", metavar="FILE", help="labelled rows: JSONL, CSV or Parquet")
    command.add_argument(
        "overrides",
        nargs="*",
        metavar="key=value",
        help="keys of the config set to another value, as in eventstance train",
    )
    command.add_argument(
        "--config",
        required=True,
        metavar="CONFIG",
        help="family, its settings and codebook; what it says of data does not count",
    )
    command.add_argument("--folds", type=int, default=5, help="default %(default)s")
    command.add_argument("--limit", type=int, metavar="N", help="write the N most doubtful only")
    command.add_argument(
        "--out", metavar="PREFIX", help="default: FILE with .errors for its suffix"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Writes the likely label errors of a file, and prints the most doubtful.

    Raises:
        InputError: every fault of arguments and config; or as `find_label_errors`.
    """
    file = Path(options.file)
    check_table(find(file))
    config = _config(options.config, options.overrides)
    prefix = Path(options.out) if options.out else file.with_suffix(".errors")
    if problems := _problems(options, prefix):
        raise InputError(problems)
    from train.label_errors.detection import find_label_errors
    from train.label_errors.report import summary, write_errors

    errors = find_label_errors(file, config, options.folds, _say)
    files = write_errors(errors, prefix, options.limit)
    print(f"{summary(errors)}\n\nwritten: {', '.join(map(str, files))}")
    return 0


def _say(line: str) -> None:
    if sys.stderr.isatty():  # progress, for a person who watches
        print(line, file=sys.stderr, flush=True)


def _problems(options: argparse.Namespace, prefix: Path) -> list[Problem]:
    problems = []
    if options.folds < 2:
        problems.append(Problem("--folds", f"is {options.folds}", "expected two or more"))
    if options.limit is not None and options.limit < 1:
        problems.append(Problem("--limit", f"is {options.limit}", "expected one or more"))
    if prefix.name in ("", ".."):  # the files would be called `..jsonl`
        problems.append(
            Problem(f"--out {prefix}", "is a folder", "expected what the files' names begin with")
        )
    if Path(f"{prefix}.jsonl").resolve() == find(Path(options.file)).resolve():
        problems.append(
            Problem(f"--out {prefix}", "would overwrite the file to read", "name another prefix")
        )
    return problems


def _config(path: str, overrides: Sequence[str]) -> RunConfig:
    """The one run of the config."""
    from train.config import plans

    if refused := [word for word in overrides if word.startswith("data.")]:
        raise InputError(
            Problem(
                ", ".join(refused),
                "has no say here",
                "the rows are those of FILE, dealt to folds; leave it out",
            )
        )
    (plan,) = plans([path], overrides)
    if len(plan.runs) != 1:
        raise InputError(
            Problem(
                " ".join(overrides),
                f"makes {len(plan.runs)} runs",
                "expected one value for each key",
            )
        )
    return plan.runs[0][1]
