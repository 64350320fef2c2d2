"""Lines of a text file, in whatever encoding it is, numbered as an editor shows them."""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from data.problems import InputError, Problem

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",  # begins as UTF-16 does
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_UNDECODED = re.compile("[\udc80-\udcff]")
_HALVES = re.compile("[\ud800-\udfff]")
_PREVIEW = 10_000


@contextmanager
def open_text(path: Path, encoding: str | None = None) -> Iterator[IO[str]]:
    """Opens a text file in its encoding: the one named, that of its byte order mark, or UTF-8.

    Line ends stay as they are. A byte that the encoding does not know is kept as a lone surrogate,
    which `encoding_fault` finds: one bad byte must not cost the lines around it.

    Raises:
        InputError: no such file, an encoding that is unknown, or bytes that are no text.
    """
    if not path.is_file():
        raise InputError(Problem(str(path), "no such file", "expected a text file"))
    name = _encoding(path, encoding)
    try:
        with path.open(encoding=name, errors="surrogateescape", newline="") as stream:
            yield stream
    except UnicodeError as error:
        raise InputError(
            Problem(
                str(path),
                f"cannot be read as {name} ({error})",
                "name its encoding with --encoding, or save it as UTF-8",
            )
        ) from error


def _encoding(path: Path, encoding: str | None) -> str:
    with path.open("rb") as stream:
        start = stream.read(4096)
    marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    if encoding is not None:
        try:
            name = codecs.lookup(encoding).name
        except LookupError as error:
            raise InputError(
                Problem(
                    f"--encoding {encoding}",
                    "is unknown",
                    "expected utf-8, utf-16, cp1252, latin-1, …",
                )
            ) from error
        # The mark is no part of the text, whether the name of the encoding says so or not.
        return (
            marked
            if marked
            and name.replace("-", "").startswith(marked.removesuffix("-sig").replace("-", ""))
            else name
        )
    if marked is None and start.count(0) > len(start) // 4:
        side = "le" if start[1::2].count(0) >= start[::2].count(0) else "be"
        raise InputError(
            Problem(
                str(path),
                "looks like UTF-16 without a byte order mark",
                f"name it with --encoding utf-16-{side}, or save it as UTF-8",
            )
        )
    return marked or "utf-8"


def encoding_fault(text: str, encoding: str | None = None) -> str | None:
    """What is wrong with the bytes of a piece of a file, in words; None if they are text."""
    if (byte := _UNDECODED.search(text)) is None:
        return None
    name = encoding or "UTF-8"
    return f"is not {name} (byte 0x{ord(byte[0]) - 0xDC00:02x})"


def encoding_advice(encoding: str | None = None) -> str:
    """What to do about bytes that are no text."""
    return (
        "save the file as UTF-8, or name its encoding: --encoding cp1252"
        if encoding is None
        else "save the file as UTF-8, or name its encoding"
    )


def legible(text: str) -> str:
    """A piece of a file as it can be shown and written: unknown bytes as Windows-1252 has them."""

    def letter(byte: re.Match[str]) -> str:
        return bytes([ord(byte[0]) - 0xDC00]).decode("cp1252", "replace")

    return _UNDECODED.sub(letter, text[:_PREVIEW])


def has_half_character(text: str) -> bool:
    """Whether a text holds half of a character, as a cut in the middle of an emoji leaves it."""
    return _HALVES.search(text) is not None


class NumberedLines:
    """Lines of which some can be given back, to be read again as the start of a record.

    Attributes:
        number: of the line read last, from 1.
        taken: the lines read since `begin`.
    """

    def __init__(self, lines: Iterator[str] | IO[str]) -> None:
        self._lines = iter(lines)
        self._waiting: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> NumberedLines:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        if not self.number and not self.taken:
            line = line.removeprefix("\ufeff")
        self.number += 1
        self.taken.append(line)
        return line

    def begin(self) -> None:
        """A record starts with the next line."""
        self.taken = []

    def give_back(self, keep: int = 1) -> None:
        """Gives back all lines of the record but the first `keep`."""
        back = self.taken[keep:]
        self._waiting.extendleft(reversed(back))
        self.number -= len(back)
        del self.taken[keep:]
