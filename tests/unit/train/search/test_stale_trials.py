import os
import socket
import subprocess
import sys

import pytest
from optuna.trial import TrialState

from train.search.stale_trials import WORKER, retried, retry, retry_stale
from train.search.study import finished

# Tests ask for trials one by one; searches leave that to study.optimize.
pytestmark = pytest.mark.filterwarnings("ignore:Heartbeat of storage")


def test_trials_of_a_process_that_is_gone_are_queued_again(search, open_study):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    study = open_study(search())
    workers = [
        f"{socket.gethostname()}:{gone.pid}",
        f"{socket.gethostname()}:{os.getppid()}",
        f"elsewhere:{gone.pid}",
    ]
    for worker in workers:
        trial = study.ask()
        trial.set_user_attr(WORKER, worker)
        trial.suggest_float("model.c", 1, 9)
    assert retry_stale(study) == [0]
    assert [trial.state.name for trial in study.trials] == ["FAIL", "RUNNING", "RUNNING", "WAITING"]
    assert not finished(study.trials)  # it does not count as tried
    second = study.ask()
    assert second.suggest_float("model.c", 1, 9) == study.trials[0].params["model.c"]
    assert retried(study.trials[second.number]) == 0
    assert WORKER not in second.user_attrs  # or it would be taken for dead at once
    assert retry_stale(study) == []


def test_a_trial_without_a_sign_of_life_is_queued_again_with_what_it_was_to_draw(
    search, open_study, tmp_path
):
    from optuna.storages import RDBStorage

    study = open_study(search(sampler="grid", space={"model.c": {"choices": [1, 2, 4]}}))
    for worker in ("elsewhere:1", "", "elsewhere:2"):
        trial = study.ask()
        if worker:
            trial.set_user_attr(WORKER, worker)
    kept = study._storage
    for number in (0, 2):
        kept.record_heartbeat(study.trials[number]._trial_id)
    assert retry_stale(study) == []
    aged = RDBStorage(f"sqlite:///{tmp_path}/optuna.db").engine.raw_connection()
    aged.execute(
        "UPDATE trial_heartbeats SET heartbeat = datetime('now', '-151 seconds') WHERE trial_id = 1"
    )
    aged.execute("UPDATE trials SET datetime_start = datetime('now', 'localtime', '-151 seconds')")
    aged.commit()
    study = open_study(search())  # a process of its own, which has read nothing yet
    assert retry_stale(study) == [0, 1]
    assert [trial.state.name for trial in study.trials] == [
        "FAIL",
        "FAIL",
        "RUNNING",
        "WAITING",
        "WAITING",
    ]
    assert [study.ask().suggest_categorical("model.c", [1, 2, 4]) for _ in range(2)] == [1, 2]


def test_a_trial_that_is_retried_twice_names_the_last_try(search, open_study):
    study = open_study(search())
    first = study.ask()
    drawn = first.suggest_float("model.c", 1, 9)
    for number in (0, 1):
        retry(study, study.trials[number])
        study.tell(number, state=TrialState.FAIL)
        trial = study.ask()
        assert (trial.number, retried(study.trials[-1])) == (number + 1, number)
        assert trial.suggest_float("model.c", 1, 9) == drawn
    assert retried(study.trials[0]) is None
