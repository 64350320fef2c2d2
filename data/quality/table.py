"""Labelled files as checked tables (`datasets.Dataset`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from data.codebook import Codebook
from data.fields import as_text
from data.files import Row, read_rows
from data.formats.disk_table import TableRows, columns_of, spooled
from data.problems import InputError, Problem
from data.rows import normal, problems_of, tidy

if TYPE_CHECKING:
    from datasets import Dataset

MAX_PROBLEMS = 1_000
HELD = 50_000  # rows that are held in memory; more go to disk, and are read from there


def checked_rows(
    paths: Sequence[str | Path],
    codebook: Codebook,
    mend: Callable[[Row], Row] | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> tuple[list[Row], list[Problem]]:
    """Returns the tidy rows that are right, in order, and every problem of the others.

    `mend` is applied to a row before it is checked. Ids must be unique over all files together.
    Stops after 1,000 problems. `encoding` and `sheet` are as for `data.files.read_rows`.

    Raises:
        InputError: a file is missing or is no table.
    """
    problems: list[Problem] = []
    return list(_right_rows(paths, codebook, problems, mend, encoding, sheet)), problems


def _right_rows(
    paths: Sequence[str | Path],
    codebook: Codebook,
    problems: list[Problem],
    mend: Callable[[Row], Row] | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Iterator[Row]:
    """Yields the tidy rows that are right; adds what is wrong with the others to `problems`."""
    first_seen: dict[str, tuple[str | Path, int] | int] = {}
    for path in paths:
        for line, row in read_rows(path, encoding, sheet):
            where = f"{path}:{line}"
            if isinstance(row, Problem):
                problems.append(row)
                continue
            row = mend(normal(row)) if mend else normal(row)
            problems_of_row = list(problems_of(row, codebook, where))
            identity = as_text(row.get("id", ""))
            place = line if path is paths[0] else (path, line)  # short: there may be millions
            if identity and (before := first_seen.setdefault(identity, place)) != place:
                at = (
                    f"{paths[0]}:{before}"
                    if isinstance(before, int)
                    else ":".join(map(str, before))
                )
                problems_of_row.append(
                    Problem(
                        where,
                        f"id '{identity}' stands also at {at}",
                        "expected unique ids",
                    )
                )
            problems += problems_of_row
            if not problems_of_row:
                yield tidy(row)
            if len(problems) >= MAX_PROBLEMS:
                return


def load_rows(
    paths: Sequence[str | Path],
    codebook: Codebook,
    mend: Callable[[Row], Row] | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> list[Row]:
    """Returns the tidy rows of the files, each mended before it is checked.

    `encoding` and `sheet` are as for `data.files.read_rows`.

    Raises:
        InputError: with every problem; also if there is no row at all.
    """
    rows, problems = checked_rows(paths, codebook, mend, encoding, sheet)
    _check_read(paths, bool(rows), problems)
    return rows


def load_many(paths: Sequence[str | Path], codebook: Codebook) -> list[Row] | TableRows[Row]:
    """Returns the rows as `load_rows` does; if they are many, from a table on disk.

    A table on disk holds what `as_dataset` makes of the rows: fields that a row lacks are None.
    Its file lasts as long as the process.

    Raises:
        InputError: as `load_rows`.
    """
    problems: list[Problem] = []
    stream = _right_rows(paths, codebook, problems)
    rows = list(islice(stream, HELD + 1))
    if len(rows) <= HELD:
        _check_read(paths, bool(rows), problems)
        return rows
    blocks = _blocks(rows, stream)
    del rows
    table = spooled(blocks)
    _check_read(paths, True, problems)
    return TableRows(table)


def _blocks(first: list[Row], rest: Iterator[Row]) -> Iterator[list[Row]]:
    """All rows, in lists that are dropped one by one."""
    while first:
        yield first
        first = list(islice(rest, HELD))


def _check_read(paths: Sequence[str | Path], some: bool, problems: Sequence[Problem]) -> None:
    """Raises InputError with what was wrong, or if there is no row."""
    if problems:
        raise InputError(problems)
    if not some:
        raise InputError(
            Problem(", ".join(map(str, paths)), "holds no rows", "expected labelled rows")
        )


def as_dataset(rows: Sequence[Row]) -> Dataset:
    """Returns rows as a `datasets.Dataset`; columns are the union of the rows' fields.

    A column that mixes kinds (a number here, a text there) becomes text.
    """
    from datasets import Dataset

    columns, _ = columns_of(rows)
    return Dataset.from_dict(columns)


def digest(rows: Iterable[Row]) -> str:
    """Sha256 (16 hex digits) over what a model sees: texts, labels, targets and offsets.

    The order of rows counts; other columns do not. No rows give the digest of nothing.
    """
    total = hashlib.sha256()
    for row in rows:
        seen = [
            row.get(key)
            for key in (
                "id",
                "article_id",
                "text",
                "labels",
                "target",
                "target_start",
                "target_end",
                "actor_start",
                "actor_end",
            )
        ]
        total.update(json.dumps(seen, ensure_ascii=False).encode())
    return total.hexdigest()[:16]
