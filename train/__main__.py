"""`python -m train`: from configurations to tracked, registered models."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from typing import TYPE_CHECKING

from data.problems import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from train.config import Plan
    from train.data import RunData
    from train.schedule import Outcome

EPILOG = """examples:
  python -m train configs/event/tfidf.yaml
  python -m train configs/stance/transformer.yaml model.epochs=2 'model.learning_rate=5e-5|1e-4'
  python -m train configs/event/tfidf.yaml data.train=a.jsonl data.dev=b.jsonl data.test=c.jsonl
exit codes: 0 all runs finished, 1 a run failed, 2 bad configuration or data, 130 Ctrl-C"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    options = _parser().parse_args(arguments)
    paths = [word for word in options.words if "=" not in word]
    overrides = [word for word in options.words if "=" in word]
    if not paths:
        print("train: no configuration named; expected CONFIG.yaml … [key=value …]",
              file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _terminate)
    try:
        return _train(paths, overrides, options)
    except InputError as error:
        for problem in error.problems[:50]:
            print(problem, file=sys.stderr)
        if len(error.problems) > 50:
            print(f"… and {len(error.problems) - 50} more problems", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: the run is KILLED in MLflow and its checkpoint is kept; the same "
              "command with --resume goes on from it", file=sys.stderr)
        return 130


def _terminate(number: int, frame: FrameType | None) -> None:
    """`kill` ends a run as Ctrl-C does, also where a shell has switched Ctrl-C off."""
    handler = signal.getsignal(signal.SIGINT)
    (handler if callable(handler) else signal.default_int_handler)(number, frame)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m train", description="Train models from configurations and track them.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="CONFIG… [key=value…]",
                        help="YAML files; keys set to another value; a|b makes a run of each")
    parser.add_argument("--dry-run", action="store_true", help="check all and list the runs")
    parser.add_argument("--resume", action="store_true",
                        help="go on from the checkpoint of an interrupted run")
    parser.add_argument("--reuse", action="store_true",
                        help="skip a run if an equal one (config, data) is finished already")
    parser.add_argument("--promote", action="store_true",
                        help="afterwards promote the best run of each task, by the usual rule")
    return parser


def _train(paths: Sequence[str], overrides: Sequence[str], options: argparse.Namespace) -> int:
    from models.store import check, tracking_uri
    from train.config import plans as read_plans

    plans = read_plans(paths, overrides)
    if not options.dry_run:
        check(tracking_uri())  # before the data is read: a wrong address is told at once
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from train.schedule import Options, carry_out, load_all

    loaded = load_all(plans)
    if options.dry_run:
        _list(plans, loaded)
        return 0
    from models.store import connect

    client = connect()
    outcomes = carry_out(client, plans, loaded, Options(
        resume=options.resume, reuse=options.reuse, progress=sys.stderr.isatty(),
        say=lambda line: print(line, file=sys.stderr, flush=True)))
    _table(outcomes)
    if options.promote:
        _promote(outcomes)
    return 1 if any(outcome.done is None for outcome in outcomes) else 0


def _list(plans: Sequence[Plan], loaded: Sequence[Sequence[RunData]]) -> None:
    from train.schedule import run_name

    for plan, data in zip(plans, loaded, strict=True):
        for (varied, config), rows in zip(plan.runs, data, strict=True):
            print(f"{config.task}: {run_name(plan, varied, config)}: " + ", ".join(
                f"{len(part.rows)} {part.name}" for part in rows.parts))


def _table(outcomes: Sequence[Outcome]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="runs")
    for column in ("task", "run", "dev", "test", "train s", "sentences/s", "MB", "run id"):
        table.add_column(column, justify="left" if column in ("task", "run", "run id") else "right",
                         no_wrap=True)
    for outcome in outcomes:
        metric = outcome.config.select_by.removeprefix("dev/")
        if outcome.done is None:
            table.add_row(outcome.config.task, outcome.name, "failed", "", "", "", "", "")
            continue
        values = outcome.done.metrics

        def shown(name: str, digits: int, values: object = values) -> str:
            assert isinstance(values, dict)
            return f"{values[name]:.{digits}f}" if name in values else "–"

        table.add_row(
            outcome.config.task, outcome.name + (" (reused)" if outcome.done.reused else ""),
            shown(f"dev/{metric}", 3), shown(f"test/{metric}", 3), shown("train_seconds", 0),
            shown("sentences_per_second", 0), shown("model_megabytes", 1),
            outcome.done.run_id)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def _promote(outcomes: Sequence[Outcome]) -> None:
    from models.promotion import RefusedError, promote

    best: dict[str, tuple[float, str]] = {}
    for outcome in outcomes:
        if outcome.done is None or not outcome.config.register_model:
            continue
        value = outcome.done.metrics.get(outcome.config.select_by, float("-inf"))
        if value > best.get(outcome.config.task, (float("-inf"), ""))[0]:
            best[outcome.config.task] = (value, outcome.done.run_id)
    for _, run_id in best.values():
        try:
            print(promote(run_id).line())
        except RefusedError as error:
            print(error)


if __name__ == "__main__":
    sys.exit(main())
