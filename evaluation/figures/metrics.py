"""Metrics of predicted probabilities against gold labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.codebook import Codebook
from data.problems import InputError, Problem
from evaluation.figures.counts import Sums, row_counts
from evaluation.figures.definitions import of_labels, of_unseen_targets
from evaluation.figures.scores import LabelScore, Scores

if TYPE_CHECKING:
    import numpy as np

THRESHOLD = 0.5


def score(
    codebook: Codebook,
    gold: Sequence[tuple[str, ...]],
    probabilities: np.ndarray,
    *,
    thresholds: np.ndarray | None = None,
    targets: Sequence[str | None] | None = None,
    train_targets: set[str] | None = None,
) -> Scores:
    """Returns the metrics of `probabilities` against `gold`.

    A single-label row is predicted to have its most probable label; elsewhere a row has every
    label whose probability reaches its threshold.

    Args:
        codebook: the labels; column j of the probabilities is its j-th label.
        gold: the right labels of each row; exactly one for a single-label codebook.
        probabilities: shape `(n_rows, n_labels)`.
        thresholds: shape `(n_labels,)`, 0.5 each when None; only for several labels a row.
        targets: each row's target; with `train_targets`, rows of unseen targets are also scored
            apart. Case and outer blanks do not count.
        train_targets: every target of the training rows; None or empty when not known.

    Raises:
        InputError: no rows, lengths that differ, a label that the codebook does not have, a
            single-label row without exactly one label, or a probability that is no number.
    """
    import numpy as np

    probabilities = np.asarray(probabilities, dtype=float)
    _check(codebook, gold, probabilities)
    right, predicted = indicators(codebook, gold), decide(codebook, probabilities, thresholds)
    sums = _summed(codebook, right, predicted)
    averages = {name: float(value) for name, value in figures(sums).averages.items()}
    if unseen := unseen_rows(targets, train_targets, len(gold)):
        part = figures(_summed(codebook, right[unseen], predicted[unseen])).averages
        averages |= {name: float(value) for name, value in of_unseen_targets(part).items()}
        averages["unseen_target_rows"] = float(len(unseen))
    return Scores(
        rows=len(gold),
        figures=averages,
        labels=_label_scores(sums),
        confusion=None if codebook.multilabel else _confusion(codebook, right, predicted),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """Metrics of one or many sums of counts.

    Attributes:
        averages: name to values, shape `(…)`: the metrics of labels that apply to the codebook.
        f1: of each label, shape `(…, n_labels)`; NaN where it neither occurs nor was predicted.
    """

    averages: dict[str, np.ndarray]
    f1: np.ndarray


def figures(sums: Sums) -> Figures:
    """Returns the metrics of labels (`evaluation.figures.definitions`) of sums of counts."""
    import numpy as np

    return Figures(
        {
            metric.name: np.asarray(metric.function(sums))
            for metric in of_labels(sums.codebook)
            if metric.function
        },
        np.where(sums.occurs, sums.f1, np.nan),
    )


def _summed(codebook: Codebook, right: np.ndarray, predicted: np.ndarray) -> Sums:
    return Sums(codebook, row_counts(right, predicted).sum(axis=0))


def _label_scores(sums: Sums) -> tuple[LabelScore, ...]:
    import numpy as np

    precision, recall = (sums.both / np.maximum(whole, 1) for whole in (sums.predicted, sums.gold))
    return tuple(
        LabelScore(
            name,
            float(precision[j]),
            float(recall[j]),
            float(sums.f1[j]),
            int(sums.gold[j]),
            int(sums.predicted[j]),
        )
        for j, name in enumerate(sums.codebook.names)
    )


def indicators(codebook: Codebook, gold: Sequence[tuple[str, ...]]) -> np.ndarray:
    """Returns gold labels as zeros and ones, shape `(n_rows, n_labels)`."""
    import numpy as np

    matrix = np.zeros((len(gold), len(codebook.names)), dtype=int)
    for row, labels in enumerate(gold):
        matrix[row, [codebook.columns[label] for label in labels]] = 1
    return matrix


def decide(
    codebook: Codebook, probabilities: np.ndarray, thresholds: np.ndarray | None = None
) -> np.ndarray:
    """Returns the predicted labels as zeros and ones, shape `(n_rows, n_labels)`.

    The most probable label of a single-label row (the first of equals); else every label whose
    probability is at least its threshold, 0.5 by default.
    """
    import numpy as np

    probabilities = np.asarray(probabilities, dtype=float)
    if codebook.multilabel:
        least = THRESHOLD if thresholds is None else np.asarray(thresholds, dtype=float)
        return (probabilities >= least).astype(int)
    matrix = np.zeros(probabilities.shape, dtype=int)
    matrix[np.arange(len(matrix)), probabilities.argmax(axis=1)] = 1
    return matrix


def _check(codebook: Codebook, gold: Sequence[tuple[str, ...]], probabilities: np.ndarray) -> None:
    import numpy as np

    if not len(gold):
        raise InputError(Problem("gold labels", "there are no rows", "expected at least one"))
    expected = (len(gold), len(codebook.names))
    if probabilities.shape != expected:
        raise InputError(
            Problem(
                "probabilities",
                f"have the shape {probabilities.shape}",
                f"expected {expected}: {expected[0]} rows, {expected[1]} labels of codebook "
                f"{codebook.name}",
            )
        )
    if not np.isfinite(probabilities).all():
        row = int(np.argwhere(~np.isfinite(probabilities))[0][0])
        raise InputError(Problem(f"probabilities of row {row}", "hold a value that is no number"))
    problems = [
        codebook.label_problem(label, f"gold labels of row {row}")
        for row, labels in enumerate(gold)
        for label in labels
        if label not in codebook.columns
    ]
    if not codebook.multilabel:
        problems += [
            Problem(
                f"gold labels of row {row}",
                f"has {len(labels)} labels",
                f"codebook {codebook.name} takes exactly one label a row",
            )
            for row, labels in enumerate(gold)
            if len(labels) != 1
        ]
    if problems:
        raise InputError(problems)


def _confusion(
    codebook: Codebook, right: np.ndarray, predicted: np.ndarray
) -> tuple[tuple[int, ...], ...]:
    """How often each gold label (by row) was predicted as each label (by column)."""
    import numpy as np

    n_labels = len(codebook.names)
    pairs = right.argmax(axis=1) * n_labels + predicted.argmax(axis=1)
    counts = np.bincount(pairs, minlength=n_labels**2).reshape(n_labels, n_labels)
    return tuple(tuple(int(rows) for rows in row) for row in counts)


def unseen_rows(
    targets: Sequence[str | None] | None, train_targets: set[str] | None, n_rows: int
) -> list[int]:
    """Returns the rows whose target no training row has; none when either side is not known."""
    if targets is None or not train_targets:
        return []
    if len(targets) != n_rows:
        raise InputError(
            Problem(
                "targets",
                f"there are {len(targets)}",
                f"expected one for each of the {n_rows} rows",
            )
        )
    seen = {target.strip().casefold() for target in train_targets}
    return [
        row
        for row, target in enumerate(targets)
        if target is not None and target.strip().casefold() not in seen
    ]
