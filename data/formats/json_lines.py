"""JSONL: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.formats.json_records import json_records
from data.formats.json_values import DECODER, faults_in, without_nan
from data.formats.lines import encoding_advice, encoding_fault, legible, open_text
from data.problems import Problem, Unreadable


def read_json_lines(
    path: Path, encoding: str | None = None
) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    """Yields (line, object) for every line that is not blank, in order.

    A line that cannot be read gives a problem. NaN is no value: a field that has it is left out.
    A file that holds an array, or objects over several lines, is read as such.

    Raises:
        InputError: no such file, or bytes that are no text.
    """
    if _spans_lines(path, encoding):
        yield from json_records(path, encoding)
        return
    with open_text(path, encoding) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip("\ufeff \t\r\n"):
                yield number, _read(line.removeprefix("\ufeff"), f"{path}:{number}", encoding)


def _spans_lines(path: Path, encoding: str | None) -> bool:
    with open_text(path, encoding) as lines:
        first = next((line for line in lines if line.strip("\ufeff \t\r\n")), "")
    first = first.strip("\ufeff \t\r\n")
    return first.startswith("[") or first == "{"


def _read(line: str, where: str, encoding: str | None) -> dict[str, Any] | Problem:
    if (fault := encoding_fault(line, encoding)) is not None:
        return Unreadable(where, fault, encoding_advice(encoding), legible(line))
    try:
        value = DECODER.decode(line)
    except RecursionError:
        return Unreadable(
            where, "is nested too deep", "expected one JSON object a line", legible(line)
        )
    except ValueError as error:
        return Unreadable(
            where, f"is not JSON ({error})", "expected one JSON object a line", legible(line)
        )
    if not isinstance(value, dict):
        return Unreadable(
            where,
            f"is a JSON {type(value).__name__}",
            "expected an object with named fields",
            legible(line),
        )
    if (fault := faults_in(line, value)) is not None:
        return Unreadable(where, fault, "mend the value, or leave it out", legible(line))
    cleaned: dict[str, Any] = without_nan(value) if "NaN" in line else value
    return cleaned
