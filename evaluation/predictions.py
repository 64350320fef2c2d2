"""What a model said of each row: kept beside its metrics, read again to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.codebook import Codebook
from data.files import Row, read_rows
from data.problems import InputError, Problem
from evaluation.figures.abstention import certain_labels
from evaluation.figures.calibration import row_errors
from evaluation.figures.metrics import decide
from evaluation.report import JOINER

if TYPE_CHECKING:
    import numpy as np

SAME = ("article_id", "text", "target", "gold")


def predictions(
    rows: Sequence[Row],
    gold: Sequence[tuple[str, ...]],
    probabilities: np.ndarray,
    codebook: Codebook,
    thresholds: np.ndarray | None = None,
    certain_from: Sequence[float | None] | None = None,
) -> list[Row]:
    """Returns for each row its id, article_id, text, target, gold, predicted and probability.

    Several labels are joined by `|`. The probability is the highest of the predicted labels, or
    of all where none was predicted. A row without target has no such field. Of what the row adds
    to metrics, `square` is its squared error, `gaps` its part of the calibration error (right
    minus confidence, by number of the bin; see `calibration.row_errors`). With
    `certain_from` (see `abstention.abstention`) `certain` has those of the predicted
    labels that are certain. No rows give none.
    """
    if not len(rows):
        return []
    found = decide(codebook, probabilities, thresholds)
    squares, gaps = row_errors(codebook, gold, probabilities)
    certain = None if certain_from is None else certain_labels(found, probabilities, certain_from)
    made = []
    for at, (row, labels, has, values) in enumerate(
        zip(rows, gold, found, probabilities, strict=True)
    ):
        highest = values[has > 0].max() if has.any() else values.max()
        target = {"target": row["target"]} if row.get("target") else {}
        made.append(
            {
                "id": str(row.get("id")),
                "article_id": str(row.get("article_id") or row.get("id")),
                "text": row["text"],
                **target,
                "gold": JOINER.join(labels),
                "predicted": _joined(codebook, has),
                **({} if certain is None else {"certain": _joined(codebook, certain[at])}),
                "probability": round(float(highest), 4),
                "square": float(squares[at]),
                "gaps": {str(number): float(gap) for number, gap in enumerate(gaps[at]) if gap},
            }
        )
    return made


def _joined(codebook: Codebook, has: np.ndarray) -> str:
    return JOINER.join(name for name, one in zip(codebook.names, has, strict=True) if one)


def read_predictions(path: str | Path, codebook: Codebook, name: str = "") -> list[Row]:
    """Returns the rows that `predictions` made, from a file.

    Args:
        path: the file.
        codebook: that they were made with.
        name: of the file in messages, if it is a copy that nobody knows; its path if empty.

    Raises:
        InputError: the file is missing, or a line is not such a row; every fault is listed.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, row in read_rows(path):
        where = f"{name or path}:{line}"
        if isinstance(row, Problem):
            problems.append(replace(row, where=row.where.replace(str(path), name or str(path))))
        elif absent := {"id", "article_id", "text", "gold", "predicted", "probability"} - set(row):
            problems.append(
                Problem(
                    where,
                    f"lacks {', '.join(sorted(absent))}",
                    "expected a row of predictions as a run writes it",
                )
            )
        else:
            problems += [
                codebook.label_problem(label, where)
                for field in ("gold", "predicted")
                for label in labels_in(row[field])
                if label not in codebook.columns
            ]
            rows.append(row)
    if problems:
        raise InputError(problems)
    return rows


def labels_in(field: str) -> tuple[str, ...]:
    """Returns the labels of a `gold` or `predicted` field; an empty one has none."""
    return tuple(field.split(JOINER)) if field else ()


def aligned_rows(first: Sequence[Row], other: Sequence[Row], names: tuple[str, str]) -> list[Row]:
    """Returns `other` in the order of `first`.

    Raises:
        InputError: they are not predictions of the same rows; the message says what differs.
    """
    known, given = ({str(row["id"]): row for row in rows} for rows in (first, other))
    reasons = [
        f"{len(set(one) - set(two))} rows only {name} has"
        for one, two, name in ((known, given, names[0]), (given, known, names[1]))
        if set(one) - set(two)
    ]
    for field in SAME:
        apart = [
            key
            for key in known.keys() & given.keys()
            if known[key].get(field) != given[key].get(field)
        ]
        if apart:
            reasons.append(f"{len(apart)} rows differ in {field} (id {min(apart)}, say)")
    if reasons:
        raise InputError(
            Problem(
                f"{names[0]} and {names[1]}",
                f"were measured on different rows: {'; '.join(reasons)}",
                "train both on the same split, or score both on one file (--data FILE)",
            )
        )
    return [given[key] for key in known]
