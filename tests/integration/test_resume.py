"""A training that was stopped and goes on ends as if it had never been stopped."""

import errno
import os
import re
import signal

import pytest
from made_stores import client_of, runs_of

from models.classifier import Fitting
from models.families import FAMILIES, make

UNTIMED = ("train_seconds", "sentences_per_second", "tracking_seconds")


@pytest.fixture
def press(monkeypatch):
    """Presses Ctrl-C in a step of a training; a timer would hit another step each time."""
    from models import finetuning

    before = finetuning._Interrupt.on_step_end

    def at(step):
        def on_step_end(self, args, state, control, **others):
            if state.global_step == step:
                os.kill(os.getpid(), signal.SIGINT)
            return before(self, args, state, control, **others)
        monkeypatch.setattr(finetuning._Interrupt, "on_step_end", on_step_end if step else before)
    return at


@pytest.fixture
def fit(small, tiny_encoder, tmp_path):
    """Trains a transformer on 54 rows, four steps an epoch; returns it and its epochs."""
    data = small["event"]

    def train(resume=False, folder=tmp_path / "state", **settings):
        epochs = {}
        model = make(FAMILIES["transformer"][0](**{
            "family": "transformer", "encoder": str(tiny_encoder), "max_tokens": 32, "epochs": 3,
            "batch_size": 16, "learning_rate": 3e-3, "bf16": False, "patience": None,
            **settings}), data.codebook)
        model.fit(data.train, data.dev, Fitting(
            seed=5, checkpoints=folder, resume=resume, calibration="none",
            score_dev=lambda proba: {"macro_f1": round(float(proba[:, 0].mean()), 4)},
            on_epoch=lambda number, metrics: epochs.update({number: dict(metrics)})))
        return model, epochs
    return train


@pytest.fixture
def answers(small):
    """The probabilities that a model gives to all rows."""
    rows = [row.example for row in (*small["event"].train, *small["event"].dev)]
    return lambda model: model.predict_proba(rows)


# Of the steps 5 is the first of an epoch, 7 lies inside it, 8 ends it.
@pytest.mark.parametrize("step", [5, 7, 8])
def test_the_weights_are_the_same_to_the_last_digit(fit, answers, press, tmp_path, step):
    whole, curve = fit(folder=tmp_path / "whole")
    assert len(curve) == 3
    press(step)
    with pytest.raises(KeyboardInterrupt):
        fit()
    assert (tmp_path / "state" / f"checkpoint-{step}").is_dir()
    press(None)
    resumed, rest = fit(resume=True)
    assert (answers(resumed) == answers(whole)).all()
    assert rest == {number: pytest.approx(curve[number]) for number in rest}
    assert resumed.fitted.facts == whole.fitted.facts


def test_early_stopping_is_the_same_after_ctrl_c(fit, press):
    """With a rate of next to nothing no epoch is better than the first: training stops at 3."""
    settings = {"learning_rate": 1e-9, "head_learning_rate": 1e-9, "patience": 2, "epochs": 9}
    press(11)  # in the third epoch, after one that was not better
    with pytest.raises(KeyboardInterrupt):
        fit(**settings)
    press(None)
    resumed, _ = fit(resume=True, **settings)
    assert (resumed.fitted.facts["epochs"], resumed.fitted.facts["best_epoch"]) == (3, 1)


def figures(run):
    return {name: value for name, value in run.data.metrics.items() if name not in UNTIMED}


def curve(folder, run, key):
    points = client_of(folder).get_metric_history(run.info.run_id, key)
    assert len(points) == 4
    return {point.step: point.value for point in points}


# 48 rows in batches of 16: three steps an epoch, so 8 lies inside the third.
@pytest.mark.usefixtures("empty_plots")
def test_a_run_survives_ctrl_c_a_damaged_checkpoint_and_a_full_disk(
        project, tiny_encoder, here, press, monkeypatch, configuration):
    config = configuration(project, "tiny", {
        "family": "transformer", "encoder": str(tiny_encoder), "max_tokens": 32, "epochs": 4,
        "batch_size": 16, "learning_rate": 3e-3, "patience": None})
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
    assert re.search(r"tiny seed=13: not whole, and removed: checkpoint-8 \(optimizer.pt is "
                     r"damaged\); the training goes on from checkpoint-\d\n", done.stderr)
    assert "stopped: OSError: No space left on device" in done.stderr
    assert (state / "checkpoint-9" / "model.safetensors").exists()

    done = here("train", config, "--resume")
    assert done.returncode == 0, done.stderr
    assert re.search(r"removed: checkpoint-9 \(was not written to its end\); the training goes on "
                     r"from checkpoint-\d\n", done.stderr)
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
