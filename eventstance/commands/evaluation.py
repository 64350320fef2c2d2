"""`eventstance evaluation`: score, compare."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from data.problems import InputError, Problem

if TYPE_CHECKING:
    from evaluation.comparing.compare import Comparison
    from evaluation.slices.scores import Slices

SCORE_EXAMPLES = """\
examples:
  eventstance evaluation score --model event@champion --data new_rows.jsonl --json scores.json
  eventstance evaluation score --model event@champion --data new_rows.jsonl --slices genre,region
  eventstance evaluation score --model event/3 --data case2021.jsonl --map case2021 \\
      --drop ORG_CRIME,NATURAL_DISASTER,MAN_MADE_DISASTER,DIPLO,ATTRIB
  eventstance evaluation score --model runs:/PARENT_OF_SEEDS --data new_rows.jsonl
"""
COMPARE_EXAMPLES = """\
examples:
  eventstance evaluation compare event@champion event/7 --data new_rows.jsonl --html compared.html
  eventstance evaluation compare 3f2c…(run id) 9d1e…(run id) --metric accuracy --log
exit codes: 0 compared, whatever the outcome; 2 the models cannot be compared
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Gives the parser what `eventstance evaluation` takes."""
    parser.description = "How good a model is on labelled rows."
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_score(commands)
    _add_compare(commands)


def _add_score(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    scoring = commands.add_parser(
        "score",
        help="score a model on a file of labelled rows",
        description="Scores a model on labelled rows: averages, and precision, recall, F1 and "
        "support of every label. Rows that the model was trained on are warned of: "
        "all figures are of all rows, and the averages without these stand beside.",
        epilog=SCORE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    scoring.add_argument(
        "--model",
        required=True,
        nargs="+",
        action="extend",
        metavar="REF",
        help="event@champion, event/3 (a version), runs:/RUN_ID, or a folder; "
        "of several, and of the parent run of several seeds, each one's "
        "averages, their mean and standard deviation",
    )
    scoring.add_argument(
        "--data", required=True, metavar="FILE", help="labelled rows: .jsonl, .csv or .parquet"
    )
    scoring.add_argument("--json", metavar="OUT", help="write all figures to this file")
    scoring.add_argument(
        "--codebook",
        metavar="NAME",
        help="codebook (name or YAML file) of the data; default: the model's",
    )
    scoring.add_argument(
        "--map",
        metavar="STANDARD",
        dest="mapped_to",
        help="score on the labels' names in this standard (case2021, acled, …); "
        "labels without one count under their own name",
    )
    scoring.add_argument(
        "--only",
        metavar="LABEL,…",
        type=_names,
        default=[],
        help="score only rows with one of these gold labels",
    )
    scoring.add_argument(
        "--drop",
        metavar="LABEL,…",
        type=_names,
        default=[],
        help="leave out rows with one of these gold labels",
    )
    scoring.add_argument(
        "--slices",
        metavar="COLUMN,…",
        type=_columns,
        nargs="?",
        const=[],
        help="score apart by columns of the data: genre, source, date, hard, any "
        "of yours, and length, quoted, target_seen; all (also without a "
        "name) takes every column with few values; worst first",
    )
    scoring.add_argument(
        "--closed",
        action="store_true",
        help="let the model choose only among labels that the scored rows have",
    )
    scoring.set_defaults(run=_score)


def _add_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    comparing = commands.add_parser(
        "compare",
        help="compare models on the same rows: is the difference luck?",
        description="Compares every two of the models on the same rows: the difference with its "
        "95 % interval, p-values, labels won and lost, rows that changed sides.",
        epilog=COMPARE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    comparing.add_argument(
        "models",
        nargs="+",
        metavar="REF",
        help="event@champion, event/3, a run id, or a folder; two or more. "
        "The parent run of several seeds stands for their mean",
    )
    comparing.add_argument(
        "--data",
        metavar="FILE",
        help="labelled rows to score all of them on; default: what the runs "
        "said of their own dev rows, which must be the same rows",
    )
    comparing.add_argument(
        "--split",
        choices=["dev", "test"],
        default="dev",
        help="which rows of the runs, without --data (default: dev)",
    )
    comparing.add_argument(
        "--metric",
        default="macro_f1",
        metavar="NAME",
        help="what to compare by (default: macro_f1)",
    )
    comparing.add_argument(
        "--codebook",
        metavar="NAME",
        help="codebook (name or YAML file); default: the first model's",
    )
    comparing.add_argument(
        "--map",
        metavar="STANDARD",
        dest="mapped_to",
        help="compare on the labels' names in this standard; needs --data",
    )
    comparing.add_argument("--json", metavar="OUT", help="write everything to this file")
    comparing.add_argument("--html", metavar="OUT", help="write a page to this file")
    comparing.add_argument(
        "--log", action="store_true", help="attach the page to the models' runs in MLflow"
    )
    comparing.set_defaults(run=_compare)


def _columns(text: str) -> list[str]:
    return [] if text.strip() == "all" else _names(text)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _score(options: argparse.Namespace) -> int:
    from data.terminal import console, say
    from evaluation.comparing.scored_models import (
        score_models,
        scores_table,
        with_seeds,
        write_scores,
    )
    from evaluation.score import write_json
    from eventstance.commands.evaluation_tables import averages_lines, labels_table

    refs = with_seeds(options.model)
    if len(refs) > 1 and options.slices is not None:
        raise InputError(
            Problem(
                "--slices",
                f"{len(refs)} models are named",
                "expected one model to score apart by columns",
            )
        )
    results = score_models(
        refs,
        options.data,
        codebook=options.codebook,
        mapped_to=options.mapped_to,
        only=options.only,
        drop=options.drop,
        closed=options.closed,
        slices_by=options.slices,
    )
    for scores in results:
        if scores.trained:
            model = scores.model
            _warn(scores.trained.warning(f"{model['name']} {model['version'][:8]}".strip()))
    if len(results) > 1:
        if options.json:
            write_scores(results, options.json)
        console().print(scores_table(results))
        return 0
    (scores,) = results
    if options.json:
        write_json(scores, options.json)
    console().print(labels_table(scores))
    say(*averages_lines(scores))
    if scores.slices is not None:
        _print_slices(scores.slices)
    return 0


def _print_slices(slices: Slices) -> None:
    from data.terminal import console, say
    from evaluation.slices.report import slices_lines, slices_table

    if slices.worst():
        console().print(slices_table(slices, worst=True))
    if slices.entries:
        console().print(slices_table(slices, worst=False))
    say(*slices_lines(slices))


def _compare(options: argparse.Namespace) -> int:
    from data.terminal import console, say
    from evaluation.comparing.compare import compare, write_json
    from evaluation.pages.comparison_page import verdict, write_html
    from eventstance.commands.evaluation_tables import models_table, pairs_table

    result = compare(
        options.models,
        options.data,
        metric=options.metric,
        part=options.split,
        codebook=options.codebook,
        mapped_to=options.mapped_to,
    )
    if options.json:
        write_json(result, options.json)
    if options.html:
        write_html(result, options.html)
    if warning := result.trained_warning():
        _warn(warning)
    for comparison in (result, *([result.untrained] if result.untrained else [])):
        if comparison is result.untrained:
            say("Without the rows that a model was trained on:")
        console().print(models_table(comparison))
        console().print(pairs_table(comparison))
        say(*(verdict(pair, comparison.metric) for pair in comparison.pairs))
    if options.log:
        _log(result)
    return 0


def _log(result: Comparison) -> None:
    from evaluation.pages.comparison_page import log_html

    logged, passed_over = log_html(result)
    for run_id, place in logged:
        print(f"logged to run {run_id}: {place}")
    for ref in passed_over:
        print(f"{ref}: has no run to log to", file=sys.stderr)


def _warn(text: str) -> None:
    print(f"warning: {text}", file=sys.stderr)
