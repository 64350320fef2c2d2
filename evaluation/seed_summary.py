"""The figures of a parent of several seeds: mean, spread and interval of every metric."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, stdev
from typing import Any

from data.codebook import Codebook
from data.files import Row
from evaluation.candidates import kept_rows
from evaluation.counts import Counts, count
from evaluation.intervals import Interval
from evaluation.metrics import indicators, unseen_rows
from evaluation.predictions import labels_in
from evaluation.seeds import seed_intervals

# Curves and the machine's figures, and the bounds of a single run, are no figures of a model.
OF_A_RUN = re.compile(r"epoch/|train_loss$|system/|(?!\w+/f1/).*_(?:low|high)$")


@dataclass(frozen=True, slots=True)
class SeedSummary:
    """What several seeds of one configuration reached.

    Attributes:
        seeds: of the finished runs.
        values: metric to the figure of each seed, for the metrics that all of them have.
        spread: metric to the 95 % interval of its mean, where there is one.
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

    def metrics(self) -> dict[str, float]:
        """Returns `NAME` (the mean), `NAME_sd`, and `NAME_low`, `NAME_high` where known."""
        found = {}
        for name in self.values:
            found[name] = self.mean(name)
            if (spread := self.sd(name)) is not None:
                found[f"{name}_sd"] = spread
            if name in self.spread:
                found[f"{name}_low"], found[f"{name}_high"] = self.spread[name]
        return found

    def as_json(self) -> dict[str, Any]:
        """Returns every metric with mean, sd, interval and the figures of the seeds, in order."""
        return {name: {"mean": self.mean(name), "sd": self.sd(name),
                       "interval": list(self.spread[name]) if name in self.spread else None,
                       "values": list(values)} for name, values in self.values.items()}


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
    shared = [name for name in metrics[0]
              if all(name in one for one in metrics) and not OF_A_RUN.match(name)]
    values = {name: tuple(one[name] for one in metrics) for name in shared}
    spread: dict[str, Interval] = {}
    alike = len(seeds) > 1
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        for part in parts:
            rows = kept_rows(run_ids, part, codebook, (run_ids[0], "parent"), scratch)
            alike = alike and all(one == rows[0] for one in rows)
            found = seed_intervals(*_counts(rows, codebook, train_targets))
            if found:
                spread |= {f"{part}/{name}": pair for name, pair in found.averages.items()
                           if f"{part}/{name}" in values}
    return SeedSummary(tuple(seeds), values, spread, alike)


def _counts(rows: Sequence[Sequence[Row]], codebook: Codebook,
            train_targets: set[str]) -> tuple[list[Counts], list[Counts]]:
    """The counts of each seed, of all rows and of those whose target was not trained on."""
    first = rows[0]
    unseen = unseen_rows([row.get("target") for row in first], train_targets, len(first))
    right = indicators(codebook, [labels_in(row["gold"]) for row in first])
    articles = [row["article_id"] for row in first]
    found = [indicators(codebook, [labels_in(row["predicted"]) for row in one]) for one in rows]
    return ([count(codebook, right, one, articles) for one in found],
            [count(codebook, right[unseen], one[unseen], [articles[at] for at in unseen])
             for one in found] if unseen else [])
