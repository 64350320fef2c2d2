"""A trained model in Python: sentences in, labels and probabilities out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
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
        store: address of the store that it was loaded from; None for the usual one.
    """

    ref: str
    store: str | Path | None

    def __repr__(self) -> str:
        return f"Model({self.ref!r}, task={self.task!r}, labels={len(self.labels)})"

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
            the index of a data frame or series that was given. No sentences give no rows.

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
        indexed = isinstance(sentences, (pandas.DataFrame, pandas.Series))
        index = sentences.index if indexed else None
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


def load_model(ref: str | Path | Referred, store: str | Path | None = None) -> Model:
    """Returns the model that `ref` names, loaded and checked.

    Args:
        ref: `event@champion`, `event/3`, a run id, `runs:/RUN_ID`, the folder of a saved model, or
            a finished run.
        store: address of the MLflow store, or the file of a sqlite one; for this call alone.

    Raises:
        InputError: there is no such model, it cannot be served, or it is not the one recorded.
    """
    from models.registry.resolve import load_found, locate
    from models.store.process_state import address, undisturbed

    store = store_of([ref], store)
    store = None if store is None else address(store)
    with arguments(store), undisturbed(store):
        place = locate(ref_of(ref))
        served = load_found(place, ref_of(ref))
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


def ref_of(model: str | Path | Referred) -> str:
    """The reference of a model."""
    return str(getattr(model, "ref", model))


def store_of(
    models: Sequence[str | Path | Referred], store: str | Path | None
) -> str | Path | None:
    """The store of a call: as given, or the one of models that know their own.

    Raises:
        InputError: they lie in another store than the one given, or in several: their references
            would name other models there.
    """
    from models.store.errors import without_password

    # A folder lies in no store.
    own = [
        model.store
        for model in models
        if not isinstance(model, (str, Path))
        and hasattr(model, "ref")
        and not Path(model.ref).is_dir()
    ]
    given = own if store is None else [store, *own]
    places = list(dict.fromkeys(map(_whole, given)))
    if len(places) > 1:
        raise InputError(
            Problem(
                "store",
                f"models of {' and '.join(map(without_password, places))} in one call",
                "take models of one store, or name those of others by their folders",
            )
        )
    return next((place for place in given if place is not None), None)


def _whole(store: str | Path | None) -> str:
    """One address for all ways of naming a store."""
    from models.store.connection import tracking_uri
    from models.store.process_state import address

    uri = tracking_uri() if store is None else address(store)
    file = uri.removeprefix("sqlite:///")
    return uri if file == uri else f"sqlite:///{Path(file).resolve()}"


@contextmanager
def arguments(store: str | Path | None = None) -> Iterator[None]:
    """Lets faults name the arguments of a function, and not the options of the command."""
    from models.store.errors import WHERE

    try:
        yield
    except InputError as error:
        for at, problem in enumerate(error.problems):
            where, expected = problem.where, problem.expected
            if where.startswith("--"):
                where = where.removeprefix("--").replace("-", "_")
            elif where == WHERE and store is not None:
                where = "store"
                expected = expected.replace("unset the variable", "leave store out")
            error.problems[at] = replace(problem, where=where, expected=expected)
        InputError.__init__(error, error.problems)
        raise
