"""Files that hide the project's packages, in processes as users start them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from eventstance import shadowing

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def run(tmp_path):
    """Runs Python in the folder of the test; `path` stands before the project on its path."""

    def start(*words, path=()):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*map(str, path), str(ROOT)])}
        return subprocess.run(
            [sys.executable, *map(str, words)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return start


@pytest.fixture
def console(tmp_path):
    """The file that pip makes of `[project.scripts]`, in a folder of its own."""
    path = tmp_path / "bin" / "eventstance"
    path.parent.mkdir()
    path.write_text("import sys\nfrom eventstance.main import main\nsys.exit(main())\n")
    return path


def lay(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("raise RuntimeError('the wrong file is run')\n")


def test_nothing_is_hidden_here():
    assert shadowing.hidden_packages() == []


@pytest.mark.parametrize("words", [["eventstance", "train"], ["train"]])
def test_a_file_in_the_working_folder_is_told(run, tmp_path, words):
    lay(tmp_path, "models.py")
    done = run("-m", *words, "a.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"{tmp_path}/models.py: hides the package 'models' of eventstance ({ROOT / 'models'}); "
        "rename it, or run `eventstance …`, which does not look into the working folder as "
        "`python -m …` does\n"
    )


def test_all_that_hide_something_are_told(run, tmp_path):
    lay(tmp_path, "train.py", "data/__init__.py")
    done = run("-m", "eventstance", "data", "check", "a.jsonl")
    assert done.returncode == 2
    assert [line.partition(": ")[0] for line in done.stderr.splitlines()] == [
        f"{tmp_path}/data/__init__.py",
        f"{tmp_path}/train.py",
    ]


def test_the_console_script_does_not_look_into_the_working_folder(run, tmp_path, console):
    lay(tmp_path, "models.py", "train.py", "data/__init__.py")
    done = run(console, "train", "--help")
    assert (done.returncode, done.stderr) == (0, "")


def test_pythonpath_hides_from_the_console_script_too(run, tmp_path, console):
    lay(tmp_path, "models.py")
    done = run(console, "train", "--help", path=[tmp_path])
    assert done.returncode == 2
    assert done.stderr.endswith(f"; rename it, or take {tmp_path} off PYTHONPATH\n")


def test_a_package_of_another_distribution_is_told_with_its_name(run, tmp_path, console):
    site = tmp_path / "site-packages"
    lay(site, "predict/__init__.py")
    about = site / "fortune-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: fortune\nVersion: 1.0\n")
    (about / "top_level.txt").write_text("predict\n")
    done = run(console, "models", "list", path=[site])
    assert done.returncode == 2
    assert "it belongs to fortune: install eventstance into a virtual environment" in done.stderr


def test_plain_folders_hide_nothing(run, tmp_path):
    for name in shadowing.PACKAGES:
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "mine.jsonl").write_text('{"id": "1", "text": "Rain.", "label": "x"}\n')
    done = run("-m", "eventstance", "data", "check", "data/mine.jsonl", "--codebook", "event")
    assert done.returncode == 2
    assert "data/mine.jsonl:1: unknown label 'x'" in done.stderr
