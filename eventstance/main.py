"""The one command: `eventstance COMMAND …`; `python -m COMMAND …` is the same.

Exit codes of all commands: 0 done, 2 bad input or arguments, or an output or a store that cannot
be read or written, 70 a fault of the program, 130 Ctrl-C; further ones stand in a command's help.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from eventstance import completion, shadowing, streams
from eventstance.faults import BAD_INPUT, report

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "data": "check, import and split labelled files; find label errors",
    "train": "train, track and promote models from configurations",
    "models": "list registered models, promote them, write model cards",
    "evaluation": "score models on labelled rows, and compare them",
    "predict": "label articles with the best models",
    "completion": "print the completion of a shell for this command",
}
# Positional arguments of commands that take several words.
WORD_LISTS = ("overrides", "words", "files", "models", "inputs")
EPILOG = """`eventstance COMMAND --help` tells more. Exit codes: 0 done; 2 bad input, or an output
or a store that cannot be read or written; 70 a fault of the program (EVENTSTANCE_TRACEBACK=1 shows
where); 130 Ctrl-C; further ones stand in the help of their command. A reader of the output that
leaves (`| head`) changes neither the work nor the code."""


def main(arguments: Sequence[str] | None = None, prog: str = "eventstance") -> int:
    """Runs a command and returns its exit code; raises nothing.

    Args:
        arguments: the command and its words; those of the process if None.
        prog: what stands before the command's name in usages (`python -m`).
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    streams.guard()
    try:
        code = _run(words, prog)
        sys.stdout.flush()  # here, where a full disk can still be told
    except BaseException as error:  # whatever it is, nobody is shown a traceback
        code = report(error, " ".join([prog, *words[:1]]))
    with suppress(OSError):
        sys.stdout.flush()
    return code


def _run(words: list[str], prog: str) -> int:
    try:
        return _dispatch(words, prog)
    except SystemExit as leave:
        if leave.code is None or isinstance(leave.code, int):
            return leave.code or 0  # of argparse, which has said everything
        raise


def _dispatch(words: list[str], prog: str) -> int:
    if lines := shadowing.hidden_packages():
        print(*lines, sep="\n", file=sys.stderr)
        return BAD_INPUT
    if not words or words[0] not in COMMANDS:
        return _without_command(words, prog)
    parser = argparse.ArgumentParser(prog=f"{prog} {words[0]}")
    _add_arguments(parser, words[0])
    options = _parsed(parser, words[1:])
    from models.store.connection import store_errors

    with store_errors():
        code: int = options.run(options)
    return code


def _without_command(words: Sequence[str], prog: str) -> int:
    top, _ = _top_parser(prog)
    if not words:
        top.print_help(sys.stderr)
        return BAD_INPUT
    if words[0].startswith("-"):
        options, rest = top.parse_known_args(words[:1])
        if options.version:
            print(f"eventstance {_version()}")
            return 0
        top.error(f"unrecognized arguments: {' '.join(rest or words[:1])}")
    from data.problems import InputError, Problem, nearest

    raise InputError(
        Problem(
            prog,
            f"no command '{words[0]}'{nearest(words[0], list(COMMANDS))}",
            f"expected one of {', '.join(COMMANDS)}",
        )
    )


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("eventstance")
    except PackageNotFoundError:
        return "(not installed)"


def _parsed(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace:
    options, rest = parser.parse_known_args(words)
    # argparse takes no words behind options (CONFIG --search FILE key=value).
    for name in WORD_LISTS:
        taken = getattr(options, name, None)
        if isinstance(taken, list) and all(_is_word(word, name) for word in rest):
            taken += rest
            return options
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return options


def _is_word(word: str, name: str) -> bool:
    """Whether a word is no option, and a setting where only these may stand."""
    return not word.startswith("-") and (name != "overrides" or "=" in word)


def _add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    """Gives a parser what the command of that name takes; `run` of its options does it."""
    if name == "completion":
        completion.add_arguments(parser)
        parser.set_defaults(run=_complete)
    else:
        import_module(f"eventstance.commands.{name}").add_arguments(parser)


def _complete(options: argparse.Namespace) -> int:
    top, commands = _top_parser("eventstance")
    for name, parser in commands.items():
        _add_arguments(parser, name)
    print(completion.script(top, options.shell))
    return 0


def _top_parser(prog: str) -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The parser of `eventstance` itself, and those of the commands, which take nothing yet."""
    top = argparse.ArgumentParser(
        prog=prog,
        description="Event type and stance of news sentences: models trained, compared, used.",
        epilog=EPILOG,
    )
    top.add_argument("-V", "--version", action="store_true", help="print the version, and end")
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    return top, {name: commands.add_parser(name, help=text) for name, text in COMMANDS.items()}
