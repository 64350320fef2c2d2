import os
import shutil
import socket
import subprocess
import sys

import pytest
import yaml

from data.problems import InputError
from train.config import plans
from train.search import study as studies
from train.search.space import read_search

# Tests ask for trials one by one; searches leave that to study.optimize.
pytestmark = pytest.mark.filterwarnings("ignore:Heartbeat of storage")


@pytest.fixture
def search(tmp_path):
    def make(**content):
        (tmp_path / "base.yaml").write_text(
            yaml.safe_dump(
                {
                    "task": "event",
                    "codebook": "event",
                    "data": {"path": "rows.jsonl"},
                    "model": {"family": "tfidf"},
                }
            )
        )
        ((plan),) = plans([tmp_path / "base.yaml"])
        path = tmp_path / "search.yaml"
        path.write_text(
            yaml.safe_dump({"trials": 4, "space": {"model.c": {"low": 1, "high": 9}}} | content)
        )
        return read_search(str(path), plan.runs[0][1])

    return make


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A storage without studies: making one takes a second, copying it none."""
    path = tmp_path_factory.mktemp("studies") / "optuna.db"
    studies._open(f"sqlite:///{path}")
    return path


@pytest.fixture
def opened(tmp_path, made):
    shutil.copy(made, tmp_path / "optuna.db")

    def open_(search, parent=lambda: "run"):
        return studies.open_study(
            f"sqlite:///{tmp_path}/optuna.db", "event words", search, 4, parent
        )

    return open_


def test_the_studies_lie_beside_a_sqlite_store():
    assert studies.storage_of("sqlite:///mlflow.db") == "sqlite:///optuna.db"
    assert studies.storage_of("sqlite:////data/x/mlflow.db") == "sqlite:////data/x/optuna.db"
    assert studies.storage_of("http://127.0.0.1:5000") == "sqlite:///optuna.db"


def test_a_study_has_one_parent_and_its_grid_once(search, opened, tmp_path):
    storage, parents = f"sqlite:///{tmp_path}/optuna.db", []
    grid = search(sampler="grid", space={"model.c": {"choices": [1, 2, 4]}})
    assert studies.finished_so_far(storage, "event words") == 0
    assert studies.finished_so_far(f"sqlite:///{tmp_path}/none.db", "event words") == 0
    assert not (tmp_path / "none.db").exists()
    for _ in range(2):
        study = opened(grid, lambda: parents.append("run") or f"run {len(parents)}")
        assert study.user_attrs[studies.PARENT] == "run 1"
        assert len(study.trials) == 3
    study.tell(study.ask(), 0.5)
    assert studies.finished_so_far(storage, "event words") == 1


def test_a_trial_draws_the_same_in_any_process_and_others_draw_otherwise(search, opened):
    study = opened(search(sampler="random"))

    def drawn(number):
        study.sampler = studies.sampler(search(sampler="random"), number)
        return study.ask().suggest_float("model.c", 1, 9)

    assert drawn(3) == drawn(3) != drawn(4)


def test_trials_of_a_process_that_is_gone_are_queued_again(search, opened):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    study = opened(search())
    workers = [
        f"{socket.gethostname()}:{gone.pid}",
        f"{socket.gethostname()}:{os.getppid()}",
        f"elsewhere:{gone.pid}",
    ]
    for worker in workers:
        trial = study.ask()
        trial.set_user_attr(studies.WORKER, worker)
        trial.suggest_float("model.c", 1, 9)
    assert studies.release_dead(study) == [0]
    assert [trial.state.name for trial in study.trials] == ["FAIL", "RUNNING", "RUNNING", "WAITING"]
    assert not studies.finished(study.trials)  # it does not count as tried
    again = study.ask()
    assert again.suggest_float("model.c", 1, 9) == study.trials[0].params["model.c"]
    assert again.user_attrs[studies.AGAIN] == 0
    assert studies.release_dead(study) == []


def test_a_trial_without_a_sign_of_life_is_queued_again_with_what_it_was_to_draw(
    search, opened, tmp_path
):
    from optuna.storages import RDBStorage

    study = opened(search(sampler="grid", space={"model.c": {"choices": [1, 2, 4]}}))
    for worker in ("elsewhere:1", "", "elsewhere:2"):
        trial = study.ask()
        if worker:
            trial.set_user_attr(studies.WORKER, worker)
    kept = study._storage
    for number in (0, 2):
        kept.record_heartbeat(study.trials[number]._trial_id)
    assert studies.release_dead(study) == []
    aged = RDBStorage(f"sqlite:///{tmp_path}/optuna.db").engine.raw_connection()
    aged.execute(
        "UPDATE trial_heartbeats SET heartbeat = datetime('now', '-151 seconds') WHERE trial_id = 1"
    )
    aged.execute("UPDATE trials SET datetime_start = datetime('now', 'localtime', '-151 seconds')")
    aged.commit()
    study = opened(search())  # a process of its own, which has read nothing yet
    assert studies.release_dead(study) == [0, 1]
    assert [trial.state.name for trial in study.trials] == [
        "FAIL",
        "FAIL",
        "RUNNING",
        "WAITING",
        "WAITING",
    ]
    assert [study.ask().suggest_categorical("model.c", [1, 2, 4]) for _ in range(2)] == [1, 2]


def test_the_best_is_the_highest_and_the_earlier_of_equal_ones(search, opened):
    from optuna.trial import TrialState

    study = opened(search())
    for value in (0.2, 0.7, None, 0.7):
        study.tell(study.ask(), value, state=None if value else TrialState.PRUNED)
    assert [trial.number for trial in studies.best(study.trials)] == [1, 3, 0]
    assert len(studies.finished(study.trials)) == 4


@pytest.mark.parametrize("storage", ["nosuch://x", "sqlite:////no/such/folder/optuna.db"])
def test_a_storage_that_cannot_be_opened_is_told(search, storage, monkeypatch):
    monkeypatch.setattr(studies.time, "sleep", lambda seconds: None)
    with pytest.raises(InputError, match=f"storage: {storage}"):
        studies.open_study(storage, "a", search(), 1, str)
