"""One run from its configuration to a tracked, registered model."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evaluation.evaluation import Evaluation, evaluate
from models.classifier import Fitting
from models.families import make
from models.portable import serving
from models.portable.serving import ServedModel
from models.registry.names import registered_name
from models.registry.resolve import manifest, model_id_of
from models.registry.versions import register, version_of_run
from models.store.artifact_names import KEPT_AS, MANIFEST, METRICS, REPORT
from train import artifacts
from train.config import RunConfig
from train.measures import dev_scorer
from train.rows import RunData
from train.run_report import Reported, write_report
from train.tracking.checkpoint import Checkpoint, IncompleteError, locked_checkpoint, read_json
from train.tracking.destination import experiment_name
from train.tracking.logged import of_run
from train.tracking.origin import dataset, parameters, run_tags
from train.tracking.tracked_run import PrunedError, Tracked, now, tracked, why

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

    from models.classifier import Classifier

NOTES = "notes.json"  # of a checkpoint's results: when they were measured, and the run's tags


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
        register: whether the model may become a version, if the configuration says so.
        tags: more tags of the run.
        watch: called after each epoch with the run's id, the epoch's number and metrics; raises
            PrunedError to end the run there.
        say: receives a line for what the user should know.
        busy: seconds of training and of scoring rows so far.
    """

    config: RunConfig
    data: RunData
    name: str
    parent: str | None = None
    resume: bool = False
    progress: bool = False
    register: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)
    watch: Callable[[str, int, Mapping[str, float]], None] = lambda run_id, number, metrics: None
    say: Callable[[str], None] = lambda line: None
    busy: float = field(default=0.0, init=False)


def run(client: MlflowClient, job: Job) -> Done:
    """Trains, evaluates, logs and registers; returns the finished run.

    All that is trained is kept on disk until it is logged whole. An exception leaves the run
    FAILED in MLflow, Ctrl-C leaves it KILLED; in both cases `resume` goes on from what is kept.

    Raises:
        IncompleteError: there is something to go on from; says what completes the run.
    """
    started = time.perf_counter()
    with locked_checkpoint(job.config, job.data.identity, job.resume) as checkpoint:
        job.name, job.register = checkpoint.name or job.name, checkpoint.register and job.register
        checkpoint.name, checkpoint.register = job.name, job.register
        track = Tracked(
            client,
            experiment_name(job.config, job.data.codebook),
            job.name,
            run_tags(job.config, job.data, job.parent) | dict(job.tags),
            parameters(job.config, job.data),
            checkpoint.run_id,
            list(checkpoint.epochs),
        )
        try:
            with tracked(track, job.say):
                checkpoint.run_id = track.run_id
                checkpoint.note()
                model = _trained(job, track, checkpoint)
                done = _logged(job, track, checkpoint, model, started)
        except BaseException as error:
            _clear_or_explain(job, checkpoint, error)
            raise
        checkpoint.clear()
    return done


def _clear_or_explain(job: Job, checkpoint: Checkpoint, error: BaseException) -> None:
    """Says how an unfinished run is completed; removes what nothing can go on from."""
    if isinstance(error, KeyboardInterrupt):
        if checkpoint.resumable:
            job.say(f"{job.name}: to go on: {checkpoint.command}")
    elif isinstance(error, PrunedError) or not checkpoint.resumable:
        checkpoint.clear()
    elif not isinstance(error, IncompleteError):
        what = "is trained, but not logged whole" if checkpoint.model.is_dir() else "stopped"
        raise IncompleteError(
            f"{what}: {why(error)}; all so far is kept in {checkpoint.folder}; "
            f"to complete the run: {checkpoint.command}"
        ) from error


