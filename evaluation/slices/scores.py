"""Where a model is worse than elsewhere: its figures by genre, source, length and any column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook
from evaluation.chance.intervals import draws, interval
from evaluation.chance.significance import ALPHA, holm
from evaluation.figures.counts import Sums, count
from evaluation.figures.interval import Interval
from evaluation.figures.metrics import decide, figures, indicators
from evaluation.slices.columns import Groups

if TYPE_CHECKING:
    import numpy as np

RESAMPLES = 1_000
LISTED = 10
TESTED = 3  # articles in a slice, and in the rest, below which nothing can be said
SPREAD = 5  # articles of a slice below which percentiles of resamples are far too close


@dataclass(frozen=True, slots=True)
class Slice:
    """The figures of the rows that have one value in one column.

    Attributes:
        slice: the column.
        value: what its rows have there.
        rows, articles: how many.
        macro_f1: over the labels that occur in these rows.
        low, high: its 95 % bootstrap interval by article; None for fewer than five articles.
        accuracy: share of rows whose labels are all right.
        rest: the ranking figure (see `Slices`) of all other rows.
        difference: the ranking figure of the slice minus `rest`.
        difference_low, difference_high: its 95 % interval; None for fewer than three articles in
            the slice or the rest.
        p: two-sided, corrected by Holm for all slices that were looked at; None likewise.
    """

    slice: str
    value: str
    rows: int
    articles: int
    macro_f1: float
    low: float | None
    high: float | None
    accuracy: float
    rest: float
    difference: float
    difference_low: float | None = None
    difference_high: float | None = None
    p: float | None = None

    @property
    def name(self) -> str:
        """Column and value, as `genre=wire`."""
        return f"{self.slice}={self.value}"

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of macro F1; None for fewer than five articles."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    @property
    def difference_interval(self) -> Interval | None:
        """The 95 % interval of the difference; None for too few articles."""
        low, high = self.difference_low, self.difference_high
        return None if low is None or high is None else (low, high)

    @property
    def clear(self) -> bool:
        """Whether it differs from the rest even among so many slices."""
        return self.p is not None and self.p < ALPHA


@dataclass(frozen=True, slots=True)
class Slices:
    """All slices of a set of rows.

    Attributes:
        figure: what slices are ranked by: `accuracy`, or `example_f1` where a row may have
            several labels. Both are means over rows, so that a slice of few rows is as likely to
            lie above the rest as below. Macro F1 is not: over the 32 event labels, random
            samples of 20 to 80 rows lay 0.07 to 0.08 below the rest (measured; 1,520 rows of
            the corpus, tfidf).
        entries: the slices, column by column.
    """

    figure: str
    entries: tuple[Slice, ...]

    @property
    def tested(self) -> int:
        """How many slices were set beside the rest."""
        return sum(row.p is not None for row in self.entries)

    def worst(self, most: int = LISTED) -> list[Slice]:
        """Returns the slices below the rest, by how far: first those that are clearly so.

        Then come those whose own interval lies below 0, then the others: of three articles one
        can be far below by chance.
        """
        below = [row for row in self.entries if row.p is not None and row.difference < 0]
        return sorted(
            below,
            key=lambda row: (not row.clear, (row.difference_high or 0.0) >= 0, row.difference),
        )[:most]

    def metrics(self) -> dict[str, float]:
        """Returns macro F1 and accuracy of the worst slice; nothing where there is none."""
        return {
            f"worst_slice_{name}": getattr(row, name)
            for row in self.worst(1)
            for name in ("macro_f1", "accuracy")
        }

    def as_json(self) -> list[dict[str, Any]]:
        """Returns the slices as plain values."""
        return [asdict(row) for row in self.entries]


def slices(
    codebook: Codebook,
    gold: Sequence[tuple[str, ...]],
    probabilities: np.ndarray,
    articles: Sequence[str],
    groups: Groups,
    *,
    thresholds: np.ndarray | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Slices:
    """Returns the figures of every slice of `groups`, and how far each lies from the rest.

    Articles are drawn with replacement as in `chance.intervals`; the interval of a difference
    is difference ± t · s, where s is the standard deviation of the resampled differences times
    √(g / (g - 1)), t Student's of g - 1 degrees, and g the articles of the slice or of the rest,
    whichever has fewer (Cameron and Miller 2015, A Practitioner's Guide to Cluster-Robust
    Inference, section VI). Percentiles would be too close for few articles: of random slices of
    five articles 12 to 14 % would seem to differ, with t 2 % do (measured as above). A slice
    without a single error has no spread at all, so s is at least √(p (1 - p) / rows), p being
    its share with two right and two wrong rows added (Agresti and Coull 1998, Approximate is
    better than "exact" for interval estimation of binomial proportions).

    `articles` has the article of each row, `groups` is what `evaluation.slices.columns.groups`
    makes of the same rows; the other arguments are those of `score`. The same `seed` gives the
    same figures. No groups give no slices.
    """
    figure = "example_f1" if codebook.multilabel else "accuracy"
    keys = [(column, value) for column, values in groups.items() for value in values]
    if not keys:
        return Slices(figure, ())
    counts = count(
        codebook,
        indicators(codebook, gold),
        decide(codebook, probabilities, thresholds),
        [str(place) for place in range(len(gold))],
    ).table
    names: dict[str, int] = {}
    at = [names.setdefault(article, len(names)) for article in articles]
    parts = [_by_article(counts, at, groups[column][value]) for column, value in keys]
    total = _by_article(counts, at, range(len(gold)))[1]
    macro, apart = _resampled(codebook, parts, total, figure, resamples, seed)
    rows = [
        _slice(codebook, key, part, total, figure, spread)
        for key, part, spread in zip(keys, parts, zip(macro, apart, strict=True), strict=True)
    ]
    return Slices(figure, _corrected(rows))


def _by_article(
    counts: np.ndarray, at: Sequence[int], places: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """The articles that rows are of, in ascending order, and the counts of those rows by them."""
    import numpy as np

    articles, inverse = np.unique(np.asarray(at)[list(places)], return_inverse=True)
    table = np.zeros((len(articles), counts.shape[1]))
    np.add.at(table, inverse, counts[list(places)])
    return articles, table


def _resampled(
    codebook: Codebook,
    parts: Sequence[tuple[np.ndarray, np.ndarray]],
    total: np.ndarray,
    figure: str,
    resamples: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Macro F1 of each part, and its figure minus that of the rest: (n_parts, resamples) each.

    NaN where a resample has no row of the part, or none of the rest.
    """
    import numpy as np

    macro, apart = (np.full((len(parts), resamples), np.nan) for _ in range(2))
    start = 0
    for weights in draws(len(total), resamples, seed):
        span = slice(start, start + len(weights))
        start += len(weights)
        sums = weights @ total[:, -3:]
        for row, (articles, table) in enumerate(parts):
            own = weights[:, articles] @ table
            has_rows = own[:, -3] > 0
            drawn = figures(Sums(codebook, own[has_rows]))
            macro[row, span][has_rows] = drawn.averages["macro_f1"]
            apart[row, span] = _difference(own[:, -3:], sums, figure)
    return macro, apart


