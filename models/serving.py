"""A saved model and how it scores sentences, in one file that imports nothing of the project.

This file is what MLflow keeps beside a model (models-from-code), so it must stand alone: that is
why it is longer than the project's other files. It needs numpy, and by the model's backend
tokenizers and onnxruntime, or skops and scikit-learn. Nothing here loads pickle.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

FORMAT = 1
TARGET_WORD, ACTOR_WORD = "TARGETNAME", "ACTORNAME"
MARKERS = ("[T]", "[/T]", "[A]", "[/A]")
TRUSTED = ("sklearn.multiclass._ConstantPredictor",)  # for a label that every training row has
TOLERANCE = 2e-3  # of a probability; machines round differently, wrong weights differ far more

UNCERTAIN = "uncertain"  # said in place of a label by a model that may abstain

Bounds = tuple[int, int]
Curve = list[list[float]]  # of a label: probabilities in rising order, and what each becomes


class ModelError(ValueError):
    """A model folder that cannot be served: what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Input:
    """A sentence to score; bounds are characters of `text`, None where there is none."""

    text: str
    target: str | None = None
    target_at: Bounds | None = None
    actor_at: Bounds | None = None


def locate(text: str, target: str | None) -> Bounds | None:
    """The first place of `target` in `text`, by its case if it can be, else without; or None."""
    if not target:
        return None
    found = re.search(re.escape(target), text) or re.search(re.escape(target), text, re.IGNORECASE)
    return (found.start(), found.end()) if found else None


# --- text for TF-IDF -------------------------------------------------------------------------


def masked(row: Input) -> str:
    """The sentence with its target and actor replaced by fixed words."""
    text = row.text
    spans = [(row.target_at, TARGET_WORD), (row.actor_at, ACTOR_WORD)]
    placed = [(at, word) for at, word in spans if at is not None]
    for at, word in sorted(placed, reverse=True):
        text = f"{text[: at[0]]} {word} {text[at[1] :]}"
    return text


def window(row: Input, words: int) -> str:
    """The words around the target, `words` on each side; the whole sentence if it has none."""
    if row.target_at is None:
        return row.text
    before = row.text[: row.target_at[0]].split()[-words:] if words else []
    after = row.text[row.target_at[1] :].split()[:words]
    return " ".join([*(f"L_{word}" for word in before), *(f"R_{word}" for word in after)])


def columns_of_text(rows: Sequence[Input], spec: dict[str, Any]) -> np.ndarray:
    """Object array (n, 2): the masked sentence and the window; (n, 1) without a window."""
    table = [[masked(row), window(row, spec["window"])] if spec["window"] else [masked(row)]
             for row in rows]
    return np.array(table, dtype=object).reshape(len(rows), 2 if spec["window"] else 1)


# --- tokens for encoders ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tokens:
    """One row for an encoder.

    Attributes:
        ids: token ids with special tokens and markers.
        pool: half-open range of the tokens to average for the target; all if it has none.
        cut: whether the text was too long and lost tokens.
    """

    ids: list[int]
    pool: Bounds
    cut: bool


def tokenize(tokenizer: Any, rows: Sequence[Input], spec: dict[str, Any]) -> list[Tokens]:
    """Tokens of each row, in order.

    Args:
        tokenizer: a `tokenizers.Tokenizer` without truncation and padding.
        rows: sentences; a target that is not in its text is appended as a second segment.
        spec: `max_tokens`, `cls`, `sep`, and `markers`: ids of [T] [/T] [A] [/A], or none.
    """
    # "[T]he minister", as quotes have it, holds no marker: only _tokens sets those.
    tokenizer.encode_special_tokens = True
    encodings = tokenizer.encode_batch([row.text for row in rows], add_special_tokens=False)
    extra = {row.target for row in rows if row.target and row.target_at is None}
    names = dict(zip(extra, tokenizer.encode_batch(list(extra), add_special_tokens=False),
                     strict=True)) if extra else {}
    made = []
    for row, encoding in zip(rows, encodings, strict=True):
        name = names[row.target].ids if row.target and row.target_at is None else None
        made.append(_tokens(row, encoding, name, spec))
    return made


