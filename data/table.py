"""Labelled files as checked tables (`datasets.Dataset`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.codebook import Codebook
from data.fields import as_text
from data.files import Row, read_rows
from data.problems import InputError, Problem
from data.rows import normal, problems_of, tidy

if TYPE_CHECKING:
    from datasets import Dataset

MAX_PROBLEMS = 1_000


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
    rows: list[Row] = []
    problems: list[Problem] = []
    first_seen: dict[str, str] = {}
    for path in paths:
        for line, row in read_rows(path, encoding, sheet):
            where = f"{path}:{line}"
            if isinstance(row, Problem):
                problems.append(row)
                continue
            row = mend(normal(row)) if mend else normal(row)
            problems_of_row = list(problems_of(row, codebook, where))
            identity = as_text(row.get("id", ""))
            if identity and first_seen.setdefault(identity, where) != where:
                problems_of_row.append(
                    Problem(
                        where,
                        f"id '{identity}' stands also at {first_seen[identity]}",
                        "expected unique ids",
                    )
                )
            problems += problems_of_row
            if not problems_of_row:
                rows.append(tidy(row))
            if len(problems) >= MAX_PROBLEMS:
                return rows, problems
    return rows, problems


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
    if problems:
        raise InputError(problems)
    if not rows:
        raise InputError(
            Problem(", ".join(map(str, paths)), "holds no rows", "expected labelled rows")
        )
    return rows


def as_dataset(rows: Sequence[Row]) -> Dataset:
    """Returns rows as a `datasets.Dataset`; columns are the union of the rows' fields.

    A column that mixes kinds (a number here, a text there) becomes text.
    """
    from datasets import Dataset

    columns = list(dict.fromkeys(key for row in rows for key in row))
    table: dict[str, list[object]] = {}
    for column in columns:
        values = [row.get(column) for row in rows]
        kinds = {type(value) for value in values if value is not None}
        if len(kinds) > 1:
            values = [value if value is None else str(value) for value in values]
        elif kinds == {dict}:
            values = [value if value is None else json.dumps(value) for value in values]
        table[column] = values
    return Dataset.from_dict(table)


def digest(rows: Sequence[Row]) -> str:
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
