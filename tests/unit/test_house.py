"""How the code is laid out: small folders, a test at the mirrored path of every module.

And documents that name no file which is not there.
"""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "tests" / "unit"
PACKAGES = ("data", "models", "evaluation", "train", "predict", "eventstance")
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("data/corpus/*.md")]
# Behind what is only an example, or made by a run.
NO_FILE = {"predict/service", "data/mlflow.db"}
MOST_MODULES = 12  # of a folder; a folder that needs more has become two subjects


def modules_of(package, root=ROOT):
    """The modules of a package, below `root`; its `__init__` and `__main__` are none."""
    return [
        path.relative_to(root)
        for path in sorted((root / package).rglob("*.py"))
        if not path.name.startswith("__")
    ]


def unit_tests_of(package, unit=UNIT):
    """The files of unit tests for a package, below `unit`."""
    return [path.relative_to(unit) for path in sorted((unit / package).rglob("test_*.py"))]


def crowded(modules):
    """Each folder that has too many of the modules, and how many it has."""
    folders = [module.parent.as_posix() for module in modules]
    return {
        folder: folders.count(folder)
        for folder in dict.fromkeys(folders)
        if folders.count(folder) > MOST_MODULES
    }


def untested(modules, tests):
    """The modules without a test file at the mirrored path."""
    return [
        str(module)
        for module in modules
        if module.with_name(f"test_{module.name}") not in set(tests)
    ]


def strays(modules, tests):
    """The test files that belong to no module: neither `test_MODULE` nor `test_MODULE_SUBJECT`.

    A package's `__main__` is tested in `test_main.py`.
    """
    stems = {(module.parent, f"test_{module.stem}") for module in modules}
    stems |= {(Path(test.parts[0]), "test_main") for test in tests}
    return [
        str(test)
        for test in tests
        if not any(
            test.parent == folder and (test.stem == stem or test.stem.startswith(f"{stem}_"))
            for folder, stem in stems
        )
    ]


def namespaces(package, root=ROOT):
    """The folders of a package that hold modules and no `__init__`: import-linter passes by."""
    folders = dict.fromkeys(path.parent for path in sorted((root / package).rglob("*.py")))
    return [
        folder.relative_to(root).as_posix()
        for folder in folders
        if not (folder / "__init__.py").is_file()
    ]


def lost_files(text, root=ROOT):
    """The paths into folders of the project that a text names and that are not there."""
    folders = "|".join((*PACKAGES, "configs", "docs", "tests"))
    paths = [path.rstrip("./") for path in re.findall(rf"(?<![\w/.-])(?:{folders})/[\w./-]+", text)]
    return [
        path
        for path in dict.fromkeys(paths)
        if path.count("/") and not (root / path).exists() and path not in NO_FILE
    ]


def test_the_packages_are_those_whose_imports_are_held():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert sorted(settings["importlinter"]["root_packages"]) == sorted(PACKAGES)
    packed = [name.rstrip("*") for name in settings["setuptools"]["packages"]["find"]["include"]]
    assert sorted(packed) == sorted((*PACKAGES, "configs"))
    folders = {path.name for path in UNIT.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_of_modules_is_a_package(package):
    assert namespaces(package) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_files_that_are_there(document):
    assert lost_files(document.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_folder_has_more_than_a_dozen_modules(package):
    assert crowded(modules_of(package)) == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_has_its_test_at_the_mirrored_path(package):
    assert untested(modules_of(package), unit_tests_of(package)) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_unit_test_belongs_to_a_module(package):
    assert strays(modules_of(package), unit_tests_of(package)) == []


def test_the_rules_see_what_is_out_of_place(tmp_path):
    for name in ("p/__init__", "p/__main__", "p/a", "p/sub/b", "p/sub/c"):
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    modules = modules_of("p", tmp_path)
    assert list(map(str, modules)) == ["p/a.py", "p/sub/b.py", "p/sub/c.py"]
    tests = list(
        map(Path, ("p/test_a.py", "p/sub/test_b_cold.py", "p/test_c.py", "p/test_main.py"))
    )
    assert untested(modules, tests) == ["p/sub/b.py", "p/sub/c.py"]
    assert namespaces("p", tmp_path) == ["p/sub"]
    assert lost_files("see `data/gone.py`, data/fields.py and my/data/own.py") == ["data/gone.py"]
    assert strays(modules, tests) == ["p/test_c.py"]
    assert crowded([Path(f"p/{number}.py") for number in range(MOST_MODULES)]) == {}
    assert crowded([Path(f"p/{number}.py") for number in range(MOST_MODULES + 1)]) == {"p": 13}
