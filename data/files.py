"""Tables on disk: rows read one by one in many formats, written whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from data.formats.arrow import is_dataset, read_arrow, read_dataset, read_parquet
from data.formats.delimited import read_delimited
from data.formats.json_lines import read_json_lines
from data.formats.json_records import json_records
from data.formats.json_values import without_nan
from data.formats.spreadsheet import read_spreadsheet
from data.formats.tab_separated import tsv_rows
from data.formats.writing import atomic
from data.problems import InputError, Problem

SUFFIXES = (".jsonl", ".csv", ".parquet")
READ_SUFFIXES = (*SUFFIXES, ".ndjson", ".json", ".tsv", ".xlsx", ".arrow", ".feather")
Row = dict[str, Any]


def kind_of(path: str | Path) -> str:
    """The suffix of a file that says what it holds, in small letters."""
    return Path(path).suffix.lower()


def read_rows(
    path: str | Path, encoding: str | None = None, sheet: str | None = None
) -> Iterator[tuple[int, Row | Problem]]:
    """Yields (line, row) for every row of a table, in order.

    Tables are JSONL, CSV, Parquet, JSON, TSV, Excel and Arrow files, by suffix in any case, and
    folders that `datasets` saved. A line that cannot be read gives a `Problem` in place of its
    row, and reading goes on. Lines count from 1 as an editor shows them (a CSV's first row is on
    line 2); rows of Parquet and Arrow count from 1. Empty lines are passed over; an empty file
    yields nothing. Empty cells of CSV, TSV and Excel and every NaN are left out of the row.

    Args:
        path: the table.
        encoding: of a text file; None for that of its byte order mark, or UTF-8.
        sheet: of an Excel workbook; None where only one has rows.

    Raises:
        InputError: no such file, an unknown suffix, or no table of that format.
    """
    path = Path(path)
    check_table(path)
    kind = kind_of(path)
    if path.is_dir():
        yield from read_dataset(path)
    elif kind == ".parquet":
        yield from read_parquet(path)
    elif kind in (".arrow", ".feather"):
        yield from read_arrow(path)
    elif kind == ".xlsx":
        yield from read_spreadsheet(path, sheet)
    elif kind == ".csv":
        yield from read_delimited(path, encoding)
    elif kind == ".tsv":
        for line, row in tsv_rows(path, (), encoding):
            yield (
                line,
                row
                if isinstance(row, Problem)
                else {key: value for key, value in row.items() if value != ""},
            )
    else:
        yield from (json_records if kind == ".json" else read_json_lines)(path, encoding)


def check_table(path: Path) -> None:
    """Raises InputError unless `path` is an existing table of a known kind."""
    if path.is_dir() and is_dataset(path):
        return
    if path.is_dir():
        raise InputError(Problem(str(path), "is a folder", "expected a table of rows"))
    if kind_of(path) not in READ_SUFFIXES:
        raise InputError(
            Problem(
                str(path),
                f"unknown kind of table '{path.suffix}'",
                f"expected one of {', '.join(READ_SUFFIXES)}",
            )
        )
    if not path.is_file():
        raise InputError(Problem(str(path), "no such file", "expected a table of rows"))


def table_digest(path: str | Path) -> str:
    """Sha256 of a table's bytes; of a folder, of all its files by name."""
    path = Path(path)
    total = hashlib.sha256()
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in filter(Path.is_file, files):
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                total.update(block)
    return total.hexdigest()


def check_out(path: Path, option: str = "") -> None:
    """Raises InputError unless a table can be written under that name.

    Args:
        path: where to.
        option: of the command line that names it, for the message.
    """
    where = f"{option} {path}".strip()
    if kind_of(path) not in SUFFIXES:
        raise InputError(
            Problem(
                where,
                f"unknown kind of table '{path.suffix}'",
                f"expected one of {', '.join(SUFFIXES)}",
            )
        )
    if path.is_dir():
        raise InputError(Problem(where, "is a folder", "expected a file to write"))


def write_rows(path: str | Path, rows: Iterable[Row]) -> int:
    """Writes rows as JSONL, CSV or Parquet, by the suffix of `path`; returns how many.

    CSV and Parquet columns are the union of the rows' fields, in order of appearance; JSONL is
    written as the rows come. Lists become JSON text in CSV, and a Parquet column of
    objects or of mixed kinds becomes text. NaN is no value and is left out.

    Raises:
        InputError: an unknown suffix, or an infinite number in a JSONL row.
    """
    path = Path(path)
    check_out(path)
    kind = kind_of(path)
    if kind == ".jsonl":
        count = 0
        with atomic(path) as stream:
            for row in rows:
                count += 1
                stream.write(_json_line(row, f"{path}:{count}") + "\n")
        return count
    kept = [without_nan(row) for row in rows]
    columns = list(dict.fromkeys(key for row in kept for key in row))
    if kind == ".csv":
        with atomic(path) as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows({key: _cell(value) for key, value in row.items()} for row in kept)
    else:
        import pyarrow
        import pyarrow.parquet

        table = pyarrow.table({key: _column([row.get(key) for row in kept]) for key in columns})
        with atomic(path, "wb") as stream:
            pyarrow.parquet.write_table(table, stream)
    return len(kept)


def _json_line(row: Row, where: str) -> str:
    try:
        return json.dumps(row, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        row = without_nan(row)
    try:
        return json.dumps(row, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError as error:
        raise InputError(
            Problem(
                where, f"cannot be written as JSON ({error})", "leave out numbers that are infinite"
            )
        ) from error


def _cell(value: Any) -> Any:
    return (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, (list, dict))
        else value
    )


def _column(values: list[Any]) -> Any:
    """Values of one kind, as Parquet needs: JSON text for objects and where kinds are mixed."""
    import pyarrow

    kinds = {type(value) for value in values if value is not None}
    if len(kinds) <= 1 and kinds != {dict}:
        with suppress(pyarrow.ArrowException):  # a kind that Parquet does not have
            return pyarrow.array(values)
    return [
        value
        if value is None or isinstance(value, str)
        else json.dumps(value, ensure_ascii=False, default=str)
        for value in values
    ]
