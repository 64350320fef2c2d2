"""What a classifier is: one interface for every family."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from data.codebook import Codebook
from data.examples import Example, Labelled
from data.problems import InputError, Problem
from models.calibration import Calibration, Kind, calibrate
from models.portable import serving, trained_rows
from models.portable.backends import BACKENDS, Backend
from models.portable.inputs import as_input
from models.portable.serving import ServedModel
from models.thresholds import best_thresholds, certain_from

CHECKED = 8  # rows kept with a model, to be scored again at every load

Scorer = Callable[[np.ndarray], Mapping[str, float]]


class FamilyConfig(BaseModel):
    """The base of every family's `model:` section."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Fitting:
    """What surrounds one training.

    Attributes:
        seed: of everything drawn by chance.
        score_dev: dev probabilities (n_dev, n_labels) to metrics named as in `select_by`.
        select_by: the metric that chooses the best epoch, without its `dev/`.
        on_epoch: called after each epoch with its number (from 1) and metrics.
        checkpoints: folder for the state of an unfinished training; None keeps none.
        resume: go on from the newest checkpoint there that is whole, if there is one.
        progress: show a bar.
        say: receives a line for what the user should know.
        calibration: how dev rows make scores probabilities; None takes the family's first.
        tune_thresholds: for several labels: choose each label's threshold on dev, else 0.5.
        min_precision: choose on dev from which probability each label is so precise; below it
            the model says `uncertain`.
    """

    seed: int
    score_dev: Scorer
    select_by: str = "macro_f1"
    on_epoch: Callable[[int, Mapping[str, float]], None] = lambda number, metrics: None
    checkpoints: Path | None = None
    resume: bool = False
    progress: bool = False
    say: Callable[[str], None] = lambda line: None
    calibration: Kind | None = None
    tune_thresholds: bool = True
    min_precision: float | None = None


@dataclass
class Fitted:
    """What a training leaves: a backend to score with, and what `model.json` says of it.

    Attributes:
        backend: turns rows into scores over `columns`.
        spec: the backend's section of `model.json`.
        scores: `probabilities`, `margins` or `logits`.
        columns: the codebook columns that the scores stand for (labels seen in training).
        facts: counts worth logging (`rows_cut`, `best_epoch`, …).
        write: writes the backend's files into a folder.
    """

    backend: Backend
    spec: dict[str, Any]
    scores: str
    columns: list[int]
    write: Callable[[Path], None] = lambda folder: None
    facts: dict[str, float] = field(default_factory=dict)


