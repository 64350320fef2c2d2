"""Counts by article, and the metrics of any weighted sum of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.codebook import Codebook

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Counts:
    """What the metrics of a set of predictions need to know of each article.

    Attributes:
        codebook: the labels.
        table: shape `(n_articles, 3 * n_labels + 3)`: for each label the rows that rightly have
            it, those that should and those that were predicted to; then the rows, the rows whose
            labels are all right, and the sum of the rows' example F1.
    """

    codebook: Codebook
    table: np.ndarray

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return len(self.table)


@dataclass(frozen=True, slots=True)
class Figures:
    """Metrics of one or many sums of counts.

    Attributes:
        averages: name to values, shape `(…)`: those of `Scores.averages` but for unseen targets.
        f1: of each label, shape `(…, n_labels)`; NaN where it neither occurs nor was predicted.
    """

    averages: dict[str, np.ndarray]
    f1: np.ndarray


def count(
    codebook: Codebook, right: np.ndarray, found: np.ndarray, articles: Sequence[str]
) -> Counts:
    """Returns the counts of each article, in order of first appearance; no rows give none.

    Args:
        codebook: the labels.
        right: gold labels as zeros and ones, shape `(n_rows, n_labels)`.
        found: predicted labels, alike.
        articles: the article of each row.
    """
    import numpy as np

    places: dict[str, int] = {}
    at = [places.setdefault(article, len(places)) for article in articles]
    both = right * found
    sizes = right.sum(axis=1) + found.sum(axis=1)
    # Two empty sets of labels agree fully, as in evaluation.figures.metrics.
    example = np.where(sizes > 0, 2 * both.sum(axis=1) / np.maximum(sizes, 1), 1.0)
    rows = np.column_stack(
        [both, right, found, np.ones(len(right)), (right == found).all(axis=1), example]
    )
    table = np.zeros((len(places), rows.shape[1]))
    np.add.at(table, at, rows)
    return Counts(codebook, table)


def figures(codebook: Codebook, sums: np.ndarray) -> Figures:
    """Returns the metrics of sums of counts, by the definitions of `metrics.score`.

    Args:
        codebook: the labels.
        sums: shape `(…, 3 * n_labels + 3)`, columns as in `Counts.table`; at least one row each.
    """
    import numpy as np

    n = len(codebook.names)
    both, gold, predicted = sums[..., :n], sums[..., n : 2 * n], sums[..., 2 * n : 3 * n]
    rows, right, example = sums[..., 3 * n], sums[..., 3 * n + 1], sums[..., 3 * n + 2]
    sizes = gold + predicted
    occurs = sizes > 0
    f1 = 2 * both / np.where(occurs, sizes, 1)
    averages = {
        "macro_f1": f1.sum(axis=-1) / np.maximum(occurs.sum(axis=-1), 1),
        "weighted_f1": (f1 * gold).sum(axis=-1) / np.maximum(gold.sum(axis=-1), 1),
        "accuracy": right / rows,
    }
    if codebook.multilabel:
        averages["micro_f1"] = 2 * both.sum(axis=-1) / np.maximum(sizes.sum(axis=-1), 1)
        averages["example_f1"] = example / rows
    if codebook.task == "stance" and {"favor", "against"} <= set(codebook.names):
        pair = [codebook.columns[label] for label in ("favor", "against")]
        averages["f_avg"] = f1[..., pair].mean(axis=-1)
    return Figures(averages, np.where(occurs, f1, np.nan))
