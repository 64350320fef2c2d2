"""Intervals of the figures that rows add up to: calibration, abstention, mistakes by type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from data.codebook import Codebook
from data.files import Row
from evaluation.chance.intervals import LEVEL, RESAMPLES, draws, interval
from evaluation.chance.seeds import seed_shares, weighted_mean
from evaluation.figures.calibration import BINS
from evaluation.figures.definitions import of_scope
from evaluation.figures.hierarchy import ACROSS, WITHIN, mistake, types_of
from evaluation.figures.interval import Interval
from evaluation.predictions import labels_in

if TYPE_CHECKING:
    import numpy as np

GAPS = tuple(f"gap{number}" for number in range(BINS))
STEPS = 40  # of a bisection


def row_intervals(
    seeds: Sequence[Sequence[Row]], codebook: Codebook, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Interval]:
    """Returns the 95 % intervals of ece, brier, coverage, … by metric; of their means over seeds.

    Articles are drawn as in `evaluation.chance.intervals`, seeds as in
    `evaluation.chance.seeds`: equal `seed`, equal resamples. The intervals are percentiles, but
    that of ece (see `ece_interval`). The thresholds of the certain labels are held fixed: how else
    they might have come out is not covered.

    Args:
        seeds: the rows of each seed's model, as `evaluation.predictions.predictions` makes them,
            the same in the same order; of one model for a single run.
        codebook: the labels.
        resamples: how often to draw.
        seed: of the draws.

    A metric is missing where it is not defined, or where rows lack `square`, `gaps` or `certain`,
    which runs have not always kept. Fewer than two articles give none.
    """
    import numpy as np

    articles: dict[str, int] = {}
    at = [articles.setdefault(row["article_id"], len(articles)) for row in seeds[0]]
    if len(articles) < 2:
        return {}
    columns = _columns(seeds, codebook)
    table = np.zeros((len(articles), len(seeds), len(columns)))
    np.add.at(table, at, np.stack([columns[name] for name in columns], axis=-1))
    flat = table.reshape(len(articles), -1)
    drawn = np.concatenate([weights @ flat for weights in draws(len(articles), resamples, seed)])
    return _of_sums(
        {name: place for place, name in enumerate(columns)},
        table.sum(axis=0),
        drawn.reshape(-1, *table.shape[1:]),
        seed_shares(len(seeds), resamples, seed),
    )


def _of_sums(
    places: Mapping[str, int], whole: np.ndarray, drawn: np.ndarray, shares: np.ndarray
) -> dict[str, Interval]:
    """The intervals, from sums over all rows, `(n_seeds, n_columns)`, and over resampled ones."""
    import numpy as np

    intervals = {}
    for metric in of_scope("rows"):
        above, below = metric.ratio or ("", "")
        if {above, below} <= set(places) and whole[:, places[below]].all():
            with np.errstate(divide="ignore", invalid="ignore"):
                values = drawn[..., places[above]] / drawn[..., places[below]]
            intervals[metric.name] = interval(_over_seeds(values, shares))
    if GAPS[0] in places:
        bins, cells = [places[name] for name in GAPS], [places["cells"]]
        intervals["ece"] = ece_interval(
            whole[:, bins] / whole[:, cells], drawn[..., bins] / drawn[..., cells], shares
        )
    return intervals


def _columns(seeds: Sequence[Sequence[Row]], codebook: Codebook) -> dict[str, np.ndarray]:
    """What each row adds, by name, shape `(n_rows, n_seeds)`: only what the rows of all have."""
    import numpy as np

    by_seed = [_added(rows, codebook) for rows in seeds]
    return {
        name: np.array([columns[name] for columns in by_seed], dtype=float).T
        for name in by_seed[0]
        if all(name in columns for columns in by_seed)
    }


def _added(rows: Sequence[Row], codebook: Codebook) -> dict[str, Sequence[float]]:
    cells = (
        len(codebook.names) if codebook.multilabel else 1
    )  # predictions a row, as calibration has
    added: dict[str, Sequence[float]] = {"rows": [1] * len(rows), "cells": [cells] * len(rows)}
    if all("square" in row and "gaps" in row for row in rows):
        added["square"] = [row["square"] for row in rows]
        added |= {
            name: [row["gaps"].get(str(number), 0.0) for row in rows]
            for number, name in enumerate(GAPS)
        }
    gold, predicted, certain = (
        [set(labels_in(row.get(field, ""))) for row in rows]
        for field in ("gold", "predicted", "certain")
    )
    if all("certain" in row for row in rows):
        added["given"], added["certain"] = (
            [len(labels) for labels in sets] for sets in (predicted, certain)
        )
        added["right"] = [len(first & second) for first, second in zip(certain, gold, strict=True)]
    if types_of(codebook) is not None:
        mistakes = [
            "" if first == second else mistake(codebook, sorted(first), sorted(second))
            for first, second in zip(gold, predicted, strict=True)
        ]
        added["within"], added["across"] = (
            [float(of_row == kind) for of_row in mistakes] for kind in (WITHIN, ACROSS)
        )
    return added


def _over_seeds(values: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """The mean of each resample over its seeds; NaN where one of them has no figure."""
    import numpy as np

    return weighted_mean(np.where(np.isnan(values) & (shares == 0), 0.0, values), shares)


def ece_interval(whole: np.ndarray, drawn: np.ndarray, shares: np.ndarray) -> Interval:
    """Returns the 95 % interval of the expected calibration error, of its mean over seeds.

    The error is a sum of absolute values, so chance only adds to it: the figure lies above the
    true error (Bröcker 2012, Clim. Dyn. 39; Roelofs et al. 2022, Mitigating Bias in Calibration
    Error Estimation), its resamples above the figure, and their percentiles miss the truth. So
    the interval holds the errors under which the figure would be no surprise (test inversion:
    Carpenter 1999, J. R. Statist. Soc. B 61). Gaps are made larger or smaller than those found,
    all by the same step, and moved by chance as the resamples moved the found ones; the interval
    ends where less than 2.5 % of the sums reach the figure, or less than 2.5 % stay below. It is
    widened to hold the figure. How often it holds the truth: docs/calibration.md.

    The bins are held fixed, and within a bin gaps may cancel: the true error that is meant is
    that over these bins (Kumar et al. 2019, Verified Uncertainty Calibration).

    Args:
        whole: accuracy minus confidence of each seed's bins, times the bin's share of the
            predictions, shape `(n_seeds, n_bins)`.
        drawn: the same in each resample, shape `(resamples, n_seeds, n_bins)`.
        shares: as `evaluation.chance.seeds.seed_shares` gives them.
    """
    import numpy as np

    moved = drawn - whole
    farthest = float(np.abs(moved).sum(axis=-1).max())

    def sums(step: float, quantile: float) -> float:
        return float(
            np.quantile(
                weighted_mean(np.abs(_stepped(whole, step) + moved).sum(axis=-1), shares), quantile
            )
        )

    figure = _error(whole)
    low, high = (1 - LEVEL) / 2, (1 + LEVEL) / 2
    least = _crossing(lambda step: sums(step, high) >= figure, -float(np.abs(whole).max()), 0.0)
    most = _crossing(lambda step: sums(step, low) > figure, 0.0, farthest)
    return min(_error(_stepped(whole, least)), figure), max(_error(_stepped(whole, most)), figure)


def _stepped(gaps: np.ndarray, step: float) -> np.ndarray:
    """All gaps larger by a step; or smaller, down to none."""
    import numpy as np

    moved: np.ndarray = np.where(gaps < 0, -1, 1) * np.maximum(np.abs(gaps) + step, 0)
    return moved


def _error(gaps: np.ndarray) -> float:
    """The calibration error, its mean over seeds."""
    import numpy as np

    return float(weighted_mean(np.abs(gaps).sum(axis=-1), np.full(len(gaps), 1 / len(gaps))))


def _crossing(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Where something begins to hold between two numbers; the lower one if it holds there."""
    if holds(low):
        return low
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
