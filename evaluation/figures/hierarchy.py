"""The types above the labels, and which mistakes stay within the right type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.codebook import Codebook, Label

if TYPE_CHECKING:
    import numpy as np

WITHIN, ACROSS = "within_type", "across_types"


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
