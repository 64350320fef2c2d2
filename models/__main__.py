"""`python -m models`: list, promote, history, card."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from data.problems import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

EPILOG = """examples:
  python -m models list event
  python -m models promote event/3
  python -m models promote event/3 --margin 0
  python -m models promote 0123456789abcdef0123456789abcdef --force --why "better on May's news"
  python -m models card event@champion --out CARD.md
exit codes: 0 done, 2 bad arguments or no such model, 3 promotion refused (as of python -m train
--promote)"""
RULE = """Makes a run or version the champion of its registered model.

The rule: on the dev rows that both runs kept, the candidate's figure (select_by of its config) is
higher than the champion's, and not worse at 95 %: the lower bound of the paired bootstrap interval
of the difference, resampled by article, lies above minus the margin. A parent run stands for its
best child. What was decided, with the figures, is kept on the version; promotions are kept in the
log as well."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "list":
            return _list(options.name)
        if options.command == "history":
            return _history(options.name)
        if options.command == "card":
            return _card(options)
        return _promote(options)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m models", description="Registered models: what there is, what is served.",
        epilog=EPILOG, formatter_class=raw)
    commands = parser.add_subparsers(dest="command", required=True)
    listed = commands.add_parser("list", help="versions with their figures, the best first")
    listed.add_argument("name", nargs="?", help="event or stance; both if left out")
    raised = commands.add_parser("promote", help="make a run or version the champion",
                                 description=RULE, formatter_class=raw)
    raised.add_argument("ref", metavar="RUN|NAME/VERSION")
    raised.add_argument("--margin", type=float, metavar="X",
                        help="how much worse the candidate may truly be (default 0.01); 0 asks "
                             "for a clear gain")
    raised.add_argument("--force", action="store_true", help="overrule the rule; needs --why")
    raised.add_argument("--why", default="", help="the reason, kept in the log")
    raised.add_argument("--who", default="", help="who decides; the login name if left out")
    told = commands.add_parser("history", help="every promotion, the oldest first")
    told.add_argument("name", nargs="?", help="event or stance; both if left out")
    carded = commands.add_parser(
        "card", help="write a model card", formatter_class=raw,
        description="A model card in Markdown: data, codebook, figures with intervals, limits, "
                    "licences.")
    carded.add_argument("ref", metavar="REF",
                        help="event@champion, event/3, a run id, or the folder of a saved model")
    carded.add_argument("--out", metavar="FILE", help="write it here; printed if left out")
    carded.add_argument("--log", action="store_true",
                        help="attach it to the model's run, and link it from its version")
    return parser


def _list(name: str | None) -> int:
    from rich.console import Console
    from rich.table import Table

    from models.leaderboard import versions
    from models.promotion import ALIAS

    rows = versions(name)
    if not rows:
        print(f"no registered model{f' {name}' if name else ''} in this store", file=sys.stderr)
        return 0
    table = Table(title="leaderboard")
    for column in ("model", "family", "run", "by", "dev", "test", "sentences/s", "MB", ""):
        number = column in ("dev", "test", "sentences/s", "MB")
        table.add_column(column, justify="right" if number else "left", no_wrap=column != "run",
                         overflow="fold")
    for row in rows:
        def figure(key: str, digits: int, values: dict[str, float] = row.metrics) -> str:
            return f"{values[key]:.{digits}f}" if key in values else "–"

        metric = row.select_by.removeprefix("dev/")
        table.add_row(f"{row.name}/{row.version}", row.family, row.run_name, metric,
                      figure(row.select_by, 3), figure(f"test/{metric}", 3),
                      figure("sentences_per_second", 0), figure("model_megabytes", 1),
                      ALIAS if row.champion else "")
    Console(width=None if sys.stdout.isatty() else 140).print(table, markup=False)
    return 0


def _history(name: str | None) -> int:
    from models.promotion import history

    for entry in history(name):
        print(entry.line())
    return 0


def _promote(options: argparse.Namespace) -> int:
    from evaluation.judge import MARGIN, paired_judge
    from models.promotion import RefusedError, promote

    judge = paired_judge(MARGIN if options.margin is None else options.margin)
    try:
        print(promote(options.ref, judge, force=options.force, why=options.why,
                      who=options.who).line())
    except RefusedError as refused:
        print(f"refused: {refused}", file=sys.stderr)
        return refused.code
    return 0


def _card(options: argparse.Namespace) -> int:
    from data.files import atomic
    from evaluation.card import card, log_card

    text = card(options.ref)
    if options.out:
        with atomic(options.out) as stream:
            stream.write(text)
        print(options.out)
    elif not options.log:
        print(text, end="")
    if options.log:
        print(log_card(options.ref, text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
