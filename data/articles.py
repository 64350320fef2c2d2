"""Articles read from text files, folders and tables, one by one."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.files import SUFFIXES, Row, read_rows
from data.problems import InputError, Problem

TEXT_SUFFIXES = (".txt", ".md")
KINDS = (*TEXT_SUFFIXES, *SUFFIXES)


@dataclass(frozen=True, slots=True)
class Article:
    """A text to label.

    Attributes:
        id: the row's `article_id` or `id`, or `FILE:LINE`; a text file's path within the folder
            it was found in, or the path it was named by.
        text: the text as it stands in the file; with a title column, title, blank line, text.
        metadata: a table row's other fields (date, source, …); empty for text files.
        where: file, or file and line, for messages.
    """

    id: str
    text: str
    where: str
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which fields of a table hold an article; the first id field that a row has counts."""

    text: str = "text"
    title: str | None = None
    id: tuple[str, ...] = ("article_id", "id")


def read_articles(
    paths: Sequence[str | Path],
    columns: Columns | None = None,
    *,
    skip: Collection[str | Path] = (),
) -> Iterator[Article | Problem]:
    """Returns an iterator over the articles of files and folders, in order, reading as it goes.

    A folder is searched through and through, sorted by path, for .txt, .md, .jsonl, .csv and
    .parquet; hidden files and those in `skip` are passed over. What cannot be read, an empty
    text, an article id seen before, and a symbolic link out of the folder each give a `Problem`
    in place of the article, and reading goes on.

    Raises:
        InputError: before the first article, if a path does not exist or its kind is unknown.
    """
    problems = [problem for path in paths if (problem := _path_problem(Path(path)))]
    if problems:
        raise InputError(problems)
    return _unique(_read_all([Path(path) for path in paths], columns or Columns(),
                             {Path(path).resolve() for path in skip}))


def _path_problem(path: Path) -> Problem | None:
    if path.is_dir():
        return None
    if not path.is_file():
        return Problem(str(path), "no such file or folder", "expected articles to read")
    if path.suffix.lower() not in KINDS:
        return Problem(str(path), f"unknown kind of file '{path.suffix}'",
                       f"expected one of {', '.join(KINDS)}, or a folder")
    return None


def _unique(articles: Iterator[Article | Problem]) -> Iterator[Article | Problem]:
    first_seen: dict[str, str] = {}
    for article in articles:
        if isinstance(article, Article):
            first = first_seen.setdefault(article.id, article.where)
            if first is not article.where:  # a file named twice has an equal place, not the same
                yield Problem(article.where, f"article id '{article.id}' stands also at {first}",
                              "expected unique ids; name the folder that holds both files, or "
                              "mend the id column")
                continue
        yield article


def _read_all(
    paths: Sequence[Path], columns: Columns, skip: set[Path]
) -> Iterator[Article | Problem]:
    for path in paths:
        if not path.is_dir():
            yield from _read_file(path, path.as_posix(), columns)
            continue
        for found in _walk(path):
            if isinstance(found, Problem):
                yield found
            elif found.resolve() not in skip:
                yield from _read_file(found, found.relative_to(path).as_posix(), columns)


def _walk(folder: Path) -> Iterator[Path | Problem]:
    """The readable files below a folder, by path; links that lead out of it are problems."""
    inside = folder.resolve()
    unread: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=unread.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            path = Path(root, name)
            if path.is_symlink():
                yield Problem(str(path), "is a link to a folder, which is not followed",
                              "name the folder itself")
        for name in sorted(files):
            path = Path(root, name)
            if name.startswith(".") or path.suffix.lower() not in KINDS:
                continue
            if not path.is_file():
                yield Problem(str(path), "is a broken link or no file", "remove or mend it")
            elif path.is_symlink() and not path.resolve().is_relative_to(inside):
                yield Problem(str(path), "is a link that leads out of the folder, which is not "
                                         "followed", "name the file itself")
            else:
                yield path
    yield from (Problem(str(error.filename), f"cannot be read ({error.strerror})")
                for error in unread)


def _read_file(path: Path, name: str, columns: Columns) -> Iterator[Article | Problem]:
    if path.suffix.lower() in TEXT_SUFFIXES:
        yield _read_text(path, name)
        return
    try:
        for line, row in read_rows(path):
            where = f"{path}:{line}"
            yield row if isinstance(row, Problem) else _from_row(row, columns, where,
                                                                 f"{name}:{line}")
    except InputError as error:  # the rest of this table is lost, the other files are not
        yield from error.problems
    except OSError as error:
        yield Problem(str(path), f"cannot be read ({error.strerror})")


def _read_text(path: Path, name: str) -> Article | Problem:
    try:
        # Line ends stay as they are: offsets are into the file's own characters.
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Problem(str(path), f"is not UTF-8 ({error.reason} at byte {error.start})",
                       "expected UTF-8 text; convert the file")
    except OSError as error:
        return Problem(str(path), f"cannot be read ({error.strerror})")
    if not text.strip():
        return Problem(str(path), "is empty", "expected the text of an article")
    return Article(name, text, str(path))


def _from_row(row: Row, columns: Columns, where: str, fallback: str) -> Article | Problem:
    text = row.get(columns.text)
    if not isinstance(text, str) or not text.strip():
        fields = ", ".join(map(str, row)) or "none"
        return Problem(where, f"'{columns.text}' is missing or empty (fields here: {fields})",
                       "expected the article's text there, or name its column")
    title = row.get(columns.title) if columns.title else None
    identity = next((str(row[name]) for name in columns.id
                     if row.get(name) not in (None, "")), fallback)
    used = {columns.text, *columns.id}
    return Article(identity, f"{title}\n\n{text}" if title else text, where,
                   {key: value for key, value in row.items() if key not in used})
