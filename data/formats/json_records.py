"""Objects of a JSON file, one by one, however broken the file around them is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from data.formats.json_values import DECODER, faults_in, without_nan
from data.formats.lines import encoding_advice, encoding_fault, legible, open_text
from data.problems import Problem, Unreadable

CHUNK = 1 << 20
_BETWEEN = re.compile(r"[\s,\[\]]*")


def json_records(
    path: Path, encoding: str | None = None
) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    """Yields (line, object) for a JSON array of objects, or objects line by line, in order.

    Reads in pieces of a megabyte. An object that cannot be read gives a problem, and reading
    goes on at the next line that opens an object at the same depth; commas and brackets between
    objects may be missing. NaN is no value: a field that has it is left out.

    Raises:
        InputError: no such file, or bytes that are no text.
    """
    with open_text(path, encoding) as stream:
        yield from _objects(stream, path, encoding)


def _objects(
    stream: IO[str], path: Path, encoding: str | None
) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    text, line = stream.read(CHUNK).removeprefix("\ufeff"), 1
    while text:
        start = _BETWEEN.match(text).end()  # type: ignore[union-attr]
        line += text.count("\n", 0, start)
        indent = start - (text.rfind("\n", 0, start) + 1)
        text = text[start:] or stream.read(CHUNK)
        if not text or _BETWEEN.match(text, 0, 1).end():  # type: ignore[union-attr]
            continue
        value, end, fault, text = _decoded(stream, text)
        if isinstance(value, dict):
            yield line, _checked(value, text[:end], f"{path}:{line}", encoding)
        else:
            end, text = _next_object(stream, text, indent)
            raw = legible(text[:end]).rstrip(", \r\n\t]")
            yield line, Unreadable(f"{path}:{line}", fault, "expected a JSON object", raw)
        line += text.count("\n", 0, end)
        text = text[end:] or stream.read(CHUNK)


def _checked(
    value: dict[str, Any], text: str, where: str, encoding: str | None
) -> dict[str, Any] | Problem:
    if (fault := encoding_fault(text, encoding)) is not None:
        number = int(where.rpartition(":")[2])
        at = next(at for at, line in enumerate(text.split("\n")) if encoding_fault(line, encoding))
        place = f"{where.rpartition(':')[0]}:{number + at}"
        return Unreadable(place, fault, encoding_advice(encoding), legible(text))
    if (fault := faults_in(text, value)) is not None:
        return Unreadable(where, fault, "mend the value, or leave it out", legible(text))
    cleaned: dict[str, Any] = without_nan(value) if "NaN" in text else value
    return cleaned


def _decoded(stream: IO[str], text: str) -> tuple[object, int, str, str]:
    """The value at the start of `text`, where it ends, what is wrong with it, and the text so far.

    Text that ends too early is read on, each time as much again as there is.
    """
    while True:
        try:
            value, end = DECODER.raw_decode(text)
        except json.JSONDecodeError as error:
            cut_short = error.pos >= len(text) - 8 or error.msg.startswith("Unterminated")
            more = stream.read(max(CHUNK, len(text))) if cut_short else ""
            if not more:
                where = f", line {error.lineno} of the record" if error.lineno > 1 else ""
                return None, 0, f"is not JSON ({error.msg}{where})", text
            text += more
        except RecursionError:
            return None, 0, "is nested too deep", text
        except ValueError as error:  # a key given twice: the object is whole
            return None, 0, str(error), text
        else:
            return value, end, f"is a JSON {type(value).__name__}", text


def _next_object(stream: IO[str], text: str, indent: int) -> tuple[int, str]:
    """Where the next object at that depth opens, or the end; and the text read so far."""
    opening = re.compile(rf"\n {{0,{indent}}}\{{")
    while (match := opening.search(text, 1)) is None:
        more = stream.read(max(CHUNK, len(text)))
        if not more:
            return len(text), text
        text += more
    return match.start(), text
