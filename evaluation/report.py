"""Scores as text, and the rows that a model got wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.codebook import JOINER, Codebook
from data.files import Row
from evaluation.chance.intervals import Intervals
from evaluation.figures.definitions import is_count
from evaluation.figures.hierarchy import mistake, types_of
from evaluation.figures.interval import bracketed
from evaluation.figures.metrics import THRESHOLD, decide, indicators
from evaluation.figures.scores import Scores

if TYPE_CHECKING:
    import numpy as np


def text_report(scores: Scores, spread: Intervals | None = None) -> str:
    """Returns the averages, then a table of precision, recall, F1 and support of every label.

    Averages and F1 have their 95 % intervals behind them if `spread` is given. A label that
    neither occurs nor was predicted has dashes: it is in no average.
    """
    width = max(
        len(name)
        for name in ["label", *scores.averages(), *(label.label for label in scores.labels)]
    )
    averages, of_labels = (spread.averages, spread.labels) if spread else ({}, {})
    lines = [
        f"{name:<{width}}  {value:>9g}"
        if is_count(name)
        else f"{name:<{width}}  {value:>9.4f}{bracketed(averages.get(name))}"
        for name, value in scores.averages().items()
    ]
    head = "  f1, 95 %" if spread else ""
    lines += [
        "",
        f"{'label':<{width}}  precision     recall         f1    support  predicted" + head,
    ]
    for label in scores.labels:
        figures = (
            [f"{value:>9.4f}" for value in (label.precision, label.recall, label.f1)]
            if label.occurs
            else [f"{'-':>9}"] * 3
        )
        lines.append(
            f"{label.label:<{width}}  "
            + "  ".join([*figures, f"{label.support:>9}", f"{label.predicted:>9}"])
            + bracketed(of_labels.get(label.label))
        )
    lines += ["", f"{scores.rows} rows"]
    if spread:
        lines[-1] += (
            f" of {spread.articles} articles; in brackets 95 % bootstrap intervals, "
            f"{spread.resamples} resamples by article"
        )
    return "\n".join(lines) + "\n"


def misclassified(
    rows: Sequence[Row],
    gold: Sequence[tuple[str, ...]],
    probabilities: np.ndarray,
    codebook: Codebook,
    thresholds: np.ndarray | None = None,
) -> list[Row]:
    """Returns the rows whose predicted labels are not the gold ones, the surest error first.

    Each has id, article_id, text, target, gold, predicted (several labels joined by `|`),
    probability and gold_probability: the highest among the predicted and among the gold labels,
    None where there is none. An error is as sure as its most probable wrong label or its least
    probable missed one, measured from the threshold. Where labels have types above them,
    `mistake` says `within_type` or `across_types`. No rows give an empty list.
    """
    if not len(rows):
        return []
    right = indicators(codebook, gold)
    decided = decide(codebook, probabilities, thresholds)
    thresholds_used = [THRESHOLD] * len(codebook.names) if thresholds is None else list(thresholds)
    typed = types_of(codebook) is not None
    errors: list[tuple[float, Row]] = []
    for index, row in enumerate(rows):
        wrong = [j for j in range(len(codebook.names)) if right[index, j] != decided[index, j]]
        if not wrong:
            continue
        values = probabilities[index]
        predicted_columns = [j for j in range(len(codebook.names)) if decided[index, j]]
        expected = [codebook.columns[label] for label in gold[index]]
        sure = (
            max(abs(values[j] - thresholds_used[j]) for j in wrong)
            if codebook.multilabel
            else max(values[j] for j in predicted_columns)
        )
        predicted = [codebook.names[j] for j in predicted_columns]
        errors.append(
            (
                float(sure),
                {
                    "id": row.get("id"),
                    "article_id": row.get("article_id"),
                    "text": row.get("text"),
                    "target": row.get("target"),
                    "gold": JOINER.join(gold[index]),
                    "predicted": JOINER.join(predicted),
                    "probability": _highest(values, predicted_columns),
                    "gold_probability": _highest(values, expected),
                }
                | ({"mistake": mistake(codebook, gold[index], predicted)} if typed else {}),
            )
        )
    return [row for _, row in sorted(errors, key=lambda error: -error[0])]


def _highest(values: np.ndarray, columns: Sequence[int]) -> float | None:
    return max((round(float(values[j]), 6) for j in columns), default=None)
