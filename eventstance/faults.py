"""What went wrong, as one command says it everywhere: lines on standard error and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from eventstance.shadowing import PACKAGES, ROOT, also_installed_by

BAD_INPUT = 2  # bad input or arguments, an output or a store that cannot be read or written
INTERNAL = 70  # a fault of the program, or of the memory; EX_SOFTWARE of sysexits.h
INTERRUPTED = 130  # Ctrl-C, as shells have it
TRACEBACK = "EVENTSTANCE_TRACEBACK"
LONGEST = 300  # characters of another library's message


def report(error: BaseException, command: str) -> int:
    """Prints what went wrong, and returns the exit code; with EVENTSTANCE_TRACEBACK=1 also where.

    Args:
        error: what a command raised.
        command: the command as its user called it; for faults that name no file.
    """
    if os.environ.get(TRACEBACK, "") not in ("", "0"):
        traceback.print_exception(error)
    code, lines = _code_and_lines(error, command)
    print(*lines, sep="\n", file=sys.stderr)
    return code


def _code_and_lines(error: BaseException, command: str) -> tuple[int, list[str]]:
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED, [str(error) or "interrupted"]
    if isinstance(error, ImportError) and (lines := _mixed_packages(error)):
        return BAD_INPUT, lines
    problems = sys.modules.get("data.problems")  # where it is not imported, none was raised
    if problems and isinstance(error, problems.InputError):
        return BAD_INPUT, problems.as_lines(error.problems)
    if isinstance(error, OSError):
        where = command if error.filename is None else str(error.filename)
        return BAD_INPUT, [f"{where}: {error.strerror or _message(error)}"]
    return INTERNAL, [
        f"internal error: {_message(error)}{_place(error)}; set {TRACEBACK}=1 for the traceback"
    ]


def _mixed_packages(error: ImportError) -> list[str]:
    """What to say where another distribution has put its files into one of our packages."""
    package = (error.name or "").partition(".")[0]
    others = also_installed_by(package) if package in PACKAGES else []
    return [
        f"{ROOT / package}: {error}; {name} has a package '{package}' as well: install eventstance "
        "into a virtual environment of its own"
        for name in others
    ]


def _message(error: BaseException) -> str:
    text = " ".join(str(error).split())
    name = type(error).__name__
    return f"{name}: {text[:LONGEST]}" if text else name


def _place(error: BaseException) -> str:
    """The last line of the project that was reached."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        (path.relative_to(ROOT), frame.lineno)
        for frame in frames
        if (path := Path(frame.filename)).is_relative_to(ROOT)
        and path.relative_to(ROOT).parts[0] in (*PACKAGES, "eventstance")
    ]
    return f" ({own[-1][0]}:{own[-1][1]})" if own else ""
