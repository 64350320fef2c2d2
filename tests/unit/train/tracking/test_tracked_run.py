import pytest
from mlflow.entities import Dataset
from mlflow.exceptions import MlflowException

from models.store.connection import connect
from train.tracking.tracked_run import PrunedError, Tracked, tracked


class Unsteady:
    """The client of a store that is away while told so, and raises what is `due` before that."""

    def __init__(self, client):
        self.client, self.away, self.due = client, False, []

    def __getattr__(self, name):
        asked = getattr(self.client, name)

        def call(*given, **named):
            if self.away:
                raise ConnectionError("nobody answers")
            if self.due:
                raise self.due.pop(0)
            return asked(*given, **named)

        return call


@pytest.fixture
def track(store):
    return Tracked(Unsteady(connect()), "event", "words seed=1", {"task": "event"}, {"seed": "1"})


def sent(track):
    return [
        (point.step, point.timestamp)
        for point in track.client.client.get_metric_history(track.run_id, "train_loss")
    ]


def runs(track):
    client = track.client.client
    return client.search_runs([client.get_experiment_by_name("event").experiment_id])


def epoch(number):
    return {"epoch": number, "at": 100 * number, "metrics": {"train_loss": 1.0 / number}}


def test_data_sets_that_another_process_logs_at_the_same_time_are_logged_again(track):
    track.open()
    track.client.due = [
        MlflowException(
            "(sqlite3.IntegrityError) UNIQUE constraint failed: datasets.experiment_id, "
            "datasets.name, datasets.digest"
        )
    ] * 2
    track.datasets({"train": Dataset("rows train", "d", "local", "{}")})
    (run,) = runs(track)
    assert [one.dataset.name for one in run.inputs.dataset_inputs] == ["rows train"]
    assert not track.client.due


def test_other_refusals_of_a_store_pass_through(track):
    track.open()
    track.client.due = [MlflowException("the disk is full")]
    with pytest.raises(MlflowException, match="full"):
        track.datasets({})


def test_epochs_that_could_not_be_logged_come_later_with_their_own_times(track):
    said = []
    track.open()
    track.epoch(epoch(1), said.append)
    track.client.away = True
    track.epoch(epoch(2), said.append)
    track.epoch(epoch(3), said.append)
    assert sent(track) == [(1, 100)]
    assert len(said) == 1
    assert "epoch 2 could not be logged (ConnectionError: nobody answers)" in said[0]
    track.client.away = False
    track.epoch(epoch(4), said.append)
    assert sent(track) == [(number, 100 * number) for number in (1, 2, 3, 4)]


def test_a_run_that_could_not_be_opened_is_opened_once_the_store_is_back(track):
    said = []
    track.client.away = True
    with tracked(track, said.append):
        assert not track.run_id
        track.client.away = False
        track.epoch(epoch(1), said.append)
        track.catch_up()
    (run,) = runs(track)
    assert (run.info.run_id, run.info.run_name, run.info.status) == (
        track.run_id,
        "words seed=1",
        "RUNNING",
    )
    assert run.data.params == {"seed": "1"}
    assert len(said) == 1


def test_a_run_that_the_store_lost_is_made_anew(track):
    track.run_id = "0" * 32
    track.open()
    (run,) = runs(track)
    assert run.info.run_id == track.run_id != "0" * 32


def test_a_run_that_is_gone_on_with_stays_one(track):
    track.open()
    first = track.run_id
    again = Tracked(
        track.client,
        "event",
        "words seed=1",
        {"task": "event"},
        {"seed": "1", "model.c": "2"},
        first,
    )
    again.open()
    (run,) = runs(track)
    assert (run.info.run_id, run.data.params) == (first, {"seed": "1", "model.c": "2"})


@pytest.mark.parametrize(
    ("error", "status"),
    [(ValueError, "FAILED"), (KeyboardInterrupt, "KILLED"), (PrunedError, "KILLED")],
)
def test_a_block_that_ends_badly_marks_the_run(track, error, status):
    with pytest.raises(error), tracked(track):
        raise error
    assert [run.info.status for run in runs(track)] == [status]


def test_ctrl_c_says_that_a_run_is_killed_only_where_one_was_opened(track):
    with pytest.raises(KeyboardInterrupt, match="the run is KILLED in MLflow"), tracked(track):
        raise KeyboardInterrupt
    track.run_id, track.client.away = "", True
    with pytest.raises(KeyboardInterrupt) as pressed, tracked(track):
        raise KeyboardInterrupt
    assert str(pressed.value) == ""


def test_what_the_store_says_at_the_end_does_not_hide_what_went_wrong(track):
    with pytest.raises(ValueError, match="first"), tracked(track):
        track.client.away = True
        raise ValueError("first")
