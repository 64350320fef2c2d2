"""Metrics of predicted probabilities against gold labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.codebook import Codebook
from data.problems import InputError, Problem
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
    right = indicators(codebook, gold)
    found = decide(codebook, probabilities, thresholds)
    macro, weighted, labels = _averaged(codebook, right, found)
    unseen = unseen_rows(targets, train_targets, len(gold))
    several = codebook.multilabel
    return Scores(
        rows=len(gold),
        macro_f1=macro,
        weighted_f1=weighted,
        accuracy=float((right == found).all(axis=1).mean()),
        labels=labels,
        confusion=None if several else _confusion(codebook, right, found),
        micro_f1=_micro_f1(right, found) if several else None,
        example_f1=_example_f1(right, found) if several else None,
        f_avg=_f_avg(codebook, labels),
        macro_f1_unseen_targets=(
            _averaged(codebook, right[unseen], found[unseen])[0] if unseen else None
        ),
        unseen_target_rows=len(unseen) or None,
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


def _averaged(
    codebook: Codebook, right: np.ndarray, found: np.ndarray
) -> tuple[float, float, tuple[LabelScore, ...]]:
    """Macro F1, weighted F1 and the scores of every label."""
    from sklearn.metrics import precision_recall_fscore_support

    precision, recall, f1, support = precision_recall_fscore_support(
        right, found, average=None, zero_division=0
    )
    predicted = found.sum(axis=0)
    labels = tuple(
        LabelScore(
            name,
            float(precision[j]),
            float(recall[j]),
            float(f1[j]),
            int(support[j]),
            int(predicted[j]),
        )
        for j, name in enumerate(codebook.names)
    )
    occurring = [label.f1 for label in labels if label.occurs]
    total = sum(label.support for label in labels)
    macro = sum(occurring) / len(occurring) if occurring else 0.0
    weighted = sum(label.f1 * label.support for label in labels) / total if total else 0.0
    return macro, weighted, labels


def _confusion(
    codebook: Codebook, right: np.ndarray, found: np.ndarray
) -> tuple[tuple[int, ...], ...]:
    from sklearn.metrics import confusion_matrix

    counts = confusion_matrix(
        right.argmax(axis=1), found.argmax(axis=1), labels=range(len(codebook.names))
    )
    return tuple(tuple(int(count) for count in row) for row in counts)


def _micro_f1(right: np.ndarray, found: np.ndarray) -> float:
    from sklearn.metrics import f1_score

    return float(f1_score(right, found, average="micro", zero_division=0))


def _example_f1(right: np.ndarray, found: np.ndarray) -> float:
    from sklearn.metrics import f1_score

    return float(f1_score(right, found, average="samples", zero_division=1))


def _f_avg(codebook: Codebook, labels: tuple[LabelScore, ...]) -> float | None:
    if codebook.task != "stance" or not {"favor", "against"} <= set(codebook.names):
        return None
    return sum(label.f1 for label in labels if label.label in ("favor", "against")) / 2


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
