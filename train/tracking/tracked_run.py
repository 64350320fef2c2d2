"""One training run in MLflow: what is logged, and how it ends."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from data.problems import InputError
from models.portable import pyfunc_source
from models.store.artifact_names import MODEL
from models.store.connection import TIMEOUT, check, is_missing, patiently, tracking_uri
from train.config import RunConfig
from train.tracking.checkpoint import reason
from train.tracking.destination import experiment
from train.tracking.experiments import present

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

MOST_PARAMETERS = 6_000  # characters of a parameter that MLflow keeps
PARENT = ("parent", "mlflow.parentRunId")
MODEL_TAGS = ("task", "family", "encoder", "codebook", "data_digest", "git_commit")
TRIES = 5  # of making what other processes make at the same time

Answer = TypeVar("Answer")


class PrunedError(Exception):
    """A run that is not worth going on with: it ends KILLED, with the tag outcome=pruned."""


@dataclass
class Tracked:
    """A run in MLflow. What is logged twice with the same times is there once.

    Attributes:
        client: of the store.
        experiment, name: where the run stands, and what it is called.
        tags, params: what it is opened with.
        run_id: empty until the run could be opened.
        unsent: `{"epoch": 1, "at": milliseconds, "metrics": {…}}` of epochs not logged yet.
    """

    client: MlflowClient
    experiment: str
    name: str
    tags: Mapping[str, str]
    params: Mapping[str, str]
    run_id: str = ""
    unsent: list[Mapping[str, Any]] = field(default_factory=list)
    _experiment_id: str = field(default="", init=False)
    _behind: bool = field(default=False, init=False)

    def open(self) -> None:
        """Goes on with the run `run_id` if the store has it, else opens a new one."""
        from mlflow.entities import Param, RunTag
        from mlflow.exceptions import MlflowException

        tags = {key: value for key, value in self.tags.items() if value}
        logged_params: Mapping[str, str] = {}
        self._experiment_id = beside_others(self._experiment)
        try:
            run = patiently(lambda: self.client.get_run(self.run_id)) if self.run_id else None
        except MlflowException as error:
            if not is_missing(error):
                raise
            run = None
        if run:
            # The run keeps the commit and the command that it was begun with.
            self._experiment_id, logged_params = run.info.experiment_id, run.data.params
            tags = {key: value for key, value in tags.items() if key in PARENT}
            patiently(lambda: self.client.update_run(self.run_id, "RUNNING"))
        else:
            self.run_id = patiently(
                lambda: self.client.create_run(self._experiment_id, tags=tags, run_name=self.name)
            ).info.run_id
        self._batch(
            params=[
                Param(key, value[:MOST_PARAMETERS])
                for key, value in self.params.items()
                if key not in logged_params
            ],
            tags=[RunTag(key, value) for key, value in tags.items()],
        )

    def _experiment(self) -> str:
        own = experiment(self.client, self.experiment)
        present(self.client, own, self.tags.get("task", ""))
        return str(own.experiment_id)

    def end(self, status: str) -> None:
        """Marks the run FINISHED, FAILED or KILLED."""
        patiently(lambda: self.client.set_terminated(self.run_id, status))

    def metrics(
        self,
        values: Mapping[str, float],
        step: int = 0,
        model_id: str | None = None,
        dataset: Any = None,
        at: int = 0,
    ) -> None:
        """Logs all values in one batch; values that are no numbers are left out.

        Args:
            values: by name.
            step: the epoch.
            model_id: of the model that was measured.
            dataset: the rows it was measured on.
            at: milliseconds since 1970; now if 0.
        """
        from mlflow.entities import Metric

        at = at or now()
        self._batch(
            metrics=[
                Metric(
                    key,
                    float(value),
                    at,
                    step,
                    model_id=model_id,
                    dataset_name=getattr(dataset, "name", None),
                    dataset_digest=getattr(dataset, "digest", None),
                )
                for key, value in values.items()
                if value == value
            ]
        )

    def epoch(self, record: Mapping[str, Any], say: Callable[[str], None]) -> None:
        """Logs the metrics of an epoch, or keeps them for later and says so once."""
        self.unsent.append(record)
        try:
            if self._behind:
                check(tracking_uri(), TIMEOUT)  # no long waits at every epoch for a server
            self.catch_up()
        except Exception as error:
            if not self._behind:
                say(
                    f"{self.name}: epoch {record['epoch']} could not be logged ({why(error)}); "
                    "training goes on, and what is missing is logged when the store is back"
                )
            self._behind = True

    def catch_up(self) -> None:
        """Opens the run if it could not be opened before, and logs the epochs not logged yet."""
        from mlflow.entities import Metric

        if not self.run_id:
            self.open()
        self._batch(
            metrics=[
                Metric(
                    name if name == "train_loss" else f"epoch/dev/{name}",
                    float(value),
                    record["at"],
                    record["epoch"],
                )
                for record in self.unsent
                for name, value in record["metrics"].items()
                if value == value
            ]
        )
        self.unsent.clear()
        self._behind = False

    def tags_of(self, values: Mapping[str, str]) -> None:
        """Sets tags in one batch."""
        from mlflow.entities import RunTag

        self._batch(tags=[RunTag(key, str(value)[:5_000]) for key, value in values.items()])

    def _batch(self, **entries: Any) -> None:
        if any(entries.values()):
            patiently(lambda: self.client.log_batch(self.run_id, **entries))

    def link(self, artifact: str = "", run_id: str = "") -> str:
        """Where MLflow's pages show the run, or another of the experiment, or an artifact."""
        return link(self._experiment_id, run_id or self.run_id, artifact)

    def files(self, folder: Path) -> None:
        """Logs every file below `folder` as an artifact."""
        patiently(lambda: self.client.log_artifacts(self.run_id, str(folder)))

    def datasets(self, parts: Mapping[str, Any]) -> None:
        """Links MLflow datasets under what they were used as (`train`, `dev`, `test`)."""
        from mlflow.entities import DatasetInput, InputTag
        from mlflow.utils.mlflow_tags import MLFLOW_DATASET_CONTEXT

        inputs = [
            DatasetInput(dataset, [InputTag(MLFLOW_DATASET_CONTEXT, name)])
            for name, dataset in parts.items()
        ]
        beside_others(lambda: self.client.log_inputs(self.run_id, datasets=inputs))

    def model(self, folder: Path, config: RunConfig) -> str:
        """Logs the portable folder as a pyfunc (models-from-code); returns the model's id.

        A model that the run has already is kept; one that was not logged whole is filled.
        """
        from mlflow.entities import LoggedModelOutput

        run = patiently(lambda: self.client.get_run(self.run_id))
        outputs = run.outputs.model_outputs if run.outputs else []
        if outputs:
            logged = patiently(lambda: self.client.get_logged_model(outputs[-1].model_id))
            if str(logged.status) == "READY":
                return str(logged.model_id)
        else:
            logged = patiently(
                lambda: self.client.create_logged_model(
                    self._experiment_id,
                    MODEL,
                    self.run_id,
                    params=dict(self.params),
                    tags={key: self.tags[key] for key in MODEL_TAGS if self.tags.get(key)},
                    model_type=config.model.family,
                )
            )
            patiently(
                lambda: self.client.log_outputs(
                    self.run_id, [LoggedModelOutput(logged.model_id, 0)]
                )
            )
        with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
            saved = pyfunc_source.save(Path(scratch), folder, logged)
            patiently(lambda: self.client.log_model_artifacts(logged.model_id, str(saved)))
        patiently(lambda: self.client.finalize_logged_model(logged.model_id, "READY"))
        return str(logged.model_id)


