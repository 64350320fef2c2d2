"""What the report page of a search is made from."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import TrialState, create_trial

from train.search import study as studies
from train.search.page import search_page, state, values_of
from train.search.study import Searched

METRICS = {"dev/macro_f1": 0.7, "test/macro_f1": 0.6}


def trial(number, status=TrialState.COMPLETE, c=2.0, reached=(), **attributes):
    began = datetime(2026, 1, 1)
    made = create_trial(
        state=status,
        value=0.7 if status == TrialState.COMPLETE else None,
        params={"model.c": c},
        distributions={"model.c": FloatDistribution(1, 9)},
        intermediate_values=dict(enumerate(reached, 1)),
        user_attrs={studies.VALUES: {"model.c": c}, studies.RUN: f"run{number}"} | attributes,
    )
    made.number, made.datetime_start = number, began
    if status.is_finished():
        made.datetime_complete = began + timedelta(seconds=8)
    return made


@pytest.fixture
def page(task, monkeypatch):
    """The page of these trials, whose runs are all in the store but that of trial 3."""
    monkeypatch.setattr("train.search.page.data_rows", lambda data: [])
    runs = [
        SimpleNamespace(
            info=SimpleNamespace(run_id=f"run{number}"), data=SimpleNamespace(metrics=METRICS)
        )
        for number in (0, 1, 2)
    ]
    client = SimpleNamespace(
        get_run=lambda run_id: SimpleNamespace(
            info=SimpleNamespace(experiment_id="1", run_name="words (search)")
        ),
        search_runs=lambda experiments, query, max_results: runs,
    )

    def make(trials, command=("train it with more seeds", "eventstance train words.yaml")):
        searched = Searched(task()[0], None, "p", trials, 0, False)
        return search_page(client, searched, "task: event\n", command, {})

    return make


def test_each_trial_has_its_runs_figures_and_how_it_ended(page):
    content = page(
        [
            trial(3, **{studies.SAME: 0}),
            trial(0, **{studies.SECONDS: 1.5}),
            trial(1, TrialState.PRUNED, reached=(0.2, 0.4, 0.3)),
            trial(2, TrialState.FAIL, **{studies.ERROR: "ValueError: full"}),
            trial(4, TrialState.FAIL),  # its process died: it counts for nothing
        ]
    )
    assert [(run.name, run.state, run.value, run.seconds) for run in content.runs] == [
        ("0", "complete", 0.7, 1.5),
        ("1", "pruned after epoch 3", 0.4, 8.0),
        ("2", "failed", None, 8.0),
        ("3", "complete", 0.7, None),  # of no training of its own
    ]
    assert [run.metrics for run in content.runs] == [METRICS, {}, METRICS, {}]
    assert content.runs[2].note == "ValueError: full"
    assert content.runs[3].note == "the same settings as trial 0, not trained again"


def test_the_page_names_space_sampler_and_what_to_do_next(page):
    content = page([trial(0)])
    assert content.title == "event: words (search)"
    assert "1 of 4 trials finished, the best by dev/macro_f1 first" in content.summary
    assert content.space["model.c"] == "1 to 9"
    assert content.space["sampler"] == "tpe, seed 13"
    assert "model.c" not in content.settings
    assert content.commands == [
        ("To train the best with more seeds:", "eventstance train words.yaml")
    ]
    assert page([], ("", "")).commands == []


def test_a_trial_that_came_to_no_training_has_no_values():
    waiting = create_trial(state=TrialState.WAITING)
    assert (values_of(waiting), state(waiting)) == ({}, "waiting")
