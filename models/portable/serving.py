"""A saved model and how it scores sentences.

This module, and those that it imports from the project, import nothing else of it: put behind
one another they are the file that MLflow keeps beside a model (`pyfunc_source`). They need numpy,
and by the model's backend tokenizers and onnxruntime, or skops and scikit-learn.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.portable.backends import BACKENDS, Backend
from models.portable.dehyphenation import DEHYPHENATION
from models.portable.inputs import Input, as_input
from models.portable.inputs import ModelError as ModelError

FORMAT = 1
TOLERANCE = 2e-3  # of a probability; machines round differently, wrong weights differ far more
UNCERTAIN = "uncertain"  # said in place of a label by a model that may abstain

Curve = list[list[float]]  # of a label: probabilities in rising order, and what each becomes


def probabilities(scores: np.ndarray, meta: dict[str, Any], calibrated: bool = True) -> np.ndarray:
    """Probabilities (n, n_labels) from scores (n, seen labels); a label never trained gets 0."""
    if meta["scores"] != "probabilities":
        scores = activate(
            scores / meta.get("temperature", 1.0) if calibrated else scores, meta["several"]
        )
    if calibrated and meta.get("isotonic"):
        scores = apply_curves(scores, meta["isotonic"], meta["several"])
    full = np.zeros((len(scores), len(meta["labels"])))
    full[:, meta["columns"]] = scores
    return full


def activate(logits: np.ndarray, multilabel: bool) -> np.ndarray:
    """Probabilities (n, columns): the sigmoid of each logit if `multilabel`, else their softmax."""
    if multilabel:
        sigmoids: np.ndarray = 1.0 / (1.0 + np.exp(-np.clip(logits, -60, 60)))
        return sigmoids
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    softmax: np.ndarray = exponentials / exponentials.sum(axis=1, keepdims=True)
    return softmax


def apply_curves(proba: np.ndarray, curves: Sequence[Curve | None], multilabel: bool) -> np.ndarray:
    """Probabilities (n, columns) after each column's curve; rows sum to 1 unless `multilabel`."""
    curved = np.stack(
        [
            p if curve is None else np.interp(p, curve[0], curve[1])
            for p, curve in zip(proba.T, curves, strict=True)
        ],
        axis=1,
    )
    return curved if multilabel else curved / curved.sum(axis=1, keepdims=True)


def reads_targets(meta: dict[str, Any]) -> bool:
    """Whether a model reads targets: one of stance does, and one that was trained with some."""
    return meta["task"] == "stance" or bool(meta.get("train_targets"))


