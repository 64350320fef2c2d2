"""The model as MLflow serves it; `pyfunc_source` puts it behind the modules that it imports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import mlflow.pyfunc
import pandas
from mlflow.exceptions import MlflowException
from mlflow.models import set_model

from data.examples import Target
from data.problems import InputError
from data.text.gazetteer import Gazetteer
from models.portable.inputs import Bounds, Input
from models.portable.serving import ServedModel, load

FAULTS_TOLD = 10  # of a request, in the answer that refuses it


class PyfuncModel(mlflow.pyfunc.PythonModel):
    """(text, target and where it stands) in, (label, probability, probabilities as JSON) out."""

    model: ServedModel

    def load_context(self, context: Any) -> None:
        """Loads and checks the portable model."""
        self.model = load(context.artifacts["model"])

    def predict(
        self, context: Any, model_input: pandas.DataFrame, params: Any = None
    ) -> pandas.DataFrame:
        """One row for each of the input; several labels are joined by `|`.

        The probability is the highest of the labels, or of all for `uncertain` or no label. A
        target stands from `target_start` to `target_end` (characters of the text) where they are
        given; else its first mention under its name or one of its `aliases` counts, as `predict`
        finds it. One that is not mentioned is read after the sentence. A model that was trained
        without targets reads the text alone.

        Raises:
            MlflowException: INVALID_PARAMETER_VALUE (400 of a server), naming every row that
                cannot be read; the whole request is refused.
        """
        rows = self._rows(model_input)
        proba = self.model.predict_proba(rows)
        labels = self.model.label_rows(proba)
        columns = {name: column for column, name in enumerate(self.model.labels)}
        best = [
            max((p[columns[name]] for name in names if name in columns), default=p.max())
            for p, names in zip(proba, labels, strict=True)
        ]
        return pandas.DataFrame(
            {
                "label": ["|".join(names) for names in labels],
                "probability": [float(value) for value in best],
                "probabilities": [
                    json.dumps(dict(zip(self.model.labels, map(float, row.round(6)), strict=True)))
                    for row in proba
                ],
            }
        )

    def _rows(self, table: pandas.DataFrame) -> list[Input]:
        rows: list[Input] = []
        faults: list[str] = []
        for place, record in enumerate(table.to_dict("records")):
            try:
                rows.append(self._row(record))
            except ValueError as error:
                faults.append(f"row {place}: {error}")
        if faults:
            more = len(faults) - FAULTS_TOLD
            listed = "; ".join(faults[:FAULTS_TOLD]) + (f"; and {more} more" if more > 0 else "")
            raise MlflowException.invalid_parameter_value(
                f"{len(faults)} of {len(table)} rows cannot be labelled (counted from 0): {listed}"
            )
        return rows

    def _row(self, record: dict[Any, Any]) -> Input:
        """The sentence in a row of a request; raises ValueError with what is wrong with it."""
        text = _words(record, "text", "a sentence")
        if text is None:
            raise ValueError("text is missing or empty; expected a sentence")
        if not self.model.targeted:
            return Input(text)
        target = _words(record, "target", "a name")
        if target is None and self.model.task == "stance":
            raise ValueError("target is missing; a stance is toward a target: expected its name")
        at = _bounds(record.get("target_start"), record.get("target_end"), text)
        if target is None:
            return Input(text, None, at)
        target = target.strip()
        return Input(
            text, target, at or _mention(text, Target(target, tuple(_names(record.get("aliases")))))
        )


def _words(record: dict[Any, Any], column: str, expected: str) -> str | None:
    """The text in a cell, as it stands; None if it is missing or blank."""
    value = record.get(column)
    if _missing(value):
        return None
    if not isinstance(value, str):
        raise ValueError(f"{column} is {value!r}; expected {expected}")
    return value


def _missing(value: Any) -> bool:
    """Whether a cell is empty: None, NaN, NA, or blanks."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (not isinstance(value, list | tuple) and bool(pandas.isna(value)))


def _bounds(start: Any, end: Any, text: str) -> Bounds | None:
    if _missing(start) and _missing(end):
        return None
    try:
        first, last = int(start), int(end)
        if first != float(start) or last != float(end) or not 0 <= first < last <= len(text):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            f"target_start, target_end are {start!r}, {end!r}; expected whole "
            f"numbers, 0 <= start < end <= {len(text)}, or neither"
        ) from None
    return first, last


def _names(aliases: Any) -> Iterator[str]:
    """The aliases in a cell: `IS,ISIS`, or a list of them."""
    if _missing(aliases):
        return
    parts = aliases.split(",") if isinstance(aliases, str) else aliases
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise ValueError(f"aliases is {aliases!r}; expected names parted by commas")
    yield from filter(None, (part.strip() for part in parts))


def _mention(text: str, target: Target) -> Bounds | None:
    try:
        mentions = Gazetteer([target]).first_mentions(text)
    except InputError as error:
        raise ValueError(str(error)) from error
    return (mentions[0].start, mentions[0].end) if mentions else None


set_model(PyfuncModel())
