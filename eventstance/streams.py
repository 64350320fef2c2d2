"""Standard output and error that no reader who leaves, and no full disk, turns into a traceback."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO, cast


class _Descriptor(io.FileIO):
    """Writes to a descriptor of the process; once that fails, all that follows is discarded."""

    def __init__(self, descriptor: int, name: str, needed: bool) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self._shown_name = name
        self._needed = needed

    def write(self, content: Any, /) -> int:
        """Returns the number of bytes written or discarded.

        Raises:
            OSError: standard output cannot be written, and not because its reader has left.
        """
        try:
            return super().write(content)
        except OSError as error:
            # What is still buffered must go somewhere, or Python fails again when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            if self._needed and not isinstance(error, BrokenPipeError):
                raise OSError(error.errno, error.strerror, self._shown_name) from error
            return len(content)


def guard() -> None:
    """Replaces the process's own standard output and error; others (of a test) stay.

    A reader that leaves (`| head -1`) ends no work: what it would have read is discarded. An output
    that is full is an OSError that names it. Text that the encoding lacks is written as its number.
    """
    if sys.stdout is sys.__stdout__:
        sys.stdout = _guarded(sys.stdout, 1, "standard output", needed=True)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _guarded(sys.stderr, 2, "standard error", needed=False)


def _guarded(stream: TextIO | None, descriptor: int, name: str, needed: bool) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):  # None: the shell has closed it
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123
    stream.flush()
    raw = _Descriptor(descriptor, name, needed)
    return io.TextIOWrapper(
        cast("io.BufferedWriter", raw) if stream.write_through else io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
