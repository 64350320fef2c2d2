"""What importing the package costs, and what it offers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import eventstance

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "transformers", "mlflow", "datasets", "sklearn", "pandas", "numpy", "pydantic")


def test_import_brings_no_library_and_sets_nothing():
    script = (
        "import os, sys; before = dict(os.environ); import eventstance; dir(eventstance); "
        f"print([name for name in {HEAVY} if name in sys.modules], before == dict(os.environ))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "[] True\n", done.stderr


def test_every_name_is_there():
    assert set(eventstance.__all__) <= set(dir(eventstance))
    assert all(getattr(eventstance, name) is not None for name in eventstance.__all__)


def test_unknown_name_is_no_attribute():
    with pytest.raises(AttributeError, match="has no attribute 'trian'"):
        eventstance.trian  # noqa: B018


def test_type_checkers_know_the_names(tmp_path):
    (tmp_path / "mypy.ini").write_text("[mypy]\n")
    (tmp_path / "use.py").write_text(
        "import eventstance\n"
        'run = eventstance.train("event.yaml")\n'
        "reveal_type(run)\n"
        "reveal_type(eventstance.Labeler())\n"
        "eventstance.trian\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--follow-imports", "silent", "use.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert '"eventstance.training.Trained"' in done.stdout
    assert '"predict.labeler.Labeler"' in done.stdout
    assert 'has no attribute "trian"' in done.stdout
    assert "use.py:1" not in done.stdout
