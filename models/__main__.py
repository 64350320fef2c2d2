"""`python -m models`: list, promote, history, card."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from data.problems import InputError
from models.store.connection import store_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

EPILOG = """examples:
  python -m models list event
  python -m models promote event/3
  python -m models promote event/3 --margin 0
  python -m models promote 0123456789abcdef0123456789abcdef --force --why "better on May's news"
  python -m models card event@champion --out CARD.md
exit codes: 0 done, 2 bad arguments, no such model, or a store that cannot be read, 3 promotion
refused or overtaken (as of python -m train --promote)"""
RULE = """Makes a run or version the champion of its registered model.

The rule: on the dev rows that both runs kept, the candidate's figure (select_by of its config) is
higher than the champion's, and not worse at 95 %: the lower bound of the paired bootstrap interval
of the difference, resampled by article, lies above minus the margin. A parent run stands for its
best child. What was decided, with the figures, is kept on the version; promotions are kept in the
log as well."""
RELOCATE = """Rewrites the recorded folders of a sqlite store to where its files are.

MLflow records whole paths: after a project was moved they lead nowhere, after it was copied into
the original. Experiments, runs, models and versions are rewritten in one transaction; the store as
it was stays beside it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    options = _parser().parse_args(arguments)
    run = {
        "list": _list,
        "history": _history,
        "card": _card,
        "promote": _promote,
        "relocate": _relocate,
    }[options.command]
    try:
        with store_errors():
            return run(options)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m models",
        description="Registered models: what there is, what is served.",
        epilog=EPILOG,
        formatter_class=raw,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    listed = commands.add_parser("list", help="versions with their figures, the best first")
    listed.add_argument(
        "name", nargs="?", help="a registered model, or event or stance; all if left out"
    )
    raised = commands.add_parser(
        "promote", help="make a run or version the champion", description=RULE, formatter_class=raw
    )
    raised.add_argument("ref", metavar="RUN|NAME/VERSION")
    raised.add_argument(
        "--margin",
        type=float,
        metavar="X",
        help="how much worse the candidate may truly be (default 0.01); 0 asks for a clear gain",
    )
    raised.add_argument("--force", action="store_true", help="overrule the rule; needs --why")
    raised.add_argument("--why", default="", help="the reason, kept in the log")
    raised.add_argument("--who", default="", help="who decides; the login name if left out")
    past = commands.add_parser("history", help="every promotion, the oldest first")
    past.add_argument(
        "name", nargs="?", help="a registered model, or event or stance; all if left out"
    )
    carded = commands.add_parser(
        "card",
        help="write a model card",
        formatter_class=raw,
        description="A model card in Markdown: data, codebook, figures with intervals, limits, "
        "licences.",
    )
    carded.add_argument(
        "ref",
        metavar="REF",
        help="event@champion, event/3, a run id, or the folder of a saved model",
    )
    carded.add_argument("--out", metavar="FILE", help="write it here; printed if left out")
    carded.add_argument(
        "--log",
        action="store_true",
        help="attach it to the model's run, and link it from its version",
    )
    moved = commands.add_parser(
        "relocate",
        help="record where a sqlite store's files are after it was moved or copied",
        formatter_class=raw,
        description=RELOCATE,
    )
    moved.add_argument(
        "--to", metavar="FOLDER", help="where the artifacts are (default: mlruns beside the store)"
    )
    moved.add_argument("--dry-run", action="store_true", help="say what would be rewritten")
    return parser


def _list(options: argparse.Namespace) -> int:
    from data.terminal import console
    from models.registry.leaderboard import grouped, table, versions
    from models.store.errors import NoStoreError

    try:
        rows = versions(options.name)
    except NoStoreError as error:  # a list of nothing is no failure
        print(error, file=sys.stderr)
        return 0
    if not rows:
        print(
            f"no registered model{f' {options.name}' if options.name else ''} in this store",
            file=sys.stderr,
        )
        return 0
    for group in grouped(rows):
        console().print(table(group))
    return 0


def _history(options: argparse.Namespace) -> int:
    from models.registry.promotion import history

    for entry in history(options.name):
        print(entry.line())
    return 0


def _promote(options: argparse.Namespace) -> int:
    from evaluation.comparing.promotion_rule import MARGIN, paired_judge
    from models.registry.promotion import RefusedError, promote

    judge = paired_judge(MARGIN if options.margin is None else options.margin)
    try:
        entry = promote(options.ref, judge, force=options.force, why=options.why, who=options.who)
    except RefusedError as refused:
        print(f"refused: {refused}", file=sys.stderr)
        return refused.code
    print(*filter(None, [entry.line(), entry.usage()]), sep="\n")
    return 0 if entry.now is None else RefusedError.code


def _card(options: argparse.Namespace) -> int:
    from data.files import atomic
    from evaluation.cards.card import card, log_card

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


def _relocate(options: argparse.Namespace) -> int:
    from models.store.relocation import relocate

    print(*relocate(options.to, options.dry_run).lines(), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