class Classifier(ABC):
    """A model to be trained for one codebook.

    After `fit`, `predict_proba` gives (n, n_labels) in the codebook's order; `save` writes the
    portable form, which `models.portable.serving.load` reads.

    Attributes:
        family: its name in a configuration.
        served_by: the backend that scores what it saves, one of `portable.backends.BACKENDS`, with
            the packages that this needs.
        calibrations: the kinds that make sense for its scores, the default first.
    """

    family: str
    served_by: ClassVar[type[Any]]
    calibrations: tuple[Kind, ...] = ("temperature", "isotonic", "none")

    def __init_subclass__(cls) -> None:
        """Refuses a family that could be trained but not served, before any training."""
        super().__init_subclass__()
        if getattr(cls, "served_by", None) not in BACKENDS.values():
            raise TypeError(
                f"{cls.__name__}: its served_by is not one of models.portable.backends.BACKENDS "
                f"({', '.join(BACKENDS)})"
            )

    def __init__(self, config: Any, codebook: Codebook) -> None:
        self.config, self.codebook = config, codebook
        self.fitted: Fitted | None = None
        self.train_targets: list[str] = []
        self._first_rows: list[Example] = []
        self.calibration = Calibration()
        self.thresholds: list[float] | None = None
        self.min_precision: float | None = None
        self.certain_from: list[float | None] | None = None

    def fit(self, train: Sequence[Labelled], dev: Sequence[Labelled], fitting: Fitting) -> None:
        """Trains on `train`; `dev` chooses the epoch, the calibration and the thresholds.

        Raises:
            InputError: fewer than two labels in `train`.
        """
        labels = {label for row in train for label in row.labels}
        if not labels or (len(labels) < 2 and not self.codebook.multilabel):
            raise InputError(
                Problem(
                    "train",
                    f"holds {len(labels)} label(s)",
                    "a classifier needs rows of at least two",
                )
            )
        self.fitted = self._fit(train, dev, fitting)
        self.trained = trained_rows.hashes(train)
        targets = {as_input(row.example).target for row in train}
        self.train_targets = sorted(filter(None, targets))
        self._first_rows = [row.example for row in train[:CHECKED]]
        self._choose_on_dev(dev, fitting)
        if self.certain_from is not None and not any(self.certain_from):
            fitting.say(
                f"the {len(dev)} dev rows show a precision of {self.min_precision} for no "
                "label, so the model will say 'uncertain' of every sentence"
            )

    @classmethod
    def by_chance(cls, config: Any) -> bool:
        """Whether another seed can make another model; solvers that draw nothing say no."""
        return True

    @abstractmethod
    def _fit(self, train: Sequence[Labelled], dev: Sequence[Labelled], fitting: Fitting) -> Fitted:
        """Does the family's own training."""

    def _choose_on_dev(self, dev: Sequence[Labelled], fitting: Fitting) -> None:
        """Chooses on dev rows what stands between the scores and the answer; none leave it be."""
        fitted, book = self._require_fitted(), self.codebook
        self.calibration, self.thresholds = Calibration(), None
        self.min_precision = fitting.min_precision
        self.certain_from = None if self.min_precision is None else [None] * len(book.names)
        if not dev:
            return
        scores = fitted.backend.scores([as_input(row.example) for row in dev])
        if not np.isfinite(scores).all():
            raise InputError(
                Problem(
                    "model",
                    f"gives dev rows scores that are no numbers: {self.family} diverged",
                    "lower the learning rate, or look for what is wrong with the training rows",
                )
            )
        gold = label_matrix(dev, book)
        trained = gold[:, fitted.columns]
        usable = np.ones(len(dev), dtype=bool) if book.multilabel else trained.any(axis=1)
        self.calibration = calibrate(
            fitting.calibration or self.calibrations[0],
            scores[usable],
            trained[usable],
            book.multilabel,
            shares=fitted.scores == "probabilities",
        )
        proba = serving.probabilities(scores, self._meta())
        if book.multilabel and fitting.tune_thresholds:
            self.thresholds = best_thresholds(proba, gold)
        if self.min_precision is not None:
            self.certain_from = certain_from(
                proba, self.served().decisions(proba), gold, self.min_precision
            )

    def served(self) -> ServedModel:
        """The trained model as it is served, before it is written."""
        return ServedModel(self._meta(), self._require_fitted().backend)

    def predict_proba(self, examples: Sequence[Example]) -> np.ndarray:
        """Probabilities (n, n_labels); no examples give (0, n_labels)."""
        return self.served().predict_proba(examples)

    def save(self, folder: Path, name: str, check_on: Sequence[Example] = ()) -> ServedModel:
        """Writes the portable form and returns it as loaded back from there.

        Args:
            folder: is made; must be empty or missing.
            name: what the model is called.
            check_on: the first eight are kept with their probabilities and scored again at every
                load; without any, the first eight training rows.

        Raises:
            InputError: the folder is not empty.
            ModelError: the written model does not score as the trained one.
        """
        fitted = self._require_fitted()
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError(Problem(str(folder), "is not empty", "save to a folder of its own"))
        fitted.write(folder)
        trained_rows.write(folder, self.trained)
        self_check = self._self_check(check_on or self._first_rows)
        meta = self._meta() | {
            "name": name,
            "self_check": self_check,
            "files": {path.name: serving.file_digest(path) for path in sorted(folder.iterdir())},
        }
        (folder / "model.json").write_text(
            json.dumps(meta, indent=1, ensure_ascii=False, allow_nan=False), encoding="utf-8"
        )
        return serving.load(folder)

    def _self_check(self, examples: Sequence[Example]) -> list[dict[str, Any]]:
        rows = [as_input(example) for example in examples[:CHECKED]]
        return [
            {
                "text": row.text,
                "target": row.target,
                "target_at": row.target_at,
                "actor_at": row.actor_at,
                "probabilities": [round(float(p), 6) for p in values],
            }
            for row, values in zip(rows, self.served().predict_proba(rows), strict=True)
        ]

    def facts(self, folder: Path) -> dict[str, float]:
        """Counts of the training, `temperature`, and `model_megabytes`: of the folder saved to."""
        size = sum(path.stat().st_size for path in folder.iterdir())
        return {
            **self._require_fitted().facts,
            "temperature": self.calibration.temperature,
            "model_megabytes": size / 1e6,
        }

    def _require_fitted(self) -> Fitted:
        if self.fitted is None:
            raise RuntimeError("fit() comes before this")
        return self.fitted

    def _meta(self) -> dict[str, Any]:
        fitted, book = self._require_fitted(), self.codebook
        return {
            "format": serving.FORMAT,
            "name": "",
            "family": self.family,
            "task": book.task,
            "several": book.multilabel,
            "labels": list(book.names),
            "codebook": book.model_dump(mode="json"),
            "codebook_digest": book.digest,
            "backend": fitted.spec,
            "scores": fitted.scores,
            "columns": fitted.columns,
            "temperature": self.calibration.temperature,
            "isotonic": self.calibration.isotonic,
            "thresholds": self.thresholds,
            "min_precision": self.min_precision,
            "certain_from": self.certain_from,
            "train_targets": self.train_targets,
        }


def label_matrix(rows: Sequence[Labelled], codebook: Codebook) -> np.ndarray:
    """0/1 matrix (n, n_labels), float32; no rows give (0, n_labels)."""
    matrix = np.zeros((len(rows), len(codebook.names)), dtype=np.float32)
    for i, row in enumerate(rows):
        for label in row.labels:
            matrix[i, codebook.columns[label]] = 1.0
    return matrix


def trained_columns(matrix: np.ndarray) -> list[int]:
    """The columns with at least one positive row."""
    return [int(column) for column in np.flatnonzero(matrix.sum(axis=0) > 0)]
