import json
import sys
from types import SimpleNamespace

import pytest

from train import origin
from train.config import validated


@pytest.fixture
def config():
    return validated({
        "task": "event", "codebook": "event", "model": {"family": "tfidf"}, "register": False,
        "data": {"train": ["a.jsonl", "b.jsonl"], "dev": "c.jsonl"}}, "test")


def data(several):
    return SimpleNamespace(codebook=SimpleNamespace(several=several))


def test_parameters_are_what_a_user_searches_by(config):
    known = origin.parameters(config, data(several=False))
    assert known["data.train"] == "a.jsonl, b.jsonl"
    assert {"seed", "model.family", "model.c", "select_by", "data.dev"} <= set(known)
    assert not {"task", "register", "experiment", "tune_thresholds"} & set(known)
    assert "tune_thresholds" in origin.parameters(config, data(several=True))


@pytest.mark.parametrize(("part", "name", "uri"), [
    ("train", "a+b train", "a.jsonl, b.jsonl"), ("dev", "c dev", "c.jsonl")])
def test_a_dataset_names_its_files(config, part, name, uri):
    rows = SimpleNamespace(name=part, digest="d1", targets=["the Front"], rows=[{}, {}], examples=[
        SimpleNamespace(article_id="a1"), SimpleNamespace(article_id="a1")])
    made = origin.dataset(rows, config.data)
    assert (made.name, made.digest, made.source_type) == (name, "d1", "local")
    assert json.loads(made.source) == {"uri": uri}
    assert json.loads(made.profile) == {"num_rows": 2, "num_articles": 1}
    columns = [column["name"] for column in json.loads(made.schema)["mlflow_colspec"]]
    assert columns == ["id", "text", "target", "labels"]


def test_the_command_is_shown_as_it_was_typed(monkeypatch):
    monkeypatch.setattr(sys, "orig_argv", ["/usr/bin/python3", "-m", "train", "a.yaml", "c=1|2"])
    assert origin.command_line() == "python -m train a.yaml 'c=1|2'"
