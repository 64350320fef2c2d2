"""What importing the package costs, and what it offers."""

import subprocess
import sys

import pytest

import eventstance

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
