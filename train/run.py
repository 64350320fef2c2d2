"""One run from its configuration to a tracked, registered model."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data.files import atomic
from evaluation.metrics import score
from models.classifier import Fitting, best_thresholds, label_matrix
from models.families import make
from models.promotion import register
from models.resolve import KEPT_AS
from models.serving import ServedModel
from train import artifacts
from train.config import RunConfig
from train.data import RunData
from train.tracking import Tracked, run_tags, tracked

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

    from models.classifier import Classifier

CHECKPOINTS = Path("checkpoints")
NOTE = "run.json"


@dataclass(frozen=True)
class Done:
    """A finished run.

    Attributes:
        run_id: in MLflow.
        name: readable.
        metrics: final metrics, `dev/…`, `test/…` and the rest.
        version: of the registered model; empty if it was not registered.
        reused: an equal run was found and nothing was trained.
    """

    run_id: str
    name: str
    metrics: Mapping[str, float]
    version: str = ""
    reused: bool = False


@dataclass
class Job:
    """What one run needs beside its configuration.

    Attributes:
        config, data: what to train on.
        name: readable name of the run.
        parent: the parent run, if this is one of a sweep.
        resume: go on from the checkpoint of an interrupted run.
        progress: show bars.
        epochs: (number, metrics) of each epoch so far.
    """

    config: RunConfig
    data: RunData
    name: str
    parent: str | None = None
    resume: bool = False
    progress: bool = False
    epochs: list[dict[str, float]] = field(default_factory=list)

    @property
    def checkpoints(self) -> Path:
        """Where the state of the unfinished run is kept."""
        return CHECKPOINTS / f"{self.config.digest}-{self.data.digest}"


def run(client: MlflowClient, job: Job) -> Done:
    """Trains, evaluates, logs and registers; returns the finished run.

    An exception leaves the run FAILED in MLflow, Ctrl-C leaves it KILLED; in both cases the
    newest checkpoint stays and `resume` goes on from it.
    """
    config, data = job.config, job.data
    run_id = _interrupted(client, job)
    with tracked(client, config.experiment or config.task, job.name,
                 run_tags(config, data, job.parent), config.flat(), run_id) as track:
        _note(job, track.run_id)
        classifier, seconds = _train(job, track)
        with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
            folder = Path(scratch) / KEPT_AS
            model = classifier.save(folder, job.name,
                                    [row.example for row in data.dev.examples])
            metrics = {"train_seconds": seconds, **classifier.facts(folder)}
            model_id = track.model(folder, config)
        metrics |= _evaluate(job, track, model, model_id)
        track.metrics(metrics, model_id=model_id)
        version = ""
        if config.register_model:
            version = str(register(client, config.task, track.run_id, model_id).version)
        track.tags({"mlflow.note.content": artifacts.description(job.config, data, metrics)})
    shutil.rmtree(job.checkpoints, ignore_errors=True)
    return Done(track.run_id, job.name, metrics, version)


def _note(job: Job, run_id: str) -> None:
    """Keeps beside the checkpoint which run it belongs to, and the epochs so far."""
    with atomic(job.checkpoints / NOTE) as stream:
        json.dump({"run_id": run_id, "epochs": job.epochs}, stream)


def _interrupted(client: MlflowClient, job: Job) -> str | None:
    """The run to go on with; without `resume`, what is left of an earlier one is removed.

    A checkpoint whose run is not in this store goes on in a new run.
    """
    from mlflow.exceptions import MlflowException

    if not job.resume:
        shutil.rmtree(job.checkpoints, ignore_errors=True)
        return None
    note = job.checkpoints / NOTE
    if not note.is_file():
        return None
    kept = json.loads(note.read_text(encoding="utf-8"))
    job.epochs[:] = kept["epochs"]
    try:
        return str(client.get_run(kept["run_id"]).info.run_id)
    except MlflowException:
        return None


def _train(job: Job, track: Tracked) -> tuple[Classifier, float]:
    config, data = job.config, job.data

    def score_dev(proba: Any) -> dict[str, float]:
        return score(data.codebook, data.dev.gold, proba).averages()

    def on_epoch(number: int, metrics: Mapping[str, float]) -> None:
        # Epochs after the checkpoint that a resumed training began with come a second time.
        job.epochs[:] = [epoch for epoch in job.epochs if epoch["epoch"] < number]
        job.epochs.append({"epoch": float(number), **metrics})
        _note(job, track.run_id)
        track.metrics({name if name == "train_loss" else f"epoch/dev/{name}": value
                       for name, value in metrics.items()}, step=number)

    classifier = make(config.model, data.codebook)
    started = time.perf_counter()
    classifier.fit(data.train.examples, data.dev.examples, Fitting(
        seed=config.seed, score_dev=score_dev, select_by=config.select_by.removeprefix("dev/"),
        on_epoch=on_epoch, checkpoints=job.checkpoints / "state", resume=job.resume,
        progress=job.progress))
    if data.codebook.several and config.tune_thresholds:
        classifier.thresholds = best_thresholds(
            classifier.predict_proba([row.example for row in data.dev.examples]),
            label_matrix(data.dev.examples, data.codebook))
    return classifier, time.perf_counter() - started


def _evaluate(job: Job, track: Tracked, model: ServedModel, model_id: str) -> dict[str, float]:
    """Scores dev and test with the model as it will be served, and logs what shows how."""
    data = job.data
    found: dict[str, float] = {}
    rows, seconds = 0, 0.0
    thresholds = None if model.thresholds is None else np.asarray(model.thresholds)
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        folder = Path(scratch)
        track.dataset(data.train)
        for part in (data.dev, data.test):
            if not part.rows:
                continue
            started = time.perf_counter()
            proba = model.predict_proba([row.example for row in part.examples])
            seconds, rows = seconds + time.perf_counter() - started, rows + len(part.rows)
            measured = artifacts.measure(part, data.codebook, proba, thresholds,
                                         set(model.train_targets))
            values = measured.metrics()
            track.metrics(values, model_id=model_id, dataset=track.dataset(part))
            found |= values
            artifacts.write_part(folder / part.name, measured)
        artifacts.write_run(folder, job.config, data, job.epochs)
        track.files(folder)
    return found | {"sentences_per_second": rows / max(seconds, 1e-9)}
