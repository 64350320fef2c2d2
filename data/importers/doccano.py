"""Doccano's exports, JSONL and CSV: a text with its labels, or with labelled spans."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.fields import as_text
from data.files import Row, read_rows
from data.foreign.annotation_rows import AnnotatedSpan, rows_of_annotation
from data.foreign.interface import ImportOptions, Outcome, Skipped
from data.foreign.labels import scored_labels, split_labels
from data.foreign.spans import locate
from data.problems import Problem, Unreadable

CODEBOOK = None
# The names that versions and kinds of project give to labels; `entities` holds spans only.
_LABELS = ("label", "labels", "cats", "annotations", "entities")
_SEPARATORS = ("#", "|")  # of labels in one CSV cell
_FIELDS = ("id", "article_id", "target", "date", "source", "annotator")


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every text, in order, and one a span where spans are labelled.

    A labelled span, `[start, end, label]`, is the target of its row. A text without a label is
    skipped, except under a codebook of several labels, where it says that none applies.
    """
    for line, record in read_rows(path, options.encoding, options.sheet):
        if isinstance(record, Problem):
            yield line, record
            continue
        for outcome in _outcomes(record, options, f"{path}:{line}"):
            yield line, outcome


def _outcomes(record: Row, options: ImportOptions, where: str) -> Iterator[Outcome]:
    column = next(
        (
            name
            for name in (options.column("text", "text"), "data")
            if isinstance(record.get(name), str)
        ),
        None,
    )
    if column is None:
        yield Unreadable(
            where, f"has no {options.column('text', 'text')}", "expected doccano's text", record
        )
        return
    wanted = options.columns.get("label")
    fields = [wanted] if wanted is not None else [name for name in _LABELS if name in record]
    if not any(name in record for name in fields) and not _blank_cell(record, where):
        yield Unreadable(
            where,
            f"has no {wanted or 'label'} (it has {', '.join(record)})",
            "name the field with its labels: --label-column",
            record,
        )
        return
    base = _base(record, column, {*_LABELS, *fields}, options)
    labels: list[Any] = []
    for name in fields:
        values = _listed(record.get(name), name, options)
        if isinstance(values, Problem):
            yield Unreadable(where, values.what, values.expected, record)
            return
        labels += values
    by: dict[str | None, list[Any]] = {}
    for label in labels:
        by.setdefault(_user(label), []).append(label)
    for user, values in by.items() or [(None, [])]:
        row = base if user is None else {**base, "annotator": user}
        yield from _rows(row, values, options, where)


def _blank_cell(record: Row, where: str) -> bool:
    """Whether a label may be missing because its cell is empty, which tables leave out."""
    return where.rpartition(":")[0].lower().endswith((".csv", ".tsv", ".xlsx", ".parquet"))


def _listed(value: Any, name: str, options: ImportOptions) -> list[Any] | Problem:
    if value is None:
        return []
    if name == "cats" and isinstance(value, dict):
        return scored_labels(value, name)
    if isinstance(value, str):
        return list(split_labels(value, options, _SEPARATORS))
    return value if isinstance(value, list) else [value]


def _user(label: Any) -> str | None:
    user = label.get("user") if isinstance(label, dict) else None
    return None if user is None else as_text(user)


def _base(record: Row, column: str, used: set[str], options: ImportOptions) -> Row:
    renamed = {options.column(field, field): field for field in _FIELDS}
    meta = record.get("meta", record.get("metadata"))
    flat = {**meta, **record} if isinstance(meta, dict) else record
    row: Row = {
        renamed.get(key, key): value
        for key, value in flat.items()
        if key not in {*used, column} and isinstance(value, str | int | float | bool)
    }
    return row | {"text": record[column]}


def _rows(row: Row, labels: list[Any], options: ImportOptions, where: str) -> Iterator[Outcome]:
    whole: list[object] = []
    spans: list[AnnotatedSpan] = []
    for label in labels:
        read = _span(label)
        if read is None:
            whole.append(
                label.get("label", label.get("text")) if isinstance(label, dict) else label
            )
            continue
        start, end, kind = read
        place = locate(row["text"], start, end, None, "characters", options)
        if isinstance(place, str):
            yield Unreadable(where, place, "expected [start, end, label]", row)
            return
        spans.append(AnnotatedSpan(place, () if kind is None else (as_text(kind),)))
    if strange := [label for label in whole if isinstance(label, (list, dict))]:
        yield Unreadable(
            where, f"label {strange[0]} is no span", "expected [start, end, label]", row
        )
    elif not labels and not options.codebook.multilabel:
        yield Skipped("no label")
    else:
        yield from rows_of_annotation(row, whole, spans, options, where)


def _span(label: Any) -> tuple[Any, Any, Any] | None:
    """Start, end and label of a labelled span; None for a label of the whole text."""
    if isinstance(label, dict) and ("start_offset" in label or "start" in label):
        return (
            label.get("start_offset", label.get("start")),
            label.get("end_offset", label.get("end")),
            label.get("label"),
        )
    if isinstance(label, list) and len(label) == 3:
        return label[0], label[1], label[2]
    return None
