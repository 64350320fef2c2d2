"""How far probabilities can be believed: calibration error, Brier score, reliability table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook
from data.problems import InputError, Problem
from evaluation.figures.interval import Interval, bracketed
from evaluation.figures.metrics import indicators

if TYPE_CHECKING:
    import numpy as np

    from models.portable.serving import ServedModel

BINS = 15
BARS = 20  # of the histogram of confidences


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of like confidence.

    Attributes:
        confidence: the mean of their probabilities.
        accuracy: the share of them that is right.
        count: how many there are.
    """

    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """How well probabilities agree with what happens.

    A prediction is, for one label a row, the row's most probable label with its probability; for
    several labels a row, every pair of row and label with that label's probability.

    Attributes:
        ece: expected calibration error, 0 to 1: the mean distance between confidence and accuracy
            over the bins, weighted by their counts (Guo et al. 2017, there with bins of equal
            width; of equal mass: Nguyen and O'Connor 2015).
        brier: for one label a row the mean over rows of the squared distance between the
            probabilities and the gold label, summed over labels, 0 to 2 (Brier 1950); for several
            the mean squared distance of every (row, label) probability from 0 or 1, 0 to 1.
        bins: at most 15, of equal mass, by rising confidence.
        histogram: predictions by confidence, in 20 bars from 0 to 1.
    """

    ece: float
    brier: float
    bins: tuple[Bin, ...]
    histogram: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CalibrationScores:
    """Reliability of a model as it is served, and before calibration."""

    after: Reliability
    before: Reliability

    def flat(self) -> dict[str, float]:
        """Returns ece, brier, ece_uncalibrated and brier_uncalibrated."""
        return {
            "ece": self.after.ece,
            "brier": self.after.brier,
            "ece_uncalibrated": self.before.ece,
            "brier_uncalibrated": self.before.brier,
        }

    def as_json(self) -> dict[str, Any]:
        """Returns both as plain values."""
        return {"after": asdict(self.after), "before": asdict(self.before)}


def calibration(
    codebook: Codebook,
    gold: Sequence[tuple[str, ...]],
    probabilities: np.ndarray,
    uncalibrated: np.ndarray,
) -> CalibrationScores:
    """Returns the reliability of probabilities `(n_rows, n_labels)` after and before calibration.

    Raises:
        InputError: there are no rows.
    """
    return CalibrationScores(
        reliability(codebook, gold, probabilities), reliability(codebook, gold, uncalibrated)
    )


def reliability(
    codebook: Codebook, gold: Sequence[tuple[str, ...]], probabilities: np.ndarray
) -> Reliability:
    """Returns the reliability of probabilities `(n_rows, n_labels)`; as `calibration` raises."""
    import numpy as np

    if not len(gold):
        raise InputError(Problem("gold labels", "there are no rows", "expected at least one"))
    squares, confidence, hit = _by_row(codebook, gold, probabilities)
    brier, confidence, hit = squares.mean(), confidence.ravel(), hit.ravel()
    bins = equal_mass_bins(confidence, hit)
    ece = sum(bin.count * abs(bin.accuracy - bin.confidence) for bin in bins) / len(confidence)
    histogram, _ = np.histogram(confidence, BARS, (0.0, 1.0))
    return Reliability(float(ece), float(brier), tuple(bins), tuple(int(n) for n in histogram))


def row_errors(
    codebook: Codebook, gold: Sequence[tuple[str, ...]], probabilities: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Returns what each row adds to the Brier score (n_rows,) and to each bin (n_rows, 15).

    The mean of the first is the Brier score. The second is the sum of 1 or 0 (right or wrong)
    minus the confidence over the row's predictions in the bin; the expected calibration error is
    the sum over bins of the absolute sums over rows, divided by the number of predictions. No
    rows give none.
    """
    import numpy as np

    squares, confidence, hit = _by_row(codebook, gold, probabilities)
    number = bin_numbers(confidence.ravel())
    gaps = np.zeros((len(squares), BINS))
    np.add.at(
        gaps,
        (np.repeat(np.arange(len(squares)), confidence.shape[1]), number),
        (hit - confidence).ravel(),
    )
    return squares, gaps


def _by_row(
    codebook: Codebook, gold: Sequence[tuple[str, ...]], probabilities: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Squared errors (n_rows,); confidences and hits of the row's predictions (n_rows, …)."""
    import numpy as np

    right = indicators(codebook, gold)
    squares = (probabilities - right) ** 2
    if codebook.multilabel:
        return squares.mean(axis=1), probabilities, right
    best = probabilities.argmax(axis=1)[:, None]
    return (
        squares.sum(axis=1),
        np.take_along_axis(probabilities, best, axis=1),
        np.take_along_axis(right, best, axis=1),
    )


def equal_mass_bins(confidence: np.ndarray, hit: np.ndarray, bins: int = BINS) -> list[Bin]:
    """Returns bins with as nearly the same number of predictions as equal confidences allow.

    Args:
        confidence: probabilities (n,).
        hit: 1 where the prediction is right, else 0 (n,).
        bins: how many at most; fewer predictions have a bin each.

    Predictions of equal confidence share a bin, the one that their middle falls into, so that
    the order of the rows decides nothing; bins that stay empty are left out. No predictions give
    no bins.
    """
    import numpy as np

    number = bin_numbers(confidence, bins)
    sizes, sums, hits = (
        np.bincount(number, weights, minlength=bins) for weights in (None, confidence, hit)
    )
    return [
        Bin(float(sums[i] / sizes[i]), float(hits[i] / sizes[i]), int(sizes[i]))
        for i in np.flatnonzero(sizes)
    ]


def bin_numbers(confidence: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Returns the number of each prediction's bin, from 0, as `equal_mass_bins` has them."""
    import numpy as np

    _, place, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts + 1) / 2  # 0-based rank of each value's middle
    number: np.ndarray = (middle * bins // max(len(confidence), 1)).astype(int)[place]
    return number


def calibration_method(model: ServedModel) -> str:
    """Returns how a model is calibrated: `temperature 0.42, curves for 30 of 32 labels`."""
    curves = model.meta.get("isotonic") or []
    fitted = sum(curve is not None for curve in curves)
    return f"temperature {model.meta.get('temperature', 1.0):.3g}" + (
        f", curves for {fitted} of {len(curves)} labels" if curves else ""
    )


def calibration_text(
    scores: CalibrationScores, method: str, spread: Mapping[str, Interval] | None = None
) -> str:
    """Returns the figures and both reliability tables; `method` says how it was calibrated.

    `spread` has the 95 % intervals of `ece` and `brier` after calibration, if there are any.
    """
    spread = spread or {}
    lines = [f"calibration ({method}; fitted on dev)", f"{'':<8}{'before':>10}{'after':>10}"]
    lines += [
        f"{name:<8}{before:>10.4f}{after:>10.4f}{bracketed(spread.get(name))}"
        for name, before, after in (
            ("ece", scores.before.ece, scores.after.ece),
            ("brier", scores.before.brier, scores.after.brier),
        )
    ]
    for when, bins in (("before", scores.before.bins), ("after", scores.after.bins)):
        lines += ["", f"{when:<8}confidence  accuracy  count"]
        lines += [
            f"{'':<8}{bin.confidence:>10.4f}{bin.accuracy:>10.4f}{bin.count:>7}" for bin in bins
        ]
    return "\n".join(lines) + "\n"
