"""Figures of the types above the labels, and which mistakes stay within the right type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook, Label
from evaluation.chance.intervals import Intervals, intervals
from evaluation.figures.metrics import decide, indicators, score
from evaluation.figures.scores import Scores

if TYPE_CHECKING:
    import numpy as np

WITHIN, ACROSS = "within_type", "across_types"
LISTED = 20
FIGURES = ("macro_f1", "accuracy")


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
        """Returns `type_macro_f1` and `type_accuracy` with their bounds, and the error shares."""
        values = {f"type_{name}": getattr(self.scores, name) for name in FIGURES}
        if self.spread:
            values |= {
                f"type_{name}_{side}": bound
                for name in FIGURES
                for side, bound in zip(("low", "high"), self.spread.averages[name], strict=True)
            }
        return values | {f"errors_{WITHIN}": self.within, f"errors_{ACROSS}": self.across}

    def as_json(self) -> dict[str, Any]:
        """Returns everything as plain values."""
        return {
            "metrics": self.flat(),
            "types": [asdict(one) for one in self.scores.labels],
            "confusions": [asdict(one) for one in self.confusions],
        }


def types_of(codebook: Codebook) -> Codebook | None:
    """Returns a codebook of the labels' parents; a label without one is a type of its own.

    None where that says nothing new: no two labels share a parent, or all do.
    """
    names = list(dict.fromkeys(codebook.type_of(name) for name in codebook.names))
    if not 2 <= len(names) < len(codebook.names):
        return None
    definitions = {parent.name: parent.definition for parent in codebook.parents}
    # A parent may be called what no label may: it becomes no metric and no column of a file.
    labels = tuple(
        Label.model_construct(name=name, definition=definitions.get(name, "")) for name in names
    )
    return Codebook(
        name=f"{codebook.name}-types",
        version=codebook.version,
        task=codebook.task,
        labels_per_row=codebook.labels_per_row,
        labels=labels,
    )


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
    right, found = indicators(codebook, gold), decide(codebook, probabilities, thresholds)
    type_right, type_found = (as_types(codebook, types, matrix) for matrix in (right, found))
    type_gold = [
        tuple(name for name, one in zip(types.names, row, strict=True) if one) for row in type_right
    ]
    scores = score(types, type_gold, type_found)
    wrong = (right != found).any(axis=1)
    across = (type_right != type_found).any(axis=1)
    return TypeScores(
        types,
        scores,
        intervals(types, type_gold, type_found, articles),
        within=float((wrong & ~across).mean()),
        across=float(across.mean()),
        confusions=() if codebook.multilabel else _confusions(codebook, right, found),
    )


def mistake(codebook: Codebook, gold: Sequence[str], predicted: Sequence[str]) -> str:
    """Returns `within_type` if wrong labels are of the right types, else `across_types`."""
    types = [{codebook.type_of(label) for label in labels} for labels in (gold, predicted)]
    return WITHIN if types[0] == types[1] else ACROSS


def as_types(codebook: Codebook, types: Codebook, labels: np.ndarray) -> np.ndarray:
    """Returns the types of labels as zeros and ones, shape `(n_rows, n_types)`.

    Args:
        codebook: the labels.
        types: what `types_of` makes of it.
        labels: zeros and ones, shape `(n_rows, n_labels)`.
    """
    import numpy as np

    above = np.zeros((len(codebook.names), len(types.names)), dtype=int)  # label is of type
    for row, name in enumerate(codebook.names):
        above[row, types.columns[codebook.type_of(name)]] = 1
    matrix: np.ndarray = (labels @ above > 0).astype(float)
    return matrix


def _confusions(codebook: Codebook, right: np.ndarray, found: np.ndarray) -> tuple[Confusion, ...]:
    pairs = Counter(
        (codebook.names[gold], codebook.names[predicted])
        for gold, predicted in zip(right.argmax(axis=1), found.argmax(axis=1), strict=True)
        if gold != predicted
    )
    return tuple(
        Confusion(gold, predicted, rows, mistake(codebook, [gold], [predicted]))
        for (gold, predicted), rows in pairs.most_common(LISTED)
    )
