"""What a model said of each row: kept beside its metrics, read again to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.codebook import JOINER, Codebook
from data.files import Row, read_rows
from data.problems import InputError, Problem
from evaluation.figures.abstention import certain_labels
from evaluation.figures.calibration import row_errors
from evaluation.figures.metrics import decide

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
    predicted = decide(codebook, probabilities, thresholds)
    squares, gaps = row_errors(codebook, gold, probabilities)
    certain = (
        None if certain_from is None else certain_labels(predicted, probabilities, certain_from)
    )
    kept = []
    for at, (row, labels, predicted_row, values) in enumerate(
        zip(rows, gold, predicted, probabilities, strict=True)
    ):
        highest = values[predicted_row > 0].max() if predicted_row.any() else values.max()
        target = {"target": row["target"]} if row.get("target") else {}
        kept.append(
            {
                "id": str(row.get("id")),
                "article_id": str(row.get("article_id") or row.get("id")),
                "text": row["text"],
                **target,
                "gold": JOINER.join(labels),
                "predicted": _joined(codebook, predicted_row),
                **({} if certain is None else {"certain": _joined(codebook, certain[at])}),
                "probability": round(float(highest), 4),
                "square": float(squares[at]),
                "gaps": {str(number): float(gap) for number, gap in enumerate(gaps[at]) if gap},
            }
        )
    return kept


def _joined(codebook: Codebook, predicted_row: np.ndarray) -> str:
    return JOINER.join(
        name for name, applies in zip(codebook.names, predicted_row, strict=True) if applies
    )


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
        place = f"{name or path}:{line}"
        if isinstance(row, Problem):
            problems.append(replace(row, where=row.where.replace(str(path), name or str(path))))
        elif absent := {"id", "article_id", "text", "gold", "predicted", "probability"} - set(row):
            problems.append(
                Problem(
                    place,
                    f"lacks {', '.join(sorted(absent))}",
                    "expected a row of predictions as a run writes it",
                )
            )
        else:
            problems += [
                codebook.label_problem(label, place)
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


def aligned_rows(
    rows_of_first: Sequence[Row], rows_of_other: Sequence[Row], names: tuple[str, str]
) -> list[Row]:
    """Returns `rows_of_other` in the order of `rows_of_first`.

    Raises:
        InputError: they are not predictions of the same rows; the message says what differs.
    """
    by_first, by_other = (
        {str(row["id"]): row for row in rows} for rows in (rows_of_first, rows_of_other)
    )
    reasons = [
        f"{len(set(own) - set(theirs))} rows only {name} has"
        for own, theirs, name in ((by_first, by_other, names[0]), (by_other, by_first, names[1]))
        if set(own) - set(theirs)
    ]
    for field in SAME:
        differing = [
            key
            for key in by_first.keys() & by_other.keys()
            if by_first[key].get(field) != by_other[key].get(field)
        ]
        if differing:
            reasons.append(f"{len(differing)} rows differ in {field} (id {min(differing)}, say)")
    if reasons:
        raise InputError(
            Problem(
                f"{names[0]} and {names[1]}",
                f"were measured on different rows: {'; '.join(reasons)}",
                "train both on the same split, or score both on one file (--data FILE)",
            )
        )
    return [by_other[key] for key in by_first]
