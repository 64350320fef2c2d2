"""All figures of a run, from its file of metrics and from the store."""

import json

import pytest

from evaluation.figures.kept_metrics import METRICS, kept_metrics


@pytest.fixture
def run_id(store):
    from models.store.connection import connect

    client = connect()
    return client.create_run(client.create_experiment("event")).info.run_id


def test_what_is_logged_takes_the_place_of_what_the_file_says(run_id, store):
    import mlflow

    (store / METRICS).write_text(json.dumps({"dev/f1/raid": 0.4, "dev/macro_f1": 0.1}))
    mlflow.MlflowClient().log_artifact(run_id, str(store / METRICS))
    assert kept_metrics(run_id, {"dev/macro_f1": 0.7, "train_seconds": 3.0}) == {
        "dev/f1/raid": 0.4,
        "dev/macro_f1": 0.7,
        "train_seconds": 3.0,
    }


def test_a_run_without_the_file_has_what_is_logged(run_id):
    logged = {"dev/macro_f1": 0.7}
    every = kept_metrics(run_id, logged)
    assert every == logged
    assert every is not logged
