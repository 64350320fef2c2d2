"""What a classifier is: one interface for every family."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from data.codebook import Codebook
from data.examples import Example, Labelled
from data.problems import InputError, Problem
from models import serving
from models.serving import Backend, ServedModel

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
        resume: go on from the newest checkpoint there, if there is one.
        progress: show a bar.
    """

    seed: int
    score_dev: Scorer
    select_by: str = "macro_f1"
    on_epoch: Callable[[int, Mapping[str, float]], None] = lambda number, metrics: None
    checkpoints: Path | None = None
    resume: bool = False
    progress: bool = False


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
        temperature: divides margins and logits.
    """

    backend: Backend
    spec: dict[str, Any]
    scores: str
    columns: list[int]
    write: Callable[[Path], None] = lambda folder: None
    facts: dict[str, float] = field(default_factory=dict)
    temperature: float = 1.0


class Classifier(ABC):
    """A model to be trained for one codebook.

    After `fit`, `predict_proba` gives (n, n_labels) in the codebook's order; `save` writes the
    portable form, which `models.serving.load` reads.
    """

    family: str

    def __init__(self, config: Any, codebook: Codebook) -> None:
        self.config, self.codebook = config, codebook
        self.fitted: Fitted | None = None
        self.thresholds: list[float] | None = None

    def fit(self, train: Sequence[Labelled], dev: Sequence[Labelled], fitting: Fitting) -> None:
        """Trains on `train`; `dev` chooses the best epoch, the temperature and thresholds.

        Raises:
            InputError: fewer than two labels in `train`.
        """
        seen = {label for row in train for label in row.labels}
        if not seen or (len(seen) < 2 and not self.codebook.several):
            raise InputError(Problem("train", f"holds {len(seen)} label(s)",
                                     "a classifier needs rows of at least two"))
        self.fitted = self._fit(train, dev, fitting)
        self.train_targets = sorted({row.example.target for row in train if row.example.target})

    @abstractmethod
    def _fit(self, train: Sequence[Labelled], dev: Sequence[Labelled], fitting: Fitting) -> Fitted:
        """Does the family's own training."""

    def served(self) -> ServedModel:
        """The trained model as it is served, before it is written."""
        return ServedModel(self._meta(), self._done().backend)

    def predict_proba(self, examples: Sequence[Example]) -> np.ndarray:
        """Probabilities (n, n_labels); no examples give (0, n_labels)."""
        return self.served().predict_proba(examples)

    def save(self, folder: Path, name: str, check_on: Sequence[Example] = ()) -> ServedModel:
        """Writes the portable form and returns it as loaded back from there.

        Args:
            folder: is made; must be empty or missing.
            name: what the model is called.
            check_on: rows kept with their probabilities, scored again at every load.

        Raises:
            ModelError: the written model does not score as the trained one.
        """
        import json

        fitted = self._done()
        folder.mkdir(parents=True, exist_ok=True)
        fitted.write(folder)
        rows = [serving.as_input(example) for example in check_on[:8]]
        proba = self.served().predict_proba(rows)
        meta = self._meta() | {
            "name": name,
            "files": {path.name: serving.file_digest(path) for path in sorted(folder.iterdir())},
            "self_check": [
                {"text": row.text, "target": row.target, "target_at": row.target_at,
                 "actor_at": row.actor_at, "probabilities": [round(float(p), 6) for p in values]}
                for row, values in zip(rows, proba, strict=True)],
        }
        (folder / "model.json").write_text(json.dumps(meta, indent=1, ensure_ascii=False),
                                           encoding="utf-8")
        return serving.load(folder)

    def facts(self, folder: Path) -> dict[str, float]:
        """Counts of the training, and `model_megabytes`: the size of the folder saved to."""
        size = sum(path.stat().st_size for path in folder.iterdir())
        return {**self._done().facts, "model_megabytes": size / 1e6}

    def _done(self) -> Fitted:
        if self.fitted is None:
            raise RuntimeError("fit() comes before this")
        return self.fitted

    def _meta(self) -> dict[str, Any]:
        fitted, book = self._done(), self.codebook
        return {
            "format": serving.FORMAT, "name": "", "family": self.family, "task": book.task,
            "several": book.several, "labels": list(book.names),
            "codebook": book.model_dump(mode="json"), "codebook_digest": book.digest,
            "backend": fitted.spec, "scores": fitted.scores, "columns": fitted.columns,
            "temperature": fitted.temperature, "thresholds": self.thresholds,
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


def best_temperature(margins: np.ndarray, gold: np.ndarray) -> float:
    """The temperature under which the softmax of `margins` fits `gold` columns best.

    Minimises the mean log loss over 60 temperatures from 0.05 to 5, spaced evenly in logarithm
    (temperature scaling: Guo et al. 2017, "On Calibration of Modern Neural Networks"). Without
    rows it is 1.
    """
    if not len(gold):
        return 1.0
    best, lowest = 1.0, np.inf
    for temperature in np.geomspace(0.05, 5, 60):
        scaled = margins / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        log_p = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        loss = -log_p[np.arange(len(gold)), gold].mean()
        if loss < lowest:
            best, lowest = float(temperature), loss
    return best


def best_thresholds(proba: np.ndarray, gold: np.ndarray) -> list[float]:
    """For each column the threshold of the highest F1 on these rows; 0.5 where none helps.

    Args:
        proba: probabilities (n, n_labels).
        gold: 0/1 matrix of the same shape.

    A threshold lies halfway between two neighbouring probabilities, so that it is not bound to
    one row.
    """
    thresholds = []
    for p, y in zip(proba.T, gold.T, strict=True):
        if not y.sum():
            thresholds.append(0.5)
            continue
        order = np.argsort(-p, kind="stable")
        hits = np.cumsum(y[order])
        f1 = 2 * hits / (np.arange(1, len(y) + 1) + y.sum())
        f1[:-1][p[order][:-1] == p[order][1:]] = -1  # no threshold parts equal probabilities
        f1[p[order] == 0] = -1  # a threshold of 0 would give the label to every row
        best = int(f1.argmax())
        if f1[best] <= 0:
            thresholds.append(0.5)
            continue
        below = p[order][best + 1] if best + 1 < len(p) else 0.0
        thresholds.append(max(round(float(p[order][best] + below) / 2, 6), 1e-6))
    return thresholds
