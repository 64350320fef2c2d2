"""How the code is laid out: small folders, and a test at the mirrored path of every module."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "tests" / "unit"
PACKAGES = ("data", "models", "evaluation", "train", "predict", "eventstance")
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
    assert strays(modules, tests) == ["p/test_c.py"]
    assert crowded([Path(f"p/{number}.py") for number in range(MOST_MODULES)]) == {}
    assert crowded([Path(f"p/{number}.py") for number in range(MOST_MODULES + 1)]) == {"p": 13}
