"""What MLflow needs to serve a portable model without this project."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

NEEDS = {
    "majority": (),
    "tfidf": ("scikit-learn", "skops"),
    "embedding": ("onnxruntime", "tokenizers"),
    "transformer": ("onnxruntime", "tokenizers"),
}


def source() -> str:
    """Returns one self-contained Python file: `serving.py` and the pyfunc class."""
    here = Path(__file__).parent
    serving = (here / "serving.py").read_text(encoding="utf-8")
    return serving + "\n\n" + (here / "pyfunc_tail.py").read_text(encoding="utf-8")


def requirements(family: str) -> list[str]:
    """Returns pinned pip requirements of a model of that family."""
    names = ("mlflow", "numpy", "pandas", *NEEDS[family])
    return [f"{name}=={version(name).split('+')[0]}" for name in names]


def signature() -> Any:
    """Returns (text, optional target) -> (label, probability, probabilities)."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema

    text = DataType.string
    return ModelSignature(
        inputs=Schema([ColSpec(text, "text"), ColSpec(text, "target", required=False)]),
        outputs=Schema([ColSpec(text, "label"), ColSpec(DataType.double, "probability"),
                        ColSpec(text, "probabilities")]))
