import subprocess
from types import SimpleNamespace

import pytest

from train.tracking.surroundings import (
    CodeState,
    data_files,
    differences,
    environment,
    file_digest,
    read_code_state,
)


def git(folder, *words):
    return subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-C", str(folder), *words],
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "checkout"
    (folder / "train").mkdir(parents=True)
    (folder / "train" / "run.py").write_text("print(1)\n")
    (folder / ".gitignore").write_text("ignored.py\n")
    git(tmp_path, "init", "-q", str(folder))
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def test_a_clean_checkout_has_a_commit_and_no_diff(checkout):
    (checkout / "notes.py").write_text("no code folder\n")
    (checkout / "train" / "ignored.py").write_text("ignored\n")
    (checkout / "train" / "secret.env").write_text("no code\n")
    state = read_code_state(checkout)
    assert state == CodeState(git(checkout, "rev-parse", "HEAD").strip(), "")
    assert state.name == state.commit[:12]


def test_the_diff_of_a_dirty_checkout_gives_the_same_files_elsewhere(checkout, tmp_path):
    git(tmp_path, "clone", "-q", str(checkout), str(tmp_path / "other"))
    (checkout / "train" / "run.py").write_text("print(2)\n")
    (checkout / "train" / "new é.py").write_text("print(3)\n")
    state = read_code_state(checkout)
    assert state.name.endswith("+dirty")
    (tmp_path / "code.diff").write_text(state.diff)
    git(tmp_path / "other", "apply", str(tmp_path / "code.diff"))
    for name in ("run.py", "new é.py"):
        assert (tmp_path / "other" / "train" / name).read_text() == (
            checkout / "train" / name
        ).read_text()


def test_what_is_too_long_is_named_and_the_rest_still_applies(checkout, tmp_path):
    git(tmp_path, "clone", "-q", str(checkout), str(tmp_path / "other"))
    (checkout / "train" / "long.py").write_text("x = 1\n" * 50_000)
    (checkout / "train" / "run.py").write_text("print(2)\n")
    (checkout / "train" / "short.py").write_text("print(3)\n")
    diff = read_code_state(checkout).diff
    assert "# left out: a/train/long.py" in diff
    assert len(diff) < 2_000
    (tmp_path / "code.diff").write_text(diff)
    git(tmp_path / "other", "apply", str(tmp_path / "code.diff"))
    assert (tmp_path / "other" / "train" / "short.py").read_text() == "print(3)\n"


def test_outside_a_checkout_there_is_nothing_nor_inside_somebody_elses(checkout, tmp_path):
    (tmp_path / "plain").mkdir()
    assert read_code_state(tmp_path / "plain") == CodeState("", "")
    assert read_code_state(checkout / "train") == CodeState("", "")


def test_the_environment_names_packages_threads_and_the_digests_of_files(tmp_path):
    (tmp_path / "a.jsonl").write_text("{}\n")
    config = SimpleNamespace(
        data=SimpleNamespace(
            path=(str(tmp_path / "a.jsonl"),),
            train=(),
            dev=(str(tmp_path / "gone.jsonl"),),
            test=(),
        )
    )
    made = environment(config)
    assert {"python", "cpu", "cores", "packages", "threads", "device", "files"} <= set(made)
    assert "mlflow" in made["packages"]
    assert (
        data_files(config)
        == made["files"]
        == {
            str(tmp_path / "a.jsonl"): file_digest(tmp_path / "a.jsonl"),
            str(tmp_path / "gone.jsonl"): "",
        }
    )


def test_differences_are_named_by_dotted_keys():
    then = {"python": "3.11", "packages": {"numpy": "2.0", "torch": "2.6"}, "cores": 2}
    now = {"python": "3.11", "packages": {"numpy": "2.1", "scipy": "1.1"}, "cores": 2}
    assert differences(then, now) == [
        ("packages.numpy", "2.0", "2.1"),
        ("packages.torch", "2.6", ""),
        ("packages.scipy", "", "1.1"),
    ]
    assert differences({}, {}) == []
