"""Files of the user's, and packages of others, that hide the project's packages.

The packages are called as files of a user often are (`models.py`, `train.py`), and the first on
Python's path is imported. Nothing here imports any of them.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

PACKAGES = ("data", "models", "evaluation", "train", "predict")
ROOT = Path(__file__).resolve().parent.parent


def settle() -> list[str]:
    """Returns a line for each package that is hidden: by which file, and what to do; or none.

    A plain folder (`data/` with the user's files) hides nothing: it is passed over, though Python
    takes it for a package where the project is installed as editable.
    """
    lines = []
    for name in PACKAGES:
        spec = _spec(name)
        own = ROOT / name / "__init__.py"
        if spec is None or spec.origin is None:
            _import(name, own)
        elif Path(spec.origin).resolve() != own:
            lines.append(_hidden(name, Path(spec.origin)))
    return lines


def also_installed_by(name: str) -> list[str]:
    """Returns the other installed distributions that have a package of that name; slow."""
    from importlib.metadata import packages_distributions

    distributions = packages_distributions().get(name, [])
    return sorted(set(distributions) - {"eventstance"})


def _spec(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except ValueError:  # it is imported already, by whom ever, and has none
        return ModuleSpec(name, None, origin=getattr(sys.modules[name], "__file__", None))


def _import(name: str, own: Path) -> None:
    """Imports the project's package itself, whatever Python's path has before it."""
    spec = spec_from_file_location(name, own, submodule_search_locations=[str(own.parent)])
    if spec is None or spec.loader is None or not own.is_file():
        return
    sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


def _hidden(name: str, file: Path) -> str:
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
