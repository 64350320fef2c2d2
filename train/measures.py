"""What a training is measured by on its dev rows, and whether there is such a measure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from data.problems import InputError, Problem, nearest
from evaluation.figures.definitions import METRICS, is_count
from evaluation.figures.metrics import score
from train.rows import RunData

if TYPE_CHECKING:
    import numpy as np


def dev_scorer(data: RunData) -> Callable[[np.ndarray], dict[str, float]]:
    """Returns what makes averages of probabilities `(n_dev, n_labels)`, without counts of rows."""
    gold, targets = data.dev.gold, data.dev.targets
    seen = {target for target in data.train.targets if target}

    def averages(probabilities: np.ndarray) -> dict[str, float]:
        scores = score(data.codebook, gold, probabilities, targets=targets, train_targets=seen)
        return {name: value for name, value in scores.averages().items() if not is_count(name)}

    return averages


def check_measure(metric: str, data: RunData, where: str) -> None:
    """Raises InputError unless `metric`, as `dev/macro_f1`, is measured on the dev rows."""
    import numpy as np

    measures = list(dev_scorer(data)(np.zeros((len(data.dev.gold), len(data.codebook.names)))))
    measure = metric.removeprefix("dev/")
    if measure in measures:
        return
    unseen = measure in METRICS and METRICS[measure].scope == "unseen_targets"
    if unseen and data.codebook.task == "stance":
        raise InputError(
            Problem(
                where,
                f"is {metric}, and every target of the dev rows is in training rows as well",
                "split so that some targets stand in dev only, or choose by another measure",
            )
        )
    raise InputError(
        Problem(
            where,
            f"unknown measure '{measure}'{nearest(measure, measures)}",
            f"expected dev/ and one of {', '.join(measures)}",
        )
    )
