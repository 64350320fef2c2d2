"""The run above the trials: when it is opened, and what it shows."""

import pytest

from data.problems import InputError
from models.store.connection import connect
from train.search import study as studies
from train.search.parent import _parent, carry_out, check, most_epochs, open_parent

CHOICES = {"space": {"model.c": {"choices": [1, 2]}}}


def test_the_most_epochs_are_those_that_the_space_allows(search):
    assert most_epochs(search()) == 1  # tfidf has none
    family = {"family": "transformer", "epochs": 3}
    rate = {"model.learning_rate": {"low": 1e-5, "high": 1e-4}}
    assert most_epochs(search(model=family, space=rate)) == 3
    assert most_epochs(search(model=family, space={"model.epochs": {"low": 2, "high": 9}})) == 9
    assert most_epochs(search(model=family, space={"model.epochs": {"choices": [5, 2]}})) == 5


def test_an_encoder_that_is_none_is_told_before_any_trial(search, run_data, tmp_path):
    (tmp_path / "empty").mkdir()
    wrong = search(
        model={"family": "embedding"},
        space={"model.encoder": {"choices": ["packaged:all-MiniLM-L6-v2", f"{tmp_path}/empty"]}},
    )
    with pytest.raises(InputError, match=r"holds no config\.json"):
        check(wrong, run_data())


def test_the_parent_names_the_study_and_what_varies_alone_is_no_parameter(store, task):
    searched, _ = task(**CHOICES)
    client = connect()
    run = client.get_run(open_parent(client, searched))
    assert run.info.run_name == "words (search)"
    assert {key: run.data.tags.get(key) for key in ("kind", "study", "seed", "config_digest")} == {
        "kind": "search",
        "study": searched.name,
        "seed": None,  # it is no run of this configuration, and --reuse takes it for none
        "config_digest": None,
    }
    assert run.data.params["search.model.c"] == "1 | 2"
    assert "model.c" not in run.data.params
    assert "model.min_count" in run.data.params


def test_a_parent_that_was_deleted_is_opened_anew(store, task, open_study):
    searched, _ = task(**CHOICES)
    client = connect()
    study = open_study(searched.search, lambda: open_parent(client, searched))
    first = study.user_attrs[studies.PARENT]
    client.set_terminated(first)
    assert _parent(client, searched, study) == first
    assert client.get_run(first).info.status == "RUNNING"
    client.delete_run(first)
    second = _parent(client, searched, study)
    assert second != first
    assert study.user_attrs[studies.PARENT] == second
    study.set_user_attr(studies.PARENT, "0" * 32)  # of another store
    assert _parent(client, searched, study) not in (first, second)


def test_ctrl_c_comes_back_as_interrupted(task, monkeypatch):
    searched, _ = task(**CHOICES)

    class Interrupted:
        failed, tried = 1, 2

        def __init__(self, *given):
            self.given = given

        def work(self):
            raise KeyboardInterrupt

    class Study:
        def get_trials(self):
            return ["trial"]

    settled = []
    monkeypatch.setattr("train.search.parent.Worker", Interrupted)
    monkeypatch.setattr("train.search.study.open_study", lambda *given: Study())
    monkeypatch.setattr("train.search.parent._parent", lambda *given: "p")
    monkeypatch.setattr(
        "train.search.parent.settle",
        lambda client, outcome, tried: settled.append(tried) or outcome,
    )
    outcome = carry_out(None, searched)
    assert (outcome.interrupted, outcome.failed, outcome.parent, outcome.trials) == (
        True,
        1,
        "p",
        ["trial"],
    )
    assert settled == [2]
