"""One labelled row: its fields, what can be wrong with it, and the example it holds."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Iterator
from typing import Any

from data.codebook import JOINER, Codebook
from data.examples import Example, Labelled, Span
from data.fields import (
    EXPECTED_SPLIT,
    FIELDS,
    OFFSET_FIELDS,
    SPLIT_SYNONYMS,
    SPLITS,
    TEXT_FIELDS,
    as_text,
    has_split,
    is_missing,
    marks_missing,
    split_named,
    whole_number,
)
from data.files import Row
from data.problems import Problem, nearest
from data.text.names import find_name


def article_of(row: Row) -> str:
    """The article that a row stands in: its `article_id`, or its `id` where it names none."""
    for name in ("article_id", "id"):
        if not is_missing(row.get(name)):
            return as_text(row[name])
    return ""


def normal(row: Row) -> Row:
    """The row under the names of this project, without fields that hold nothing.

    A column `Text` or ` LABEL ` is the field of that name where there is no other. Fields with
    NaN, blanks or a mark for a missing value (`nan`, `NULL`, …) are left out; not so marks in
    `text` and labels, which may be meant: the check tells of them.
    """
    named = {key.strip().casefold(): key for key in row if isinstance(key, str)}
    renamed = {named[field]: field for field in FIELDS if field not in row and field in named}
    kept = {renamed.get(key, key): value for key, value in row.items()} if renamed else row
    return {
        key: value
        for key, value in kept.items()
        if key not in FIELDS
        or not (
            (is_missing(value) and not (key == "text" and isinstance(value, str)))
            or (marks_missing(value) and key not in ("text", "label", "labels"))
        )
    }


def labels_of(row: Row) -> list[str]:
    """The labels of a row: its `labels`, or its one `label`, or none.

    `labels` may be a list or, from a CSV cell, a list in JSON or Python, or names parted by `|`.

    Raises:
        ValueError: they are no list of names.
    """
    labels = row.get("labels")
    if labels is None:
        label = row.get("label")
        if not isinstance(label, (list, tuple, dict)):
            return [] if is_missing(label) else [as_text(label)]
        labels = label
    if isinstance(labels, str):
        labels = parse_labels(labels)
    if not isinstance(labels, (list, tuple)) or any(
        isinstance(label, (list, tuple, dict)) or label is None or label != label
        for label in labels
    ):  # what is not itself is NaN
        raise ValueError(f"{labels!r} is no list of names")
    return [as_text(label) for label in labels if label != ""]


def parse_labels(cell: str) -> list[Any]:
    """The labels in a cell: a list in JSON or in Python, or else names parted by `|`."""
    text = cell.strip()
    if text.startswith("["):
        for read in (json.loads, ast.literal_eval):
            try:
                value = read(text)
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                continue
            if isinstance(value, list):
                return value
    return [part.strip() for part in text.split(JOINER)]


def problems_of(row: Row, codebook: Codebook, where: str) -> Iterator[Problem]:
    """Yields everything that is wrong with a row under a codebook; nothing if it is right."""
    text = row.get("text")
    if not isinstance(text, str) or not text.strip() or marks_missing(text):
        fault = (
            "text is missing or empty"
            if is_missing(text)
            else f"text is '{text}', which marks a missing value"
            if isinstance(text, str)
            else f"text is {_kind_of_value(text)}"
        )
        yield Problem(where, fault, "expected the sentence in field 'text'")
        text = text if isinstance(text, str) else ""
    if is_missing(row.get("id")):
        yield Problem(where, "id is missing", "expected a name of its own in field 'id'")
    yield from _label_problems(row, codebook, where)
    if codebook.task == "stance" and is_missing(row.get("target")):
        yield Problem(where, "target is missing", "stance rows name their target in field 'target'")
    for field in TEXT_FIELDS:
        if isinstance(value := row.get(field), (list, dict, bool)) and field != "text":
            yield Problem(where, f"{field} is {_kind_of_value(value)}", "expected text")
    for field, value in row.items():
        if isinstance(value, float) and math.isinf(value):
            yield Problem(where, f"{field} is {value}", "expected a number that is finite, or none")
    for role in ("target", "actor"):
        yield from _span_problems(row, role, text, where)
    split = row.get("split")
    if has_split(split) and split_named(split) is None:
        yield Problem(
            where,
            f"split is '{split}'{nearest(str(split), (*SPLITS, *SPLIT_SYNONYMS))}",
            EXPECTED_SPLIT,
        )


def _kind_of_value(value: Any) -> str:
    return (
        "a list"
        if isinstance(value, list)
        else "an object"
        if isinstance(value, dict)
        else "a truth value"
        if isinstance(value, bool)
        else "a number"
        if isinstance(value, (int, float))
        else f"a {type(value).__name__}"
    )


def _label_problems(row: Row, codebook: Codebook, where: str) -> Iterator[Problem]:
    try:
        labels = labels_of(row)
    except ValueError as error:
        yield Problem(where, f"labels {error}", 'expected ["name", …] or name|name')
        return
    has_field = row.get("label") is not None or row.get("labels") is not None
    if codebook.multilabel:
        if not has_field:
            yield Problem(where, "labels is missing", "expected a list; [] says that none applies")
    elif len(labels) != 1:
        yield Problem(
            where,
            "label is missing" if not labels else f"has {len(labels)} labels",
            f"codebook {codebook.name} takes exactly one label a row",
        )
    for label in labels:
        if label not in codebook.columns:
            yield codebook.label_problem(label, where)
    if len(set(labels)) != len(labels):
        yield Problem(where, "names a label twice", "name each once")


def _span_problems(row: Row, role: str, text: str, where: str) -> Iterator[Problem]:
    start, end = row.get(f"{role}_start"), row.get(f"{role}_end")
    if start is None and end is None:
        return
    bounds = (whole_number(start), whole_number(end))
    if None in bounds:
        yield Problem(
            where,
            f"{role}_start, {role}_end are {start!r}, {end!r}",
            "expected two whole numbers, or neither",
        )
    elif not 0 <= bounds[0] < bounds[1] <= len(text):  # type: ignore[operator]
        yield Problem(
            where,
            f"{role} at {start}–{end} is not inside the text of {len(text)} characters",
            "expected 0 <= start < end <= length",
        )


def tidy(row: Row) -> Row:
    """The row as it is kept: labels as a list, offsets as numbers, names as text, extras as is."""
    kept: Row = {key: value for key, value in row.items() if key not in ("label", "labels")}
    for field in TEXT_FIELDS:
        if kept.get(field) is not None:
            kept[field] = kept[field] if isinstance(kept[field], str) else as_text(kept[field])
    for field in OFFSET_FIELDS:
        if kept.get(field) is not None:
            kept[field] = whole_number(kept[field])
    kept.setdefault("article_id", kept.get("id"))
    kept["labels"] = labels_of(row)
    return kept


def labelled(row: Row) -> Labelled:
    """The example in a tidy row, with its labels."""
    return Labelled(
        example=example_of(row),
        labels=tuple(row.get("labels") or ()),
        id=str(row.get("id", "")),
        article_id=article_of(row),
    )


def example_of(row: Row) -> Example:
    """The example in a row.

    A target without offsets is looked for in the text, as a word of its own (`find_name` of
    `data/text/names.py`); the first place counts, and none leaves `target_span` empty. Offsets
    that are given are kept as they are.
    """
    text = str(row["text"])
    target = row.get("target")
    span = _span(row, "target")
    if target and span is None and (place := find_name(text, str(target))):
        span = Span(*place)
    return Example(text, str(target) if target else None, span, _span(row, "actor"))


def _span(row: Row, role: str) -> Span | None:
    start, end = row.get(f"{role}_start"), row.get(f"{role}_end")
    return None if start is None or end is None else Span(int(start), int(end))
