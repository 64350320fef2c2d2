"""The command line of evaluation: `python -m evaluation score …`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.problems import InputError

if TYPE_CHECKING:
    from evaluation.score import ModelScores

SCORE_EXAMPLES = """\
examples:
  python -m evaluation score --model event@champion --data new_rows.jsonl --json scores.json
  python -m evaluation score --model event/3 --data case2021.jsonl --map case2021 \\
      --drop ORG_CRIME,NATURAL_DISASTER,MAN_MADE_DISASTER,DIPLO,ATTRIB
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, or 2 when the input is wrong."""
    options = _parser().parse_args(arguments)
    try:
        return _score(options)
    except InputError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation", description="How good a model is on labelled rows.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    scoring = commands.add_parser(
        "score", help="score a model on a file of labelled rows",
        description="Scores a model on labelled rows: averages, and precision, recall, F1 and "
                    "support of every label.",
        epilog=SCORE_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    scoring.add_argument("--model", required=True, metavar="REF",
                         help="event@champion, event/3 (a version), runs:/RUN_ID, or a folder")
    scoring.add_argument("--data", required=True, metavar="FILE",
                         help="labelled rows: .jsonl, .csv or .parquet")
    scoring.add_argument("--json", metavar="OUT", help="write all figures to this file")
    scoring.add_argument("--codebook", metavar="NAME",
                         help="codebook (name or YAML file) of the data; default: the model's")
    scoring.add_argument("--map", metavar="STANDARD", dest="mapped_to",
                         help="score on the labels' names in this standard (case2021, acled, …); "
                              "labels without one count under their own name")
    scoring.add_argument("--only", metavar="LABEL,…", type=_names, default=[],
                         help="score only rows with one of these gold labels")
    scoring.add_argument("--drop", metavar="LABEL,…", type=_names, default=[],
                         help="leave out rows with one of these gold labels")
    scoring.add_argument("--closed", action="store_true",
                         help="let the model choose only among labels that the scored rows have")
    return parser


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _score(options: argparse.Namespace) -> int:
    from evaluation.score import score_model, write_json

    scores = score_model(
        options.model, options.data, codebook=options.codebook, mapped_to=options.mapped_to,
        only=options.only, drop=options.drop, closed=options.closed)
    if options.json:
        write_json(scores, options.json)
    _show(scores)
    return 0


def _show(result: ModelScores) -> None:
    from rich.console import Console
    from rich.table import Table

    # Piped tables keep their full width: a label cut to "attac…" cannot be searched for.
    console = Console() if sys.stdout.isatty() else Console(width=120)
    model, rows = result.model, result.data
    table = Table(
        title=f"{model['name']} {model['version']} on {rows['path']} ({rows['rows']} rows)")
    table.add_column("label", overflow="fold")
    for column in ("precision", "recall", "F1", "support", "predicted"):
        table.add_column(column, justify="right")
    for label in result.scores.labels:
        figures = ([f"{value:.3f}" for value in (label.precision, label.recall, label.f1)]
                   if label.occurs else ["-"] * 3)
        table.add_row(label.label, *figures, str(label.support), str(label.predicted))
    console.print(table)
    for name, value in result.scores.averages().items():
        shown = f"{value:.0f}" if name.endswith("_rows") else f"{value:.4f}"
        console.print(f"{name:<24} {shown}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
