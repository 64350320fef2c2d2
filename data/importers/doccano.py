"""Doccano's JSONL export: a text with its list of labels, or with labelled spans."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.files import Row, read_rows
from data.importers.labels import put_labels
from data.importers.outcome import ImportOptions, Outcome, Skipped, Unreadable
from data.problems import Problem

CODEBOOK = None


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every text, in order, and one a span where spans are labelled.

    A labelled span, `[start, end, label]`, is the target of its row. A text without a label is
    skipped, except under a codebook of several labels, where it says that none applies.
    """
    text_column = options.column("text", "text")
    for line, record in read_rows(path):
        if isinstance(record, Problem):
            yield line, record
            continue
        where = f"{path}:{line}"
        text = record.get(text_column, record.get("data"))
        label_column = options.column("label", "label" if "label" in record else "labels")
        labels = record.get(label_column)
        labels = [] if labels is None else labels if isinstance(labels, list) else [labels]
        if not isinstance(text, str):
            yield line, Unreadable(where, f"has no {text_column}", "expected doccano's text",
                                   record)
            continue
        row = _base(record, text, {text_column, label_column, "data"}, options)
        spans = [label for label in labels if isinstance(label, list | dict)]
        if not labels and not options.codebook.several:
            yield line, Skipped("no label")
        elif spans:
            for span in spans:
                yield line, _target_row(row, span, where, options)
        else:
            yield line, put_labels(row, labels, options.codebook, options.standard)


def _base(record: Row, text: str, used: set[str], options: ImportOptions) -> Row:
    renamed = {options.column(field, field): field
               for field in ("id", "article_id", "target", "date", "source", "annotator")}
    flat = {**record.get("meta", {}), **record} if isinstance(record.get("meta"), dict) else record
    row: Row = {renamed.get(key, key): value for key, value in flat.items()
                if key not in used and isinstance(value, str | int | float | bool)}
    return row | {"text": text}


def _target_row(row: Row, span: Any, where: str, options: ImportOptions) -> Outcome:
    if isinstance(span, dict):
        span = [span.get("start_offset"), span.get("end_offset"), span.get("label")]
    if len(span) != 3 or not (isinstance(span[0], int) and isinstance(span[1], int)):
        return Unreadable(where, f"label {span} is no span", "expected [start, end, label]", row)
    start, end, label = span
    marked = row | {"target": row["text"][start:end], "target_start": start, "target_end": end}
    return put_labels(marked, [label], options.codebook, options.standard)
