"""What is told of a study, and which process registers its best model."""

from dataclasses import replace
from datetime import datetime
from io import StringIO

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import TrialState, create_trial
from rich.console import Console

from data.problems import InputError
from train.search import report
from train.search import study as studies
from train.search.stale_trials import WORKER, this_process
from train.search.study import Searched


def trial(number, value=None, state=TrialState.COMPLETE, c=1.5, **attributes):
    """A trial as searches leave it; `attributes` are more of its user attributes."""
    trained = state != TrialState.WAITING
    made = create_trial(
        state=state,
        value=value if state == TrialState.COMPLETE else None,
        params={"model.c": c} if trained else {},
        distributions={"model.c": FloatDistribution(1, 9)} if trained else {},
        intermediate_values={1: 0.2, 2: 0.3} if state == TrialState.PRUNED else {},
        user_attrs={studies.VALUES: {"model.c": c}, studies.RUN: f"run{number}"} | attributes
        if trained
        else {},
    )
    made.number = number
    if state.is_finished():
        made.datetime_complete = datetime(2026, 1, 1, number)
    return made


TRIALS = [
    trial(0, 0.5),
    trial(1, state=TrialState.PRUNED, c=2.0),
    trial(2, state=TrialState.FAIL, **{studies.ERROR: "ValueError: full"}),
    trial(3, state=TrialState.FAIL),  # its process died: it counts for nothing
    trial(4, 0.7, c=4.25, **{studies.SECONDS: 9.5}),
]


@pytest.fixture
def searched(task):
    def make(trials=TRIALS, interrupted=False, **content):
        return Searched(task(**content)[0], None, "p", trials, 0, interrupted)

    return make


def test_the_table_has_a_row_for_each_trial_that_counts_or_runs():
    rows = report.trial_rows([*TRIALS, trial(5, state=TrialState.RUNNING)])
    assert [(row["trial"], row["state"], row["value"]) for row in rows] == [
        (0, "complete", 0.5),
        (1, "pruned", None),
        (2, "failed", None),
        (4, "complete", 0.7),
        (5, "running", None),
    ]
    assert (rows[1]["epochs"], rows[2]["error"]) == (2, "ValueError: full")
    assert (rows[3]["model.c"], rows[3]["train_seconds"], rows[3]["run_id"]) == (4.25, 9.5, "run4")
    assert report.trial_rows([]) == []


def test_the_description_has_the_best_first_and_how_to_go_on(searched):
    lines = report.description(searched(trials=TRIALS), "#/report").splitlines()
    assert lines[0] == (
        "Search over 1 settings of `words.yaml` by dev/macro_f1: 2 trials complete, 1 pruned, "
        "1 failed, 0 left. [Report](#/report): every trial, plots, the best configuration."
    )
    assert lines[4:6] == ["| 4 | 0.7000 | 4.25 |", "| 0 | 0.5000 | 1.5 |"]
    assert "Train it by itself; tfidf comes out the same with every seed" in "".join(lines)
    assert "    eventstance train words.yaml data.share=0.5 model.c=4.25 --reuse" in lines
    none = report.description(searched(trials=[]), "#/report")
    assert "0 trials complete, 0 pruned, 0 failed, 4 left.\n" in none
    assert "| trial |" not in none


def test_the_best_of_a_family_by_chance_is_trained_with_three_seeds(searched):
    best = searched(
        trials=[trial(0, 0.5, **{studies.VALUES: {"model.learning_rate": 2e-4}})],
        model={"family": "transformer"},
        space={"model.learning_rate": {"low": 1e-5, "high": 1e-3}},
    )
    assert report.best_command(best) == (
        "train it with more seeds",
        "eventstance train words.yaml data.share=0.5 model.learning_rate=0.0002 "
        "'seed=13|14|15' --reuse",
    )


def test_the_command_gives_each_key_once(searched, task):
    best = searched(space={"model.c": {"low": 1, "high": 9}})
    best = replace(
        best, task=replace(best.task, overrides=("seed=5", "model.c=2", "data.share=0.5"))
    )
    command = report.best_command(best)[1]
    assert command == "eventstance train words.yaml seed=5 data.share=0.5 model.c=4.25 --reuse"
    encoder = searched(
        trials=[trial(0, 0.5, **{studies.VALUES: {"model.learning_rate": 2e-4}})],
        model={"family": "transformer", "encoder": "minilm"},
        space={"model.learning_rate": {"choices": [1e-4, 2e-4]}},
    )
    encoder = replace(encoder, task=replace(encoder.task, overrides=("seed=13",)))
    assert " seed=13 " not in report.best_command(encoder)[1]


