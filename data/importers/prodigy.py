"""Prodigy's JSONL export: a text with one label judged, or with options accepted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.files import Row, read_rows
from data.importers.labels import put_labels
from data.importers.outcome import ImportOptions, Outcome, Skipped, Unreadable
from data.problems import Problem

CODEBOOK = None
_FIELDS = ("id", "article_id", "target", "target_start", "target_end", "date", "source")


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every accepted text, in order.

    Rejected and ignored texts are skipped: neither says what the right label is. The first span
    is the target where no field names one.
    """
    column = options.column("text", "text")
    for line, record in read_rows(path):
        where = f"{path}:{line}"
        if isinstance(record, Problem):
            yield line, record
        elif not isinstance(record.get(column), str):
            yield line, Unreadable(where, f"has no {column}", "expected Prodigy's text", record)
        elif (answer := record.get("answer", "accept")) != "accept":
            yield line, Skipped(f"answer {answer}") if answer in ("reject", "ignore") else (
                Unreadable(where, f"answer is '{answer}'", "expected accept, reject or ignore",
                           record))
        else:
            yield line, _row(record, column, where, options)


def _row(record: Row, column: str, where: str, options: ImportOptions) -> Outcome:
    row: Row = {"text": record[column]}
    meta: Row = record["meta"] if isinstance(record.get("meta"), dict) else {}
    known = {**meta, **record}
    for field in _FIELDS:
        if (value := known.get(options.column(field, field))) is not None:
            row[field] = value
    if annotator := record.get("_annotator_id") or record.get("_session_id"):
        row["annotator"] = str(annotator)
    row |= _target(record, row)
    row |= {key: value for key, value in meta.items()
            if key not in row and isinstance(value, str | int | float | bool)}
    if "accept" in record or "options" in record:
        labels = [str(label) for label in record.get("accept") or []]
        if not labels and not options.codebook.several:
            return Skipped("accepted without an option")
        return put_labels(row, labels, options.codebook, options.standard)
    label = record.get(options.column("label", "label"))
    if options.codebook.several:
        # One yes to one label leaves the others unsaid; as a row it would deny them.
        return Unreadable(where, "judges one label only",
                          f"codebook {options.codebook.name} takes every label of a text: "
                          "export the choice interface, with accept lists", record)
    return put_labels(row, [] if label is None else [label], options.codebook, options.standard)


def _target(record: Row, row: Row) -> Row:
    spans: Any = record.get("spans")
    if "target" in row or not isinstance(spans, list) or not spans:
        return {}
    start, end = spans[0].get("start"), spans[0].get("end")
    if not (isinstance(start, int) and isinstance(end, int)):
        return {}
    return {"target": row["text"][start:end], "target_start": start, "target_end": end}
