"""What `python -m data errors` does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from data.files import check_table
from data.paths import find
from data.problems import InputError, Problem
from train.config import RunConfig, plans
from train.label_errors.detection import Say, find_label_errors
from train.label_errors.report import summary, write_errors


def find_errors(
    file: str,
    config: str,
    overrides: Sequence[str],
    *,
    folds: int,
    limit: int | None,
    out: str | None,
    say: Say,
) -> str:
    """Writes the likely label errors of a file and returns what to print.

    Raises:
        InputError: every fault of arguments and config; or as `find_label_errors`.
    """
    path = Path(file)
    check_table(find(path))
    chosen = _config(config, overrides)
    problems = []
    if folds < 2:
        problems.append(Problem("--folds", f"is {folds}", "expected two or more"))
    if limit is not None and limit < 1:
        problems.append(Problem("--limit", f"is {limit}", "expected one or more"))
    prefix = Path(out) if out else path.with_suffix(".errors")
    if Path(f"{prefix}.jsonl").resolve() == find(path).resolve():
        problems.append(
            Problem(f"--out {prefix}", "would overwrite the file to read", "name another prefix")
        )
    if problems:
        raise InputError(problems)
    found = find_label_errors(path, chosen, folds, say)
    files = write_errors(found, prefix, limit)
    return f"{summary(found)}\n\nwritten: {', '.join(map(str, files))}"


def _config(config: str, overrides: Sequence[str]) -> RunConfig:
    """The one run of the config."""
    if faults := [word for word in overrides if word.startswith("data.")]:
        raise InputError(
            Problem(
                ", ".join(faults),
                "has no say here",
                "the rows are those of FILE, dealt to folds; leave it out",
            )
        )
    (plan,) = plans([config], overrides)
    if len(plan.runs) != 1:
        raise InputError(
            Problem(
                " ".join(overrides),
                f"makes {len(plan.runs)} runs",
                "expected one value for each key",
            )
        )
    return plan.runs[0][1]
