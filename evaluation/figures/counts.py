"""Counts by article, and their sums: all that the metrics of labels need to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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


@dataclass(frozen=True)
class Sums:
    """Sums of counts over articles, one or many of them, by what they count.

    Attributes:
        codebook: the labels.
        values: shape `(…, 3 * n_labels + 3)`, columns as in `Counts.table`; at least one row each.
    """

    codebook: Codebook
    values: np.ndarray

    @property
    def both(self) -> np.ndarray:
        """Rows that rightly have each label, `(…, n_labels)`."""
        return self.values[..., : len(self.codebook.names)]

    @property
    def gold(self) -> np.ndarray:
        """Rows that should have each label, `(…, n_labels)`."""
        n_labels = len(self.codebook.names)
        return self.values[..., n_labels : 2 * n_labels]

    @property
    def predicted(self) -> np.ndarray:
        """Rows that were predicted to have each label, `(…, n_labels)`."""
        n_labels = len(self.codebook.names)
        return self.values[..., 2 * n_labels : 3 * n_labels]

    @property
    def rows(self) -> np.ndarray:
        """Rows, `(…)`."""
        return self.values[..., -3]

    @property
    def right(self) -> np.ndarray:
        """Rows whose labels are all right, `(…)`."""
        return self.values[..., -2]

    @property
    def example_f1(self) -> np.ndarray:
        """The sum over rows of the F1 between the two sets of labels, `(…)`."""
        return self.values[..., -1]

    @cached_property
    def occurs(self) -> np.ndarray:
        """Whether each label is in gold or in the predictions, `(…, n_labels)`."""
        occurs: np.ndarray = self.gold + self.predicted > 0
        return occurs

    @cached_property
    def f1(self) -> np.ndarray:
        """The F1 of each label, 0 where it does not occur, `(…, n_labels)`."""
        import numpy as np

        sizes = self.gold + self.predicted
        f1: np.ndarray = 2 * self.both / np.where(self.occurs, sizes, 1)
        return f1


def count(
    codebook: Codebook, right: np.ndarray, predicted: np.ndarray, articles: Sequence[str]
) -> Counts:
    """Returns the counts of each article, in order of first appearance; no rows give none.

    Args:
        codebook: the labels.
        right: gold labels as zeros and ones, shape `(n_rows, n_labels)`.
        predicted: predicted labels, alike.
        articles: the article of each row.
    """
    import numpy as np

    places: dict[str, int] = {}
    at = [places.setdefault(article, len(places)) for article in articles]
    rows = row_counts(right, predicted)
    table = np.zeros((len(places), rows.shape[1]))
    np.add.at(table, at, rows)
    return Counts(codebook, table)


def row_counts(right: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Returns the counts of each row, shape `(n_rows, 3 * n_labels + 3)`, as in `Counts.table`."""
    import numpy as np

    both = right * predicted
    sizes = right.sum(axis=1) + predicted.sum(axis=1)
    # Two empty sets of labels agree fully.
    example = np.where(sizes > 0, 2 * both.sum(axis=1) / np.maximum(sizes, 1), 1.0)
    ones, all_right = np.ones(len(right)), (right == predicted).all(axis=1)
    return np.column_stack([both, right, predicted, ones, all_right, example])
