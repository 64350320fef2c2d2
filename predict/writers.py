"""Labelled rows written as they come, to a file that takes its name when all is there."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from data.files import SUFFIXES, atomic
from data.problems import InputError, Problem

Row = dict[str, Any]

COLUMNS = (
    "article_id", "sentence_id", "position", "start", "end", "quoted", "text", "kind", "target",
    "target_start", "target_end", "label", "labels", "probability", "probabilities", "model",
    "model_version", "date", "source")
NUMBERS = ("position", "start", "end", "target_start", "target_end")
ROW_GROUP = 10_000  # rows held in memory before Parquet writes them


class RowWriter(Protocol):
    """Something that takes rows one by one."""

    def write(self, row: Row) -> None:
        """Adds a row; fields that are absent stay empty."""


def check_out(path: Path) -> None:
    """Raises InputError unless labels can be written to a file of that name."""
    if path.suffix not in SUFFIXES:
        raise InputError(Problem(str(path), f"unknown kind of table '{path.suffix}'",
                                 f"expected one of {', '.join(SUFFIXES)}"))
    if path.is_dir():
        raise InputError(Problem(str(path), "is a folder", "expected a file to write"))


def open_writer(path: str | Path) -> AbstractContextManager[RowWriter]:
    """Returns a context that gives a writer for JSONL, CSV or Parquet, by the suffix.

    The file appears, or replaces an older one, when the context ends well; after an exception
    everything is as it was. JSONL leaves out empty fields. CSV and Parquet have all of `COLUMNS`,
    `probabilities` as JSON text; `labels` is JSON text in CSV and a list in Parquet.

    Raises:
        InputError: an unknown suffix, or the name of a folder.
    """
    path = Path(path)
    check_out(path)
    if path.suffix == ".parquet":
        return _parquet(path)
    return _csv(path) if path.suffix == ".csv" else _jsonl(path)


class _JsonlWriter:
    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, row: Row) -> None:
        kept = {name: value for name, value in row.items() if value is not None}
        self._stream.write(json.dumps(kept, ensure_ascii=False, default=str) + "\n")


@contextmanager
def _jsonl(path: Path) -> Iterator[RowWriter]:
    with atomic(path) as stream:
        yield _JsonlWriter(stream)


class _CsvWriter:
    def __init__(self, stream: IO[str]) -> None:
        self._writer = csv.DictWriter(stream, COLUMNS, extrasaction="ignore")
        self._writer.writeheader()

    def write(self, row: Row) -> None:
        self._writer.writerow({
            name: _as_json(value) if isinstance(value, (dict, list)) else value
            for name, value in row.items()})


@contextmanager
def _csv(path: Path) -> Iterator[RowWriter]:
    with atomic(path) as stream:
        yield _CsvWriter(stream)


class _ParquetWriter:
    def __init__(self, table: Any, schema: Any) -> None:
        self._table, self._schema = table, schema
        self._rows: list[Row] = []

    def write(self, row: Row) -> None:
        self._rows.append({name: _cell(name, row.get(name)) for name in COLUMNS})
        if len(self._rows) == ROW_GROUP:
            self.flush()

    def flush(self) -> None:
        import pyarrow

        if self._rows:
            self._table.write_table(pyarrow.Table.from_pylist(self._rows, self._schema))
        self._rows = []


@contextmanager
def _parquet(path: Path) -> Iterator[RowWriter]:
    import pyarrow
    import pyarrow.parquet

    kinds = {"quoted": pyarrow.bool_(), "labels": pyarrow.list_(pyarrow.string()),
             "probability": pyarrow.float64(), **dict.fromkeys(NUMBERS, pyarrow.int64())}
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in COLUMNS])
    with atomic(path, "wb") as stream, pyarrow.parquet.ParquetWriter(stream, schema) as table:
        writer = _ParquetWriter(table, schema)
        yield writer
        writer.flush()


def _cell(name: str, value: Any) -> Any:
    if name == "probabilities" and value is not None:
        return _as_json(value)
    if name in ("date", "source", "model_version") and value is not None:
        return str(value)
    return value


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class Rejects:
    """Records that could not be labelled, kept beside the labels as `OUT.rejects.jsonl`.

    Each has file, line (null for a file of one article) and reason. There is such a file only
    after a run that had rejects; an older one is removed.
    """

    def __init__(self, out: Path) -> None:
        self.path = out.with_name(out.name + ".rejects.jsonl")
        self._problems: list[Problem] = []

    def __len__(self) -> int:
        return len(self._problems)

    def add(self, problem: Problem) -> None:
        """Notes a record with the reason it was set aside."""
        self._problems.append(problem)

    def first(self, count: int) -> list[Problem]:
        """Returns the first `count` of them."""
        return self._problems[:count]

    def write(self) -> None:
        """Writes the file, or removes one that an earlier run left."""
        if not self._problems:
            self.path.unlink(missing_ok=True)
            return
        with atomic(self.path) as stream:
            for problem in self._problems:
                file, _, line = problem.where.rpartition(":")
                placed = ({"file": file, "line": int(line)} if file and line.isdecimal()
                          else {"file": problem.where, "line": None})
                reason = str(problem).removeprefix(f"{problem.where}: ")
                stream.write(_as_json(placed | {"reason": reason}) + "\n")