def _difference(own: np.ndarray, total: np.ndarray, figure: str) -> np.ndarray:
    """The figure of some rows minus that of the others, from (rows, rows right, example F1)."""
    import numpy as np

    column = {"accuracy": 1, "example_f1": 2}[figure]
    rest = total - own
    with np.errstate(divide="ignore", invalid="ignore"):
        difference: np.ndarray = own[..., column] / own[..., 0] - rest[..., column] / rest[..., 0]
    return difference


def _slice(
    codebook: Codebook,
    key: tuple[str, str],
    part: tuple[np.ndarray, np.ndarray],
    total: np.ndarray,
    figure: str,
    drawn: tuple[np.ndarray, np.ndarray],
) -> tuple[Slice, float | None]:
    """A slice, and its p-value before any correction."""
    import numpy as np

    articles, table = part
    own, whole = table.sum(axis=0), total.sum(axis=0)
    values = figures(Sums(codebook, own)).averages
    low, high = interval(drawn[0]) if len(articles) >= SPREAD else (None, None)
    difference = float(_difference(own[-3:], whole[-3:], figure))
    rest = total.copy()
    rest[articles] -= table
    least = min(len(articles), int((rest[:, -3] > 0).sum()))
    share = (values[figure] * own[-3] + 2) / (own[-3] + 4)
    margin, p = _margin(
        difference, max(float(np.nanstd(drawn[1])), math.sqrt(share * (1 - share) / own[-3])), least
    )
    return Slice(
        *key,
        rows=int(own[-3]),
        articles=len(articles),
        macro_f1=float(values["macro_f1"]),
        low=low,
        high=high,
        accuracy=float(values["accuracy"]),
        rest=float(values[figure]) - difference,
        difference=difference,
        difference_low=None if margin is None else max(-1.0, difference - margin),
        difference_high=None if margin is None else min(1.0, difference + margin),
    ), p


def _margin(
    difference: float, deviation: float, articles: int
) -> tuple[float | None, float | None]:
    """Half the width of the interval, and the p-value; None for too few articles."""
    from scipy.special import stdtr, stdtrit

    if articles < TESTED:
        return None, None
    error = deviation * math.sqrt(articles / (articles - 1))
    return (
        float(stdtrit(articles - 1, 1 - ALPHA / 2)) * error,
        float(2 * stdtr(articles - 1, -abs(difference) / error)),
    )


def _corrected(tested: Sequence[tuple[Slice, float | None]]) -> tuple[Slice, ...]:
    corrected = iter(holm([p for _, p in tested if p is not None]))
    return tuple(row if p is None else replace(row, p=next(corrected)) for row, p in tested)
