"""What importing the package costs, and what it offers."""

import subprocess
import sys
import tomllib
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


def test_packages_are_typed_for_their_users():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "py.typed" in project["tool"]["setuptools"]["package-data"]["*"]
    for package in project["tool"]["mypy"]["packages"]:
        assert (ROOT / package / "py.typed").is_file(), package
