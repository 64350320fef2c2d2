"""What a model reaches on the scored rows that it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook
from evaluation.chance.intervals import Intervals, intervals
from evaluation.figures.metrics import score
from evaluation.figures.scores import Scores

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class TrainedRows:
    """The scored rows that a model was trained on, and its figures without them.

    Attributes:
        rows: how many there are.
        of: how many rows were scored.
        scores: the metrics of the others; None where there are none.
        spread: their intervals; None for fewer than two articles.
    """

    rows: int
    of: int
    scores: Scores | None = None
    spread: Intervals | None = None

    def warning(self, model: str) -> str:
        """What it means, in a sentence."""
        without = (
            "figures without them stand below"
            if self.scores
            else "there are no others to score it on"
        )
        return (
            f"{model} was trained on {self.rows} of the {self.of} rows: the figures of all "
            f"rows show how well it remembers; {without}"
        )

    def as_json(self) -> dict[str, Any]:
        """Returns everything as plain values."""
        return {
            "rows": self.rows,
            "without": None
            if self.scores is None
            else {
                "rows": self.scores.rows,
                "metrics": self.scores.flat(),
                "intervals": self.spread.as_json() if self.spread else None,
            },
        }


def trained_rows(
    codebook: Codebook,
    gold: Sequence[tuple[str, ...]],
    probabilities: np.ndarray,
    articles: Sequence[str],
    trained: Sequence[bool],
    *,
    thresholds: np.ndarray | None = None,
    targets: Sequence[str | None] | None = None,
    train_targets: set[str] | None = None,
) -> TrainedRows | None:
    """Returns the figures without the rows trained on; None where there are no such rows.

    `trained` says it of each row, the other arguments are those of `score` and `intervals`.
    """
    if not any(trained):
        return None
    kept = [place for place, was_trained in enumerate(trained) if not was_trained]
    if not kept:
        return TrainedRows(len(gold), len(gold))
    rest = [gold[place] for place in kept]
    options: dict[str, Any] = {
        "thresholds": thresholds,
        "train_targets": train_targets,
        "targets": None if targets is None else [targets[place] for place in kept],
    }
    return TrainedRows(
        len(gold) - len(kept),
        len(gold),
        score(codebook, rest, probabilities[kept], **options),
        intervals(
            codebook, rest, probabilities[kept], [articles[place] for place in kept], **options
        ),
    )
