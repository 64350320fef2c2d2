"""Label Studio's exports: JSON (also of before version 1), JSON-MIN, CSV and TSV."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.fields import as_text
from data.files import Row, kind_of, read_rows
from data.foreign.annotation_rows import rows_of_annotation
from data.foreign.interface import ImportOptions, Outcome, Skipped
from data.formats.json_records import json_records
from data.importers.label_studio_results import Answers, from_results, from_values
from data.problems import InputError, Problem, Unreadable

CODEBOOK = None
_KEPT = (
    "article_id",
    "date",
    "source",
    "target",
    "target_start",
    "target_end",
    "actor",
    "actor_start",
    "actor_end",
)
_LISTS = ("annotations", "completions")  # the second is the name before version 1
_BOOKKEEPING = (
    "annotation_id",
    "annotator",
    "created_at",
    "updated_at",
    "lead_time",
    "predictions",
    "drafts",
)


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every annotation of every task, in order.

    Several annotators of a task give as many rows, told apart by `annotator`; the one marked as
    ground truth has `ground_truth`. Cancelled annotations and tasks that nobody labelled are
    skipped. Where annotators answer several questions, the label column names the one whose
    answers are the labels; the others become columns. The target is `data.target`, or the span
    marked as one; labels that stand with spans give one row a span.

    Raises:
        InputError: no question of the name that the label column gives.
    """
    records = (
        read_rows(path, options.encoding)
        if kind_of(path) in (".csv", ".tsv")
        else json_records(path, options.encoding)
    )
    questions: dict[str, None] = {}
    answered = False
    for line, task in records:
        where = f"{path}:{line}"
        if isinstance(task, Problem):
            yield line, task
            continue
        for outcome in _outcomes(task, options, where, questions):
            answered = True
            yield line, outcome
    wanted = options.columns.get("label")
    if answered and questions and wanted is not None and wanted not in questions:
        raise InputError(
            Problem(
                f"--label-column {wanted}",
                f"{path} has no such question",
                f"expected one of {', '.join(questions)}",
            )
        )


def _outcomes(
    task: Row, options: ImportOptions, where: str, questions: dict[str, None]
) -> Iterator[Outcome]:
    column = options.column("text", "text")
    data = task.get("data")
    if isinstance(data, dict) and isinstance(data.get(column), str):
        yield from _of_task(task, data, options, where, questions)
    elif not isinstance(data, dict) and isinstance(task.get(column), str):
        yield from _of_min(task, options, where, questions)
    else:
        fields = ", ".join(data if isinstance(data, dict) else task)
        yield Unreadable(
            where,
            f"has no data.{column} that is text (it has {fields})",
            "expected a Label Studio task; --text-column names its text",
            task,
        )


def _of_task(
    task: Row, data: Row, options: ImportOptions, where: str, questions: dict[str, None]
) -> Iterator[Outcome]:
    annotations: Any = next((task[name] for name in _LISTS if task.get(name)), [])
    if not isinstance(annotations, list) or not all(
        isinstance(annotation, dict) for annotation in annotations
    ):
        yield Unreadable(
            where,
            "names its annotations and does not hold them",
            "export JSON with the annotations in full",
            task,
        )
        return
    if not annotations:
        if task.get("total_annotations"):
            yield Unreadable(
                where,
                f"should have {task['total_annotations']} annotations and holds none",
                "export JSON with the annotations in full",
                task,
            )
        else:
            yield Skipped("labelled in a draft only" if task.get("drafts") else "not labelled yet")
    base = _base(data, data.get(options.column("id", "id")), task.get("id"), options)
    for annotation in annotations:
        if annotation.get("was_cancelled") or annotation.get("skipped"):
            yield Skipped("annotation cancelled")
            continue
        row = base | _annotator(annotation)
        if annotation.get("ground_truth") or annotation.get("honeypot"):
            row["ground_truth"] = True
        answers = from_results(annotation.get("result"), base["text"], options)
        yield from _rows(row, answers, options, where, questions)


def _of_min(
    task: Row, options: ImportOptions, where: str, questions: dict[str, None]
) -> Iterator[Outcome]:
    """One annotation, flat: the text and the answers stand beside each other."""
    text = task[options.column("text", "text")]
    named = {column for field, column in options.columns.items() if field != "label"}
    fields = {*_KEPT, "id", "text", "ground_truth", *_BOOKKEEPING, *named}
    values = {key: _parsed(value) for key, value in task.items() if key not in fields}
    answers = from_values(values, text, options)
    if not answers.questions and "label" not in options.columns:
        yield Unreadable(
            where,
            f"holds no label that is known (it has {', '.join(values)})",
            "name the field with the labels: --label-column",
            task,
        )
        return
    used = {*answers.questions, *_BOOKKEEPING}
    base = _base(
        {key: value for key, value in task.items() if key not in used},
        task.get(options.column("id", "id")),
        None,
        options,
    )
    who = _annotator({"completed_by": task.get(options.column("annotator", "annotator"))})
    yield from _rows(base | who, answers, options, where, questions)


def _parsed(value: Any) -> Any:
    """The value in a cell: CSV exports write spans and several choices as JSON."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _base(data: Row, identity: Any, number: Any, options: ImportOptions) -> Row:
    row: Row = {"text": data[options.column("text", "text")]}
    identity = number if identity in (None, "") else identity
    if identity is not None:
        row["id"] = as_text(identity)
    for field in _KEPT:
        if (value := data.get(options.column(field, field))) is not None:
            row[field] = value
    used = {options.column("text", "text"), *row, *options.columns.values()}
    extras = {
        key: value
        for key, value in data.items()
        if key not in used and isinstance(value, str | int | float | bool)
    }
    return row | extras


def _annotator(annotation: Row) -> Row:
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    if by is None and isinstance(name := annotation.get("created_username"), str):
        by = name.split(",")[0].strip()
    return {} if by in (None, "") else {"annotator": as_text(by)}


def _rows(
    row: Row, answers: Answers, options: ImportOptions, where: str, questions: dict[str, None]
) -> Iterator[Outcome]:
    questions |= dict.fromkeys(answers.questions)
    if answers.faults:
        yield Unreadable(where, answers.faults[0], "export it again, or mend the span", row)
        return
    question = answers.label_question(options)
    if isinstance(question, Problem):
        yield Unreadable(where, question.what, question.expected, row)
        return
    other_answers = {
        name: "|".join(values)
        for name, values in answers.whole.items()
        if name != question and name not in row and values
    }
    yield from rows_of_annotation(
        row | other_answers,
        answers.whole.get(question or "", []),
        answers.spans_for(question, options),
        options,
        where,
    )
