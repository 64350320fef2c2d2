"""What an article is, and the article in a record of a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from data.examples import Span
from data.fields import is_missing
from data.files import Row
from data.problems import Problem
from data.rows import example_of

Records = Literal["auto", "articles", "sentences"]


@dataclass(frozen=True, slots=True)
class Article:
    """A text to label.

    Attributes:
        id: its name in the output.
        text: the text as it stands in the file; with a title column, title, blank line, text.
        where: file, or file and line, for messages.
        metadata: what else is known of it (date, source, …); each field becomes a column.
        sentence_id: given where the text is one sentence of the article and is not to be split.
        target: whom stance is labelled for, in place of the targets that are looked for.
        target_span: where that target stands in the text, if it does.
    """

    id: str
    text: str
    where: str = ""
    metadata: Row = field(default_factory=dict)
    sentence_id: str | None = None
    target: str | None = None
    target_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Which fields of a record hold what; of several the first that a record has counts.

    Attributes:
        text: the text.
        title: put before the text, if there is one.
        id: the record's own id.
        article_id: the article that a record is a part of.
        records: whether a record is an article or a sentence; `auto` takes one for a sentence that
            has an id of its own beside its article's, and no line break in its text, as the
            project's own rows have.
        target: whether a sentence's `target` (`target_start`, `target_end`) is whom stance is
            labelled for.
    """

    text: str = "text"
    title: str | None = None
    id: tuple[str, ...] = ("id", "sentence_id")
    article_id: tuple[str, ...] = ("article_id",)
    records: Records = "auto"
    target: bool = True


def article_from_record(
    row: Mapping[str, Any], columns: Columns, where: str, name: str
) -> Article | Problem:
    """Returns the article in a record, or what is wrong with it.

    Fields that are not used as text or id are its metadata; empty ones are left out.

    Args:
        row: the record.
        columns: which fields hold what.
        where: file and line, for messages.
        name: the id of a record that has none.
    """
    text = row.get(columns.text)
    if not isinstance(text, str) or not text.strip():
        fields = ", ".join(map(str, row)) or "none"
        return Problem(
            where,
            f"'{columns.text}' is missing or empty (fields here: {fields})",
            "expected the article's text there, or name its column",
        )
    if problem := unwritable(row, where):
        return problem
    own, article = id_in(row, columns.id), id_in(row, columns.article_id)
    sentence = columns.records == "sentences" or (
        columns.records == "auto" and bool(own and article) and len(text.splitlines()) == 1
    )
    used = {columns.text, article[0] if article else ""}
    if own and (sentence or not article):
        used.add(own[0])
    target, span = None, None
    if sentence and columns.target and not is_missing(row.get("target")):
        target_and_span = target_of(row, text, where)
        if isinstance(target_and_span, Problem):
            return target_and_span
        target, span = target_and_span
    title = row.get(columns.title) if columns.title and not sentence else None
    identity = own[1] if own else name
    return Article(
        id=article[1] if article else identity,
        text=text if is_missing(title) else f"{title}\n\n{text}",
        where=where,
        metadata=metadata_of(row, used),
        sentence_id=identity if sentence else None,
        target=target,
        target_span=span,
    )


def metadata_of(row: Mapping[str, Any], used: set[str]) -> Row:
    """The fields of a record that are neither used nor empty."""
    return {
        str(name): value
        for name, value in row.items()
        if name not in used and not is_missing(value)
    }


def target_of(row: Mapping[str, Any], text: str, where: str) -> tuple[str, Span | None] | Problem:
    """The target that a record names, and where it stands in the text; or what is wrong.

    Without offsets the target is looked for in the text; the span is None if it is not there.
    """
    offsets: list[Any] = [row.get("target_start"), row.get("target_end")]
    target = str(row["target"])
    if all(map(is_missing, offsets)):
        return target, example_of({"text": text, "target": target}).target_span
    try:
        start, end = (int(float(offset)) for offset in offsets)
        right = 0 <= start < end <= len(text) and [start, end] == [
            float(offset) for offset in offsets
        ]
    except (TypeError, ValueError, OverflowError):
        right = False
    if not right:
        return Problem(
            where,
            f"target_start, target_end are {offsets[0]!r}, {offsets[1]!r}",
            f"expected two whole numbers within the text of {len(text)} characters, or neither",
        )
    return target, Span(start, end)


def id_in(row: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, str] | None:
    """The first of the fields that holds an id, and the id as text; None if none does."""
    for name in names:
        value = row.get(name)
        if is_missing(value):
            continue
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # a column of numbers with gaps comes as 7.0
        return name, json.dumps(value) if isinstance(value, (dict, list)) else str(value)
    return None


def unwritable(row: Mapping[str, Any], where: str) -> Problem | None:
    """Text that no file can hold: half of a character that takes two, as cut emoji leave it."""
    for name, value in row.items():
        try:
            json.dumps([name, value], ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError as error:
            return Problem(
                where,
                f"'{legible(str(name))}' holds half a character "
                f"(\\u{ord(error.object[error.start]):x})",
                "expected whole characters; remove it, or export the text again",
            )
        except (TypeError, ValueError, RecursionError) as error:
            return Problem(where, f"'{name}' cannot be written ({error})", "expected plain values")
    return None


def legible(text: str) -> str:
    """The text with halves of characters as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
