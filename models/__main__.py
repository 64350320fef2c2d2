"""`python -m models`: list, promote, history."""

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
  python -m models promote 0123456789abcdef0123456789abcdef --force --why "better on May's news"
exit codes: 0 done, 1 promotion refused, 2 bad arguments or no such model"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "list":
            return _list(options.name)
        if options.command == "history":
            return _history(options.name)
        return _promote(options)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models", description="Registered models: what there is, what is served.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    listed = commands.add_parser("list", help="versions with their figures, the best first")
    listed.add_argument("name", nargs="?", help="event or stance; both if left out")
    raised = commands.add_parser("promote", help="make a run or version the champion")
    raised.add_argument("ref", metavar="RUN|NAME/VERSION")
    raised.add_argument("--force", action="store_true", help="overrule the rule; needs --why")
    raised.add_argument("--why", default="", help="the reason, kept in the log")
    raised.add_argument("--who", default="", help="who decides; the login name if left out")
    told = commands.add_parser("history", help="every promotion, the oldest first")
    told.add_argument("name", nargs="?", help="event or stance; both if left out")
    return parser


def _list(name: str | None) -> int:
    from rich.console import Console
    from rich.table import Table

    from models.promotion import ALIAS, versions

    rows = versions(name)
    if not rows:
        print(f"no registered model{f' {name}' if name else ''} in this store", file=sys.stderr)
        return 0
    table = Table(title="leaderboard")
    for column in ("model", "family", "run", "by", "dev", "test", "sentences/s", "MB", ""):
        number = column in ("dev", "test", "sentences/s", "MB")
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    for row in rows:
        def figure(key: str, digits: int, values: dict[str, float] = row.metrics) -> str:
            return f"{values[key]:.{digits}f}" if key in values else "–"

        metric = row.select_by.removeprefix("dev/")
        table.add_row(f"{row.name}/{row.version}", row.family, row.run_name, metric,
                      figure(row.select_by, 3), figure(f"test/{metric}", 3),
                      figure("sentences_per_second", 0), figure("model_megabytes", 1),
                      ALIAS if row.champion else "")
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    return 0


def _history(name: str | None) -> int:
    from models.promotion import history

    for entry in history(name):
        print(entry.line())
    return 0


def _promote(options: argparse.Namespace) -> int:
    from models.promotion import RefusedError, promote

    try:
        print(promote(options.ref, force=options.force, why=options.why, who=options.who).line())
    except RefusedError as refused:
        print(f"refused: {refused}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
