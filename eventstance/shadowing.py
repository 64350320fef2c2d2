"""Files of the user's, and packages of others, that hide the project's packages.

The packages are called as files of a user often are (`models.py`, `train.py`), and the first on
Python's path is imported. Nothing here imports any of them.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("data", "models", "evaluation", "train", "predict")
ROOT = Path(__file__).resolve().parent.parent


def hidden_packages() -> list[str]:
    """Returns a line for each package that is hidden: by which file, and what to do; or none.

    A plain folder (`data/` with the user's files) hides nothing: Python goes on to look for ours.
    """
    files = {name: _file(name) for name in PACKAGES}
    return [
        _line(name, file)
        for name, file in files.items()
        if file is not None and file.resolve() != ROOT / name / "__init__.py"
    ]


def also_installed_by(name: str) -> list[str]:
    """Returns the other installed distributions that have a package of that name; slow."""
    from importlib.metadata import packages_distributions

    distributions = packages_distributions().get(name, [])
    return sorted(set(distributions) - {"eventstance"})


def _file(name: str) -> Path | None:
    """The file that `import` of that name runs; None for a plain folder."""
    try:
        spec = find_spec(name)
        origin = spec.origin if spec else None
    except ValueError:  # it was imported by a way of its own, and tells nothing but its file
        origin = getattr(sys.modules[name], "__file__", None)
    return Path(origin) if origin else None


def _line(name: str, file: Path) -> str:
    entry = (file.parent.parent if file.stem == "__init__" else file.parent).absolute()
    if {"site-packages", "dist-packages"} & set(file.parts):
        owners = ", ".join(also_installed_by(name)) or "another distribution"
        advice = (
            f"it belongs to {owners}: install eventstance into a virtual environment of its own"
        )
    elif entry in map(Path.absolute, map(Path, _python_path())):
        advice = f"rename it, or take {entry} off PYTHONPATH"
    elif entry == Path.cwd():
        advice = (
            "rename it, or run `eventstance …`, which does not look into the working folder as "
            "`python -m …` does"
        )
    else:
        advice = f"rename it, or take {entry} off Python's path"
    return f"{file}: hides the package '{name}' of eventstance ({ROOT / name}); {advice}"


def _python_path() -> list[str]:
    return [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
