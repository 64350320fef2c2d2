"""Whether a difference between two models on the same rows is more than luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.counts import Counts, Figures, figures
from evaluation.intervals import CELLS, Interval, interval

if TYPE_CHECKING:
    import numpy as np

ROUNDS = 10_000
EQUAL = 1e-12  # differences that only rounding tells apart
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class LabelDifference:
    """F1 of one label in two models; the interval is of first minus second, uncorrected."""

    label: str
    support: int
    first: float
    second: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """First minus second."""
        return self.first - self.second

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def difference(metric: str, first: Figures, second: Figures) -> tuple[Interval, float]:
    """Returns the 95 % interval of first minus second, and how often first was ahead.

    Paired bootstrap (Koehn 2004, Statistical Significance Tests for Machine Translation
    Evaluation): both are figures of the same resamples, as `intervals.resampled` gives them.
    Resamples in which both are equal count half.
    """
    import numpy as np

    apart = first.averages[metric] - second.averages[metric]
    ahead = np.mean(apart > EQUAL) + np.mean(np.abs(apart) <= EQUAL) / 2
    return interval(apart), float(ahead)


def label_differences(
    counts: tuple[Counts, Counts], drawn: tuple[Figures, Figures]
) -> tuple[LabelDifference, ...]:
    """Returns the labels that gold or one of the two models has, in the codebook's order.

    A model that has a label neither in gold nor in its predictions has F1 0 there, in a resample
    too, where the other one has it.
    """
    import numpy as np

    codebook = counts[0].codebook
    whole = [figures(codebook, side.table.sum(axis=0)).f1 for side in counts]
    support = counts[0].table.sum(axis=0)[len(codebook.names):]
    found = []
    for j, label in enumerate(codebook.names):
        if np.isnan(whole[0][j]) and np.isnan(whole[1][j]):
            continue
        one, two = drawn[0].f1[:, j], drawn[1].f1[:, j]
        there = ~(np.isnan(one) & np.isnan(two))
        low, high = interval(np.nan_to_num(one[there]) - np.nan_to_num(two[there]))
        found.append(LabelDifference(
            label, int(support[j]), float(np.nan_to_num(whole[0][j])),
            float(np.nan_to_num(whole[1][j])), low, high))
    return tuple(found)


def randomisation(
    metric: str, first: Counts, second: Counts, rounds: int = ROUNDS, seed: int = 0
) -> float:
    """Returns the two-sided p-value of approximate randomisation.

    If the models were equal, it would not matter which of them gave which article's predictions.
    In each round every article's predictions are swapped between them or not, by chance; p is
    the share of rounds that part them at least as far as they are, both counts plus one
    (Noreen 1989, Computer-Intensive Methods for Testing Hypotheses; Yeh 2000, More accurate
    tests for the statistical significance of result differences). Equal predictions give 1.
    """
    import numpy as np

    apart = second.table - first.table
    apart = apart[np.any(apart != 0, axis=1)]  # swapping the others changes nothing
    sums = first.table.sum(axis=0), second.table.sum(axis=0)
    seen = abs(_apart(metric, first, sums))
    if not len(apart):
        return 1.0
    rng = np.random.default_rng(seed)
    step, far = max(1, CELLS // len(apart)), 0
    for start in range(0, rounds, step):
        swapped = rng.integers(0, 2, size=(min(step, rounds - start), len(apart))) @ apart
        values = _apart(metric, first, (sums[0] + swapped, sums[1] - swapped))
        far += int((np.abs(values) >= seen - EQUAL).sum())
    return (far + 1) / (rounds + 1)


def _apart(metric: str, counts: Counts, sums: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    one, two = (figures(counts.codebook, side).averages[metric] for side in sums)
    apart: np.ndarray = one - two
    return apart


def holm(p_values: Sequence[float]) -> list[float]:
    """Returns p-values corrected for their number, in the same order; none gives none.

    Holm 1979, A Simple Sequentially Rejective Multiple Test Procedure: the smallest is multiplied
    by their number, the next by one less, and so on; none falls below the one before it or
    exceeds 1.
    """
    corrected = [0.0] * len(p_values)
    least = 0.0
    for place, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        least = max(least, min(1.0, p_values[index] * (len(p_values) - place)))
        corrected[index] = least
    return corrected