def test_run_ids_stay_whole_on_a_narrow_terminal(searched):
    space = {
        "model.c": {"low": 1, "high": 9},
        "model.classifier": {"choices": ["logistic", "svc"]},
        "model.class_weight": {"choices": ["balanced", None]},
        "model.word_ngrams": {"low": 1, "high": 3},
        "model.char_ngrams": {"choices": [0, 3, 4, 5]},
        "model.min_count": {"low": 1, "high": 4},
    }
    run_id = "0123456789abcdef" * 2
    table = report.best_table(searched([trial(0, 0.5, **{studies.RUN: run_id})], space=space))
    console = Console(width=80, record=True, file=StringIO())
    console.print(table)
    printed = console.export_text()
    assert run_id[:8] in printed
    assert "dev/macro_f1" in printed
    assert "(left out here: " in printed


def test_the_terminal_shows_the_best_ones(searched):
    table = report.best_table(searched(), count=1)
    assert [column.name for column in table.columns] == ["trial", "dev/macro_f1", "c", "run id"]
    assert table.rows == [["4", "0.7000", "4.25", "run4"]]


def test_importance_needs_four_values_that_differ(searched):
    study = optuna.create_study(direction="maximize")
    for c in (1, 2, 4, 8):
        study.add_trial(
            create_trial(
                value=c / 10,
                params={"model.c": c, "model.x": c % 3},
                distributions={
                    "model.c": FloatDistribution(1, 9),
                    "model.x": FloatDistribution(0, 9),
                },
            )
        )
    job = searched().task
    shares = report.importances(Searched(job, study, "p", study.trials, 0, False))
    assert set(shares) == {"c", "x"}
    assert sum(shares.values()) == pytest.approx(1)
    assert report.importances(Searched(job, study, "p", study.trials[:3], 0, False)) == {}
    level = [trial(number, 0.5) for number in range(4)]
    assert report.importances(Searched(job, study, "p", level, 0, False)) == {}


class Client:
    def __init__(self):
        self.ended = []

    def set_terminated(self, run_id, status):
        self.ended.append((run_id, status))


@pytest.fixture
def settle(searched, monkeypatch):
    """Settles trials; returns the version, the status of the parent run, and what was logged."""
    monkeypatch.setattr(report, "_register", lambda client, searched: "7")

    def settled(trials, tried=1, **others):
        logged, client = [], Client()
        monkeypatch.setattr(report, "_log", lambda client, searched: logged.append(searched.left))
        outcome = report.settle(client, searched(trials, **others), tried)
        return outcome.version, [status for _, status in client.ended], logged

    return settled


def test_the_process_whose_trial_ended_last_registers_the_best(settle):
    mine, other = {WORKER: this_process()}, {WORKER: "elsewhere:1"}
    ended = [trial(number, 0.5, **other) for number in range(3)]
    assert settle([*ended, trial(3, 0.5, **mine)]) == ("7", ["FINISHED"], [0])
    assert settle([trial(0, 0.5, **mine), *ended[1:], trial(3, 0.5, **other)])[0] == ""
    assert settle([*ended, trial(3, 0.5, **other)], tried=0)[0] == "7"  # it found nothing left


def test_how_the_parent_run_ends(settle):
    running = trial(3, state=TrialState.RUNNING)
    failed = [trial(n, state=TrialState.FAIL, **{studies.ERROR: "full"}) for n in range(4)]
    assert settle([trial(0, 0.5), running]) == ("", [], [3])  # another process goes on
    assert settle([trial(0, 0.5)], interrupted=True) == ("", ["KILLED"], [3])
    assert settle([trial(0, 0.5)])[1] == ["FINISHED"]
    assert settle(failed)[1] == ["FAILED"]


def test_a_best_run_that_was_deleted_is_told_and_registers_nothing(searched, monkeypatch):
    def gone(*given):
        raise InputError([])

    monkeypatch.setattr("train.run.registered", gone)
    complete = searched([trial(0, 0.5)])
    assert report._register(None, complete) == ""
    monkeypatch.setattr("train.run.registered", lambda *given: given[-1])
    assert report._register(None, complete) == "run0"
    assert report._register(None, searched([])) == ""
