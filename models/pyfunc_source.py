"""What MLflow needs to serve a portable model without this project."""

from __future__ import annotations

import warnings
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


def save(scratch: Path, portable: Path, family: str, logged: Any) -> Path:
    """Writes a portable model as MLflow serves it (models-from-code); returns the folder.

    Args:
        scratch: an empty folder, in which it is made.
        portable: the folder of the model.
        family: of the model.
        logged: MLflow's logged model that the folder will be the artifacts of.
    """
    import mlflow
    from mlflow.models import Model

    code, saved = scratch / "eventstance_model.py", scratch / "saved"
    code.write_text(source(), encoding="utf-8")
    with warnings.catch_warnings():
        # MLflow advises type hints and input examples, which have no use here.
        warnings.simplefilter("ignore", UserWarning)
        mlflow.pyfunc.save_model(
            path=str(saved), python_model=str(code), artifacts={"model": str(portable)},
            signature=signature(), pip_requirements=requirements(family),
            mlflow_model=Model(artifact_path=logged.artifact_location,
                               run_id=logged.source_run_id, model_uuid=logged.model_id,
                               model_id=logged.model_id))
    return saved
