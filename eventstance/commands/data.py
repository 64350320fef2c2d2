"""`eventstance data`: labelled files checked, imported, split, searched for errors; agreement."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable

from data.formats.writing import atomic
from eventstance.commands import data_errors, data_import, data_split
from eventstance.commands.data_import import TABLES, add_reading
from eventstance.faults import BAD_INPUT

Raw = argparse.RawDescriptionHelpFormatter
MAX_WARNINGS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Gives the parser what `eventstance data` takes."""
    parser.description = "Labelled files checked, imported, split, searched for errors; agreement."
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_check(commands)
    data_import.add_command(commands)
    data_split.add_command(commands)
    _add_agreement(commands)
    data_errors.add_command(commands)
    _add_corpus_check(commands)


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "check",
        formatter_class=Raw,
        help="name every problem of a file",
        description="Names every problem as file:line; exit code 2 if any.",
        epilog="eventstance data check rows.jsonl --codebook event",
    )
    command.add_argument("files", nargs="+", metavar="FILE", help=TABLES)
    command.add_argument("--codebook", required=True, help="name or YAML file")
    add_reading(command)
    command.set_defaults(run=check)


def check(options: argparse.Namespace) -> int:
    """Prints every problem of the files, and what they hold; returns 2 if there is a problem."""
    from data.codebook import load_codebook
    from data.quality.checking import check_files

    report = check_files(
        options.files, load_codebook(options.codebook), options.encoding, options.sheet
    )
    lines = [str(problem) for problem in report.problems]
    lines += [f"warning: {warning}" for warning in report.warnings[:MAX_WARNINGS]]
    if (more := len(report.warnings) - MAX_WARNINGS) > 0:
        lines.append(f"warning: {more} more")
    return _print(report.summary(), lines, BAD_INPUT if report.problems else 0)


def _add_agreement(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "agreement",
        formatter_class=Raw,
        help="measure agreement of annotators",
        description="Krippendorff's alpha, Cohen's kappa, confused labels.",
        epilog="eventstance data agreement anna.jsonl ben.jsonl",
    )
    command.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="rows with field annotator, or one file for each annotator",
    )
    command.add_argument("--codebook", help="check the rows under it first")
    command.add_argument("--json", metavar="OUT", help="write the figures here as well")
    command.set_defaults(run=agreement)


def agreement(options: argparse.Namespace) -> int:
    """Prints how far the annotators of the files agree."""
    from data.codebook import load_codebook
    from data.quality.agreement import measure
    from data.quality.annotations import read_annotations

    codebook = load_codebook(options.codebook) if options.codebook else None
    units, passed_over = read_annotations(options.files, codebook)
    result = measure(units)
    text = str(result)
    if passed_over:
        text += f"\n{passed_over} second labels by one annotator for one row were passed over"
    if options.json:
        with atomic(options.json) as stream:
            json.dump(result.as_json(), stream, ensure_ascii=False, indent=2)
            stream.write("\n")
        text += f"\n{options.json}: the same as JSON"
    return _print(text)


def _add_corpus_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "corpus-check",
        formatter_class=Raw,
        help="hold the corpus to its bounds",
        description="Every count and share; exit code 1 if one is out.",
        epilog="eventstance data corpus-check",
    )
    command.add_argument(
        "folder",
        nargs="?",
        default="data/corpus",
        metavar="FOLDER",
        help="event.jsonl, stance.jsonl and their *_second.jsonl (default %(default)s)",
    )
    command.set_defaults(run=corpus_check)


def corpus_check(options: argparse.Namespace) -> int:
    """Prints every figure of a corpus with its bound; returns 1 if one is out of bounds."""
    from data.paths import find
    from data.quality.corpus_check import check_corpus

    figures = check_corpus(find(options.folder))
    failures = [f"out of bounds: {figure.name}" for figure in figures if not figure.ok]
    return _print("\n".join(map(str, figures)), failures, 1 if failures else 0)


def _print(text: str, lines: Iterable[str] = (), code: int = 0) -> int:
    """Prints lines to standard error, and the text: there as well where something is wrong."""
    for line in lines:
        print(line, file=sys.stderr)
    print(text, file=sys.stderr if code else sys.stdout)
    return code
