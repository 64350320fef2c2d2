"""What is known of articles beside their text: dates in file names, and a file of metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from data.fields import is_missing
from data.files import Row, read_rows
from data.problems import InputError, Problem

KEYS = ("file", "id", "article_id")
DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")
MONTH = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")


def date_in_name(name: str) -> str | None:
    """Returns the date in a file's name as YYYY-MM-DD; None if nothing there looks like one.

    A date is written year, month, day: `2024-08-03_talks.txt`, `talks_2024_08_03.txt`,
    `20240803-talks.txt`.

    Raises:
        ValueError: what looks like a date is none, or there are several.
    """
    dates = {
        date(int(year), int(month), int(day)).isoformat()
        for year, _, month, day in DATE.findall(PurePosixPath(name).name)
    }
    if len(dates) > 1:
        raise ValueError(f"has the dates {', '.join(sorted(dates))}")
    return dates.pop() if dates else None


def is_iso_date(value: object) -> bool:
    """Whether a value is a date, or text that says one as ISO 8601 does (a year will do)."""
    if isinstance(value, date):
        return True
    text = str(value).strip()
    if MONTH.fullmatch(text):
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


class Metadata:
    """Fields of articles, from a table whose column `file`, `id` or `article_id` names them."""

    def __init__(self, path: str | Path, encoding: str | None = None) -> None:
        """Reads the table.

        Raises:
            InputError: it cannot be read, has rows that name no article, or names one twice; every
                such row is told.
        """
        self.path = Path(path)
        self._rows: dict[str, Row] = {}
        self._used: set[str] = set()
        problems: list[Problem] = []
        places: dict[str, str] = {}
        for where, key, row in self._read(encoding, problems):
            if first := places.get(key):
                problems.append(
                    Problem(
                        where,
                        f"'{key}' stands also at {first}",
                        "expected one row for each article",
                    )
                )
            else:
                places[key], self._rows[key] = where, row
        if not self._rows and not problems:
            problems.append(Problem(str(path), "holds no rows", f"expected {_expected()}"))
        if problems:
            raise InputError(problems)

    def _read(
        self, encoding: str | None, problems: list[Problem]
    ) -> Iterator[tuple[str, str, Row]]:
        for line, row in read_rows(self.path, encoding):
            where = f"{self.path}:{line}"
            if isinstance(row, Problem):
                problems.append(row)
                continue
            column = next((name for name in KEYS if not is_missing(row.get(name))), None)
            if column is None:
                problems.append(
                    Problem(
                        where,
                        f"names no article (fields here: {', '.join(map(str, row))})",
                        f"expected {_expected()}",
                    )
                )
                continue
            yield (
                where,
                _key(row[column]),
                {
                    name: value
                    for name, value in row.items()
                    if name != column and not is_missing(value)
                },
            )

    def of(self, *names: str) -> Row:
        """Returns the fields under the first of an article's names that the table has, or none."""
        for name in names:
            if (row := self._rows.get(name)) is not None:
                self._used.add(name)
                return row
        return {}

    @property
    def unused(self) -> list[str]:
        """What the table names that no article was called so far."""
        return [key for key in self._rows if key not in self._used]


def names_of(file: str) -> tuple[str, ...]:
    """Returns what a table of metadata may call a file, the surest first."""
    path = PurePosixPath(file)
    return tuple(dict.fromkeys((file, path.name, path.with_suffix("").as_posix(), path.stem)))


def _key(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().removeprefix("./")


def _expected() -> str:
    return f"a column that names the article: {', '.join(KEYS)}"
