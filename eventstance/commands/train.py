"""`eventstance train`: from configurations to tracked, registered models."""

from __future__ import annotations

import argparse
import signal
from typing import TYPE_CHECKING

from data.problems import InputError, Problem

if TYPE_CHECKING:
    from types import FrameType

EPILOG = """examples:
  eventstance train configs/event/tfidf.yaml
  eventstance train configs/stance/transformer.yaml model.epochs=2 'model.learning_rate=5e-5|1e-4'
  eventstance train configs/event/tfidf.yaml data.train=a.jsonl data.dev=b.jsonl data.test=c.jsonl
  eventstance train configs/event/tfidf.yaml 'seed=1|2|3'
  eventstance train configs/event/tfidf.yaml --search configs/search/linear.yaml
  eventstance train --repeat 4f1c…   (the id of a finished run)
exit codes: 0 all runs finished, 1 a run failed (--repeat: came out otherwise), 2 bad
configuration or data (--repeat: cannot be repeated), 3 all runs finished, but --promote was
refused (as of eventstance models promote): they are logged and registered, and the champion stays;
130 Ctrl-C"""
KEPT = " and its checkpoint is kept; the same command with --resume goes on from it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Gives the parser what `eventstance train` takes."""
    parser.description = "Train models from configurations and track them."
    parser.epilog, parser.formatter_class = EPILOG, argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "words",
        nargs="*",
        metavar="CONFIG… [key=value…]",
        help="YAML files; keys set to another value; a|b makes a run of each",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="check all and list the runs, or the search's space"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on from the checkpoint of an interrupted run"
    )
    parser.add_argument(
        "--reuse",
        action="store_true",
        help="skip a run if an equal one (config, data) is finished already",
    )
    parser.add_argument(
        "--promote",
        action="store_true",
        help="afterwards promote the best run of each task, by the rule of "
        "eventstance models promote",
    )
    parser.add_argument(
        "--margin",
        type=float,
        metavar="X",
        help="with --promote: how much worse the candidate may truly be "
        "(default 0.01); 0 asks for a clear gain",
    )
    parser.add_argument(
        "--search",
        metavar="FILE",
        help="try settings of one CONFIG as the YAML file says (configs/search/); "
        "the same command goes on with the study, also beside others",
    )
    parser.add_argument(
        "--study-storage",
        metavar="URL",
        help="where --search keeps its studies (default: optuna.db beside the tracking store)",
    )
    parser.add_argument(
        "--repeat",
        metavar="RUN",
        help="train a finished run again from what it holds, and say whether its "
        "figures come out equal",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Trains, searches or repeats; returns the exit code.

    Raises:
        KeyboardInterrupt: Ctrl-C or `kill`, with what became of the run.
    """
    signal.signal(signal.SIGTERM, _terminate)
    _check(options)
    from eventstance.commands import train_runs

    try:
        if options.repeat:
            return train_runs.repeat(options)
        return train_runs.search(options) if options.search else train_runs.train(options)
    except KeyboardInterrupt as error:
        if not str(error):  # before a run was opened, or between two of them
            raise KeyboardInterrupt("interrupted; no run was open in MLflow") from error
        kept = "" if options.repeat or options.search else KEPT
        raise KeyboardInterrupt(f"interrupted: {error}{kept}") from error


def _terminate(number: int, frame: FrameType | None) -> None:
    """`kill` ends a run as Ctrl-C does, also where a shell has switched Ctrl-C off."""
    handler = signal.getsignal(signal.SIGINT)
    (handler if callable(handler) else signal.default_int_handler)(number, frame)


def _check(options: argparse.Namespace) -> None:
    """Raises InputError for words that do not go together."""
    if options.repeat:
        others = [
            *options.words,
            *(
                f"--{name.replace('_', '-')}"
                for name in (
                    "dry_run",
                    "resume",
                    "reuse",
                    "promote",
                    "margin",
                    "search",
                    "study_storage",
                )
                if getattr(options, name)
            ),
        ]
        if others:
            raise InputError(
                Problem(
                    "--repeat",
                    f"is given with {' '.join(others)}",
                    "a run is repeated as it was; leave them out",
                )
            )
    elif all("=" in word for word in options.words):
        raise InputError(
            Problem("train", "no configuration named", "expected CONFIG.yaml … [key=value …]")
        )
    if options.margin is not None and not options.promote:
        raise InputError(
            Problem(
                "--margin",
                "is given without --promote",
                "it is part of the rule of promotion; add --promote",
            )
        )
    if options.search and options.reuse:
        raise InputError(
            Problem(
                "--search",
                "is given with --reuse",
                "a study never trains the same twice; leave it out",
            )
        )
    if options.study_storage and not options.search:
        raise InputError(
            Problem("--study-storage", "is given without --search", "name a search file")
        )
