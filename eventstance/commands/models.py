"""`eventstance models`: list, promote, history, card, relocate."""

from __future__ import annotations

import argparse
import sys

EPILOG = """examples:
  eventstance models list event
  eventstance models promote event/3
  eventstance models promote event/3 --margin 0
  eventstance models promote 0123456789abcdef0123456789abcdef --force --why "better on May's news"
  eventstance models card event@champion --out CARD.md
exit codes: 0 done, 2 bad arguments, no such model, or a store that cannot be read, 3 promotion
refused or overtaken (as of eventstance train --promote)"""
RULE = """Makes a run or version the champion of its registered model.

The rule: on the dev rows that both runs kept, the candidate's figure (select_by of its config) is
higher than the champion's, and not worse at 95 %: the lower bound of the paired bootstrap interval
of the difference, resampled by article, lies above minus the margin. A parent run stands for its
best child. What was decided, with the figures, is kept on the version; promotions are kept in the
log as well."""
Raw = argparse.RawDescriptionHelpFormatter
RELOCATE = """Rewrites the recorded folders of a sqlite store to where its files are.

MLflow records whole paths: after a project was moved they lead nowhere, after it was copied into
the original. Experiments, runs, models and versions are rewritten in one transaction; the store as
it was stays beside it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Gives the parser what `eventstance models` takes."""
    parser.description = "Registered models: what there is, what is served."
    parser.epilog, parser.formatter_class = EPILOG, Raw
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_list(commands)
    _add_promote(commands)
    _add_history(commands)
    _add_card(commands)
    _add_relocate(commands)


def _add_list(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("list", help="versions with their figures, the best first")
    command.add_argument(
        "name", nargs="?", help="a registered model, or event or stance; all if left out"
    )
    command.set_defaults(run=_list)


def _add_promote(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "promote", help="make a run or version the champion", description=RULE, formatter_class=Raw
    )
    command.add_argument("ref", metavar="RUN|NAME/VERSION")
    command.add_argument(
        "--margin",
        type=float,
        metavar="X",
        help="how much worse the candidate may truly be (default 0.01); 0 asks for a clear gain",
    )
    command.add_argument("--force", action="store_true", help="overrule the rule; needs --why")
    command.add_argument("--why", default="", help="the reason, kept in the log")
    command.add_argument("--who", default="", help="who decides; the login name if left out")
    command.set_defaults(run=_promote)


def _add_history(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("history", help="every promotion, the oldest first")
    command.add_argument(
        "name", nargs="?", help="a registered model, or event or stance; all if left out"
    )
    command.set_defaults(run=_history)


def _add_card(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "card",
        help="write a model card",
        formatter_class=Raw,
        description="A model card in Markdown: data, codebook, figures with intervals, limits, "
        "licences.",
    )
    command.add_argument(
        "ref",
        metavar="REF",
        help="event@champion, event/3, a run id, or the folder of a saved model",
    )
    command.add_argument("--out", metavar="FILE", help="write it here; printed if left out")
    command.add_argument(
        "--log",
        action="store_true",
        help="attach it to the model's run, and link it from its version",
    )
    command.set_defaults(run=_card)


def _add_relocate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "relocate",
        help="record where a sqlite store's files are after it was moved or copied",
        formatter_class=Raw,
        description=RELOCATE,
    )
    command.add_argument(
        "--to", metavar="FOLDER", help="where the artifacts are (default: mlruns beside the store)"
    )
    command.add_argument("--dry-run", action="store_true", help="say what would be rewritten")
    command.set_defaults(run=_relocate)


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
    from evaluation.comparing.promotion_rule import MARGIN, promotion_rule
    from models.registry.promotion import RefusedError, promote

    rule = promotion_rule(MARGIN if options.margin is None else options.margin)
    try:
        entry = promote(options.ref, rule, force=options.force, why=options.why, who=options.who)
    except RefusedError as refused:
        print(f"refused: {refused}", file=sys.stderr)
        return refused.code
    print(*filter(None, [entry.line(), entry.usage()]), sep="\n")
    return 0 if entry.now is None else RefusedError.code


def _card(options: argparse.Namespace) -> int:
    from data.formats.writing import atomic
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
