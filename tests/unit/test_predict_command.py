import json
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from data.problems import InputError, Problem
from predict.__main__ import main

SAMPLE = Path(__file__).parents[2] / "data" / "corpus" / "sample_article.txt"


class FakeModel:
    several, thresholds, min_precision, version = False, None, None, "2"

    def __init__(self, task):
        self.task = self.name = task
        self.labels = ["attack", "no_event"] if task == "event" else ["against", "favor"]

    def predict_proba(self, examples):
        return np.array([[0.8, 0.2] if "shot" in example.text else [0.3, 0.7]
                         for example in examples])

    def label_rows(self, proba):
        return [[self.labels[row.argmax()]] for row in proba]


@pytest.fixture
def registry(monkeypatch):
    """References that resolve; a test adds and removes some."""
    known = {"event@champion": "event", "stance@champion": "stance"}

    def load_model(ref):
        if ref not in known:
            raise InputError(Problem(ref, "no such model"))
        return FakeModel(known[ref])

    resolve = types.ModuleType("models.resolve")
    resolve.load_model = load_model
    monkeypatch.setitem(sys.modules, "models.resolve", resolve)
    return known


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("They shot ten men. The Union met.")
    return tmp_path


def rows_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_sample_article(registry, tmp_path, capsys):
    out = tmp_path / "labels.jsonl"
    assert main([str(SAMPLE), "--out", str(out), "--target", "Amber Column=Column",
                 "--target", "Red Cross", "--target", "United Nations=UN,U.N."]) == 0
    article, rows = SAMPLE.read_text(encoding="utf-8"), rows_of(out)
    events = [row for row in rows if row["kind"] == "event"]
    assert 25 <= len(events) <= 35
    assert all(article[row["start"]:row["end"]] == row["text"] for row in events)
    assert {row["target"] for row in rows if row["kind"] == "stance"} == {
        "Amber Column", "Red Cross", "United Nations"}
    summary = capsys.readouterr().err
    assert f"1 article, {len(events)} sentences" in summary
    assert "event by event 2: no_event" in summary


def test_the_projects_targets_are_the_default(registry, folder):
    (folder / "in" / "b.txt").write_text("Talks in Geneva failed, the UN said.")
    out = folder / "labels.jsonl"
    assert main([str(folder / "in"), "--out", str(out), "--task", "stance"]) == 0
    assert [(row["kind"], row["target"]) for row in rows_of(out)] == [("stance", "United Nations")]


def test_bad_records_are_set_aside(registry, folder, capsys):
    (folder / "in" / "b.jsonl").write_text('{"id": "1", "text": "Quiet."}\nbroken\n{"id": "2"}\n')
    out = folder / "labels.csv"
    assert main([str(folder / "in"), "--out", str(out)]) == 0
    rejects = rows_of(folder / "labels.csv.rejects.jsonl")
    assert [(Path(row["file"]).name, row["line"]) for row in rejects] == [
        ("b.jsonl", 2), ("b.jsonl", 3)]
    assert "2 records set aside" in capsys.readouterr().err


def test_a_missing_champion_is_a_notice_and_the_other_task_is_labelled(registry, folder, capsys):
    del registry["stance@champion"]
    out = folder / "labels.jsonl"
    assert main([str(folder / "in"), "--out", str(out), "--target", "Union"]) == 0
    assert {row["kind"] for row in rows_of(out)} == {"event"}
    assert "no stance labels: stance@champion: no such model" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [
    ["--event-model", "event/9"],  # asked for by name: its absence is an error
    ["--model", "runs:/gone"],
    ["--targets", "nowhere.yaml"],
    ["--model", "event@champion", "--task", "event"],
    ["--task", "event", "--stance-model", "stance/1"],
    ["--batch-size", "0"],
])
def test_wrong_requests_exit_with_2_and_write_nothing(registry, folder, arguments, capsys):
    out = folder / "labels.jsonl"
    assert main([str(folder / "in"), "--out", str(out), *arguments]) == 2
    assert capsys.readouterr().err
    assert not out.exists()


def test_no_champion_at_all(registry, folder, capsys):
    registry.clear()
    assert main([str(folder / "in"), "--out", str(folder / "labels.jsonl")]) == 2
    errors = capsys.readouterr().err
    assert "event@champion" in errors
    assert "stance@champion" in errors


def test_one_model_decides_its_task(registry, folder):
    registry["runs:/1"] = "stance"
    out = folder / "labels.jsonl"
    assert main([str(folder / "in"), "--out", str(out), "--model", "runs:/1", "--target",
                 "Union"]) == 0
    assert [row["kind"] for row in rows_of(out)] == ["stance"]


def test_nothing_that_can_be_read(registry, tmp_path, capsys):
    (tmp_path / "a.jsonl").write_text("broken\n")
    out = tmp_path / "labels.parquet"
    assert main([str(tmp_path / "a.jsonl"), "--out", str(out)]) == 2
    assert "is not JSON" in capsys.readouterr().err
    assert not out.exists()
    assert (tmp_path / "labels.parquet.rejects.jsonl").exists()


def test_an_input_is_never_overwritten_and_an_older_output_is_no_input(registry, folder, capsys):
    inside = folder / "in" / "labels.jsonl"
    inside.write_text('{"id": "1", "text": "Quiet."}\n')
    assert main([str(inside), "--out", str(inside)]) == 2
    assert "is also an input" in capsys.readouterr().err
    assert main([str(folder / "in"), "--out", str(inside)]) == 0
    assert main([str(folder / "in"), "--out", str(inside)]) == 0
    assert {row["article_id"] for row in rows_of(inside)} == {"a.txt"}


def test_interrupted(registry, folder, monkeypatch, capsys):
    def stop(self, examples):
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeModel, "predict_proba", stop)
    out = folder / "labels.jsonl"
    out.write_text("older")
    assert main([str(folder / "in"), "--out", str(out)]) == 130
    assert out.read_text() == "older"
    assert "interrupted" in capsys.readouterr().err
