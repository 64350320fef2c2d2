"""Which figures are metrics of a run, and which are in its metrics.json alone.

MLflow loads every metric of every run for a table or a comparison: its pages are slow from about
200 on. So metrics are what people compare; metrics.json and seeds.json hold everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data.fields import HELD_OUT
from evaluation.figures.definitions import METRICS, costs

OF_LABELS = "dev/f1/"
MOST_LABELS = 40  # of a codebook; the F1 of more labels are no metrics


def of_run(values: Mapping[str, float]) -> dict[str, float]:
    """Returns the metrics of a run: headline figures with intervals, F1 by label on dev, costs.

    Args:
        values: all figures, named as in metrics.json.
    """
    wanted = _bounded(_of_parts(_tracked("with_bounds")))
    wanted |= set(_of_parts(_tracked("alone")))
    labels = {name for name in values if name.startswith(OF_LABELS)}
    if len(labels) <= MOST_LABELS:
        wanted |= labels
    return {
        name: value
        for name, value in values.items()
        if name in wanted or not name.startswith(tuple(f"{part}/" for part in HELD_OUT))
    }


def of_parent(values: Mapping[str, float], select_by: str) -> dict[str, float]:
    """Returns the metrics of a parent of seeds: means, the chief ones with spread and interval.

    Args:
        values: all figures, as `SeedSummary.metrics` names them.
        select_by: what the runs are chosen by.
    """
    measure = select_by.partition("/")[2]
    chief = _of_parts([measure, *(metric.name for metric in METRICS.values() if metric.over_seeds)])
    wanted = _bounded(chief) | {f"{name}_sd" for name in chief} | set(costs())
    wanted |= set(_of_parts(_tracked("with_bounds")))
    return {name: value for name, value in values.items() if name in wanted}


def _tracked(how: str) -> list[str]:
    return [metric.name for metric in METRICS.values() if metric.tracked == how]


def _of_parts(names: Iterable[str]) -> list[str]:
    return [f"{part}/{name}" for name in names for part in HELD_OUT]


def _bounded(names: Iterable[str]) -> set[str]:
    return {f"{name}{end}" for name in names for end in ("", "_low", "_high")}
