import json
import sys
from types import SimpleNamespace

import pytest

from train.config import validated
from train.data_config import DataConfig
from train.tracking import origin


@pytest.fixture
def config():
    return validated(
        {
            "task": "event",
            "codebook": "event",
            "model": {"family": "tfidf"},
            "register": False,
            "data": {"train": ["a.jsonl", "b.jsonl"], "dev": "c.jsonl"},
        },
        "test",
    )


def data(several, way="article"):
    return SimpleNamespace(
        codebook=SimpleNamespace(multilabel=several), split=SimpleNamespace(way=way)
    )


def test_parameters_are_what_a_user_searches_by(config):
    known = origin.parameters(config, data(several=False))
    assert known["data.train"] == "a.jsonl, b.jsonl"
    assert {"seed", "model.family", "model.c", "select_by", "data.dev"} <= set(known)
    assert not {"task", "register", "experiment", "tune_thresholds"} & set(known)
    assert "tune_thresholds" in origin.parameters(config, data(several=True))


def test_a_split_that_was_not_used_is_no_parameter(config):
    dealt = config.model_copy(
        update={
            "data": DataConfig.model_validate(
                {"path": "a.jsonl", "split": {"by": "random", "dev": 0.2}}
            )
        }
    )
    used = origin.parameters(dealt, data(False, "random"))
    assert (used["data.split.by"], used["data.split.dev"]) == ("random", "0.2")
    passed_over = origin.parameters(dealt, data(False, "rows"))
    assert passed_over["data.split"] == "rows"
    assert not [key for key in passed_over if key.startswith("data.split.")]


@pytest.mark.parametrize(
    ("part", "name", "uri"),
    [("train", "a+b train", "a.jsonl, b.jsonl"), ("dev", "c dev", "c.jsonl")],
)
def test_a_dataset_names_its_files(config, part, name, uri):
    rows = SimpleNamespace(
        name=part,
        digest="d1",
        targets=["the Front"],
        rows=[{}, {}],
        examples=[SimpleNamespace(article_id="a1"), SimpleNamespace(article_id="a1")],
    )
    made = origin.dataset(rows, config.data)
    assert (made.name, made.digest, made.source_type) == (name, "d1", "local")
    assert json.loads(made.source) == {"uri": uri}
    assert json.loads(made.profile) == {"num_rows": 2, "num_articles": 1}
    columns = [column["name"] for column in json.loads(made.schema)["mlflow_colspec"]]
    assert columns == ["id", "text", "target", "labels"]


def test_the_command_is_shown_as_it_was_typed(monkeypatch):
    monkeypatch.setattr(sys, "orig_argv", ["/usr/bin/python3", "-m", "train", "a.yaml", "c=1|2"])
    assert origin.command_line() == "python -m train a.yaml 'c=1|2'"


def test_the_installed_command_is_shown_without_its_folder(monkeypatch):
    monkeypatch.setattr(sys, "orig_argv", ["/usr/bin/python3", "/x/bin/eventstance", "train", "a"])
    assert origin.command_line() == "eventstance train a"
