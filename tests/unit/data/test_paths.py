from pathlib import Path

from data.paths import ROOT, find


def test_a_file_of_the_project_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find("data/corpus/event.jsonl") == ROOT / "data/corpus/event.jsonl"


def test_the_users_own_file_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").touch()
    assert find("pyproject.toml") == Path("pyproject.toml")


def test_what_is_nowhere_comes_back_unchanged(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find("no/such.jsonl") == Path("no/such.jsonl")
    assert find(tmp_path / "none.jsonl") == tmp_path / "none.jsonl"


def test_the_home_folder_is_known(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find("~/rows.jsonl") == tmp_path / "rows.jsonl"
