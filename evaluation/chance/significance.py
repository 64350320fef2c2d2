"""Whether a difference between two models on the same rows is more than luck."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.chance.intervals import CELLS, interval
from evaluation.chance.seeds import whole_means
from evaluation.figures.counts import Counts, Sums
from evaluation.figures.interval import Interval
from evaluation.figures.metrics import Figures, figures

if TYPE_CHECKING:
    import numpy as np

ROUNDS = 10_000
EQUAL = 1e-12  # differences that only rounding tells apart
ALPHA = 0.05

Side = Counts | Sequence[Counts]  # of one model, or of the models of several seeds


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
        return self.low > EQUAL or self.high < -EQUAL


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
    counts: tuple[Side, Side], drawn: tuple[Figures, Figures]
) -> tuple[LabelDifference, ...]:
    """Returns the labels that gold or one of the two models has, in the codebook's order.

    A model that has a label neither in gold nor in its predictions has F1 0 there, in a resample
    too, where the other one has it. The F1 of several seeds is their mean.
    """
    import numpy as np

    sides = [_seeds(side) for side in counts]
    codebook = sides[0][0].codebook
    whole = [whole_means(side).f1 for side in sides]
    support = sides[0][0].table.sum(axis=0)[len(codebook.names) :]
    differences = []
    for j, label in enumerate(codebook.names):
        if np.isnan(whole[0][j]) and np.isnan(whole[1][j]):
            continue
        first, second = drawn[0].f1[:, j], drawn[1].f1[:, j]
        defined = ~(np.isnan(first) & np.isnan(second))
        low, high = interval(np.nan_to_num(first[defined]) - np.nan_to_num(second[defined]))
        differences.append(
            LabelDifference(
                label,
                int(support[j]),
                float(np.nan_to_num(whole[0][j])),
                float(np.nan_to_num(whole[1][j])),
                low,
                high,
            )
        )
    return tuple(differences)


def randomisation(
    metric: str, first: Side, second: Side, rounds: int = ROUNDS, seed: int = 0
) -> float:
    """Returns the two-sided p-value of approximate randomisation.

    If the models were equal, it would not matter which of them gave which article's predictions.
    In each round every article's predictions are swapped between them or not, by chance; p is
    the share of rounds that part them at least as far as they are, both counts plus one
    (Noreen 1989, Computer-Intensive Methods for Testing Hypotheses; Yeh 2000, More accurate
    tests for the statistical significance of result differences). Equal predictions give 1.

    The figure of several seeds is their mean, and an article is swapped in all of them at once.
    Swaps need partners: each seed of one side has one or more of the other, all equally often
    (2 and 3 seeds make 6 couples), so that without a swap the figures are exactly the two means.
    The seeds stay as they are: their chance is in the interval of the difference, not in p.
    """
    import numpy as np

    couples = _couples(_seeds(first), _seeds(second))
    apart = np.stack([second.table - first.table for first, second in couples])
    apart = apart[:, np.any(apart != 0, axis=(0, 2))]  # swapping the others changes nothing
    sums = [(first.table.sum(axis=0), second.table.sum(axis=0)) for first, second in couples]
    counts, articles = couples[0][0], apart.shape[1]
    seen = abs(_apart(metric, counts, sums))
    if not articles:
        return 1.0
    rng = np.random.default_rng(seed)
    step, far = max(1, CELLS // articles), 0
    for start in range(0, rounds, step):
        swaps = rng.integers(0, 2, size=(min(step, rounds - start), articles))
        values = _apart(
            metric,
            counts,
            (
                (first + swapped, second - swapped)
                for (first, second), swapped in zip(
                    sums, (swaps @ table for table in apart), strict=True
                )
            ),
        )
        far += int((np.abs(values) >= seen - EQUAL).sum())
    return (far + 1) / (rounds + 1)


def _seeds(side: Side) -> Sequence[Counts]:
    return (side,) if isinstance(side, Counts) else side


def _couples(first: Sequence[Counts], second: Sequence[Counts]) -> list[tuple[Counts, Counts]]:
    return [
        (first[k % len(first)], second[k % len(second)])
        for k in range(math.lcm(len(first), len(second)))
    ]


def _apart(
    metric: str, counts: Counts, couples: Iterable[tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    """The mean over couples of first minus second; one couple is in memory at a time."""
    import numpy as np

    total, many = np.zeros(()), 0
    for first, second in couples:
        of_both = [
            figures(Sums(counts.codebook, side)).averages[metric] for side in (first, second)
        ]
        total, many = total + (of_both[0] - of_both[1]), many + 1
    return total / many


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


def p_text(p: float) -> str:
    """Returns a p-value as text; below 0.001 as such."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
