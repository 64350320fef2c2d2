"""Probabilities of one codebook's labels as probabilities of another set of names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from data.codebook import Codebook, Label
from data.examples import Example
from data.files import Row
from data.problems import InputError, Problem
from data.rows import labels_of
from evaluation.figures.metrics import THRESHOLD

if TYPE_CHECKING:
    import numpy as np

    from models.portable.serving import ServedModel


def aligned(labels: Sequence[str], codebook: Codebook, probabilities: np.ndarray) -> np.ndarray:
    """Returns the columns of a model's `labels` put in the order of `codebook`.

    A label that the model does not know has the probability 0.

    Raises:
        InputError: the model has labels that the codebook lacks.
    """
    import numpy as np

    problems = [
        codebook.label_problem(label, "labels of the model")
        for label in labels
        if label not in codebook.columns
    ]
    if problems:
        raise InputError(problems)
    matrix = np.zeros((len(probabilities), len(codebook.names)))
    matrix[:, [codebook.columns[label] for label in labels]] = probabilities
    return matrix


def collapsed(codebook: Codebook, standard: str) -> Codebook:
    """Returns a codebook of the names in `standard`; labels without one there keep their own.

    Names stand in the order in which the codebook's labels first lead to them.

    Raises:
        InputError: the codebook has no crosswalk to that standard.
    """
    names = codebook.crosswalk(standard)
    labels: dict[str, Label] = {}
    for label in codebook.labels:
        name = names.get(label.name, label.name)
        labels.setdefault(name, Label(name=name, definition=label.definition, parent=label.parent))
    if len(labels) < 2:
        raise InputError(
            Problem(
                f"codebook {codebook.name}",
                f"has a single name in '{standard}'",
                "there is nothing to tell apart; choose another standard",
            )
        )
    return Codebook(
        name=f"{codebook.name}-{standard}",
        version=codebook.version,
        task=codebook.task,
        labels_per_row=codebook.labels_per_row,
        parents=codebook.parents,
        labels=tuple(labels.values()),
    )


def collapse(
    codebook: Codebook,
    standard: str,
    probabilities: np.ndarray,
    thresholds: np.ndarray | None = None,
) -> np.ndarray:
    """Returns the probabilities of the names in `standard`, in the order of `collapsed`.

    The labels behind one name exclude each other in a single-label codebook: their probabilities
    add up. Elsewhere the name is as probable as its most probable label, each shifted so that
    its own threshold lies at 0.5.
    """
    import numpy as np

    names = codebook.crosswalk(standard)
    columns = collapsed(codebook, standard).columns
    matrix = np.zeros((len(probabilities), len(columns)))
    if codebook.multilabel and thresholds is not None:
        probabilities = np.clip(probabilities + THRESHOLD - np.asarray(thresholds), 0, 1)
    for j, label in enumerate(codebook.names):
        column = columns[names.get(label, label)]
        if codebook.multilabel:
            matrix[:, column] = np.maximum(matrix[:, column], probabilities[:, j])
        else:
            matrix[:, column] += probabilities[:, j]
    return matrix


def renamed(codebook: Codebook, standard: str) -> Callable[[Row], Row]:
    """Returns a function that gives a row its labels' names in `standard`.

    A label may be such a name already, or one of the codebook; any other is left as it is, for
    the check of the row to report.
    """
    names = codebook.crosswalk(standard)
    standard_names = collapsed(codebook, standard).columns

    def rename(row: Row) -> Row:
        try:
            labels = labels_of(row)
        except ValueError:
            return row
        new = [label if label in standard_names else names.get(label, label) for label in labels]
        rest = {key: value for key, value in row.items() if key not in ("label", "labels")}
        return rest | ({"labels": list(dict.fromkeys(new))} if labels or "labels" in row else {})

    return rename


def predicted(
    model: ServedModel, source: Codebook, mapped_to: str | None, examples: Sequence[Example]
) -> tuple[np.ndarray, np.ndarray | None]:
    """Returns a model's probabilities and thresholds in the columns of a codebook.

    Args:
        model: whose labels `source` has.
        source: the codebook of the data.
        mapped_to: a standard; the columns are then those of `collapsed(source, mapped_to)`, and
            there are no thresholds: a collapsed probability is measured against 0.5.
        examples: what to label.
    """
    return in_columns(model, source, mapped_to, model.predict_proba(examples))


def in_columns(
    model: ServedModel, source: Codebook, mapped_to: str | None, probabilities: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None]:
    """Returns probabilities of a model's labels, and its thresholds, as `predicted` does."""
    probabilities = aligned(model.labels, source, probabilities)
    thresholds = _thresholds(model, source)
    if not mapped_to:
        return probabilities, thresholds
    return collapse(source, mapped_to, probabilities, thresholds), None


def _thresholds(model: ServedModel, codebook: Codebook) -> np.ndarray | None:
    """The model's thresholds in the codebook's order; a label it does not know is never found."""
    import numpy as np

    if model.thresholds is None:
        return None
    by_label = dict(zip(model.labels, model.thresholds, strict=True))
    return np.array([by_label.get(name, 1.0) for name in codebook.names])
