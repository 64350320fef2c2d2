"""A run that was stopped and goes on ends as if it had never been stopped."""

import errno
import re

import pytest
from made_stores import client_of, runs_of

UNTIMED = ("train_seconds", "sentences_per_second", "tracking_seconds")


def figures(run):
    return {name: value for name, value in run.data.metrics.items() if name not in UNTIMED}


def curve(folder, run, key):
    points = client_of(folder).get_metric_history(run.info.run_id, key)
    assert len(points) == 4
    return {point.step: point.value for point in points}


# 48 rows in batches of 16: three steps an epoch, so 8 lies inside the third.
@pytest.mark.usefixtures("empty_plots")
def test_a_run_survives_ctrl_c_a_damaged_checkpoint_and_a_full_disk(
    project, tiny_encoder, here, press, monkeypatch, configuration
):
    config = configuration(
        project,
        "tiny",
        {
            "family": "transformer",
            "encoder": str(tiny_encoder),
            "max_tokens": 32,
            "epochs": 4,
            "batch_size": 16,
            "learning_rate": 3e-3,
            "patience": None,
        },
    )
    assert here("train", config).returncode == 0
    press(8)
    done = here("train", config)
    assert done.returncode == 130, done.stderr
    assert "--resume" in done.stderr
    whole, stopped = runs_of(project)
    assert stopped.info.status == "KILLED"
    (state,) = (project / "checkpoints").glob("*/state")
    assert (state / "checkpoint-8").is_dir()

    press(None)
    cut = state / "checkpoint-8" / "optimizer.pt"
    cut.write_bytes(cut.read_bytes()[:-100])
    with monkeypatch.context() as patched:
        full_disk(patched, step=9)
        done = here("train", config, "--resume")
    assert done.returncode == 1
    assert re.search(
        r"tiny seed=13: not whole, and removed: checkpoint-8 \(optimizer.pt is "
        r"damaged\); the training goes on from checkpoint-\d\n",
        done.stderr,
    )
    assert "stopped: OSError: No space left on device" in done.stderr
    assert (state / "checkpoint-9" / "model.safetensors").exists()

    done = here("train", config, "--resume")
    assert done.returncode == 0, done.stderr
    assert re.search(
        r"removed: checkpoint-9 \(was not written to its end\); the training goes on "
        r"from checkpoint-\d\n",
        done.stderr,
    )
    resumed = client_of(project).get_run(stopped.info.run_id)
    assert resumed.info.status == "FINISHED"
    assert figures(resumed) == pytest.approx(figures(whole), abs=1e-6)
    for key in ("train_loss", "epoch/dev/macro_f1"):
        assert curve(project, resumed, key) == pytest.approx(curve(project, whole, key), abs=1e-6)
    assert not list((project / "checkpoints").glob("*"))


def full_disk(patched, step):
    """The disk is full when a checkpoint of this step is half written."""
    from transformers import Trainer

    save = Trainer._save_rng_state

    def saving(self, folder):
        if self.state.global_step == step:
            raise OSError(errno.ENOSPC, "No space left on device")
        return save(self, folder)

    patched.setattr(Trainer, "_save_rng_state", saving)
