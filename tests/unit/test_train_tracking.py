from types import SimpleNamespace

import pytest
from mlflow.entities import Dataset
from mlflow.exceptions import MlflowException

from train import tracking
from train.tracking import PrunedError, Tracked, tracked


class Client:
    """A store that keeps batches, and is away while told so."""

    def __init__(self):
        self.away, self.batches, self.ended, self.made = False, [], [], 0

    def _there(self):
        if self.away:
            raise ConnectionError("nobody answers")

    def get_experiment_by_name(self, name):
        self._there()
        return SimpleNamespace(experiment_id="1")

    def create_run(self, experiment, tags, run_name):
        self._there()
        self.made += 1
        return SimpleNamespace(info=SimpleNamespace(run_id="r1"))

    def get_run(self, run_id):
        self._there()
        error = MlflowException("no such run")
        error.error_code = "RESOURCE_DOES_NOT_EXIST"
        raise error

    def log_batch(self, run_id, **entries):
        self._there()
        self.batches.append(entries)

    def set_terminated(self, run_id, status):
        self.ended.append(status)


@pytest.fixture
def track(monkeypatch):
    monkeypatch.setattr(tracking, "check", lambda uri: None)
    monkeypatch.setattr(tracking, "present", lambda client, experiment, task: None)
    return Tracked(Client(), "event", "words seed=1", {"task": "event"}, {"seed": "1"})


def sent(track):
    return [(metric.key, metric.step, metric.timestamp) for batch in track.client.batches
            for metric in batch.get("metrics", ())]


def epoch(number):
    return {"epoch": number, "at": 100 * number, "metrics": {"train_loss": 1.0 / number}}


def test_data_sets_that_another_process_logs_at_the_same_time_are_logged_again(track):
    calls = []

    def log_inputs(run_id, datasets):
        calls.append(len(datasets))
        if len(calls) < 3:
            raise MlflowException("(sqlite3.IntegrityError) UNIQUE constraint failed: "
                                  "datasets.experiment_id, datasets.name, datasets.digest")

    track.client.log_inputs = log_inputs
    track.datasets({"train": Dataset("rows train", "d", "local", "{}")})
    assert calls == [1, 1, 1]


def test_other_refusals_of_a_store_pass_through(track):
    def log_inputs(run_id, datasets):
        raise MlflowException("the disk is full")

    track.client.log_inputs = log_inputs
    with pytest.raises(MlflowException, match="full"):
        track.datasets({})


def test_epochs_that_could_not_be_logged_come_later_with_their_own_times(track):
    said = []
    track.open()
    track.epoch(epoch(1), said.append)
    track.client.away = True
    track.epoch(epoch(2), said.append)
    track.epoch(epoch(3), said.append)
    assert sent(track) == [("train_loss", 1, 100)]
    assert len(said) == 1
    assert "epoch 2 could not be logged (ConnectionError: nobody answers)" in said[0]
    track.client.away = False
    track.epoch(epoch(4), said.append)
    assert sent(track) == [("train_loss", number, 100 * number) for number in (1, 2, 3, 4)]


def test_a_run_that_could_not_be_opened_is_opened_once_the_store_is_back(track):
    said = []
    track.client.away = True
    with tracked(track, said.append):
        assert not track.run_id
        track.client.away = False
        track.epoch(epoch(1), said.append)
        track.catch_up()
    assert (track.run_id, track.client.made, len(said)) == ("r1", 1, 1)
    assert not track.client.ended


def test_a_run_that_the_store_lost_is_made_anew(track):
    track.run_id = "gone"
    track.open()
    assert track.run_id == "r1"


@pytest.mark.parametrize(("error", "status"), [
    (ValueError, "FAILED"), (KeyboardInterrupt, "KILLED"), (PrunedError, "KILLED")])
def test_a_block_that_ends_badly_marks_the_run(track, error, status):
    with pytest.raises(error), tracked(track):
        raise error
    assert track.client.ended == [status]


def test_what_the_store_says_at_the_end_does_not_hide_what_went_wrong(track):
    def dead(run_id, status):
        raise ConnectionError

    track.client.set_terminated = dead
    with pytest.raises(ValueError, match="first"), tracked(track):
        raise ValueError("first")
