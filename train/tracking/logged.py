"""Which figures are metrics of a run, and which are in its metrics.json alone.

MLflow loads every metric of every run for a table or a comparison: its pages are slow from about
200 on. So metrics are what people compare; metrics.json and seeds.json hold everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

WITH_INTERVAL = (
    "macro_f1",
    "weighted_f1",
    "accuracy",
    "micro_f1",
    "example_f1",
    "f_avg",
    "macro_f1_unseen_targets",
    "type_macro_f1",
    "ece",
    "coverage",
    "precision_when_certain",
)
ALONE = ("brier", "errors_within_type", "worst_slice_macro_f1")
OF_LABELS = "dev/f1/"
MOST_LABELS = 40  # of a codebook; the F1 of more labels are no metrics
PARTS = ("dev", "test")
SPREAD = ("macro_f1", "accuracy", "f_avg", "macro_f1_unseen_targets", "type_macro_f1", "ece")
COSTS = ("train_seconds", "sentences_per_second", "model_megabytes")


def of_run(values: Mapping[str, float]) -> dict[str, float]:
    """Returns the metrics of a run: headline figures with intervals, F1 by label on dev, costs.

    Args:
        values: all figures, named as in metrics.json.
    """
    wanted = _bounded(f"{part}/{name}" for part in PARTS for name in WITH_INTERVAL)
    wanted |= {f"{part}/{name}" for part in PARTS for name in ALONE}
    labels = {name for name in values if name.startswith(OF_LABELS)}
    if len(labels) <= MOST_LABELS:
        wanted |= labels
    return {
        name: value
        for name, value in values.items()
        if name in wanted or not name.startswith(tuple(f"{part}/" for part in PARTS))
    }


def of_parent(values: Mapping[str, float], select_by: str) -> dict[str, float]:
    """Returns the metrics of a parent of seeds: means, the chief ones with spread and interval.

    Args:
        values: all figures, as `SeedSummary.metrics` names them.
        select_by: what the runs are chosen by.
    """
    measure = select_by.partition("/")[2]
    chief = {f"{part}/{name}" for part in PARTS for name in (*SPREAD, measure)}
    wanted = _bounded(chief) | {f"{name}_sd" for name in chief} | set(COSTS)
    wanted |= {f"{part}/{name}" for part in PARTS for name in WITH_INTERVAL}
    return {name: value for name, value in values.items() if name in wanted}


def _bounded(names: Iterable[str]) -> set[str]:
    return {f"{name}{end}" for name in names for end in ("", "_low", "_high")}
