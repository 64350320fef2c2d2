import pytest

from data.problems import InputError
from train.search import study as studies

# Tests ask for trials one by one; searches leave that to study.optimize.
pytestmark = pytest.mark.filterwarnings("ignore:Heartbeat of storage")


def test_the_studies_lie_beside_a_sqlite_store():
    assert studies.storage_of("sqlite:///mlflow.db") == "sqlite:///optuna.db"
    assert studies.storage_of("sqlite:////data/x/mlflow.db") == "sqlite:////data/x/optuna.db"
    assert studies.storage_of("http://127.0.0.1:5000") == "sqlite:///optuna.db"


def test_a_study_has_one_parent_and_its_grid_once(search, open_study, tmp_path):
    storage, parents = f"sqlite:///{tmp_path}/optuna.db", []
    grid = search(sampler="grid", space={"model.c": {"choices": [1, 2, 4]}})
    assert studies.finished_so_far(storage, "event words") == 0
    assert studies.finished_so_far(f"sqlite:///{tmp_path}/none.db", "event words") == 0
    assert not (tmp_path / "none.db").exists()
    for _ in range(2):
        study = open_study(grid, lambda: parents.append("run") or f"run {len(parents)}")
        assert study.user_attrs[studies.PARENT] == "run 1"
        assert len(study.trials) == 3
    study.tell(study.ask(), 0.5)
    assert studies.finished_so_far(storage, "event words") == 1


def test_a_trial_draws_the_same_in_any_process_and_others_draw_otherwise(search, open_study):
    study = open_study(search(sampler="random"))

    def drawn(number):
        study.sampler = studies.sampler(search(sampler="random"), number)
        return study.ask().suggest_float("model.c", 1, 9)

    assert drawn(3) == drawn(3) != drawn(4)


def test_the_best_is_the_highest_and_the_earlier_of_equal_ones(search, open_study):
    from optuna.trial import TrialState

    study = open_study(search())
    for value in (0.2, 0.7, None, 0.7):
        study.tell(study.ask(), value, state=None if value else TrialState.PRUNED)
    assert [trial.number for trial in studies.best(study.trials)] == [1, 3, 0]
    assert len(studies.finished(study.trials)) == 4


@pytest.mark.parametrize("storage", ["nosuch://x", "sqlite:////no/such/folder/optuna.db"])
def test_a_storage_that_cannot_be_opened_is_told(search, storage, monkeypatch):
    monkeypatch.setattr(studies.time, "sleep", lambda seconds: None)
    with pytest.raises(InputError, match=f"storage: {storage}"):
        studies.open_study(storage, "a", search(), 1, str)
