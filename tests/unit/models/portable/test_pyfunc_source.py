"""The file that MLflow keeps as a model's code, and what stands beside it."""

import ast
import json
from collections import Counter
from types import SimpleNamespace

import pytest

from models.families import FAMILIES
from models.portable import pyfunc_source
from models.portable.backends import BACKENDS


def test_the_models_file_gives_no_name_to_two_things():
    names = Counter()
    for node in ast.parse(pyfunc_source.source()).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            names[node.name] += 1
        elif isinstance(node, ast.Assign):
            names.update(
                name.id
                for target in node.targets
                for name in ast.walk(target)
                if isinstance(name, ast.Name)
            )
    assert len(names) > 50
    assert [name for name, times in names.items() if times > 1] == []


def test_the_models_file_imports_nothing_of_the_project():
    imported = {
        (node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.walk(ast.parse(pyfunc_source.source()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {name.partition(".")[0] for name in imported} & {
        "data",
        "models",
        "train",
        "evaluation",
        "predict",
        "torch",
        "transformers",
    } == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_says_what_its_models_need(family):
    backend = FAMILIES[family][1].served_by
    needed = {line.partition("==")[0] for line in pyfunc_source.requirements(backend.kind)}
    assert needed == {"mlflow", "numpy", "pandas", *BACKENDS[backend.kind].needs}


@pytest.mark.parametrize("targeted", [False, True])
def test_the_signature_says_what_is_taken(targeted):
    signature = pyfunc_source.signature(targeted)
    required = {column.name: column.required for column in signature.inputs}
    optional = {"target_start", "target_end", "aliases"} if targeted else set()
    assert required == {"text": True, "target": False, **dict.fromkeys(optional, False)}
    assert [column.name for column in signature.outputs] == [
        "label",
        "probability",
        "probabilities",
    ]


def test_what_is_saved_has_the_code_the_model_and_what_to_install(saved_model, tmp_path):
    folder, _ = saved_model
    logged = SimpleNamespace(artifact_location=str(tmp_path), source_run_id=None, model_id=None)
    saved = pyfunc_source.save(tmp_path, folder, logged)
    code = (saved / "eventstance_model.py").read_text()
    assert code == pyfunc_source.source()
    compile(code, "eventstance_model.py", "exec")
    (kept,) = saved.rglob("model.json")
    assert json.loads(kept.read_text()) == json.loads((folder / "model.json").read_text())
    assert "mlflow==" in (saved / "requirements.txt").read_text()
    assert "scikit-learn" not in (saved / "requirements.txt").read_text()  # shares need none
