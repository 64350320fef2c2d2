"""A trained model in Python: sentences in, labels and probabilities out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from data.examples import Example
from data.problems import InputError, Problem
from models.portable.serving import ServedModel
from predict.inputs import as_sentences

if TYPE_CHECKING:
    import numpy as np
    from pandas import DataFrame

    from data.codebook import Codebook


class Referred(Protocol):
    """What names a model and knows its store: a loaded model, a finished run."""

    @property
    def ref(self) -> str:
        """The reference."""

    @property
    def store(self) -> str | Path | None:
        """As it was given; None for the usual one."""


class Model(ServedModel):
    """A model that labels sentences; `Labeler` takes it as well.

    Attributes:
        ref: names the same model for `score`, `compare` and `promote`, whatever an alias such as
            `event@champion` stands for by then.
        store: as it was given to `load_model`.
    """

    ref: str
    store: str | Path | None

    @property
    def codebook(self) -> Codebook:
        """The codebook that the model was trained for."""
        from models.registry.resolve import codebook_of

        return codebook_of(self)

    def predict(self, sentences: Any) -> DataFrame:
        """Returns label and probability of each sentence.

        Args:
            sentences: texts, or records with `text` and, for stance, `target` (`target_start`,
                `target_end`): mappings, a data frame or a `Dataset`.

        Returns:
            A data frame of the columns `label` (several are parted by `|`; `uncertain` where the
            model abstains), `probability` (of that label; with several labels or none, the highest
            of theirs or of all) and one column of probabilities a label, called as it is. It has
            the index of a data frame that was given. No sentences give no rows.

        Raises:
            InputError: elements that are no sentences, or a stance without a target; by place.
        """
        import pandas

        proba = self._probabilities(sentences)
        columns = {name: at for at, name in enumerate(self.labels)}
        rows = self.label_rows(proba)
        shown = [
            max(
                (row[columns[name]] for name in labels if name in columns),
                default=row.max(initial=0.0),
            )
            for row, labels in zip(proba, rows, strict=True)
        ]
        index = sentences.index if isinstance(sentences, pandas.DataFrame) else None
        outcome = pandas.DataFrame(
            {"label": ["|".join(labels) for labels in rows], "probability": shown},
            index=index,
        )
        return outcome.join(pandas.DataFrame(proba, columns=self.labels, index=outcome.index))

    def predict_proba(self, examples: Any) -> np.ndarray:
        """Probabilities (n, n_labels) in the order of `labels`; takes what `predict` takes too.

        Rows sum to 1 unless a sentence may have several labels. No sentences give (0, n_labels).
        """
        listed = isinstance(examples, Sequence) and not isinstance(examples, str)
        if listed and all(hasattr(row, "target_span") for row in examples):
            return super().predict_proba(examples)
        return self._probabilities(examples)

    def _probabilities(self, sentences: Any) -> np.ndarray:
        rows = as_sentences(sentences)
        if self.task == "stance" and (lacking := [row for row in rows if row.target is None]):
            raise InputError(
                Problem(row.where, "names no target", "a stance is toward one: give it as 'target'")
                for row in lacking
            )
        return super().predict_proba(
            [Example(row.text, row.target, row.target_span) for row in rows]
        )


def load_model(ref: str | Path, store: str | Path | None = None) -> Model:
    """Returns the model that `ref` names, loaded and checked.

    Args:
        ref: `event@champion`, `event/3`, a run id, `runs:/RUN_ID`, or the folder of a saved model.
        store: address of the MLflow store, or the file of a sqlite one; for this call alone.

    Raises:
        InputError: there is no such model, it cannot be served, or it is not the one recorded.
    """
    from models.registry.resolve import load_found, locate
    from models.store.process_state import undisturbed

    with undisturbed(store):
        place = locate(str(ref))
        served = load_found(place, str(ref))
    model = Model(served.meta, served.backend)
    model.name, model.version = served.name, served.version
    model.store = store
    model.ref = (
        str(place.folder)
        if not place.version
        else f"{place.name}/{place.version}"
        if place.version.isdigit() and len(place.version) < 32
        else f"runs:/{place.version}"
    )
    return model