def beside_others(call: Callable[[], Answer]) -> Answer:
    """Returns what `call` returns, called again where another process made the same row first.

    MLflow looks whether an experiment's data set (or tag) is there and then makes it; of two
    runs that log the same rows at once one is told that they are there already.
    """
    for _ in range(TRIES - 1):
        try:
            return patiently(call)
        except Exception as error:  # as MLflow's, SQLAlchemy's or the database's own kind
            if "unique constraint" not in str(error).casefold():
                raise
            time.sleep(random.uniform(0, 0.2))
    return patiently(call)


def link(experiment_id: str, run_id: str, artifact: str = "") -> str:
    """Where MLflow's pages show a run, or one of its artifacts."""
    return f"#/experiments/{experiment_id}/runs/{run_id}" + (
        f"/artifacts/{artifact}" if artifact else ""
    )


@contextmanager
def tracked(track: Tracked, say: Callable[[str], None] = lambda line: None) -> Iterator[Tracked]:
    """Opens a run and marks it FAILED or KILLED if the block does not end well.

    A block that ends well ends the run itself. A store that fails here stops nothing: the block
    finds `run_id` empty and opens the run later. Exceptions pass through after the run is marked;
    Ctrl-C marks it KILLED, and then says so.
    """
    status = "FAILED"
    try:
        try:
            track.open()
        except Exception as error:
            say(
                f"{track.name}: the run could not be opened ({why(error)}); it is opened when the "
                "model is trained"
            )
        yield track
        status = ""
    except KeyboardInterrupt as error:
        status = "KILLED"
        if not track.run_id:
            raise
        raise KeyboardInterrupt("the run is KILLED in MLflow") from error
    except PrunedError:
        status = "KILLED"
        with suppress(Exception):
            track.tags_of({"outcome": "pruned"})
        raise
    finally:
        if status and track.run_id:
            with suppress(Exception):  # what went wrong before is what counts
                check(tracking_uri(), TIMEOUT)
                track.end(status)


def why(error: BaseException) -> str:
    """Returns why logging failed, in one short line: the server is gone, or the error's reason."""
    try:
        check(tracking_uri(), TIMEOUT)
    except InputError as gone:
        return gone.problems[0].what
    return f"{type(error).__name__}: {reason(error)}"


def now() -> int:
    """Milliseconds since 1970, as MLflow counts time."""
    return int(time.time() * 1000)
