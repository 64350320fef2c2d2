"""`python -m data`: labelled files checked, imported, split, searched for errors; agreement."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from data import commands
from data.importers import FORMATS
from data.problems import InputError
from data.splitting.assignment import STRATEGIES

Raw = argparse.RawDescriptionHelpFormatter
TABLES = "JSONL, JSON, CSV, TSV, Excel, Parquet, Arrow, or a folder that datasets saved"
ERRORS = """Finds rows whose label looks wrong: models of the config's family, trained on the other
articles, doubt it (confident learning, by cleanlab). Writes, the most doubtful first, OUT.jsonl,
and OUT.label_studio.json with OUT.label_studio.xml for a project in Label Studio, whose export
`python -m data import label-studio` reads. Nothing is tracked."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m data", formatter_class=Raw, description=__doc__)
    add = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _check(
        add.add_parser(
            "check",
            formatter_class=Raw,
            help="name every problem of a file",
            description="Names every problem as file:line; exit code 2 if any.",
            epilog="python -m data check rows.jsonl --codebook event",
        )
    )
    _import(
        add.add_parser(
            "import",
            formatter_class=Raw,
            help="turn a foreign format into rows",
            description="Writes rows; what is wrong goes to OUT.rejects.jsonl.",
            epilog="python -m data import label-studio export.json "
            "--codebook stance --out rows.jsonl",
        )
    )
    _split(
        add.add_parser(
            "split",
            formatter_class=Raw,
            help="deal rows to train, dev and test",
            description="Rows of one article and near-duplicates stay together.",
            epilog="python -m data split rows.jsonl --by article",
        )
    )
    _agreement(
        add.add_parser(
            "agreement",
            formatter_class=Raw,
            help="measure agreement of annotators",
            description="Krippendorff's alpha, Cohen's kappa, confused labels.",
            epilog="python -m data agreement anna.jsonl ben.jsonl",
        )
    )
    _errors(
        add.add_parser(
            "errors",
            formatter_class=Raw,
            help="find rows whose label looks wrong",
            description=ERRORS,
            epilog="python -m data errors rows.jsonl --config "
            "configs/event/tfidf.yaml\n"
            "python -m data import label-studio export.json --codebook "
            "event --out corrected.jsonl",
        )
    )
    _corpus_check(
        add.add_parser(
            "corpus-check",
            formatter_class=Raw,
            help="hold the corpus to its bounds",
            description="Every count and share; exit code 1 if one is out.",
            epilog="python -m data corpus-check",
        )
    )
    return top


def _reading(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--encoding", help="of text files, where it is not UTF-8 (cp1252, utf-16-le, …)"
    )
    command.add_argument("--sheet", help="of an Excel workbook with several")


def _check(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", nargs="+", metavar="FILE", help=TABLES)
    command.add_argument("--codebook", required=True, help="name or YAML file")
    _reading(command)
    command.set_defaults(run=commands.check)


def _import(command: argparse.ArgumentParser) -> None:
    command.add_argument("format", metavar="FORMAT", help=", ".join(FORMATS))
    command.add_argument("files", nargs="+", metavar="FILE", help="files of that format")
    command.add_argument("--out", required=True, help="rows, as .jsonl, .csv or .parquet")
    command.add_argument("--codebook", help="name or YAML file; some formats have their own")
    command.add_argument(
        "--standard",
        help="how the file names its labels, where numbers or "
        "foreign names would be ambiguous: semeval, tweeteval, vast, newsmtsc, "
        "sentiment for stance; acled, case2021, plover, cameo for events",
    )
    command.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="LABEL=NAME",
        help="a label of the file and the codebook's name for it; repeat it",
    )
    command.add_argument(
        "--annotations",
        choices=("truth", "vote", "all"),
        default="truth",
        help="of several annotations of one text, truth: the one marked as "
        "ground truth, if any, else all; vote: that one, else the label that "
        "most gave; all: every one, as agreement needs them (default "
        "%(default)s)",
    )
    _reading(command)
    for name in commands.COLUMNS:
        command.add_argument(
            f"--{name.replace('_', '-')}-column",
            metavar="COLUMN",
            help=f"column that holds {name}"
            + (", or question of Label Studio" if name == "label" else ""),
        )
    command.set_defaults(run=commands.import_)


