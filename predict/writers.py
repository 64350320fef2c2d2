"""Labelled rows written as they come, to a file that takes its name when all is there."""

from __future__ import annotations

import csv
import json
import math
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import IO, Any, Protocol

from data.files import check_out, kind_of
from data.formats.writing import atomic, check_writable
from data.problems import InputError, Problem
from predict.rows import TYPES, Row

ROW_GROUP = 10_000  # rows held in memory before Parquet writes them
LONG, EXACT = 1 << 63, 1 << 53  # whole numbers that a column of integers, of numbers can hold
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?%?")


@dataclass(frozen=True, slots=True)
class CsvStyle:
    """How CSV is written.

    Attributes:
        raw: leave cells as they are that a spreadsheet would take for formulas.
        bom: begin with a byte order mark, by which Excel knows UTF-8.
    """

    raw: bool = False
    bom: bool = False


class RowWriter(Protocol):
    """Something that takes rows one by one."""

    def write(self, row: Row) -> None:
        """Adds a row.

        Raises:
            InputError: the row cannot be written; the file goes on without it.
        """


@contextmanager
def open_writer(path: str | Path, style: CsvStyle | None = None) -> Iterator[RowWriter]:
    """Gives a writer for JSONL, CSV or Parquet, by the suffix.

    The file appears, or replaces an older one, when the context ends well; after an exception
    everything is as it was. JSONL leaves out empty fields. CSV and Parquet have all of `TYPES`,
    then every field of metadata that a row has, in order of appearance. `probabilities` and other
    objects and lists are JSON text, but for `labels` in Parquet, which is a list. A column of
    metadata is numbers or truth values in Parquet where all of it is, and text elsewhere. Dates
    are text, as ISO 8601 has them. A text in CSV that a spreadsheet would take for a formula has
    ' before it.

    Raises:
        InputError: an unknown suffix, or no file can be written there; UnwritableError, in the
            course of writing.
    """
    path, style = Path(path), style or CsvStyle()
    kind = kind_of(path)
    check_out(path)
    check_writable(path)
    if kind == ".jsonl":
        with atomic(path, "wb") as stream:
            yield _JsonLines(stream)
    elif kind == ".csv":
        encoding = "utf-8-sig" if style.bom else "utf-8"
        with atomic(path, encoding=encoding) as stream, _held(path) as rows:
            yield rows
            _write_csv(stream, rows, style)
    else:
        with atomic(path, "wb") as stream, _held(path) as rows:
            yield rows
            _write_parquet(stream, rows)


class _JsonLines:
    """Rows as JSON lines."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, row: Row) -> None:
        try:
            fields = {
                name: value for name, item in row.items() if (value := _plain(item)) is not None
            }
            line = (json.dumps(fields, ensure_ascii=False) + "\n").encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise InputError(
                Problem(f"sentence '{row.get('sentence_id')}'", f"cannot be written ({error})")
            ) from error
        self._stream.write(line)
        self._note(fields)

    def _note(self, row: Row) -> None:
        """Takes note of a row that was written."""


class _HeldRows(_JsonLines):
    """Rows kept in a nameless file until it is known which columns they have, and of what kind."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream)
        self.kinds: dict[str, set[str]] = {name: set() for name in TYPES}

    def __iter__(self) -> Iterator[Row]:
        self._stream.seek(0)
        return map(json.loads, self._stream)

    def _note(self, row: Row) -> None:
        for name, value in row.items():
            self.kinds.setdefault(name, set()).add(_kind(value))


@contextmanager
def _held(path: Path) -> Iterator[_HeldRows]:
    with tempfile.TemporaryFile(dir=path.parent) as stream:
        yield _HeldRows(stream)


def _plain(value: Any) -> Any:
    """The value as JSON has it: NaN is none, dates are text."""
    if isinstance(value, float):
        return None if math.isnan(value) else str(value) if math.isinf(value) else float(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, (str, bool, int)) else str(value)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int):
        return "integer" if abs(value) <= EXACT else "long" if -LONG <= value < LONG else "text"
    return "number" if isinstance(value, float) else "text"


def _text(value: Any) -> Any:
    """The value of a text column."""
    return (
        value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    )


def _write_csv(stream: IO[str], rows: _HeldRows, style: CsvStyle) -> None:
    def cell(value: Any) -> Any:
        if isinstance(value, (dict, list)):
            value = _text(value)
        if style.raw or not isinstance(value, str) or not value.startswith(FORMULA):
            return value
        return value if NUMBER.fullmatch(value) else f"'{value}"

    writer = csv.writer(stream)
    writer.writerow([cell(name) for name in rows.kinds])
    writer.writerows([cell(row.get(name)) for name in rows.kinds] for row in rows)


def _write_parquet(stream: IO[bytes], rows: _HeldRows) -> None:
    import pyarrow
    import pyarrow.parquet

    schema = pyarrow.schema(
        [(name, _parquet_type(name, kinds)) for name, kinds in rows.kinds.items()]
    )
    texts = {name for name in rows.kinds if schema.field(name).type == pyarrow.string()}
    with pyarrow.parquet.ParquetWriter(stream, schema) as table:
        batch: list[Row] = []
        for row in rows:
            batch.append(
                {
                    name: _text(row.get(name)) if name in texts else row.get(name)
                    for name in rows.kinds
                }
            )
            if len(batch) == ROW_GROUP:
                table.write_table(pyarrow.Table.from_pylist(batch, schema))
                batch = []
        if batch:
            table.write_table(pyarrow.Table.from_pylist(batch, schema))


def _parquet_type(name: str, kinds: set[str]) -> Any:
    import pyarrow

    types = {
        "text": pyarrow.string(),
        "texts": pyarrow.list_(pyarrow.string()),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "truth": pyarrow.bool_(),
    }
    if name in TYPES:  # the same whatever the rows hold
        return types[TYPES[name]]
    for held, of_metadata in (
        ({"truth"}, "truth"),
        ({"integer", "long"}, "integer"),
        ({"integer", "number"}, "number"),
    ):
        if kinds <= held:
            return types[of_metadata]
    return types["text"]
