"""No floor of a dependency, and none that is installed, is older than a fix of a known hole.

When a hole becomes known, add its row; raise the floor in pyproject.toml if it is older.
"""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

FIXED = (  # package, hole, the first release without it
    ("filelock", "CVE-2025-68146", "3.20.1"),  # a lock file that is a link cuts off another file
    ("filelock", "CVE-2026-22701", "3.20.3"),
    ("jinja2", "CVE-2025-27516", "3.1.6"),  # code from a template
    ("mlflow", "CVE-2026-2614", "3.11"),  # reading of files
    ("mlflow", "CVE-2026-2651", "3.11"),  # overwriting of artifacts
    ("mlflow", "CVE-2026-4137", "3.11"),  # code from a folder that all may write to
    ("onnx", "CVE-2026-27489", "1.21"),  # external data outside of the model's folder
    ("onnx", "CVE-2026-34446", "1.21"),
    ("onnx", "CVE-2026-34447", "1.21"),
    ("pyarrow", "CVE-2023-47248", "14.0.1"),  # code from a file
    ("pydantic", "CVE-2024-3772", "2.4"),  # a slow regular expression
    ("pyyaml", "CVE-2020-14343", "5.4"),  # code from a file
    ("scikit-learn", "CVE-2024-5206", "1.5"),  # training terms kept with a vectorizer
    ("skops", "CVE-2025-54412", "0.12"),  # code from a model
    ("skops", "CVE-2025-54413", "0.12"),
    ("skops", "CVE-2025-54886", "0.13"),
    ("torch", "CVE-2025-32434", "2.6"),  # code from weights, weights_only or not
    ("torch", "CVE-2026-24747", "2.10"),
    ("transformers", "CVE-2026-4372", "5.3"),
)
PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def floors(pyproject):
    """The lowest version of each requirement that the text of a pyproject.toml allows."""
    project = tomllib.loads(pyproject)["project"]
    wanted = [
        *project["dependencies"],
        *(line for lines in project.get("optional-dependencies", {}).values() for line in lines),
    ]
    found = {}
    for requirement in map(Requirement, wanted):
        lower = [
            Version(part.version)
            for part in requirement.specifier
            if part.operator in (">=", "==", "~=")
        ]
        found[requirement.name.lower()] = max(lower, default=Version("0"))
    return found


def open_holes(versions):
    """What of FIXED is open under these versions, by package."""
    return [
        f"{package} {versions[package]}: {hole} is fixed in {fixed}"
        for package, hole, fixed in FIXED
        if package in versions and versions[package] < Version(fixed)
    ]


def test_no_floor_is_older_than_a_fix():
    assert open_holes(floors(PYPROJECT.read_text(encoding="utf-8"))) == []


def test_nothing_installed_is_older_than_a_fix():
    assert open_holes({name: Version(version(name)) for name, _, _ in FIXED}) == []


def test_every_row_is_of_a_dependency():
    assert {name for name, _, _ in FIXED} <= set(floors(PYPROJECT.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("line", "hole"),
    [
        ("mlflow>=3.5,<3.18", "CVE-2026-2614"),
        ("torch", "CVE-2025-32434"),
        ("Transformers==5.2.0", "CVE-2026-4372"),
        ("onnx~=1.20", "CVE-2026-34447"),
    ],
)
def test_an_old_floor_is_found(line, hole):
    found = open_holes(floors(f'[project]\ndependencies = ["{line}"]'))
    assert any(hole in told for told in found)
    assert open_holes(floors('[project]\ndependencies = ["mlflow>=3.11,<3.18", "numpy"]')) == []