class ServedModel:
    """A model that scores sentences.

    Attributes:
        meta: what `model.json` holds.
        name: registered name, or the folder's; version: registered version, run, or empty.
    """

    def __init__(self, meta: dict[str, Any], backend: Backend) -> None:
        self.meta, self.backend = meta, backend
        self.name, self.version = str(meta.get("name", "")), ""

    @property
    def labels(self) -> list[str]:
        """The labels, in the order of the probability columns."""
        return list(self.meta["labels"])

    @property
    def task(self) -> str:
        """`event` or `stance`."""
        return str(self.meta["task"])

    @property
    def multilabel(self) -> bool:
        """Whether a sentence may have any number of labels."""
        return bool(self.meta["several"])

    @property
    def thresholds(self) -> list[float] | None:
        """For several labels: the probability from which each counts; else None."""
        return self.meta.get("thresholds")

    @property
    def min_precision(self) -> float | None:
        """The precision that labels shall have to be said; None for a model that never abstains."""
        return self.meta.get("min_precision")

    @property
    def certain_from(self) -> list[float | None] | None:
        """From which probability each label is said (None: never), where the model abstains."""
        return self.meta.get("certain_from")

    @property
    def train_targets(self) -> list[str]:
        """The targets of the training data, sorted; empty without targets."""
        return list(self.meta.get("train_targets", []))

    @property
    def targeted(self) -> bool:
        """Whether the model reads targets."""
        return reads_targets(self.meta)

    def predict_proba(self, examples: Sequence[Any]) -> np.ndarray:
        """Probabilities (n, n_labels) in the order of `labels`.

        Args:
            examples: `Input`s, or anything with `text`, `target`, `target_span`, `actor_span`.

        Rows sum to 1 unless a sentence may have several labels. No examples give (0, n_labels).
        """
        return probabilities(self._scores(examples), self.meta)

    def predict_both(self, examples: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities as `predict_proba` gives them, and the same before calibration."""
        scores = self._scores(examples)
        return probabilities(scores, self.meta), probabilities(scores, self.meta, calibrated=False)

    def _scores(self, examples: Sequence[Any]) -> np.ndarray:
        if not len(examples):
            return np.zeros((0, len(self.meta["columns"])))
        return self.backend.scores(
            [example if isinstance(example, Input) else as_input(example) for example in examples]
        )

    def decisions(self, proba: np.ndarray) -> np.ndarray:
        """The likeliest label of each row, or all above their thresholds: bool, as `proba`."""
        if self.multilabel:
            above: np.ndarray = proba >= np.asarray(self.thresholds or [0.5] * len(self.labels))
            return above
        highest = np.zeros(proba.shape, dtype=bool)
        highest[np.arange(len(proba)), proba.argmax(axis=1)] = True
        return highest

    def label_rows(self, proba: np.ndarray) -> list[list[str]]:
        """The labels of each row of probabilities: the highest, or all above their thresholds.

        A model that abstains leaves out those it is not certain of, and says `uncertain` alone
        where none is left.
        """
        names, decided = self.labels, self.decisions(proba)
        certain = decided
        if self.certain_from is not None:
            least = [np.inf if value is None else value for value in self.certain_from]
            certain = np.logical_and(decided, proba >= np.array(least))
        return [
            [names[column] for column in np.flatnonzero(row)] or ([UNCERTAIN] if n_decided else [])
            for row, n_decided in zip(certain, decided.sum(axis=1), strict=True)
        ]


def file_digest(path: Path) -> str:
    """Sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def load(folder: str | Path) -> ServedModel:
    """Returns the model in `folder` after checking its files and scoring its saved rows again.

    Raises:
        ModelError: files are missing, changed, or not listed in `model.json`; that describes a
            model which cannot be served here; or the saved rows score differently here.
    """
    folder = Path(folder)
    path = folder / "model.json"
    if not path.is_file():
        raise ModelError(f"{folder}: holds no model.json; expected the folder of a saved model")
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{path}: is not JSON ({error})") from error
    version = meta.get("format") if isinstance(meta, dict) else None
    if version != FORMAT:
        raise ModelError(f"{path}: has format {version}, this version reads {FORMAT}")
    try:
        return _load(folder, meta)
    except ModelError:
        raise
    except KeyError as error:
        raise ModelError(f"{path}: lacks {error}; save the model again") from error
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise ModelError(
            f"{path}: does not describe a model ({error}); save the model again"
        ) from error


def _load(folder: Path, meta: dict[str, Any]) -> ServedModel:
    path, spec = folder / "model.json", meta["backend"]
    kind = BACKENDS.get(spec["kind"])
    if kind is None:
        raise ModelError(
            f"{path}: is scored by '{spec['kind']}', this version knows "
            f"{', '.join(BACKENDS)}; use the version that saved it"
        )
    if "cut" in spec and spec["cut"] not in kind.cuts:
        raise ModelError(
            f"{path}: cuts long rows by {_cut(spec['cut'])}, this version knows "
            f"{', '.join(map(_cut, kind.cuts))}; use the version that saved it"
        )
    if spec.get("words", 0) not in (0, DEHYPHENATION):
        raise ModelError(
            f"{path}: makes broken words whole by rules {spec['words']}, this version "
            f"knows {DEHYPHENATION}; use the version that saved it"
        )
    for name in kind.files:
        if name not in meta["files"]:
            raise ModelError(
                f"{path}: lists no {name}, which the model is made of; save the model again"
            )
    _check_files(folder, meta["files"])
    try:
        backend = kind.load(folder, spec)
    except (ModelError, KeyError):
        raise
    except ImportError as error:
        raise ModelError(
            f"{folder}: needs {' and '.join(kind.needs)} ({error}); install them"
        ) from error
    except Exception as error:  # each library has its own kinds
        raise ModelError(
            f"{folder}: cannot be loaded ({type(error).__name__}: {error}); "
            "the files or the libraries do not fit; save the model again"
        ) from error
    model = ServedModel(meta, backend)
    check(model, folder)
    return model


def _cut(cut: Any) -> str:
    """A way to cut long rows, as messages tell it."""
    return f"{cut['policy']} {cut['version']}" if {*cut} == {"policy", "version"} else str(cut)


def _check_files(folder: Path, digests: dict[str, str]) -> None:
    """Raises ModelError unless the folder holds the listed files, as listed, and no others.

    Hidden files may lie there: systems and editors leave them.
    """
    for name, digest in digests.items():
        path = folder / name
        if (
            name in ("", ".", "..")
            or {*name} & {"/", "\\"}
            or (path.resolve().parent != folder.resolve())
        ):
            raise ModelError(
                f"{folder / 'model.json'}: lists '{name}', which is not in the "
                "model's folder; save the model again"
            )
        if not path.is_file() or file_digest(path) != digest:
            raise ModelError(f"{path}: is missing or was changed since it was saved")
    for path in sorted(folder.iterdir()):
        if path.name not in ("model.json", *digests) and not path.name.startswith("."):
            raise ModelError(
                f"{path}: is not listed in model.json, so it was added after the "
                "model was saved; move it out of the model's folder"
            )


def check(model: ServedModel, folder: Path) -> None:
    """Raises ModelError unless the model's saved rows score as they did when it was saved.

    A model saved without rows passes.
    """
    model.predict_proba([])  # fails where columns and curves do not fit the labels
    for what in ("thresholds", "certain_from"):
        if model.meta.get(what) and len(model.meta[what]) != len(model.labels):
            raise ModelError(
                f"{folder / 'model.json'}: has {len(model.meta[what])} {what} for "
                f"{len(model.labels)} labels; save the model again"
            )
    saved = model.meta["self_check"]
    if not saved:
        return
    rows = [
        Input(
            row["text"],
            row["target"],
            *(tuple(at) if at else None for at in (row["target_at"], row["actor_at"])),
        )
        for row in saved
    ]
    expected = np.array([row["probabilities"] for row in saved])
    proba = model.predict_proba(rows)
    if proba.shape != expected.shape:
        raise ModelError(
            f"{folder}: scores {proba.shape[1]} labels where its saved rows have "
            f"{expected.shape[1:]}; save the model again"
        )
    if not np.allclose(proba, expected, atol=TOLERANCE):
        worst = np.abs(proba - expected).max()
        raise ModelError(
            f"{folder}: its saved rows score differently here (by up to {worst:.3f}); "
            "the files or the libraries do not fit; save the model again"
        )