def _tokens(row: Input, encoding: Any, name: list[int] | None, spec: dict[str, Any]) -> Tokens:
    ids, offsets = encoding.ids, encoding.offsets
    target = _token_range(offsets, row.target_at)
    actor = _token_range(offsets, row.actor_at)
    markers = spec.get("markers") or []
    budget = spec["max_tokens"] - 2
    if name is not None:
        name = name[: budget // 2]
        budget -= len(name) + 1 + (2 if markers else 0)
    else:
        budget -= 2 * len([span for span in (target, actor) if span and markers])
    start, end = _kept(len(ids), target or actor, budget)
    target, actor = _clipped(target, start, end), _clipped(actor, start, end)
    out, opened, pool = [spec["cls"]], None, None
    for position in range(start, end):
        for span, marker in ((target, 0), (actor, 2)):
            if markers and span and span[0] == position:
                out.append(markers[marker])
        if target and target[0] == position:
            opened = len(out)
        out.append(ids[position])
        for span, marker in ((actor, 3), (target, 1)):
            if span and position == span[1] - 1:
                if marker == 1 and opened is not None:
                    pool = (opened, len(out))
                if markers:
                    out.append(markers[marker])
    out.append(spec["sep"])
    if name is not None:
        out += markers[:1]
        pool = (len(out), len(out) + max(len(name), 1))
        out += [*name, *markers[1:2], spec["sep"]]
    if pool and markers:
        pool = (pool[0] - 1, min(pool[1] + 1, len(out)))  # the markers carry the target's role too
    at = pool or (0, len(out))
    return Tokens(out, at, cut=end - start < len(ids))


def _token_range(offsets: Sequence[Bounds], at: Bounds | None) -> Bounds | None:
    """The tokens that overlap the characters `at`; None if there is none."""
    if at is None:
        return None
    inside = [i for i, (start, end) in enumerate(offsets) if start < at[1] and end > at[0]]
    return (inside[0], inside[-1] + 1) if inside else None


def _clipped(span: Bounds | None, start: int, end: int) -> Bounds | None:
    """What of `span` lies in the kept range; None if nothing does."""
    if span is None or span[0] >= end or span[1] <= start:
        return None
    return max(span[0], start), min(span[1], end)


def _kept(length: int, span: Bounds | None, budget: int) -> Bounds:
    """The range of tokens to keep: the head, or as much on both sides of `span` as fits."""
    if length <= budget:
        return 0, length
    if span is None or span[1] <= budget // 2:
        return 0, budget
    if span[1] - span[0] >= budget:
        return span[0], span[0] + budget
    room = budget - (span[1] - span[0])
    start = min(max(0, span[0] - room // 2), length - budget)
    return start, start + budget


def batches(tokens: Sequence[Tokens], budget: int) -> Iterator[list[int]]:
    """Row numbers in batches of like length, each at most `budget` tokens with its padding."""
    batch: list[int] = []
    for row in sorted(range(len(tokens)), key=lambda i: len(tokens[i].ids)):
        if batch and (len(batch) + 1) * len(tokens[row].ids) > budget:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def padded(tokens: Sequence[Tokens], pad: int) -> dict[str, np.ndarray]:
    """Arrays (n, longest): `input_ids`, `attention_mask` (int64) and `pool_mask` (float32)."""
    width = max(len(row.ids) for row in tokens)
    ids = np.full((len(tokens), width), pad, dtype=np.int64)
    mask = np.zeros((len(tokens), width), dtype=np.int64)
    pool = np.zeros((len(tokens), width), dtype=np.float32)
    for i, row in enumerate(tokens):
        ids[i, : len(row.ids)] = row.ids
        mask[i, : len(row.ids)] = 1
        pool[i, row.pool[0] : row.pool[1]] = 1.0
    return {"input_ids": ids, "attention_mask": mask, "pool_mask": pool}


# --- backends --------------------------------------------------------------------------------


class Backend(Protocol):
    """What turns rows into scores (n, columns)."""

    def scores(self, rows: Sequence[Input]) -> np.ndarray:
        """Scores in the order of the rows."""
        ...


class PriorBackend:
    """The label shares of the training data, whatever the sentence."""

    def __init__(self, prior: Sequence[float]) -> None:
        self.prior = np.asarray(prior, dtype=np.float64)

    def scores(self, rows: Sequence[Input]) -> np.ndarray:
        """The same row of shares for each sentence."""
        return np.tile(self.prior, (len(rows), 1))


class SklearnBackend:
    """A scikit-learn pipeline over the text columns."""

    def __init__(self, pipeline: Any, spec: dict[str, Any]) -> None:
        self.pipeline, self.spec = pipeline, spec

    @classmethod
    def load(cls, folder: Path, spec: dict[str, Any]) -> SklearnBackend:
        """Reads `model.skops` and `terms.json`; types that skops does not trust are refused."""
        skops_io = _skops_io()
        path = folder / "model.skops"
        if strange := sorted({*skops_io.get_untrusted_types(file=path)} - {*TRUSTED}):
            raise ModelError(f"{path}: holds types that are not safe to load: {', '.join(strange)}")
        pipeline = skops_io.load(path, trusted=list(TRUSTED))
        terms = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        for step, names in zip(vectorizers(pipeline), terms, strict=True):
            step.vocabulary_ = {name: column for column, name in enumerate(names)}
        return cls(pipeline, spec)

    def write(self, folder: Path) -> None:
        """Writes both files. The terms stand apart: in skops they take minutes."""
        skops_io = _skops_io()
        steps = vectorizers(self.pipeline)
        kept = [step.vocabulary_ for step in steps]
        terms = [sorted(vocabulary, key=vocabulary.__getitem__) for vocabulary in kept]
        (folder / "terms.json").write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")
        try:
            for step in steps:
                step.vocabulary_ = {}
            skops_io.dump(self.pipeline, folder / "model.skops")
        finally:
            for step, vocabulary in zip(steps, kept, strict=True):
                step.vocabulary_ = vocabulary

    def scores(self, rows: Sequence[Input]) -> np.ndarray:
        """Margins or probabilities, as the pipeline has them."""
        table = columns_of_text(rows, self.spec)
        scored = getattr(self.pipeline, self.spec["method"])(table)
        margins: np.ndarray = np.asarray(scored, dtype=np.float64)
        if margins.ndim == 1 and self.spec.get("outputs") == 1:  # the one label of several
            return margins[:, None]
        if margins.ndim == 1:  # two classes share one margin
            return np.stack([-margins, margins], axis=1) / 2
        return margins


def _skops_io() -> Any:
    """The module skops.io, without torch.

    On import it walks through all modules of scikit-learn, one of which imports torch where that
    is installed: seconds and 0.3 GB for nothing. With None in its place that one is passed over.
    """
    walked = "sklearn.externals.array_api_compat.torch"
    hidden = walked not in sys.modules
    if hidden:
        sys.modules[walked] = None  # type: ignore[assignment]
    try:
        import skops.io
    finally:
        if hidden:
            sys.modules.pop(walked, None)
    return skops.io


def vectorizers(pipeline: Any) -> list[Any]:
    """The fitted vectorizers of a pipeline, in order."""
    return [step for _, step, _ in pipeline.named_steps["features"].transformers_
            if hasattr(step, "vocabulary_")]


class OnnxBackend:
    """An encoder with its head, as one ONNX graph, and the tokenizer it was trained with."""

    def __init__(self, session: Any, tokenizer: Any, spec: dict[str, Any]) -> None:
        self.session, self.tokenizer, self.spec = session, tokenizer, spec

    @classmethod
    def load(cls, folder: Path, spec: dict[str, Any]) -> OnnxBackend:
        """Reads `model.onnx` and `tokenizer.json`."""
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        return cls(session, Tokenizer.from_file(str(folder / "tokenizer.json")), spec)

    def scores(self, rows: Sequence[Input]) -> np.ndarray:
        """Logits; rows are scored in batches of like length and come back in order."""
        tokens = tokenize(self.tokenizer, rows, self.spec)
        scored: np.ndarray | None = None
        for batch in batches(tokens, self.spec["batch_tokens"]):
            arrays = padded([tokens[i] for i in batch], self.spec["pad"])
            logits = self.session.run(None, arrays)[0]
            if scored is None:
                scored = np.zeros((len(rows), logits.shape[1]), dtype=np.float64)
            scored[batch] = logits
        return np.zeros((0, self.spec["outputs"])) if scored is None else scored


def probabilities(
    scores: np.ndarray, meta: dict[str, Any], calibrated: bool = True
) -> np.ndarray:
    """Probabilities (n, n_labels) from scores (n, seen labels); a label never trained gets 0."""
    if meta["scores"] != "probabilities":
        scores = squashed(
            scores / meta.get("temperature", 1.0) if calibrated else scores, meta["several"])
    if calibrated and meta.get("isotonic"):
        scores = straightened(scores, meta["isotonic"], meta["several"])
    full = np.zeros((len(scores), len(meta["labels"])))
    full[:, meta["columns"]] = scores
    return full


def squashed(logits: np.ndarray, several: bool) -> np.ndarray:
    """Probabilities (n, columns): the sigmoid of each logit if `several`, else their softmax."""
    if several:
        squeezed: np.ndarray = 1.0 / (1.0 + np.exp(-np.clip(logits, -60, 60)))
        return squeezed
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    normal: np.ndarray = raised / raised.sum(axis=1, keepdims=True)
    return normal


def straightened(
    proba: np.ndarray, curves: Sequence[Curve | None], several: bool
) -> np.ndarray:
    """Probabilities (n, columns) after each column's curve; rows sum to 1 unless `several`."""
    moved = np.stack([p if curve is None else np.interp(p, curve[0], curve[1])
                      for p, curve in zip(proba.T, curves, strict=True)], axis=1)
    return moved if several else moved / moved.sum(axis=1, keepdims=True)


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
    def several(self) -> bool:
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
        return self.backend.scores([
            example if isinstance(example, Input) else as_input(example)
            for example in examples])

    def found(self, proba: np.ndarray) -> np.ndarray:
        """The likeliest label of each row, or all above their thresholds: bool, as `proba`."""
        if self.several:
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
        names, found = self.labels, self.found(proba)
        said: np.ndarray = found
        if self.certain_from is not None:
            least = [np.inf if value is None else value for value in self.certain_from]
            said = np.logical_and(found, proba >= np.array(least))
        return [[names[column] for column in np.flatnonzero(row)]
                or ([UNCERTAIN] if before else [])
                for row, before in zip(said, found.sum(axis=1), strict=True)]


def as_input(example: Any) -> Input:
    """An `Input` from an example of the project (spans with `start` and `end`)."""
    bounds = [(span.start, span.end) if span is not None else None
              for span in (example.target_span, example.actor_span)]
    return Input(example.text, example.target, bounds[0], bounds[1])


def file_digest(path: Path) -> str:
    """Sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def load(folder: str | Path) -> ServedModel:
    """Returns the model in `folder` after scoring its saved rows again.

    Raises:
        ModelError: files are missing or changed, or the saved rows score differently here.
    """
    folder = Path(folder)
    path = folder / "model.json"
    if not path.is_file():
        raise ModelError(f"{folder}: holds no model.json; expected the folder of a saved model")
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{path}: is not JSON ({error})") from error
    found = meta.get("format") if isinstance(meta, dict) else None
    if found != FORMAT:
        raise ModelError(f"{path}: has format {found}, this version reads {FORMAT}")
    try:
        return _load(folder, meta)
    except KeyError as error:
        raise ModelError(f"{path}: lacks {error}; save the model again") from error


def _load(folder: Path, meta: dict[str, Any]) -> ServedModel:
    for name, digest in meta["files"].items():
        if not (folder / name).is_file() or file_digest(folder / name) != digest:
            raise ModelError(f"{folder / name}: is missing or was changed since it was saved")
    spec = meta["backend"]
    backend: Backend
    if spec["kind"] == "prior":
        backend = PriorBackend(spec["prior"])
    else:
        backend = (SklearnBackend if spec["kind"] == "skops" else OnnxBackend).load(folder, spec)
    model = ServedModel(meta, backend)
    check(model, folder)
    return model


def check(model: ServedModel, folder: Path) -> None:
    """Raises ModelError unless the model's saved rows score as they did when it was saved.

    A model saved without rows passes.
    """
    saved = model.meta["self_check"]
    if not saved:
        return
    rows = [Input(row["text"], row["target"], *(tuple(at) if at else None
                                                for at in (row["target_at"], row["actor_at"])))
            for row in saved]
    expected = np.array([row["probabilities"] for row in saved])
    proba = model.predict_proba(rows)
    if proba.shape != expected.shape:
        raise ModelError(f"{folder}: scores {proba.shape[1]} labels where its saved rows have "
                         f"{expected.shape[1:]}; save the model again")
    if not np.allclose(proba, expected, atol=TOLERANCE):
        worst = np.abs(proba - expected).max()
        raise ModelError(f"{folder}: its saved rows score differently here (by up to {worst:.3f}); "
                         "the files or the libraries do not fit; save the model again")
