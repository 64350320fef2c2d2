"""Searches of a tfidf configuration, and studies of them in a storage of their own."""

import shutil

import pytest
import yaml

from train.config import plans
from train.search import study as studies
from train.search.space import read_search


@pytest.fixture
def search(tmp_path):
    def make(**content):
        (tmp_path / "base.yaml").write_text(
            yaml.safe_dump(
                {
                    "task": "event",
                    "codebook": "event",
                    "data": {"path": "rows.jsonl"},
                    "model": {"family": "tfidf"},
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


@pytest.fixture(scope="module")
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
