"""Event types and stances of news sentences, from Python.

`train`, `score`, `compare`, `promote` and `load_model` do what the commands do; `Labeler` labels
sentences and articles; `load_rows` gives labelled rows as a table. Rows go in as files, data frames
or `datasets`, figures come out as data frames. Importing this imports no library, and no call
changes settings of the process: `store=` names the MLflow store of that call alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.problems import InputError
    from eventstance.model import Model, load_model
    from eventstance.promoting import Decision, promote
    from eventstance.rows import load_rows
    from eventstance.scoring import Comparison, Scores, compare, score
    from eventstance.training import Trained, train
    from predict.labeler import Labeler

__all__ = [
    "Comparison",
    "Decision",
    "InputError",
    "Labeler",
    "Model",
    "Scores",
    "Trained",
    "compare",
    "load_model",
    "load_rows",
    "promote",
    "score",
    "train",
]

_HOMES = {
    "Comparison": "eventstance.scoring",
    "Decision": "eventstance.promoting",
    "InputError": "data.problems",
    "Labeler": "predict.labeler",
    "Model": "eventstance.model",
    "Scores": "eventstance.scoring",
    "Trained": "eventstance.training",
    "compare": "eventstance.scoring",
    "load_model": "eventstance.model",
    "load_rows": "eventstance.rows",
    "promote": "eventstance.promoting",
    "score": "eventstance.scoring",
    "train": "eventstance.training",
}


if not TYPE_CHECKING:  # type checkers would take any name for one of ours

    def __getattr__(name: str) -> object:
        if name in _HOMES:
            return getattr(import_module(_HOMES[name]), name)
        raise AttributeError(f"module 'eventstance' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
