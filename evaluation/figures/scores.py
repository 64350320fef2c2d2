"""The figures that say how well labels were predicted."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

LONGEST = 200  # characters of a label in a metric's name; MLflow takes 250 in all


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How well one label is found.

    Attributes:
        label: its name in the codebook.
        precision: right among the rows predicted to have it; 0 when none was.
        recall: right among the rows that have it; 0 when none has.
        f1: harmonic mean of the two.
        support: how many rows have it.
        predicted: how many rows were predicted to have it.
    """

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    predicted: int

    @property
    def occurs(self) -> bool:
        """Whether a row has it or was predicted to have it; only such labels enter averages."""
        return self.support > 0 or self.predicted > 0


@dataclass(frozen=True, slots=True)
class Scores:
    """The metrics of one set of predictions.

    Attributes:
        rows: how many rows were scored.
        figures: the metrics over all labels that apply, by name, in the order of
            `evaluation.figures.definitions.METRICS`; `unseen_target_rows` among them.
        labels: one entry for every label of the codebook, in its order.
        confusion: counts, gold by row and predicted by column, in codebook order; None where a
            row may have several labels.
    """

    rows: int
    figures: dict[str, float]
    labels: tuple[LabelScore, ...]
    confusion: tuple[tuple[int, ...], ...] | None = None

    @property
    def macro_f1(self) -> float:
        """Mean F1 over the labels that occur in gold or predictions."""
        return self.figures["macro_f1"]

    @property
    def accuracy(self) -> float:
        """The share of rows whose labels are all right."""
        return self.figures["accuracy"]

    def averages(self) -> dict[str, float]:
        """Returns the metrics over all labels that apply, by name."""
        return dict(self.figures)

    def flat(self) -> dict[str, float]:
        """Returns `averages()` and `f1/<label>` of the labels that occur, under MLflow's names.

        What MLflow refuses in a name is replaced; see `label_metric`.
        """
        f1 = {label_metric(score.label): score.f1 for score in self.labels if score.occurs}
        return self.averages() | f1


def label_metric(label: str, figure: str = "f1") -> str:
    """Returns the name of a label's figure among the metrics of a run: `f1/<label>`.

    MLflow takes letters and digits of any script, `_`, `-`, `.`, blanks, and `/` where the whole
    could be a path. Where a label has anything else, that is `_` and six digits of the label's
    sha256 follow, so that no two labels share a name; so do they where a label is too long.
    """
    name = re.sub(r"[^\w. /-]", "_", label)
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts):
        name = "_".join(parts)
    if name != label or len(name) > LONGEST:
        digest = hashlib.sha256(label.encode()).hexdigest()[:6]
        name = f"{name[:LONGEST]} {digest}"
    return f"{figure}/{name}"
