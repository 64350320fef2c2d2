"""What turns rows into scores, one class for each kind of saved model. Nothing loads pickle."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from models.portable.inputs import Input, ModelError, columns_of_text
from models.portable.tokens import CUTS, WHOLE, batches, padded, tokenize

TRUSTED = ("sklearn.multiclass._ConstantPredictor",)  # for a label that every training row has


class Backend(Protocol):
    """What turns rows into scores (n, columns).

    One that is loaded from a folder also has, as attributes of its class: `kind`, as `model.json`
    names it; `needs`, the packages to install beside numpy; `files`, what it reads from the
    folder; `cuts`, what it can do with rows that are too long; and `load(folder, spec)`.
    """

    def scores(self, rows: Sequence[Input]) -> np.ndarray:
        """Scores in the order of the rows."""
        ...


class PriorBackend:
    """The label shares of the training data, whatever the sentence."""

    kind, needs, files, cuts = "prior", (), (), (WHOLE,)

    def __init__(self, prior: Sequence[float]) -> None:
        self.prior = np.asarray(prior, dtype=np.float64)

    @classmethod
    def load(cls, folder: Path, spec: dict[str, Any]) -> PriorBackend:
        """Reads the shares from the description; there are no files."""
        return cls(spec["prior"])

    def scores(self, rows: Sequence[Input]) -> np.ndarray:
        """The same row of shares for each sentence."""
        return np.tile(self.prior, (len(rows), 1))


class SklearnBackend:
    """A scikit-learn pipeline over the text columns."""

    kind, needs, cuts = "skops", ("scikit-learn", "skops"), (WHOLE,)
    files = ("model.skops", "terms.json")

    def __init__(self, pipeline: Any, spec: dict[str, Any]) -> None:
        self.pipeline, self.spec = pipeline, spec

    @classmethod
    def load(cls, folder: Path, spec: dict[str, Any]) -> SklearnBackend:
        """Reads `model.skops` and `terms.json`; types that skops does not trust are refused."""
        skops_io = _skops_io()
        path = folder / "model.skops"
        if untrusted := sorted({*skops_io.get_untrusted_types(file=path)} - {*TRUSTED}):
            raise ModelError(
                f"{path}: holds types that are not safe to load: {', '.join(untrusted)}"
            )
        pipeline = skops_io.load(path, trusted=list(TRUSTED))
        terms = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        for step, names in zip(vectorizers(pipeline), terms, strict=True):
            step.vocabulary_ = {name: column for column, name in enumerate(names)}
        return cls(pipeline, spec)

    def write(self, folder: Path) -> None:
        """Writes both files. The terms stand apart: in skops they take minutes."""
        skops_io = _skops_io()
        steps = vectorizers(self.pipeline)
        vocabularies = [step.vocabulary_ for step in steps]
        terms = [sorted(vocabulary, key=vocabulary.__getitem__) for vocabulary in vocabularies]
        (folder / "terms.json").write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")
        try:
            for step in steps:
                step.vocabulary_ = {}
            skops_io.dump(self.pipeline, folder / "model.skops")
        finally:
            for step, vocabulary in zip(steps, vocabularies, strict=True):
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
    module = "sklearn.externals.array_api_compat.torch"
    absent = module not in sys.modules
    if absent:
        sys.modules[module] = None  # type: ignore[assignment]
    try:
        import skops.io
    finally:
        if absent:
            sys.modules.pop(module, None)
    return skops.io


def vectorizers(pipeline: Any) -> list[Any]:
    """The fitted vectorizers of a pipeline, in order."""
    return [
        step
        for _, step, _ in pipeline.named_steps["features"].transformers_
        if hasattr(step, "vocabulary_")
    ]


class OnnxBackend:
    """An encoder with its head, as one ONNX graph, and the tokenizer it was trained with."""

    kind, needs, cuts = "onnx", ("onnxruntime", "tokenizers"), CUTS
    files = ("model.onnx", "tokenizer.json")

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
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
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


BACKENDS: dict[str, type[PriorBackend | SklearnBackend | OnnxBackend]] = {
    backend.kind: backend for backend in (PriorBackend, SklearnBackend, OnnxBackend)
}
