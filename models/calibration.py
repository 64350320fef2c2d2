"""What turns a model's scores into probabilities that can be believed; fitted on dev rows.

The same dev rows choose the epoch and the model, so calibration figures of dev are too good; how
well a model is calibrated is told by rows that nothing was chosen on (test).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.portable.serving import Curve, activate

Kind = Literal["temperature", "isotonic", "none"]
FEWEST = 10  # dev rows with the label, and without it, for a curve of its own
FLOOR = 1e-4  # of a curve: dev rows alone rule no label out, nor make it certain


@dataclass(frozen=True)
class Calibration:
    """What scores go through: divided by `temperature`, made probabilities, moved by curves.

    Attributes:
        temperature: 1 changes nothing.
        isotonic: for each column a curve, or None for as it is; None for no curves at all.
    """

    temperature: float = 1.0
    isotonic: list[Curve | None] | None = None


def calibrate(
    kind: Kind, scores: np.ndarray, gold: np.ndarray, multilabel: bool, *, shares: bool = False
) -> Calibration:
    """Returns the calibration of that kind that fits the dev rows; `isotonic` has both parts.

    Args:
        kind: `temperature` has one number, keeps the order of a row's labels, and does well with
            few dev rows a label: the default. `isotonic` can also mend a single label, and may
            change which label of a row is highest. Curves alone, without a temperature before
            them, had four times its error on the packaged corpus: what they made of soft
            probabilities was softened again when rows were brought back to a sum of 1.
        scores: margins or logits (n, n_columns).
        gold: 0/1 matrix of the same shape; one 1 a row unless `multilabel`.
        multilabel: whether a row may have any number of labels.
        shares: `scores` are probabilities already, and have no temperature.
    """
    temperature = 1.0 if kind == "none" or shares else best_temperature(scores, gold, multilabel)
    if kind != "isotonic":
        return Calibration(temperature)
    probabilities = scores if shares else activate(scores / temperature, multilabel)
    return Calibration(temperature, isotonic_curves(probabilities, gold))


def best_temperature(scores: np.ndarray, gold: np.ndarray, multilabel: bool = False) -> float:
    """Returns the temperature (0.05 to 20) under which the scores fit the gold labels best.

    Args:
        scores: margins or logits (n, n_columns).
        gold: 0/1 matrix of the same shape; one 1 a row unless `multilabel`.
        multilabel: probabilities are sigmoids of the scores, and the loss is the binary log loss of
            all (row, label) decisions; else softmax and the log loss of the gold label.

    Minimises the summed loss (temperature scaling: Guo et al. 2017, "On Calibration of Modern
    Neural Networks") plus (ln T)² / 2: a normal prior on ln T, which keeps T near 1 where dev
    rows are few, and the scores of a few rows that are all right from being taken for certainty.
    From some hundred rows on it counts for nothing. The search has a precision of 0.3 %. Without
    rows T is 1.
    """
    if not len(gold):
        return 1.0
    middle, reach = 0.0, float(np.log(20))
    for _ in range(4):
        places = np.linspace(middle - reach, middle + reach, 13)
        losses = [
            _loss(scores / np.exp(place), gold, multilabel) + place**2 / 2 for place in places
        ]
        middle, reach = float(places[int(np.argmin(losses))]), reach / 6
    return float(np.clip(np.exp(middle), 0.05, 20))


def _loss(logits: np.ndarray, gold: np.ndarray, multilabel: bool) -> float:
    """The summed log loss."""
    if multilabel:
        return float((np.logaddexp(0, logits) - gold * logits).sum())
    highest = logits.max(axis=1)
    total = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
    return float((total - (gold * logits).sum(axis=1)).sum())


def isotonic_curves(probabilities: np.ndarray, gold: np.ndarray) -> list[Curve | None]:
    """Returns for each column a rising curve from its probability to the share that is right.

    Args:
        probabilities: shape (n, n_columns).
        gold: 0/1 matrix of the same shape.

    Isotonic regression of each label against all others (Zadrozny and Elkan 2002). Of each flat
    stretch only the middle is kept and the curve runs straight between those (centred isotonic
    regression: Oron and Flournoy 2017): it has no jumps, at which two machines that round
    differently would disagree, and seldom makes unequal probabilities equal. A label with fewer
    than 10 rows, or all but 10, has no curve (None): its probabilities stay as they are.
    """
    return [
        _curve(p, y) if FEWEST <= y.sum() <= len(y) - FEWEST else None
        for p, y in zip(probabilities.T, gold.T, strict=True)
    ]


def _curve(p: np.ndarray, y: np.ndarray) -> Curve:
    from sklearn.isotonic import IsotonicRegression

    heights = IsotonicRegression(y_min=FLOOR, y_max=1 - FLOOR).fit_transform(p, y)
    levels, block = np.unique(heights, return_inverse=True)
    sizes = np.bincount(block)
    return [[float(x) for x in np.bincount(block, p) / sizes], [float(y) for y in levels]]