def _trained(job: Job, track: Tracked, checkpoint: Checkpoint) -> ServedModel:
    """Trains and keeps the model; one that is kept already is loaded."""
    if checkpoint.model.is_dir():
        job.say(f"{job.name}: is trained already; what is missing is logged")
        return serving.load(checkpoint.model)
    classifier = _train(job, track, checkpoint)
    seconds = job.busy
    with checkpoint.writing("trained") as folder:
        model = classifier.save(
            folder / KEPT_AS, job.name, [row.example for row in job.data.dev.examples]
        )
        facts = {"train_seconds": seconds, **classifier.facts(folder / KEPT_AS)}
        (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    return model


def _train(job: Job, track: Tracked, checkpoint: Checkpoint) -> Classifier:
    config, data = job.config, job.data
    aside = 0.0  # seconds of the training that went into tracking

    def on_epoch(number: int, metrics: Mapping[str, float]) -> None:
        nonlocal aside
        before = time.perf_counter()
        track.epoch(checkpoint.epoch(number, metrics, now()), job.say)
        aside += time.perf_counter() - before
        job.watch(track.run_id, number, metrics)

    classifier = make(config.model, data.codebook)
    started = time.perf_counter()
    classifier.fit(
        data.train.examples,
        data.dev.examples,
        Fitting(
            seed=config.seed,
            score_dev=dev_scorer(data),
            select_by=config.select_by.removeprefix("dev/"),
            on_epoch=on_epoch,
            checkpoints=checkpoint.state,
            resume=job.resume,
            progress=job.progress,
            say=lambda line: job.say(f"{job.name}: {line}"),
            calibration=config.calibration,
            tune_thresholds=config.tune_thresholds,
            min_precision=config.min_precision,
        ),
    )
    job.busy += time.perf_counter() - started - aside
    return classifier


def _evaluate(job: Job, checkpoint: Checkpoint, model: ServedModel) -> None:
    """Scores dev and test with the model as it will be served, and keeps what shows how."""
    data = job.data
    metrics: dict[str, float] = dict(checkpoint.facts)
    tags: dict[str, str] = {}
    evaluations: list[Evaluation] = []
    rows, seconds = 0, 0.0
    with checkpoint.writing("results") as results:
        folder = results / "artifacts"
        for part in (data.dev, data.test):
            if not part.rows:
                continue
            started = time.perf_counter()
            answers = model.predict_both([row.example for row in part.examples])
            seconds, rows = seconds + time.perf_counter() - started, rows + len(part.rows)
            evaluations.append(
                evaluate(model, data.codebook, part.rows, part.examples, answers, name=part.name)
            )
            tags |= artifacts.tags_of(evaluations[-1])
            artifacts.write_part(folder / part.name, evaluations[-1])
        metrics["sentences_per_second"] = rows / max(seconds, 1e-9)
        for evaluation in evaluations:
            metrics |= artifacts.metrics_of(evaluation)
        artifacts.write_run(folder, job.config, data)
        write_report(
            folder,
            Reported(
                job.name, job.config, data, model, evaluations, checkpoint.curve(), checkpoint.facts
            ),
        )
        (folder / METRICS).write_text(json.dumps(metrics, indent=1), encoding="utf-8")
        (results / NOTES).write_text(json.dumps({"at": now(), "tags": tags}), encoding="utf-8")
    job.busy += seconds


def _logged(
    job: Job, track: Tracked, checkpoint: Checkpoint, model: ServedModel, started: float
) -> Done:
    """Logs what is kept, as far as the run does not hold it yet, and ends the run."""
    config, data, results = job.config, job.data, checkpoint.folder / "results"
    if not results.is_dir():
        _evaluate(job, checkpoint, model)
    notes, metrics = read_json(results / NOTES), read_json(results / "artifacts" / METRICS)
    track.catch_up()
    if checkpoint.run_id != track.run_id:
        checkpoint.run_id = track.run_id
        checkpoint.note()
    datasets = {part.name: dataset(part, config.data) for part in data.parts if part.rows}
    track.datasets(datasets)
    model_id = track.model(checkpoint.model, config)
    logged = of_run(metrics)
    for part in ("", *datasets):
        track.metrics(
            {
                name: value
                for name, value in logged.items()
                if name.startswith(f"{part}/") or not (part or "/" in name)
            },
            model_id=model_id,
            dataset=datasets.get(part),
            at=notes["at"],
        )
    track.files(results / "artifacts")
    track.tags_of(
        {
            "mlflow.note.content": artifacts.description(config, data, metrics, track.link(REPORT)),
            MANIFEST: manifest(checkpoint.model),
        }
        | notes["tags"]
    )
    version = (
        registered(track.client, config, data.codebook.name, track.run_id, model_id)
        if config.register_model and job.register
        else ""
    )
    metrics["tracking_seconds"] = time.perf_counter() - started - job.busy
    if "tracking_seconds" not in track.client.get_run(track.run_id).data.metrics:
        track.metrics({"tracking_seconds": metrics["tracking_seconds"]}, model_id=model_id)
    track.end("FINISHED")
    return Done(track.run_id, job.name, metrics, version)


def registered(
    client: MlflowClient, config: RunConfig, codebook: str, run_id: str, model_id: str = ""
) -> str:
    """The version that the run's model is; it is registered if it is not yet."""
    if (version := version_of_run(client, run_id)) is not None:
        return str(version.version)
    model_id = model_id or model_id_of(client, run_id)
    return str(register(client, registered_name(config.task, codebook), run_id, model_id).version)
