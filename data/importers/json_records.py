"""Objects of a JSON file, one by one, however broken the file around them is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from data.files import Row
from data.importers.outcome import Unreadable
from data.problems import InputError, Problem

CHUNK = 1 << 20
_BETWEEN = re.compile(r"[\s,\[\]]*")


def json_records(path: Path) -> Iterator[tuple[int, Row | Problem]]:
    """Yields (line, object) for a JSON array of objects, or objects line by line, in order.

    Reads in pieces of a megabyte. An object that cannot be read gives a `Problem`, and reading
    goes on at the next line that opens an object at the same depth; commas and brackets between
    objects may be missing.

    Raises:
        InputError: no such file, or it is not UTF-8.
    """
    if not path.is_file():
        raise InputError(Problem(str(path), "no such file", "expected a JSON file"))
    try:
        with path.open(encoding="utf-8-sig") as stream:
            yield from _objects(stream, path)
    except UnicodeDecodeError as error:
        raise InputError(Problem(str(path), f"is not UTF-8 ({error.reason})",
                                 "expected UTF-8 text; convert the file")) from error


def _objects(stream: IO[str], path: Path) -> Iterator[tuple[int, Row | Problem]]:
    text, line = stream.read(CHUNK), 1
    while text:
        start = _BETWEEN.match(text).end()  # type: ignore[union-attr]
        line += text.count("\n", 0, start)
        indent = start - (text.rfind("\n", 0, start) + 1)
        text = text[start:] or stream.read(CHUNK)
        if not text or _BETWEEN.match(text, 0, 1).end():  # type: ignore[union-attr]
            continue
        value, end, fault, text = _decoded(stream, text)
        if isinstance(value, dict):
            yield line, value
        else:
            end, text = _next_object(stream, text, indent)
            raw = text[:end].rstrip(", \r\n\t]")[:10_000]
            yield line, Unreadable(f"{path}:{line}", fault, "expected a JSON object", raw)
        line += text.count("\n", 0, end)
        text = text[end:] or stream.read(CHUNK)


def _decoded(stream: IO[str], text: str) -> tuple[object, int, str, str]:
    """The value at the start of `text`, where it ends, what is wrong with it, and the text so far.

    Text that ends too early is read on, each time as much again as there is.
    """
    decoder = json.JSONDecoder()
    while True:
        try:
            value, end = decoder.raw_decode(text)
        except json.JSONDecodeError as error:
            cut_short = error.pos >= len(text) - 8 or error.msg.startswith("Unterminated")
            more = stream.read(max(CHUNK, len(text))) if cut_short else ""
            if not more:
                where = f", line {error.lineno} of the record" if error.lineno > 1 else ""
                return None, 0, f"is not JSON ({error.msg}{where})", text
            text += more
        except RecursionError:
            return None, 0, "is nested too deep", text
        else:
            return value, end, f"is a JSON {type(value).__name__}", text


def _next_object(stream: IO[str], text: str, indent: int) -> tuple[int, str]:
    """Where the next object at that depth opens, or the end; and the text read so far."""
    opening = re.compile(rf"\n {{0,{indent}}}\{{")
    while (found := opening.search(text, 1)) is None:
        more = stream.read(max(CHUNK, len(text)))
        if not more:
            return len(text), text
        text += more
    return found.start(), text
