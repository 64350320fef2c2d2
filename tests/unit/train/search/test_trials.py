"""What a process does with a trial, the training itself left out."""

from types import SimpleNamespace

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import TrialState

from train.search import study as studies
from train.search.stale_trials import WORKER, retry, this_process
from train.search.trials import Worker
from train.tracking.tracked_run import PrunedError

GRID = {"sampler": "grid", "space": {"model.c": {"choices": [1, 2, 4]}}, "pruner": "none"}


class Client:
    """Keeps what is logged of the parent run."""

    def __init__(self):
        self.metrics, self.tags = [], {}

    def log_metric(self, run_id, name, value, step):
        self.metrics.append((run_id, name, value, step))

    def set_tag(self, run_id, name, value):
        self.tags[run_id, name] = value


@pytest.fixture
def trainings(monkeypatch):
    """The jobs that were run; a model is as good as its `c` says, unless something happens."""
    jobs, happens = [], {}

    def run(client, job):
        jobs.append(job)
        c = job.config.model.c
        if c in happens:
            happens[c](job)
        return SimpleNamespace(
            run_id=f"run-{c:g}", metrics={"dev/macro_f1": c / 10, "train_seconds": 1.234}
        )

    monkeypatch.setattr("train.run.run", run)
    return jobs, happens


@pytest.fixture
def worker(task):
    """A process's share of a study that is kept in memory, and what it says."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def make(**content):
        searched, said = task(**content)
        study = optuna.create_study(direction="maximize")
        if searched.search.config.sampler == "grid":
            for values in searched.search.grid():
                study.enqueue_trial(values, user_attrs={studies.GRID: True})
        return Worker(Client(), searched, study, "parent"), said

    return make


def test_every_point_of_a_grid_is_trained_once_and_told(worker, trainings):
    jobs, _ = trainings
    process, said = worker(**GRID)
    process.work()
    trials = process.study.trials
    assert [(trial.state.name, trial.value) for trial in trials] == [
        ("COMPLETE", 0.1),
        ("COMPLETE", 0.2),
        ("COMPLETE", 0.4),
    ]
    assert trials[1].user_attrs == {
        studies.GRID: True,
        WORKER: this_process(),
        studies.VALUES: {"model.c": 2.0},
        studies.CONFIG: jobs[1].config.digest,
        studies.RUN: "run-2",
        studies.SECONDS: 1.23,
    }
    assert [job.name for job in jobs] == [f"words c={c} seed=13" for c in (1, 2, 4)]
    assert {(job.parent, job.register, job.resume) for job in jobs} == {("parent", False, False)}
    assert jobs[2].tags == {"study": process.task.name, "trial": "2"}
    assert process.client.metrics[-2:] == [
        ("parent", "trial/dev/macro_f1", 0.4, 2),
        ("parent", "best/dev/macro_f1", 0.4, 2),
    ]
    assert said[-1] == "trial 2: dev/macro_f1 0.400, the best so far"


def test_a_training_that_fails_is_kept_with_its_trial_and_counts(worker, trainings):
    def full(job):
        raise MemoryError("no room")

    trainings[1][2.0] = full
    process, said = worker(**GRID)
    process.work()
    assert (process.failed, process.tried) == (1, 3)
    assert process.study.trials[1].user_attrs[studies.ERROR] == "MemoryError: no room"
    assert "trial 1: failed: MemoryError: no room" in said
    assert len(studies.finished(process.study.trials)) == 3


def test_ctrl_c_queues_the_trial_again_to_be_resumed(worker, trainings):
    jobs, happens = trainings

    def interrupt(job):
        raise KeyboardInterrupt

    happens[1.0] = interrupt
    process, _ = worker(**GRID)
    with pytest.raises(KeyboardInterrupt):
        process.work()
    happens.clear()
    process.work()
    assert [(job.config.model.c, job.resume) for job in jobs] == [
        (1.0, False),
        (2.0, False),
        (4.0, False),
        (1.0, True),
    ]
    assert process.client.tags == {("run-1", "trial"): "3"}  # its run was opened as trial 0


def test_an_epoch_that_is_not_worth_going_on_from_prunes_the_trial(worker, trainings):
    _, happens = trainings

    def epochs(job):
        job.watch("early-run", 1, {"macro_f1": 0.05})
        job.watch("early-run", 2, {"accuracy": 0.5})

    process, said = worker(**GRID)
    happens[2.0] = epochs
    happens[4.0] = lambda job: (_ for _ in ()).throw(PrunedError("dev/macro_f1 0.1 after epoch 2"))
    process.work()
    watched, pruned = process.study.trials[1:]
    assert watched.intermediate_values == {1: 0.05}  # an epoch without the measure says nothing
    assert pruned.state == TrialState.PRUNED
    assert "trial 2: pruned: dev/macro_f1 0.1 after epoch 2" in said


def test_equal_settings_take_over_the_value_of_the_earlier_trial(worker, trainings):
    jobs, _ = trainings
    process, said = worker(sampler="random", trials=3, pruner="none", space=GRID["space"])
    for _ in range(3):
        process.study.enqueue_trial({"model.c": 2})
    process.work()
    assert len(jobs) == 1
    assert [trial.value for trial in process.study.trials] == [0.2] * 3
    assert process.study.trials[2].user_attrs[studies.SAME] == 0
    assert process.study.trials[2].user_attrs[studies.RUN] == "run-2"
    assert "trial 1: c=2: same as an earlier trial" in said


def test_a_run_without_the_measure_fails_its_trial(worker, trainings, monkeypatch):
    process, _ = worker(**(GRID | {"metric": "dev/accuracy"}))
    process.work()
    assert process.failed == 3
    assert process.study.trials[0].user_attrs[studies.ERROR] == (
        "ValueError: the run has no dev/accuracy"
    )


def test_of_a_trial_that_two_processes_queued_again_one_is_run(worker, trainings):
    jobs, _ = trainings
    process, _ = worker(sampler="random", trials=3, pruner="none")
    lost = process.study.ask({"model.c": FloatDistribution(1, 9)})
    process.study.tell(lost.number, state=TrialState.FAIL)
    for _ in range(2):
        retry(process.study, process.study.trials[lost.number])
    process.work()
    first, back, *drawn = process.study.trials[1:]
    assert first.params == lost.params
    assert (back.state, back.user_attrs[studies.BACK]) == (TrialState.FAIL, True)
    assert [trial.state.name for trial in drawn] == ["COMPLETE"] * 2
    assert [job.resume for job in jobs] == [True, False, False]


def test_no_trial_is_started_when_time_is_up_or_nothing_is_left(worker, trainings):
    jobs, _ = trainings
    process, said = worker(**(GRID | {"timeout": 1e-9}))
    process.work()
    assert (jobs, said) == ([], ["1e-09 s are over: no more trials are started"])
    done, _ = worker(**(GRID | {"trials": 1}))
    done.work()
    done.work()
    assert len(jobs) == 1
