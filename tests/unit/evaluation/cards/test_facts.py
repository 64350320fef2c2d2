"""What is known of a model."""

import hashlib
import json

import pytest

from data.problems import InputError
from evaluation.cards import facts as module
from evaluation.cards.facts import card_facts


def test_artifacts_are_read_by_their_kind_and_missing_ones_are_none(facts):
    known = facts()
    assert known.kept_json("config.yaml")["model"] == {"family": "tfidf", "c": 4}
    assert known.kept_json("split.json") == {"train": [], "dev": []}
    assert known.kept_json("environment.json") is None
    assert [row["id"] for row in known.predictions("test")] == ["r0", "r1", "r2", "r3"]
    assert known.predictions("dev") == []


def test_metrics_of_the_run_go_before_those_it_kept(facts):
    known = facts(files={"metrics.json": {"dev/macro_f1": 0.1, "dev/own": 0.2}})
    assert (known.metrics["dev/macro_f1"], known.metrics["dev/own"]) == (0.5, 0.2)
    assert facts(of_run=False, files={}).metrics == {}
    assert facts(of_run=False).tags == {}


def test_files_of_the_packaged_corpus_are_known_by_their_content(facts, tmp_path, monkeypatch):
    (tmp_path / "event.jsonl").write_text("{}\n")
    monkeypatch.setattr(module, "CORPUS", tmp_path)
    digest = hashlib.sha256(b"{}\n").hexdigest()[:16]
    files = {"renamed.jsonl": digest, "event.jsonl": "0" * 16}
    assert facts(files={"environment.json": {"files": files}}).of_corpus == ["renamed.jsonl"]


def test_a_folder_is_known_by_its_model_file(tmp_path, monkeypatch):
    (tmp_path / "model.json").write_text(json.dumps({"task": "event"}))
    monkeypatch.setattr("models.registry.resolve.run_of", lambda ref: None)
    monkeypatch.setattr(
        "models.registry.resolve.locate",
        lambda ref: type("Located", (), {"folder": tmp_path, "name": "model"}),
    )
    with card_facts("out/model") as known:
        assert (known.name, known.meta, known.run) == ("model", {"task": "event"}, None)
        assert (known.kept, known.promoted, known.champion) == ({}, [], False)


def test_a_model_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError), card_facts(str(tmp_path / "none")):
        pass
