"""`python -m train`: from configurations to tracked, registered models."""

from __future__ import annotations

import argparse
import signal
import sys
from typing import TYPE_CHECKING

from data.problems import InputError, Problem, as_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from train.commands import Answer

EPILOG = """examples:
  python -m train configs/event/tfidf.yaml
  python -m train configs/stance/transformer.yaml model.epochs=2 'model.learning_rate=5e-5|1e-4'
  python -m train configs/event/tfidf.yaml data.train=a.jsonl data.dev=b.jsonl data.test=c.jsonl
  python -m train configs/event/tfidf.yaml 'seed=1|2|3'
  python -m train configs/event/tfidf.yaml --search configs/search/linear.yaml
  python -m train --repeat 4f1c…   (the id of a finished run)
exit codes: 0 all runs finished, 1 a run failed (--repeat: came out otherwise), 2 bad
configuration or data (--repeat: cannot be repeated), 3 all runs finished, but --promote was
refused (as of python -m models promote): they are logged and registered, and the champion stays;
130 Ctrl-C"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    options = _parser().parse_args(arguments)
    options.progress = sys.stderr.isatty()
    signal.signal(signal.SIGTERM, _terminate)
    try:
        _check(options)
        answer = _answer(options)
    except InputError as error:
        print(*as_lines(error.problems), sep="\n", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "interrupted: the run is KILLED in MLflow"
            + (
                ""
                if options.repeat or options.search
                else " and its checkpoint is kept; the same command with --resume goes on from it"
            ),
            file=sys.stderr,
        )
        return 130
    _show(answer)
    return answer.code


def _terminate(number: int, frame: FrameType | None) -> None:
    """`kill` ends a run as Ctrl-C does, also where a shell has switched Ctrl-C off."""
    handler = signal.getsignal(signal.SIGINT)
    (handler if callable(handler) else signal.default_int_handler)(number, frame)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m train",
        description="Train models from configurations and track them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
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
        "python -m models promote",
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
    return parser


def _check(options: argparse.Namespace) -> None:
    """Raises InputError for words that do not go together."""
    paths = [word for word in options.words if "=" not in word]
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
    elif not paths:
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


def _answer(options: argparse.Namespace) -> Answer:
    from models.store.connection import store_errors
    from train import commands

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    paths = [word for word in options.words if "=" not in word]
    overrides = [word for word in options.words if "=" in word]
    command = commands.search if options.search else commands.train
    with store_errors():
        if options.repeat:
            return commands.repeat(options.repeat, options, say)
        return command(paths, overrides, options, say)


def _show(answer: Answer) -> None:
    if all(isinstance(part, str) for part in answer.shown):
        print(*answer.shown, sep="\n")
        return
    from data.terminal import console

    terminal = console()
    for part in answer.shown:
        terminal.print(part, highlight=False, markup=False, soft_wrap=isinstance(part, str))


if __name__ == "__main__":
    sys.exit(main())
