"""One labelled row: its fields, what can be wrong with it, and the example it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from data.codebook import Codebook
from data.examples import Example, Labelled, Span
from data.files import Row
from data.names import find_name
from data.problems import Problem, nearest

TEXT_FIELDS = ("id", "article_id", "text", "target", "actor", "date", "source", "annotator",
               "split")
OFFSET_FIELDS = ("target_start", "target_end", "actor_start", "actor_end")
FIELDS = (*TEXT_FIELDS, *OFFSET_FIELDS, "label", "labels")
SPLITS = ("train", "dev", "test")


def labels_of(row: Row) -> list[str]:
    """The labels of a row: its `labels`, or its one `label`, or none.

    `labels` may be a list or, from a CSV cell, a JSON list or names parted by `|`.
    """
    if (several := row.get("labels")) is not None:
        if isinstance(several, str):
            text = several.strip()
            several = json.loads(text) if text.startswith("[") else text.split("|")
        return [str(label) for label in several if str(label) != ""]
    label = row.get("label")
    return [] if label is None else [str(label)]


def problems_of(row: Row, codebook: Codebook, where: str) -> Iterator[Problem]:
    """Yields everything that is wrong with a row under a codebook; nothing if it is right."""
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        yield Problem(where, "text is missing or empty", "expected the sentence in field 'text'")
        text = ""
    if row.get("id") in (None, ""):
        yield Problem(where, "id is missing", "expected a name of its own in field 'id'")
    yield from _label_problems(row, codebook, where)
    if codebook.task == "stance" and not str(row.get("target") or "").strip():
        yield Problem(where, "target is missing", "stance rows name their target in field 'target'")
    for role in ("target", "actor"):
        yield from _span_problems(row, role, text, where)
    split = row.get("split")
    if split is not None and split not in SPLITS:
        yield Problem(where, f"split is '{split}'{nearest(str(split), SPLITS)}",
                      "expected train, dev or test")


def _label_problems(row: Row, codebook: Codebook, where: str) -> Iterator[Problem]:
    try:
        labels = labels_of(row)
    except ValueError:
        yield Problem(where, f"labels {row['labels']!r} is no list",
                      'expected ["name", …] or name|name')
        return
    has_field = row.get("label") is not None or row.get("labels") is not None
    if codebook.several:
        if not has_field:
            yield Problem(where, "labels is missing", "expected a list; [] says that none applies")
    elif len(labels) != 1:
        yield Problem(where, "label is missing" if not labels else f"has {len(labels)} labels",
                      f"codebook {codebook.name} takes exactly one label a row")
    for label in labels:
        if label not in codebook.columns:
            yield codebook.label_problem(label, where)
    if len(set(labels)) != len(labels):
        yield Problem(where, "names a label twice", "name each once")


def _span_problems(row: Row, role: str, text: str, where: str) -> Iterator[Problem]:
    start, end = row.get(f"{role}_start"), row.get(f"{role}_end")
    if start is None and end is None:
        return
    bounds = (_whole(start), _whole(end))
    if None in bounds:
        yield Problem(where, f"{role}_start, {role}_end are {start!r}, {end!r}",
                      "expected two whole numbers, or neither")
    elif not 0 <= bounds[0] < bounds[1] <= len(text):  # type: ignore[operator]
        yield Problem(where, f"{role} at {start}–{end} is not inside the text of {len(text)} "
                             "characters", "expected 0 <= start < end <= length")


def _whole(value: Any) -> int | None:
    try:
        number = float(value)
        return int(number) if number == int(number) else None
    except (TypeError, ValueError, OverflowError):
        return None


def tidy(row: Row) -> Row:
    """The row as it is kept: labels as a list, offsets as numbers, names as text, extras as is."""
    kept: Row = {key: value for key, value in row.items() if key not in ("label", "labels")}
    for field in TEXT_FIELDS:
        if kept.get(field) is not None:
            kept[field] = str(kept[field])
    for field in OFFSET_FIELDS:
        if kept.get(field) is not None:
            kept[field] = _whole(kept[field])
    kept.setdefault("article_id", kept.get("id"))
    kept["labels"] = labels_of(row)
    return kept


def labelled(row: Row) -> Labelled:
    """The example in a tidy row, with its labels."""
    return Labelled(
        example=example_of(row),
        labels=tuple(row.get("labels") or ()),
        id=str(row.get("id", "")),
        article_id=str(row.get("article_id") or row.get("id", "")),
    )


def example_of(row: Row) -> Example:
    """The example in a row.

    A target without offsets is looked for in the text, as a word of its own (`find_name` of
    `data/names.py`); the first place counts, and none leaves `target_span` empty. Offsets that are
    given are kept as they are.
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
