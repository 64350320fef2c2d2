"""The figures of a parent of several seeds: mean, spread and interval of every metric."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook
from data.files import Row
from evaluation.chance.row_intervals import row_intervals
from evaluation.chance.seeds import seed_intervals, t_interval
from evaluation.comparing.candidates import kept_rows
from evaluation.figures.counts import Counts, count
from evaluation.figures.definitions import of_types
from evaluation.figures.hierarchy import as_types, types_of
from evaluation.figures.interval import Interval
from evaluation.figures.metrics import indicators, unseen_rows
from evaluation.figures.scores import label_metric
from evaluation.predictions import labels_in

if TYPE_CHECKING:
    import numpy as np

# Curves and the machine's figures, and the bounds of a single run, are no figures of a model.
OF_A_RUN = re.compile(r"epoch/|train_loss$|system/|(?!\w+/f1/).*_(?:low|high)$")
# What no run keeps row by row: cost, settings that training chose, the worst of many slices.
OF_SEEDS = re.compile(r"(?!(?:dev|test)/)|\w+/(?:worst_slice_\w+|\w+_uncalibrated)$")
SAID = ("predicted", "probability")


@dataclass(frozen=True, slots=True)
class SeedSummary:
    """What several seeds of one configuration reached.

    Attributes:
        seeds: of the finished runs.
        values: metric to the figure of each seed, for the metrics that all of them have.
        spread: metric to the 95 % interval of its mean, over articles and seeds; of the metrics
            that can be told from what the runs kept of each row.
        alike: all seeds gave the same predictions.
    """

    seeds: tuple[int, ...]
    values: dict[str, tuple[float, ...]]
    spread: dict[str, Interval]
    alike: bool

    def mean(self, name: str) -> float:
        """The mean of a metric over seeds."""
        return mean(self.values[name])

    def sd(self, name: str) -> float | None:
        """The sample standard deviation of a metric over seeds; None for a single seed."""
        return stdev(self.values[name]) if len(self.seeds) > 1 else None

    def over_seeds(self, name: str) -> Interval | None:
        """The 95 % interval of the mean of a metric that is not of rows; None for all others.

        It covers the chance of the seed only.
        """
        return t_interval(self.values[name]) if OF_SEEDS.match(name) else None

    def metrics(self) -> dict[str, float]:
        """Returns `NAME` (the mean), `NAME_sd`, and `NAME_low`, `NAME_high` by `spread`."""
        metrics = {}
        for name in self.values:
            if (spread := self.sd(name)) is not None:
                metrics[f"{name}_sd"] = spread
            if name in self.spread:
                metrics[f"{name}_low"], metrics[f"{name}_high"] = self.spread[name]
        # Last: a label may be called `x_low`, and its F1 is no bound of that of `x`.
        return metrics | {name: self.mean(name) for name in self.values}

    def as_json(self) -> dict[str, Any]:
        """Returns every metric with mean, sd, interval and the figures of the seeds, in order.

        `kind` says what the interval covers: `articles and seeds`, or `seeds` alone.
        """
        values_by_name = {}
        for name, values in self.values.items():
            pair = self.spread.get(name, alone := self.over_seeds(name))
            values_by_name[name] = {
                "mean": self.mean(name),
                "sd": self.sd(name),
                "interval": pair and list(pair),
                "kind": "articles and seeds" if name in self.spread else alone and "seeds",
                "values": list(values),
            }
        return values_by_name


def summary(
    seeds: Sequence[int],
    run_ids: Sequence[str],
    metrics: Sequence[Mapping[str, float]],
    codebook: Codebook,
    parts: Sequence[str],
    train_targets: set[str],
) -> SeedSummary:
    """Returns the figures of finished runs that differ in nothing but their seed.

    Args:
        seeds: of each run.
        run_ids: of each run.
        metrics: of each run.
        codebook: that they were trained for.
        parts: those whose predictions they kept, `dev` and `test`.
        train_targets: the targets of the training rows.

    Raises:
        InputError: a run lost its predictions, or they were measured on different rows.
    """
    shared = [
        name
        for name in metrics[0]
        if all(name in of_seed for of_seed in metrics) and not OF_A_RUN.match(name)
    ]
    values = {name: tuple(of_seed[name] for of_seed in metrics) for name in shared}
    spread: dict[str, Interval] = {}
    alike = len(seeds) > 1
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        for part in parts:
            rows = kept_rows(run_ids, part, codebook, (run_ids[0], "parent"), scratch)
            alike = (
                alike
                and len(
                    {
                        tuple(tuple(row[field] for field in SAID) for row in of_seed)
                        for of_seed in rows
                    }
                )
                == 1
            )
            spread |= {
                f"{part}/{name}": pair
                for name, pair in _spread(rows, codebook, train_targets).items()
                if f"{part}/{name}" in values
            }
    return SeedSummary(tuple(seeds), values, spread, alike)


def _spread(
    rows: Sequence[Sequence[Row]], codebook: Codebook, train_targets: set[str]
) -> dict[str, Interval]:
    """The intervals of all metrics of rows, by name; none for fewer than two articles."""
    intervals = seed_intervals(*_counts(rows, codebook, train_targets))
    if intervals is None:
        return {}
    spread = intervals.averages | {
        label_metric(label): pair for label, pair in intervals.labels.items()
    }
    if types := types_of(codebook):
        above = seed_intervals(_type_counts(rows, codebook, types))
        spread |= of_types(above.averages) if above else {}
    return spread | row_intervals(rows, codebook)


def _counts(
    rows: Sequence[Sequence[Row]], codebook: Codebook, train_targets: set[str]
) -> tuple[list[Counts], list[Counts]]:
    """The counts of each seed, of all rows and of those whose target was not trained on."""
    first = rows[0]
    unseen = unseen_rows([row.get("target") for row in first], train_targets, len(first))
    right, predicted, articles = _labels(rows, codebook)
    return (
        [count(codebook, right, labels, articles) for labels in predicted],
        [
            count(codebook, right[unseen], labels[unseen], [articles[at] for at in unseen])
            for labels in predicted
        ]
        if unseen
        else [],
    )


def _type_counts(
    rows: Sequence[Sequence[Row]], codebook: Codebook, types: Codebook
) -> list[Counts]:
    """The counts of each seed once every label is replaced by its type."""
    right, predicted, articles = _labels(rows, codebook)
    return [
        count(types, as_types(codebook, types, right), as_types(codebook, types, labels), articles)
        for labels in predicted
    ]


def _labels(
    rows: Sequence[Sequence[Row]], codebook: Codebook
) -> tuple[np.ndarray, list[np.ndarray], list[str]]:
    """Gold labels, those that each seed predicted, and the article of each row."""
    return (
        indicators(codebook, [labels_in(row["gold"]) for row in rows[0]]),
        [
            indicators(codebook, [labels_in(row["predicted"]) for row in of_seed])
            for of_seed in rows
        ],
        [row["article_id"] for row in rows[0]],
    )
