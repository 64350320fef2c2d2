"""Label Studio's JSON export: choices for a text, or for spans marked in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.files import Row
from data.importers.json_records import json_records
from data.importers.labels import put_labels
from data.importers.outcome import ImportOptions, Outcome, Skipped, Unreadable
from data.problems import Problem

CODEBOOK = None
_ACTOR_LABELS = {"actor", "source"}
_KEPT = ("article_id", "date", "source", "target", "target_start", "target_end", "actor",
         "actor_start", "actor_end")


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every annotation of every task, in order.

    Several annotators of a task give as many rows, told apart by `annotator`. Cancelled
    annotations and tasks that nobody labelled are skipped. The target is `data.target`, or the
    span marked with a `labels` result; choices made for single spans give one row a span.
    """
    column = options.column("text", "text")
    for line, task in json_records(path):
        where = f"{path}:{line}"
        if isinstance(task, Problem):
            yield line, task
            continue
        data = task.get("data")
        if not isinstance(data, dict) or not isinstance(data.get(column), str):
            yield line, Unreadable(where, f"has no data.{column}",
                                   "expected a Label Studio task; --text-column names its text",
                                   task)
            continue
        annotations = [one for one in task.get("annotations") or [] if isinstance(one, dict)]
        if not annotations:
            yield line, Skipped("not labelled yet")
        base = _base(task, data, column, options)
        for annotation in annotations:
            if annotation.get("was_cancelled"):
                yield line, Skipped("annotation cancelled")
                continue
            for outcome in _rows(base, annotation, options):
                yield line, outcome


def _base(task: Row, data: Row, column: str, options: ImportOptions) -> Row:
    identity = data.get(options.column("id", "id")) or task.get("id")
    row: Row = {"text": data[column]}
    if identity is not None:
        row["id"] = str(identity)
    for field in _KEPT:
        if (value := data.get(options.column(field, field))) is not None:
            row[field] = value
    used = {column, *row, *options.columns.values()}
    extras = {key: value for key, value in data.items()
              if key not in used and isinstance(value, str | int | float | bool)}
    return row | extras


def _rows(base: Row, annotation: Row, options: ImportOptions) -> Iterator[Outcome]:
    row = dict(base)
    if (annotator := _annotator(annotation.get("completed_by"))) is not None:
        row["annotator"] = annotator
    whole: list[str] = []
    chosen: dict[str, list[str]] = {}
    spans: dict[str, tuple[str, int, int]] = {}
    for number, result in enumerate(annotation.get("result") or []):
        value = result.get("value") if isinstance(result, dict) else None
        if not isinstance(value, dict):
            continue
        region = str(result.get("id", number))
        if isinstance(value.get("start"), int) and isinstance(value.get("end"), int):
            kind = str((value.get("labels") or [spans.get(region, ("",))[0]])[0])
            spans[region] = (kind.lower(), value["start"], value["end"])
            chosen.setdefault(region, []).extend(map(str, value.get("choices") or []))
        else:
            whole += map(str, value.get("choices") or [])
    row |= _span(row["text"], "actor", spans, _ACTOR_LABELS)
    if any(chosen.values()):
        for region, choices in chosen.items():
            if choices:
                one = dict(row)
                one |= _span(row["text"], "target", {"": ("target", *spans[region][1:])})
                yield put_labels(one, choices, options.codebook, options.standard)
        return
    row |= _span(row["text"], "target", {key: span for key, span in spans.items()
                                         if span[0] not in _ACTOR_LABELS})
    if whole or options.codebook.several:
        yield put_labels(row, whole, options.codebook, options.standard)
    else:
        yield Skipped("annotation without a choice")


def _span(text: str, role: str, spans: dict[str, Any], kinds: set[str] | None = None) -> Row:
    for kind, start, end in spans.values():
        if kinds is None or kind in kinds:
            return {role: text[start:end], f"{role}_start": start, f"{role}_end": end}
    return {}


def _annotator(completed_by: Any) -> str | None:
    if isinstance(completed_by, dict):
        completed_by = completed_by.get("email") or completed_by.get("id")
    return None if completed_by is None else str(completed_by)
