"""How far a metric may lie from the one measured: bootstrap intervals, resampled by article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook
from evaluation.figures.counts import Counts, Sums, count
from evaluation.figures.definitions import of_unseen_targets
from evaluation.figures.interval import Interval
from evaluation.figures.metrics import Figures, decide, figures, indicators, unseen_rows

if TYPE_CHECKING:
    import numpy as np

LEVEL = 0.95
RESAMPLES = 2_000
CELLS = 2_000_000  # weights in memory at a time: 16 MB, whatever the number of resamples


@dataclass(frozen=True, slots=True)
class Intervals:
    """The 95 % intervals of the metrics of one set of predictions.

    Attributes:
        articles: how many there are; they are what was drawn.
        resamples: how often.
        averages: metric to (low, high).
        labels: label to (low, high) of its F1, for the labels that occur.
    """

    articles: int
    resamples: int
    averages: dict[str, Interval]
    labels: dict[str, Interval]

    def beside(self, further: Mapping[str, Interval]) -> Intervals:
        """Returns these with the intervals of further metrics of the same resamples."""
        return replace(self, averages=self.averages | dict(further))

    def flat(self) -> dict[str, float]:
        """Returns `<metric>_low` and `<metric>_high` of the averages."""
        return {
            f"{name}_{side}": value
            for name, pair in self.averages.items()
            for side, value in zip(("low", "high"), pair, strict=True)
        }

    def as_json(self) -> dict[str, Any]:
        """Returns everything as plain values."""
        return {
            "level": LEVEL,
            "resamples": self.resamples,
            "resampled_by": "article_id",
            "articles": self.articles,
            "metrics": {name: list(pair) for name, pair in self.averages.items()},
            "f1": {name: list(pair) for name, pair in self.labels.items()},
        }


def intervals(
    codebook: Codebook,
    gold: Sequence[tuple[str, ...]],
    probabilities: np.ndarray,
    articles: Sequence[str],
    *,
    thresholds: np.ndarray | None = None,
    targets: Sequence[str | None] | None = None,
    train_targets: set[str] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Intervals | None:
    """Returns the intervals of what `score` measures; None for fewer than two articles.

    Sentences of one article are alike, so articles are drawn with replacement, each with all its
    rows (cluster bootstrap: Field and Welsh 2007, J. R. Statist. Soc. B 69), and the interval
    lies between the 2.5th and 97.5th percentile of the resamples (Efron and Tibshirani 1993,
    An Introduction to the Bootstrap, chapter 13).

    A resample's figures are those that `score` gives for its rows. So a label that a resample
    lacks, in gold and predictions, is not in its macro F1 (as 0 it would pull the interval below
    the figure), and its own interval is that of the resamples that have it.

    `articles` has the article of each row; the other arguments are those of `score`. The same
    `seed` gives the same intervals.
    """
    right, predicted = indicators(codebook, gold), decide(codebook, probabilities, thresholds)
    counts = count(codebook, right, predicted, articles)
    if counts.articles < 2:
        return None
    (drawn,) = resampled([counts], resamples, seed)
    averages = {name: interval(values) for name, values in drawn.averages.items()}
    if unseen := unseen_rows(targets, train_targets, len(gold)):
        part = count(codebook, right[unseen], predicted[unseen], [articles[row] for row in unseen])
        if part.articles > 1:
            (drawn_unseen,) = resampled([part], resamples, seed)
            averages |= unseen_intervals(drawn_unseen)
    occurs = (right.sum(axis=0) + predicted.sum(axis=0)) > 0
    labels = {name: interval(drawn.f1[:, j]) for j, name in enumerate(codebook.names) if occurs[j]}
    return Intervals(counts.articles, resamples, averages, labels)


def unseen_intervals(drawn: Figures) -> dict[str, Interval]:
    """Returns the intervals of the metrics of unseen targets, from resamples of their rows."""
    return {name: interval(values) for name, values in of_unseen_targets(drawn.averages).items()}


def resampled(tables: Sequence[Counts], resamples: int, seed: int) -> list[Figures]:
    """Returns for each table its metrics in every resample, shape `(resamples,)` each.

    All tables are of the same articles in the same order and meet the same draws, so that their
    figures can be subtracted (paired bootstrap).
    """
    import numpy as np

    parts: list[list[Figures]] = [[] for _ in tables]
    for weights in draws(tables[0].articles, resamples, seed):
        for part, counts in zip(parts, tables, strict=True):
            part.append(figures(Sums(counts.codebook, weights @ counts.table)))
    return [
        Figures(
            {
                name: np.concatenate([chunk.averages[name] for chunk in part])
                for name in part[0].averages
            },
            np.concatenate([chunk.f1 for chunk in part]),
        )
        for part in parts
    ]


def draws(articles: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Yields how often each article is drawn, shape `(some resamples, articles)`, in chunks."""
    import numpy as np

    rng = np.random.default_rng(seed)
    step = max(1, CELLS // articles)
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        drawn = rng.integers(0, articles, size=(size, articles))
        drawn += np.arange(size)[:, None] * articles
        yield (
            np.bincount(drawn.ravel(), minlength=size * articles)
            .reshape(size, articles)
            .astype(float)
        )


def interval(values: np.ndarray) -> Interval:
    """Returns the middle 95 % of resampled values; NaNs, of resamples without a figure, are out."""
    import numpy as np

    low, high = np.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
