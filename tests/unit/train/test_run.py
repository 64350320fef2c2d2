"""One run, from its configuration to a tracked model; and what is left of one that ends early."""

import pytest

from models.store.connection import connect
from train import artifacts
from train.config import plans
from train.rows import Loader
from train.run import Done, Job, run
from train.tracking.checkpoint import CHECKPOINTS, IncompleteError
from train.tracking.tracked_run import PrunedError

pytestmark = pytest.mark.usefixtures("empty_plots")


@pytest.fixture
def job(project, monkeypatch):
    """The run of `shares.yaml` in a user's folder."""
    monkeypatch.chdir(project)
    ((_, config),) = plans([project / "shares.yaml"])[0].runs
    return Job(config, Loader().load(config, "shares.yaml"), "shares", register=False)


def kept_folders():
    return [path for path in CHECKPOINTS.glob("*") if (path / "run.json").is_file()]


def raising(error):
    def stop(*values):
        raise error

    return stop


def test_a_run_measures_what_it_serves_and_leaves_nothing_behind(job):
    client = connect()
    done = run(client, job)
    assert isinstance(done, Done)
    logged = client.get_run(done.run_id)
    assert logged.info.status == "FINISHED"
    assert done.version == ""
    for name in ("dev/macro_f1", "dev/accuracy", "test/macro_f1", "train_seconds"):
        assert logged.data.metrics[name] == pytest.approx(done.metrics[name])
    assert done.metrics["sentences_per_second"] > 0
    assert {path.path for path in client.list_artifacts(done.run_id)} >= {
        "config.yaml",
        "dev",
        "metrics.json",
        "report.html",
        "test",
    }
    assert not kept_folders()


@pytest.mark.parametrize(
    ("error", "raised", "message"),
    [
        (PrunedError("worse than others"), PrunedError, "worse"),
        (ValueError("odd weights"), ValueError, "odd weights"),
    ],
)
def test_what_nothing_can_go_on_from_is_removed(job, monkeypatch, error, raised, message):
    monkeypatch.setattr("train.run._train", raising(error))
    with pytest.raises(raised, match=message):
        run(connect(), job)
    assert not kept_folders()


def test_a_trained_model_is_kept_and_completed_by_the_command_that_is_told(job, monkeypatch):
    client = connect()
    with monkeypatch.context() as broken:
        broken.setattr(artifacts, "write_run", raising(ValueError("no room")))
        with pytest.raises(IncompleteError, match=r"is trained.*no room.*--resume"):
            run(client, job)
    (folder,) = kept_folders()
    assert (folder / "trained").is_dir()
    monkeypatch.setattr("train.run._train", raising(AssertionError("it is trained already")))
    done = run(client, Job(job.config, job.data, "shares", register=False, resume=True))
    assert client.get_run(done.run_id).info.status == "FINISHED"
    assert not kept_folders()


def test_ctrl_c_says_how_to_go_on(job, monkeypatch):
    lines = []
    job.say = lines.append
    monkeypatch.setattr(artifacts, "write_run", raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        run(connect(), job)
    assert any("shares: to go on: eventstance train" in line for line in lines)
    assert kept_folders()
