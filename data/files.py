"""Tables on disk: rows of JSONL, CSV, Parquet, read one by one, written whole or not at all."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from data.problems import InputError, Problem

SUFFIXES = (".jsonl", ".csv", ".parquet")
Row = dict[str, Any]


def read_rows(path: str | Path) -> Iterator[tuple[int, Row | Problem]]:
    """Yields (line, row) for every row of a JSONL, CSV or Parquet file, in order.

    A line that cannot be read gives a `Problem` in place of its row, and reading goes on. Lines
    count from 1 as an editor shows them (a CSV's first row is on line 2); a Parquet file's rows
    count from 1. Empty lines are passed over; an empty file yields nothing. Empty CSV cells are
    left out of the row.

    Raises:
        InputError: no such file, an unknown suffix, or no table of that format.
    """
    path = Path(path)
    check_table(path)
    if path.suffix == ".parquet":
        yield from _read_parquet(path)
    elif path.suffix == ".csv":
        yield from _read_csv(path)
    else:
        yield from _read_jsonl(path)


def check_table(path: Path) -> None:
    """Raises InputError unless `path` is an existing file with a known suffix."""
    if path.suffix not in SUFFIXES:
        raise InputError(Problem(str(path), f"unknown kind of table '{path.suffix}'",
                                 f"expected one of {', '.join(SUFFIXES)}"))
    if not path.is_file():
        raise InputError(Problem(str(path), "no such file", "expected a table of rows"))


def _read_jsonl(path: Path) -> Iterator[tuple[int, Row | Problem]]:
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            try:
                row = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
            except UnicodeDecodeError as error:
                yield number, Problem(f"{path}:{number}", f"is not UTF-8 ({error.reason})",
                                      "expected UTF-8 text; convert the file")
            except ValueError as error:
                yield number, Problem(f"{path}:{number}", f"is not JSON ({error})",
                                      "expected one JSON object a line")
            else:
                yield number, row if isinstance(row, dict) else Problem(
                    f"{path}:{number}", f"is a JSON {type(row).__name__}",
                    "expected an object with named fields")


def _read_csv(path: Path) -> Iterator[tuple[int, Row | Problem]]:
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        line = 1
        try:
            for row in reader:
                line += 1
                start, line = line, reader.line_num
                if None in row:
                    yield start, Problem(f"{path}:{start}", "has more cells than the header",
                                         "quote cells that hold commas")
                    continue
                yield start, {key: value for key, value in row.items() if value not in (None, "")}
        except (UnicodeDecodeError, csv.Error) as error:
            raise InputError(Problem(f"{path}:{line}", f"cannot be read as CSV ({error})",
                                     "expected UTF-8 CSV with a header")) from error


def _read_parquet(path: Path) -> Iterator[tuple[int, Row | Problem]]:
    import pyarrow
    import pyarrow.parquet

    number = 0
    try:
        with pyarrow.parquet.ParquetFile(path) as table:
            for batch in table.iter_batches(1_000):
                for row in batch.to_pylist():
                    number += 1
                    yield number, {key: value for key, value in row.items() if value is not None}
    except pyarrow.ArrowException as error:
        raise InputError(Problem(str(path), f"cannot be read as Parquet ({error})")) from error


@contextmanager
def atomic(path: str | Path, mode: str = "w") -> Iterator[IO[Any]]:
    """Opens a temporary file beside `path` that takes its name when the block ends well.

    Folders are made. After an exception `path` is as it was before.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    text = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    try:
        with temporary.open(mode, **text) as stream:  # type: ignore[call-overload]
            yield stream
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_rows(path: str | Path, rows: Iterable[Row]) -> int:
    """Writes rows as JSONL, CSV or Parquet, by the suffix of `path`; returns how many.

    CSV and Parquet columns are the union of the rows' fields, in order of appearance; JSONL is
    written as the rows come. Lists become JSON text in CSV, and a Parquet column of
    objects or of mixed kinds becomes text.

    Raises:
        InputError: an unknown suffix.
    """
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise InputError(Problem(str(path), f"unknown kind of table '{path.suffix}'",
                                 f"expected one of {', '.join(SUFFIXES)}"))
    if path.suffix == ".jsonl":
        count = 0
        with atomic(path) as stream:
            for row in rows:
                stream.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
                count += 1
        return count
    kept = list(rows)
    columns = list(dict.fromkeys(key for row in kept for key in row))
    if path.suffix == ".csv":
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


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def _column(values: list[Any]) -> list[Any]:
    """Values of one kind, as Parquet needs: JSON text for objects and where kinds are mixed."""
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) <= 1 and kinds != {dict}:
        return values
    return [value if value is None or isinstance(value, str) else json.dumps(
        value, ensure_ascii=False, default=str) for value in values]
