"""Which runs can be repeated, and what is made equal for it."""

import json
from types import SimpleNamespace

import pytest
import yaml

from data.problems import InputError
from models.store.artifact_names import CODE_DIFF, CODEBOOK, CONFIG, ENVIRONMENT, SPLIT
from models.store.connection import connect
from train.config import validated
from train.repeat import rerun
from train.repeat.report import Difference
from train.repeat.rerun import Kept, _compared, _refuse_unfinished, _threads, repeat


def config(**keys):
    return validated(
        {
            "task": "event",
            "codebook": "event",
            "data": {"path": "rows.jsonl"},
            "model": {"family": "tfidf"},
            **keys,
        },
        "words.yaml",
    )


@pytest.fixture
def logged(store, tmp_path):
    """Makes a run with these files; returns its id."""
    client = connect()
    experiment = client.create_experiment("event")

    def make(files, status="FINISHED", tags=()):
        run_id = client.create_run(experiment, tags=dict(tags), run_name="words seed=13")
        run_id = run_id.info.run_id
        for name, content in files.items():
            client.log_text(run_id, content, name)
        client.set_terminated(run_id, status)
        return run_id

    return make


FILES = {
    CONFIG: yaml.safe_dump(config().resolved()),
    CODEBOOK: "name: event\n",
    SPLIT: json.dumps({"train": ["r1"], "dev": ["r2"], "test": []}),
}


@pytest.mark.parametrize(
    ("files", "others", "problem"),
    [
        (FILES, {"status": "FAILED"}, "the run is FAILED"),
        (FILES, {"tags": {"kind": "seeds"}}, "is the parent of other runs"),
        ({CONFIG: FILES[CONFIG]}, {}, f"the run holds no {CODEBOOK}, {SPLIT}"),
        (FILES | {CONFIG: "task: event\n"}, {}, f"{CONFIG}: data: is missing"),
        (
            FILES | {ENVIRONMENT: json.dumps({"files": {"rows.jsonl": "abc"}})},
            {},
            r"rows.jsonl: no such file; run \w{8} was trained on it \(sha256 abc\)",
        ),
    ],
)
def test_runs_that_cannot_be_repeated(logged, files, others, problem):
    with pytest.raises(InputError, match=problem):
        repeat(connect(), f"runs:/{logged(files, **others)}", print)


def test_other_rows_are_told_by_the_digest_of_their_file(logged, tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"id": "r1"}\n')
    run_id = logged(FILES | {ENVIRONMENT: json.dumps({"files": {"rows.jsonl": "abc"}})})
    with pytest.raises(InputError, match=r"is another file than run \w{8} was trained on") as error:
        repeat(connect(), f"runs:/{run_id}", print)
    assert "expected abc" in str(error.value)


def test_an_equal_run_that_is_not_logged_whole_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _refuse_unfinished(config(), "rows labels")
    folder = tmp_path / "checkpoints" / f"{config().digest}-rows labels.2"
    (folder / "trained").mkdir(parents=True)
    with pytest.raises(
        InputError, match=r"complete it first: eventstance train checkpoints/.*2/con"
    ):
        _refuse_unfinished(config(), "rows labels")
    _refuse_unfinished(config(seed=2), "rows labels")


def test_torch_computes_with_as_many_threads_as_then_and_as_before_afterwards(monkeypatch):
    import torch

    said, threads = [], [4]
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads[-1])
    monkeypatch.setattr(torch, "set_num_threads", threads.append)
    with pytest.raises(KeyboardInterrupt), _threads({"torch": 2}, said.append):
        assert threads[-1] == 2
        raise KeyboardInterrupt
    assert threads[-1] == 4
    assert said == ["torch computes with 2 threads, as it did then, not with 4"]
    with _threads({"torch": None}, said.append):  # it was not loaded then
        assert threads == [4, 2, 4]


def test_what_came_out_otherwise_stands_the_largest_first(tmp_path, monkeypatch):
    values = {
        "then": {"a": 0.5, "b": 0.5, "c": 0.5, "same": 1.0},
        "now": {"a": 0.6, "b": 0.9, "same": 1.0, "new": 1.0},
    }
    monkeypatch.setattr(rerun, "figures", lambda client, run: values[run.info.run_id])
    monkeypatch.setattr(
        rerun,
        "_artifact",
        lambda client, run_id, name, folder: None if name == CODE_DIFF else written(folder, name),
    )

    def written(folder, name):
        (folder / name).write_text(json.dumps({"device": "cpu", "files": {"rows": "x"}}))
        return folder / name

    def run(name, commit):
        return SimpleNamespace(
            info=SimpleNamespace(run_id=name),
            data=SimpleNamespace(tags={"git_commit": commit}),
        )

    kept = Kept(
        run("then", "abc"), config(), tmp_path, {}, {"device": "cuda", "files": {"rows": "y"}}, ""
    )
    repeated = _compared(None, kept, run("now", "def"), tmp_path)
    assert [found.metric for found in repeated.differing] == ["c", "b", "a"]
    assert repeated.differing[0] == Difference("c", 0.5, None)
    assert (repeated.compared, repeated.added) == (4, ("new",))
    assert set(repeated.surroundings) == {("commit", "abc", "def"), ("device", "cuda", "cpu")}
