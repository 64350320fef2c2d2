"""What MLflow needs to serve a portable model without this project."""

from __future__ import annotations

import ast
import json
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

from models.portable.backends import BACKENDS
from models.portable.serving import reads_targets

ROOT = Path(__file__).resolve().parents[2]
OWN = ("data", "models")  # the packages whose modules are copied into the model's file
HEADER = '''"""A model of eventstance: all of the project's code that it takes to serve it."""

from __future__ import annotations
'''


def source() -> str:
    """Returns one self-contained Python file: the pyfunc class behind every module it imports.

    Modules of the project keep their text but for the imports of one another, so no two of them
    may give one name to different things.
    """
    parts: dict[str, str] = {}
    _collect("models.portable.pyfunc_model", parts)
    return "\n\n".join([HEADER, *(f"# --- {name} ---\n\n{text}\n" for name, text in parts.items())])


def _collect(module: str, parts: dict[str, str]) -> None:
    """Adds a module's text to `parts`, behind those of the modules that it imports."""
    text = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in reversed(ast.parse(text).body):
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        own = node.module.partition(".")[0] in OWN
        if own or node.module == "__future__":
            del lines[node.lineno - 1 : node.end_lineno]
        if own and node.module not in parts:
            _collect(node.module, parts)
    parts[module] = "\n".join(lines).strip()


def requirements(kind: str) -> list[str]:
    """Returns pinned pip requirements of a model with a backend of that kind."""
    names = ("mlflow", "numpy", "pandas", *BACKENDS[kind].needs)
    return [f"{name}=={version(name).split('+')[0]}" for name in names]


def signature(targeted: bool) -> Any:
    """Returns (text, optional target) -> (label, probability, probabilities).

    Args:
        targeted: the model reads targets: `target_start`, `target_end` and `aliases` are taken,
            too. MLflow's `long` and `double` refuse columns of whole numbers where some rows have
            none, so they are `any`, which its server does not read from CSV.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema
    from mlflow.types.schema import AnyType

    text = DataType.string
    inputs = [ColSpec(text, "text"), ColSpec(text, "target", required=False)]
    if targeted:
        inputs += [
            ColSpec(AnyType(), name, required=False)
            for name in ("target_start", "target_end", "aliases")
        ]
    return ModelSignature(
        inputs=Schema(inputs),
        outputs=Schema(
            [
                ColSpec(text, "label"),
                ColSpec(DataType.double, "probability"),
                ColSpec(text, "probabilities"),
            ]
        ),
    )


def save(scratch: Path, portable: Path, logged: Any) -> Path:
    """Writes a portable model as MLflow serves it (models-from-code); returns the folder.

    Args:
        scratch: an empty folder, in which it is made.
        portable: the folder of the model.
        logged: MLflow's logged model that the folder will be the artifacts of.
    """
    import mlflow
    from mlflow.models import Model

    meta = json.loads((portable / "model.json").read_text(encoding="utf-8"))
    code, saved = scratch / "eventstance_model.py", scratch / "saved"
    code.write_text(source(), encoding="utf-8")
    with warnings.catch_warnings():
        # MLflow advises type hints and input examples, which have no use here.
        warnings.simplefilter("ignore", UserWarning)
        mlflow.pyfunc.save_model(
            path=str(saved),
            python_model=str(code),
            artifacts={"model": str(portable)},
            signature=signature(reads_targets(meta)),
            pip_requirements=requirements(meta["backend"]["kind"]),
            mlflow_model=Model(
                artifact_path=logged.artifact_location,
                run_id=logged.source_run_id,
                model_uuid=logged.model_id,
                model_id=logged.model_id,
            ),
        )
    return saved
