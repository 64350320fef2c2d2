"""Prodigy's JSONL export: a text with one label judged, options accepted, or spans labelled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data.fields import as_text
from data.files import Row, read_rows
from data.foreign.annotation_rows import AnnotatedSpan, rows_of_annotation
from data.foreign.interface import ImportOptions, Outcome, Skipped
from data.foreign.labels import matching_label, scored_labels
from data.foreign.spans import locate
from data.problems import Problem, Unreadable

CODEBOOK = None
_FIELDS = ("id", "article_id", "target", "target_start", "target_end", "date", "source")


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every accepted text, in order, or one a span where spans have labels.

    Rejected and ignored texts are skipped: neither says what the right label is. The span is the
    target where no field names one.
    """
    column = options.column("text", "text")
    for line, record in read_rows(path, options.encoding, options.sheet):
        where = f"{path}:{line}"
        if isinstance(record, Problem):
            yield line, record
        elif not isinstance(record.get(column), str):
            yield line, Unreadable(where, f"has no {column}", "expected Prodigy's text", record)
        elif (answer := record.get("answer", "accept")) != "accept":
            yield (
                line,
                Skipped(f"answer {answer}")
                if answer in ("reject", "ignore")
                else (
                    Unreadable(
                        where, f"answer is '{answer}'", "expected accept, reject or ignore", record
                    )
                ),
            )
        else:
            for outcome in _outcomes(record, column, where, options):
                yield line, outcome


def _outcomes(record: Row, column: str, where: str, options: ImportOptions) -> Iterator[Outcome]:
    row = _base(record, column, options)
    spans: list[AnnotatedSpan] = []
    for span in record.get("spans") or []:
        if not isinstance(span, dict) or "start" not in span:
            continue
        place = locate(
            row["text"], span["start"], span.get("end"), span.get("text"), "characters", options
        )
        if isinstance(place, str):
            yield Unreadable(where, place, "expected spans with start and end", record)
            return
        spans.append(AnnotatedSpan(place, (as_text(span["label"]),) if span.get("label") else ()))
    labels = _labels(record, options)
    if isinstance(labels, Problem):
        yield Unreadable(where, labels.what, labels.expected, record)
    elif labels is None and not spans:
        yield Unreadable(
            where,
            f"has no label (it has {', '.join(record)})",
            "name the field with its labels: --label-column",
            record,
        )
    elif not labels and not spans and not options.codebook.multilabel:
        yield Skipped("accepted without an option")
    else:
        yield from rows_of_annotation(row, labels or [], spans, options, where)


def _base(record: Row, column: str, options: ImportOptions) -> Row:
    row: Row = {"text": record[column]}
    meta: Row = record["meta"] if isinstance(record.get("meta"), dict) else {}
    known_fields = {**meta, **record}
    for field in _FIELDS:
        if (value := known_fields.get(options.column(field, field))) is not None:
            row[field] = value
    if annotator := record.get("_annotator_id") or record.get("_session_id"):
        row["annotator"] = as_text(annotator)
    return row | {
        key: value
        for key, value in meta.items()
        if key not in row and isinstance(value, str | int | float | bool)
    }


def _labels(record: Row, options: ImportOptions) -> list[object] | Problem | None:
    """The labels of the whole text; None where nothing asked for any."""
    if "accept" in record or "options" in record:
        accepted = record.get("accept")
        accepted = (
            [] if accepted is None else accepted if isinstance(accepted, list) else [accepted]
        )
        texts = {
            as_text(option["id"]): str(option["text"])
            for option in record.get("options") or []
            if isinstance(option, dict) and option.get("text") and "id" in option
        }
        return _options(accepted, texts, options)
    if isinstance(cats := record.get("cats"), dict):
        return scored_labels(cats, "cats")
    label = record.get(options.column("label", "label"))
    if label is None:
        return None
    if options.codebook.multilabel and not isinstance(label, list):
        # One yes to one label leaves the others unsaid; as a row it would deny them.
        return Problem(
            "",
            "judges one label only",
            f"codebook {options.codebook.name} takes every label of a text: "
            "export the choice interface, with accept lists",
        )
    return label if isinstance(label, list) else [label]


def _options(
    accepted: list[Any], texts: Mapping[str, str], options: ImportOptions
) -> list[object] | Problem:
    """The labels that options stand for: an option's name is its id or its text."""
    labels: list[object] = []
    for option in map(as_text, accepted):
        text = texts.get(option, option)
        names = {
            name
            for name in (matching_label(option, options), matching_label(text, options))
            if name
        }
        if len(names) > 1:
            return Problem(
                "",
                f"option '{option}' with the text '{text}' may be {' or '.join(sorted(names))}",
                "give options one name",
            )
        labels.append(option if matching_label(option, options) is not None else text)
    return labels
