"""Rows that Python hands over, as files; and labelled files as tables."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.fields import split_named
from data.files import table_digest, write_rows
from data.formats.arrow import numbered
from data.paths import find
from data.problems import InputError, Problem

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

NAMES = {"train": "train", "dev": "validation", "test": "test"}
KINDS = "a file, a data frame, a Dataset, or records"


@dataclass(frozen=True)
class Handed:
    """Rows of a call as files.

    Attributes:
        files: by the part they are of (`train`, `dev`, `test`); those of no part under `path`.
        names: what messages call each file.
    """

    files: dict[str, str]
    names: dict[str, str]

    @contextmanager
    def named(self) -> Iterator[None]:
        """Lets errors speak of the rows that were handed over, not of the files they became."""
        try:
            yield
        except InputError as error:
            raise InputError([self._named(problem) for problem in error.problems]) from error

    def _named(self, problem: Problem) -> Problem:
        where, what = problem.where, problem.what
        for file, name in self.names.items():
            where, what = where.replace(file, name), what.replace(file, name)
        return replace(problem, where=where, what=what)


def load_rows(
    source: Any, codebook: str | Path | None = None, encoding: str | None = None
) -> Dataset | DatasetDict:
    """Returns labelled rows as a table, checked and tidied as training takes them.

    Args:
        source: a file of any kind that is read, a folder saved by `datasets`, or rows as `train`
            takes them. A file that is not there may be one of the project's own, as
            `data/corpus/event.jsonl`.
        codebook: name or file of the codebook that the rows are checked against.
        encoding: of a text file; None for that of its byte order mark, or UTF-8.

    Returns:
        A `DatasetDict` of train, validation and test where every row has a `split`, else a
        `Dataset`. `labels` is a list; without a codebook rows are taken as they stand.

    Raises:
        InputError: with every problem of the rows; also if there are none.
    """
    from data.codebook import load_codebook
    from data.files import read_rows
    from data.quality.table import as_dataset
    from data.quality.table import load_rows as checked

    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        handed = as_files(source, Path(scratch))
        paths = [find(file) for file in handed.files.values()]
        with handed.named():
            if codebook is not None:
                rows = checked(paths, load_codebook(str(codebook)), encoding=encoding)
            else:
                read = [row for path in paths for _, row in read_rows(path, encoding)]
                if problems := [row for row in read if isinstance(row, Problem)]:
                    raise InputError(problems)
                rows = [row for row in read if not isinstance(row, Problem)]
    return _by_split(as_dataset(rows))


def _by_split(table: Dataset) -> Dataset | DatasetDict:
    from datasets import DatasetDict

    from data.fields import has_split

    splits = table["split"] if "split" in table.column_names else []
    parts: dict[str, list[int]] = {}
    for place, split in enumerate(splits):
        if not has_split(split) or (name := split_named(split)) is None:
            return table
        parts.setdefault(name, []).append(place)
    if not parts:
        return table
    return DatasetDict({NAMES[name]: table.select(parts[name]) for name in NAMES if name in parts})


def as_files(rows: Any, folder: Path, parts: bool = True) -> Handed:
    """Returns rows as files: a path as it is, what is in memory written into `folder`.

    Equal rows get the same name, which is made of their digest. Rows without a column `id` are
    numbered from 0, and each is an article of its own where there is no `article_id`.

    Args:
        rows: a path; a data frame (pandas' or polars'); a `Dataset`; a `DatasetDict`, whose splits
            are the parts; or records (mappings). `hub:OWNER/NAME` names a data set of the hub.
        folder: for the files.
        parts: whether a `DatasetDict` is taken.

    Raises:
        InputError: none of these, splits of other names, or two columns of one name.
    """
    if isinstance(rows, (str, Path)):
        return Handed({"path": str(rows)}, {})
    if _is_dict(rows):
        if not parts:
            raise InputError(
                Problem("rows", "are a DatasetDict", f"name a split: rows[{next(iter(rows))!r}]")
            )
        return _parts(rows, folder)
    name = type(rows).__name__ if hasattr(rows, "columns") or _is_dataset(rows) else "rows"
    file = _written(rows, folder, name, "")
    return Handed({"path": file}, {file: name})


def _parts(rows: Mapping[str, Any], folder: Path) -> Handed:
    splits = {name: split_named(name) for name in rows}
    unknown = [name for name, split in splits.items() if split is None]
    if unknown or "train" not in splits.values():
        raise InputError(
            Problem(
                "DatasetDict",
                f"has a split '{unknown[0]}'" if unknown else "has no split 'train'",
                "expected train, validation and test",
            )
        )
    of_split: dict[str, str] = {}
    for name, split in splits.items():
        if (other := of_split.setdefault(str(split), name)) != name:
            raise InputError(
                Problem(
                    "DatasetDict",
                    f"has two splits for {split}: '{other}' and '{name}'",
                    "join them, or leave one out",
                )
            )
    files: dict[str, str] = {}
    names: dict[str, str] = {}
    for name, table in rows.items():
        file = _written(table, folder, f"DatasetDict[{name!r}]", f"{name}-")
        files[str(splits[name])], names[file] = file, f"DatasetDict[{name!r}]"
    return Handed(files, names)


def _written(rows: Any, folder: Path, name: str, prefix: str) -> str:
    """The file of rows; `prefix` stands before the numbers of rows without an id."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / f".{id(rows)}.parquet"
    try:
        if _is_dataset(rows):
            numbered(rows, prefix).to_parquet(scratch)
        else:
            write_rows(scratch, _numbered(_records(rows, name), prefix))
        file = folder / f"{table_digest(scratch)[:16]}.parquet"
        scratch.replace(file)
    finally:
        scratch.unlink(missing_ok=True)
    return str(file)


def _records(rows: Any, name: str) -> list[dict[str, Any]]:
    if hasattr(rows, "columns"):
        columns = [str(column) for column in rows.columns]
        if len(set(columns)) < len(columns):
            raise InputError(
                Problem(name, "has two columns of one name", "give each column a name of its own")
            )
        records = rows.to_dicts() if hasattr(rows, "to_dicts") else rows.to_dict("records")
        return [
            {str(key): value for key, value in row.items() if not _is_gap(value)} for row in records
        ]
    if not isinstance(rows, Iterable) or isinstance(rows, (bytes, Mapping)):
        raise InputError(Problem("rows", f"are {type(rows).__name__}", f"expected {KINDS}"))
    records = list(rows)
    problems = [
        Problem(f"rows:{number}", f"is {type(row).__name__}", "expected a mapping")
        for number, row in enumerate(records, 1)
        if not isinstance(row, Mapping)
    ]
    if problems:
        raise InputError(problems)
    return [dict(row) for row in records]


def _numbered(records: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    if any("id" in row for row in records):
        return records
    return [{"id": f"{prefix}{at}", **row} for at, row in enumerate(records)]


def _is_gap(value: Any) -> bool:
    """Whether a value is one of pandas' own marks of a missing one, or NaN."""
    return type(value).__name__ in ("NAType", "NaTType") or (
        isinstance(value, float) and value != value
    )


def _is_dataset(rows: Any) -> bool:
    return type(rows).__name__ == "Dataset" and hasattr(rows, "to_parquet")


def _is_dict(rows: Any) -> bool:
    return isinstance(rows, Mapping) and type(rows).__name__ == "DatasetDict"
