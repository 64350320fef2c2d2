"""How often a model that may abstain is certain, and how precise it is then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook
from evaluation.figures.interval import Interval, shown
from evaluation.figures.metrics import decide, indicators

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class LabelCertainty:
    """How often one label is certain.

    Attributes:
        label: its name in the codebook.
        certain_from: the probability from which it is said; None: it never is.
        predicted: rows that are given the label.
        certain: those of them at or above that probability.
        right: those of the certain ones that have the label.
    """

    label: str
    certain_from: float | None
    predicted: int
    certain: int
    right: int


@dataclass(frozen=True, slots=True)
class Abstention:
    """How often labels are certain; for several labels a row each given label counts.

    Attributes:
        min_precision: what the thresholds were chosen for, on dev.
        labels: one entry for every label of the codebook, in its order.
    """

    min_precision: float
    labels: tuple[LabelCertainty, ...]

    @property
    def predicted(self) -> int:
        """All labels given: the rows, where each has one label."""
        return sum(label.predicted for label in self.labels)

    @property
    def certain(self) -> int:
        """Those of them that are certain; for the rest the model says `uncertain`."""
        return sum(label.certain for label in self.labels)

    @property
    def coverage(self) -> float:
        """The share of the given labels that is certain; 0 without any."""
        return self.certain / self.predicted if self.predicted else 0.0

    @property
    def precision(self) -> float | None:
        """The share of the certain labels that is right; None without any."""
        right = sum(label.right for label in self.labels)
        return right / self.certain if self.certain else None

    def flat(self) -> dict[str, float]:
        """Returns coverage, and precision_when_certain unless nothing is certain."""
        precision = {} if self.precision is None else {"precision_when_certain": self.precision}
        return {"coverage": self.coverage, **precision}

    def as_json(self) -> dict[str, Any]:
        """Returns everything as plain values."""
        return {
            "min_precision": self.min_precision,
            **self.flat(),
            "labels": [asdict(label) for label in self.labels],
        }


def abstention(
    codebook: Codebook,
    gold: Sequence[tuple[str, ...]],
    probabilities: np.ndarray,
    certain_from: Sequence[float | None],
    min_precision: float,
    thresholds: np.ndarray | None = None,
) -> Abstention:
    """Returns how often `probabilities` make a label certain, and how often that is right.

    Args:
        codebook: the labels; column j of the probabilities is its j-th label.
        gold: the right labels of each row; no rows give counts of 0.
        probabilities: shape `(n_rows, n_labels)`.
        certain_from: for each label the probability from which it is said; None for never.
        min_precision: what these were chosen for.
        thresholds: as for `evaluation.figures.metrics.score`.
    """
    predicted = decide(codebook, probabilities, thresholds)
    certain = certain_labels(predicted, probabilities, certain_from)
    right = certain * indicators(codebook, gold)
    return Abstention(
        min_precision,
        tuple(
            LabelCertainty(
                name,
                certain_from[j],
                *(int(counts[:, j].sum()) for counts in (predicted, certain, right)),
            )
            for j, name in enumerate(codebook.names)
        ),
    )


def certain_labels(
    predicted: np.ndarray, probabilities: np.ndarray, certain_from: Sequence[float | None]
) -> np.ndarray:
    """Returns which of the predicted labels are certain, as zeros and ones `(n_rows, n_labels)`.

    `predicted` has the predicted ones; the other arguments are those of `abstention`.
    """
    import numpy as np

    lowest = np.array([np.inf if value is None else value for value in certain_from])
    certain: np.ndarray = predicted * (probabilities >= lowest)
    return certain


def abstention_text(figures: Abstention, spread: Mapping[str, Interval] | None = None) -> str:
    """Returns coverage and precision, then each label's threshold, counts and precision.

    `spread` has the 95 % intervals of the two figures, if there are any.
    """
    width, spread = max(len(label.label) for label in figures.labels), spread or {}
    precision = (
        "-"
        if figures.precision is None
        else shown(figures.precision, spread.get("precision_when_certain"), digits=4)
    )
    coverage = shown(figures.coverage, spread.get("coverage"), digits=4)
    lines = [
        f"certain at min_precision {figures.min_precision:g}, from thresholds chosen on dev: "
        f"{figures.certain} of {figures.predicted} labels",
        f"coverage {coverage}, precision when certain {precision}",
        "",
        f"{'label':<{width}}  certain from  predicted  certain  precision",
    ]
    for label in figures.labels:
        least = "never" if label.certain_from is None else f"{label.certain_from:.4f}"
        share = f"{label.right / label.certain:.4f}" if label.certain else "-"
        lines.append(
            f"{label.label:<{width}}  {least:>12}  {label.predicted:>9}  "
            f"{label.certain:>7}  {share:>9}"
        )
    return "\n".join(lines) + "\n"
