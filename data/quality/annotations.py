"""Rows of several annotators, put together by what they labelled."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from data.codebook import Codebook
from data.fields import as_text
from data.files import Row, read_rows
from data.problems import InputError, Problem
from data.quality.agreement import Units
from data.rows import labels_of, normal, problems_of


def read_annotations(
    paths: Sequence[str | Path], codebook: Codebook | None = None
) -> tuple[Units, int]:
    """Returns the units, each annotator to label, and how many labels were passed over.

    A unit is an id that several rows have, or else a text with its target. Of two labels by one
    annotator for one unit the first counts. Several labels of a row are one value (`a+b`). A row
    that has no `annotator` is by its file's name, where there are several files.

    Raises:
        InputError: files that cannot be read, rows that are wrong under the codebook, rows of
            unknown annotators, or nothing that two annotators labelled.
    """
    rows = _rows([Path(path) for path in paths], codebook)
    times = Counter(as_text(row["id"]) for row, _ in rows if "id" in row)
    units: dict[str, dict[str, str]] = defaultdict(dict)
    passed_over = 0
    for row, annotator in rows:
        identity = as_text(row.get("id", ""))
        unit = (
            f"id {identity}"
            if times[identity] > 1
            else f"text {row.get('text')}\0{row.get('target', '')}"
        )
        value = "+".join(sorted(labels_of(row))) or "(none)"
        passed_over += annotator in units[unit]
        units[unit].setdefault(annotator, value)
    if not any(len(labels) > 1 for labels in units.values()):
        raise InputError(
            Problem(
                ", ".join(map(str, paths)),
                f"no two of {len({who for _, who in rows})} annotators labelled the same row",
                "expected rows with one id, or one text and target, and different annotators",
            )
        )
    return units, passed_over


def _rows(paths: Sequence[Path], codebook: Codebook | None) -> list[tuple[Row, str]]:
    stems = [path.stem for path in paths]
    rows: list[tuple[Row, str]] = []
    problems: list[Problem] = []
    for path in paths:
        of_file = None
        if len(paths) > 1:
            of_file = path.stem if stems.count(path.stem) == 1 else str(path)
        for line, record in read_rows(path):
            where = f"{path}:{line}"
            if isinstance(record, Problem):
                problems.append(record)
                continue
            row = normal(record)
            annotator = row.get("annotator", of_file)
            wrong = list(_problems(row, annotator, codebook, where))
            problems += wrong
            if not wrong and (codebook or row.get("label", row.get("labels")) is not None):
                rows.append((row, as_text(annotator)))
    if problems:
        raise InputError(problems)
    return rows


def _problems(row: Row, annotator: object, codebook: Codebook | None, where: str) -> list[Problem]:
    problems = (
        _label_faults(row, where) if codebook is None else list(problems_of(row, codebook, where))
    )
    if codebook is None and row.get("text") is None and row.get("id") is None:
        problems.append(Problem(where, "has neither id nor text", "expected a labelled row"))
    if annotator in (None, ""):
        problems.append(
            Problem(
                where,
                "annotator is missing",
                "name who labelled it in field 'annotator', or give one file for each annotator",
            )
        )
    return problems


def _label_faults(row: Row, where: str) -> list[Problem]:
    try:
        labels_of(row)
    except ValueError as error:
        return [Problem(where, f"labels {error}", 'expected ["name", …] or name|name')]
    return []
