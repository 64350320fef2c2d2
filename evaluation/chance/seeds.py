"""Models that differ in nothing but their seed: the mean of their figures, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import mean, stdev
from typing import TYPE_CHECKING

from evaluation.chance.intervals import (
    LEVEL,
    RESAMPLES,
    Intervals,
    interval,
    resampled,
    unseen_intervals,
)
from evaluation.figures.counts import Counts, Sums
from evaluation.figures.interval import Interval
from evaluation.figures.metrics import Figures, figures
from evaluation.figures.scores import LabelScore, Scores

if TYPE_CHECKING:
    import numpy as np


def seed_shares(seeds: int, resamples: int, seed: int = 0) -> np.ndarray:
    """Returns the share of each seed in each resample, shape `(resamples, seeds)`, rows sum to 1.

    Of n seeds n - 1 are drawn with replacement: then the variance of a resample's mean is that
    of the mean of n seeds, s²/n, which n draws make too small by (n - 1) / n, a third for three
    seeds (McCarthy and Snowden 1985, The Bootstrap and Finite Population Sampling; Rao and Wu
    1988, J. Am. Stat. Assoc. 83). A single seed is in every resample: its chance is not covered.
    """
    import numpy as np

    if seeds == 1:
        return np.ones((resamples, 1))
    drawn = np.random.default_rng((seed, seeds)).integers(seeds, size=(resamples, seeds - 1))
    shares: np.ndarray = (drawn[:, :, None] == np.arange(seeds)).mean(axis=1)
    return shares


def mean_figures(sides: Sequence[Figures], shares: np.ndarray | None = None) -> Figures:
    """Returns the mean over seeds of figures of the same resamples.

    A label that a resample lacks in gold has F1 0 with every seed that predicts it, and none with
    the others: its mean is 0, and NaN where no seed has it.

    Args:
        sides: of each seed.
        shares: of each seed in each resample, as `seed_shares` gives them; equal when None.
    """
    import numpy as np

    weights = np.full(len(sides), 1 / len(sides)) if shares is None else shares
    f1 = np.stack([side.f1 for side in sides], axis=-2)
    defined = (~np.isnan(f1) & (weights > 0)[..., None]).any(axis=-2)
    f1 = np.moveaxis(np.nan_to_num(f1), -2, -1)
    return Figures(
        {
            name: weighted_mean(np.stack([side.averages[name] for side in sides], axis=-1), weights)
            for name in sides[0].averages
        },
        np.where(defined, weighted_mean(f1, weights[..., None, :]), np.nan),
    )


def weighted_mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Returns the weighted mean over the last axis; that of equal values is exactly their value."""
    first = values[..., 0]
    mean: np.ndarray = first + ((values - first[..., None]) * weights).sum(axis=-1)
    return mean


def resampled_means(
    groups: Sequence[Sequence[Counts]], resamples: int = RESAMPLES, seed: int = 0
) -> list[Figures]:
    """Returns for each group of seeds the mean of its metrics in every resample.

    Two sources of chance are drawn from: articles, the same for all groups and seeds, and the
    seeds of each group on their own. Articles and seeds are crossed, and drawing both covers at
    least the variance of both (Owen 2007, The Pigeonhole Bootstrap, Ann. Appl. Stat. 1).

    Args:
        groups: the counts of each model of a group, on the same articles in the same order.
        resamples: how often to draw.
        seed: of the draws; a group of one gives what `intervals.resampled` gives for it.
    """
    drawn = iter(resampled([table for group in groups for table in group], resamples, seed))
    # Each group draws its seeds by itself: two models trained with seeds 1, 2, 3 share no chance.
    return [
        mean_figures([next(drawn) for _ in group], seed_shares(len(group), resamples, seed + place))
        for place, group in enumerate(groups)
    ]


def whole_means(group: Sequence[Counts]) -> Figures:
    """Returns the mean over seeds of the metrics of all articles."""
    return mean_figures(
        [figures(Sums(counts.codebook, counts.table.sum(axis=0))) for counts in group]
    )


def seed_intervals(
    group: Sequence[Counts], unseen: Sequence[Counts] = (), resamples: int = RESAMPLES
) -> Intervals | None:
    """Returns the intervals of the mean over seeds; None for fewer than two articles.

    Args:
        group: the counts of each seed's model.
        unseen: those of the rows with unseen targets, if any.
        resamples: how often to draw.

    Models that predict the same have the intervals of one of them.
    """
    import numpy as np

    if group[0].articles < 2:
        return None
    (drawn,) = resampled_means([group], resamples)
    averages: dict[str, Interval] = {
        name: interval(values) for name, values in drawn.averages.items()
    }
    if unseen and unseen[0].articles > 1:
        (drawn_unseen,) = resampled_means([unseen], resamples)
        averages |= unseen_intervals(drawn_unseen)
    whole = whole_means(group)
    labels = {
        name: interval(drawn.f1[:, j])
        for j, name in enumerate(group[0].codebook.names)
        if not np.isnan(whole.f1[j])
    }
    return Intervals(group[0].articles, resamples, averages, labels)


def t_interval(values: Sequence[float]) -> Interval | None:
    """Returns the 95 % interval of a mean over seeds, by Student's t; None for a single seed.

    mean ± t · sd / √n, t of n - 1 degrees of freedom: for figures that are no sums of rows, as
    seconds of training. It takes the seeds' figures to be spread normally about their mean, and
    covers no chance but that of the seed. It does not go below 0 where no figure does.
    """
    from scipy.special import stdtrit

    if len(values) < 2:
        return None
    reach = float(stdtrit(len(values) - 1, (1 + LEVEL) / 2)) * stdev(values) / len(values) ** 0.5
    low = mean(values) - reach
    return low if min(values) < 0 else max(low, 0.0), mean(values) + reach


def mean_scores(scores: Sequence[Scores]) -> Scores:
    """Returns the mean of each metric over seeds; there is no confusion matrix of several."""
    if len(scores) == 1:
        return scores[0]
    figures = {
        name: mean(values)
        for name in scores[0].figures
        if len(values := [seed.figures[name] for seed in scores if name in seed.figures])
        == len(scores)
    }
    labels = tuple(map(_mean_label, zip(*(seed.labels for seed in scores), strict=True)))
    return Scores(scores[0].rows, figures, labels)


def _mean_label(labels: Sequence[LabelScore]) -> LabelScore:
    precision, recall, f1, predicted = (
        mean(getattr(label, name) for label in labels)
        for name in ("precision", "recall", "f1", "predicted")
    )
    # Rounded up: a label that one seed predicts once occurs.
    return LabelScore(
        labels[0].label, precision, recall, f1, labels[0].support, math.ceil(predicted)
    )
