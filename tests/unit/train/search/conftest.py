"""Searches of a tfidf configuration, and studies of them in a storage of their own."""

import shutil
from pathlib import Path

import pytest
import yaml

from train.config import plans
from train.search import study as studies
from train.search.space import read_search
from train.search.study import Task


@pytest.fixture
def search(tmp_path):
    """Makes a search file's search, of `c` from 1 to 9 in four trials unless told otherwise."""

    def make(model=None, **content):
        (tmp_path / "base.yaml").write_text(
            yaml.safe_dump(
                {
                    "task": "event",
                    "codebook": "event",
                    "data": {"path": "rows.jsonl"},
                    "model": model or {"family": "tfidf"},
                }
            )
        )
        ((plan),) = plans([tmp_path / "base.yaml"])
        path = tmp_path / "search.yaml"
        path.write_text(
            yaml.safe_dump({"trials": 4, "space": {"model.c": {"low": 1, "high": 9}}} | content)
        )
        return read_search(str(path), plan.runs[0][1])

    return make


@pytest.fixture(scope="session")
def empty_storage(tmp_path_factory):
    """A storage without studies: making one takes a second, copying it none."""
    path = tmp_path_factory.mktemp("studies") / "optuna.db"
    studies._open(f"sqlite:///{path}")
    return path


@pytest.fixture
def open_study(tmp_path, empty_storage):
    shutil.copy(empty_storage, tmp_path / "optuna.db")

    def open_with(search, parent=lambda: "run"):
        return studies.open_study(
            f"sqlite:///{tmp_path}/optuna.db", "event words", search, 4, parent
        )

    return open_with


@pytest.fixture
def task(tmp_path, search, run_data):
    """The task of a search on rows that nobody reads."""

    def make(**content):
        said = []
        return Task(
            search(**content),
            Path("words.yaml"),
            run_data(),
            f"sqlite:///{tmp_path}/optuna.db",
            said.append,
            overrides=("data.share=0.5",),
        ), said

    return make