def _split(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help=TABLES)
    command.add_argument(
        "--by",
        choices=tuple(STRATEGIES),
        default="article",
        help="; ".join(f"{name}: {strategy.purpose}" for name, strategy in STRATEGIES.items())
        + " (default %(default)s)",
    )
    command.add_argument(
        "--dev", type=float, default=0.15, metavar="FRACTION", help="default %(default)s"
    )
    command.add_argument(
        "--test", type=float, default=0.15, metavar="FRACTION", help="default %(default)s"
    )
    command.add_argument("--seed", type=int, default=0, help="default %(default)s")
    command.add_argument("--codebook", help="check the rows under it first")
    command.add_argument(
        "--allow-missing", action="store_true", help="accept labels that no train row has"
    )
    command.add_argument("--out", help="default: FILE with .split before its suffix")
    command.add_argument(
        "--force", action="store_true", help="replace a file that is there; it may be FILE itself"
    )
    _reading(command)
    command.set_defaults(run=commands.split)


def _agreement(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="rows with field annotator, or one file for each annotator",
    )
    command.add_argument("--codebook", help="check the rows under it first")
    command.add_argument("--json", metavar="OUT", help="write the figures here as well")
    command.set_defaults(run=commands.agreement)


def _corpus_check(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "folder",
        nargs="?",
        default="data/corpus",
        metavar="FOLDER",
        help="event.jsonl, stance.jsonl and their *_second.jsonl (default %(default)s)",
    )
    command.set_defaults(run=commands.corpus_check)


def _errors(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="labelled rows: JSONL, CSV or Parquet")
    command.add_argument(
        "overrides",
        nargs="*",
        metavar="key=value",
        help="keys of the config set to another value, as in python -m train",
    )
    command.add_argument(
        "--config",
        required=True,
        help="family, its settings and codebook; what it says of data does not count",
    )
    command.add_argument("--folds", type=int, default=5, help="default %(default)s")
    command.add_argument("--limit", type=int, metavar="N", help="write the N most doubtful only")
    command.add_argument(
        "--out", metavar="PREFIX", help="default: FILE with .errors for its suffix"
    )
    command.set_defaults(run=_find_errors)


def _find_errors(args: argparse.Namespace) -> commands.Answer:
    from train.label_errors.command import find_errors

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    return commands.Answer(
        find_errors(
            args.file,
            args.config,
            args.overrides,
            folds=args.folds,
            limit=args.limit,
            out=args.out,
            say=say if sys.stderr.isatty() else lambda line: None,
        )
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns its code: 0, 1 for a corpus out of bounds, 2 for bad input."""
    top = parser()
    args, rest = top.parse_known_args(arguments)
    # argparse takes no words behind options (FILE --config CONFIG key=value).
    if hasattr(args, "overrides") and all("=" in word and word[0] != "-" for word in rest):
        args.overrides += rest
    elif rest:
        top.error(f"unrecognized arguments: {' '.join(rest)}")
    answer: commands.Answer
    try:
        answer = args.run(args)
    except InputError as error:
        answer = commands.Answer("", [str(problem) for problem in error.problems], 2)
    except OSError as error:
        answer = commands.Answer("", [f"{error.filename}: {error.strerror}"], 2)
    try:
        _print(answer)
    except BrokenPipeError:
        _discard_output()
    return answer.code


def _print(answer: commands.Answer) -> None:
    for line in answer.errors:
        print(line, file=sys.stderr)
    if answer.text:
        print(answer.text, file=sys.stderr if answer.code else sys.stdout, flush=True)


def _discard_output() -> None:
    # The reader (`| head`) has read enough. What is still buffered must go somewhere, or Python
    # fails again when it flushes at exit.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
