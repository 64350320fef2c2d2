"""Figures of the types above the labels, and the labels that are taken for one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook
from evaluation.chance.intervals import Intervals, intervals
from evaluation.figures.definitions import of_types
from evaluation.figures.hierarchy import ACROSS, WITHIN, as_types, mistake, types_of
from evaluation.figures.interval import Interval
from evaluation.figures.metrics import decide, indicators, score
from evaluation.figures.scores import Scores

if TYPE_CHECKING:
    import numpy as np

LISTED = 20


@dataclass(frozen=True, slots=True)
class Confusion:
    """One label taken for another, how often, and whether both are of one type."""

    gold: str
    predicted: str
    rows: int
    mistake: str


@dataclass(frozen=True, slots=True)
class TypeScores:
    """How good predictions are once every label is replaced by its type.

    Attributes:
        codebook: the types as labels.
        scores: the metrics of the types.
        spread: their intervals; None for fewer than two articles.
        within: share of all rows whose labels are wrong and whose types are right.
        across: share whose types are wrong; with `within` and the accuracy of the labels it
            makes 1.
        confusions: the most frequent first, at most 20. None where a row may have several
            labels: nobody can say which missed label a wrong one was taken for.
    """

    codebook: Codebook
    scores: Scores
    spread: Intervals | None
    within: float
    across: float
    confusions: tuple[Confusion, ...]

    def flat(self) -> dict[str, float]:
        """Returns the metrics of types with their bounds, and the shares of mistakes."""
        values = of_types(self.scores.figures)
        for name, pair in self.bounds().items():
            values[f"{name}_low"], values[f"{name}_high"] = pair
        return values | {f"errors_{WITHIN}": self.within, f"errors_{ACROSS}": self.across}

    def bounds(self) -> dict[str, Interval]:
        """Returns the intervals of the metrics of types, by name; none without a spread."""
        return of_types(self.spread.averages) if self.spread else {}

    def as_json(self) -> dict[str, Any]:
        """Returns everything as plain values."""
        return {
            "metrics": self.flat(),
            "types": [asdict(label) for label in self.scores.labels],
            "confusions": [asdict(confusion) for confusion in self.confusions],
        }


def type_scores(
    codebook: Codebook,
    gold: Sequence[tuple[str, ...]],
    probabilities: np.ndarray,
    articles: Sequence[str],
    *,
    thresholds: np.ndarray | None = None,
) -> TypeScores | None:
    """Returns the figures of the types; None for a codebook without (see `types_of`).

    The predicted type is that of the predicted label, not the type whose labels are most probable
    together: so a row is right, or wrong within the type, or wrong across types. Where a row may
    have several labels, its types are those of all of them, and it is wrong within the type if
    the labels are wrong and the set of types is right.

    Arguments are those of `metrics.score`; `articles` has the article of each row.
    """
    types = types_of(codebook)
    if types is None:
        return None
    right, predicted = indicators(codebook, gold), decide(codebook, probabilities, thresholds)
    type_right, type_predicted = (
        as_types(codebook, types, matrix) for matrix in (right, predicted)
    )
    type_gold = [
        tuple(name for name, applies in zip(types.names, row, strict=True) if applies)
        for row in type_right
    ]
    scores = score(types, type_gold, type_predicted)
    wrong = (right != predicted).any(axis=1)
    across = (type_right != type_predicted).any(axis=1)
    return TypeScores(
        types,
        scores,
        intervals(types, type_gold, type_predicted, articles),
        within=float((wrong & ~across).mean()),
        across=float(across.mean()),
        confusions=() if codebook.multilabel else _confusions(codebook, right, predicted),
    )


def _confusions(
    codebook: Codebook, right: np.ndarray, predicted: np.ndarray
) -> tuple[Confusion, ...]:
    pairs = Counter(
        (codebook.names[gold], codebook.names[answer])
        for gold, answer in zip(right.argmax(axis=1), predicted.argmax(axis=1), strict=True)
        if gold != answer
    )
    return tuple(
        Confusion(gold, predicted, rows, mistake(codebook, [gold], [predicted]))
        for (gold, predicted), rows in pairs.most_common(LISTED)
    )
