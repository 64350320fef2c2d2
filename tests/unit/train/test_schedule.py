"""Many runs in one go, the training itself left out."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from models.store.connection import connect
from train.config import Plan, validated
from train.parents.parent_runs import Parent, Planned
from train.run import Done
from train.schedule import Options, _ended, carry_out, run_name
from train.tracking.checkpoint import IncompleteError
from train.tracking.origin import run_tags

PLAN = Plan(Path("words.yaml"))


def config(**keys):
    return validated(
        {
            "task": "event",
            "codebook": "event",
            "data": {"path": "rows.jsonl"},
            "model": {"family": "tfidf"},
            "register": False,
            **keys,
        },
        "words.yaml",
    )


@pytest.fixture
def data(run_data):
    """Two training rows of two labels, and what `run_data` has."""
    data = run_data()
    data.train = SimpleNamespace(name="train", rows=[1, 2], gold=[("aid",), ("clash",)])
    return data


@pytest.fixture
def trainings(monkeypatch):
    """The names of the jobs that were run; `happens` has what some of them raise."""
    names, happens = [], {}

    def run(client, job):
        names.append(job.name)
        if job.name in happens:
            raise happens[job.name]
        return Done("run", job.name, {"dev/macro_f1": 0.5, "train_seconds": 2.0})

    monkeypatch.setattr("train.run.run", run)
    return names, happens


def plans(*names):
    return [Plan(Path(f"{name}.yaml"), [("", config())]) for name in names]


def test_a_run_that_fails_keeps_no_other_from_running(trainings, data):
    names, happens = trainings
    happens["b seed=13"] = MemoryError("no room")
    happens["c seed=13"] = IncompleteError("is trained; to complete the run: …")
    said = []
    outcomes = carry_out(None, plans("a", "b", "c", "d"), [[data]] * 4, Options(say=said.append))
    assert names == ["a seed=13", "b seed=13", "c seed=13", "d seed=13"]
    assert [(outcome.done is None, outcome.error) for outcome in outcomes] == [
        (False, ""),
        (True, "MemoryError: no room"),
        (True, "is trained; to complete the run: …"),
        (False, ""),
    ]
    assert said[:2] == [
        "event: a seed=13: training on 2 rows",
        "event: a seed=13: dev/macro_f1 0.500 in 2 s",
    ]
    assert "event: b seed=13: failed: MemoryError: no room" in said


def test_ctrl_c_passes_through(trainings, data):
    names, happens = trainings
    happens["a seed=13"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        carry_out(None, plans("a", "b"), [[data]] * 2, Options())
    assert names == ["a seed=13"]


def test_an_equal_run_that_is_finished_is_reused(store, trainings, data):
    names, _ = trainings
    client = connect()
    experiment = client.create_experiment("event")

    def log(status="FINISHED", **tags):
        tags = {
            key: value for key, value in (run_tags(config(), data, None) | tags).items() if value
        }
        run_id = client.create_run(experiment, tags=tags).info.run_id
        client.log_metric(run_id, "dev/macro_f1", 0.8)
        client.set_terminated(run_id, status)
        return run_id

    log(config_digest="another")
    log(data_digest="another")
    log(repeats="another")
    log("FAILED")
    (outcome,) = carry_out(client, plans("a"), [[data]], Options(reuse=True))
    assert not outcome.done.reused
    equal = log()
    (outcome,) = carry_out(client, plans("a"), [[data]], Options(reuse=True))
    assert (outcome.done.run_id, outcome.done.metrics) == (equal, {"dev/macro_f1": 0.8})
    assert outcome.done.reused
    (outcome,) = carry_out(client, plans("a"), [[data]], Options())
    assert not outcome.done.reused
    assert names == ["a seed=13"] * 2


def test_the_run_of_a_checkpoints_configuration_keeps_its_name(tmp_path):
    path = tmp_path / "config.yaml"
    assert run_name(Plan(path, fixed="c=2"), "", config()) == "config seed=13 c=2"
    (tmp_path / "run.json").write_text('{"name": "words seed=4"}')
    assert run_name(Plan(path, fixed="c=2"), "", config()) == "words seed=4"


def test_what_a_parent_cannot_be_told_is_said_with_the_way_out(data):
    said, ended = [], []
    parent = Parent(
        SimpleNamespace(name="words", run_id="p", end=ended.append),
        [Planned("seed=1", config(), data)],
    )

    def full():
        raise OSError("no space left")

    assert not _ended(Options(say=said.append), parent, True, full)
    assert "the runs are kept" in said[0]
    assert "the same command with --reuse completes it" in said[0]
    assert _ended(Options(), parent, True, lambda: None)
    assert ended == ["FAILED", "FINISHED"]
