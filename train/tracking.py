"""One training run in MLflow: what is logged, and how it ends."""

from __future__ import annotations

import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.paths import ROOT
from models import pyfunc_source
from train.config import RunConfig
from train.data import Part, RunData

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.tracking import MlflowClient

MOST_PARAMETERS = 6_000  # characters of a parameter that MLflow keeps


@dataclass
class Tracked:
    """An open run."""

    client: MlflowClient
    run_id: str

    def metrics(self, values: Mapping[str, float], step: int = 0, model_id: str | None = None,
                dataset: Any = None) -> None:
        """Logs all values in one batch; values that are no numbers are left out."""
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        self.client.log_batch(self.run_id, metrics=[
            Metric(key, float(value), now, step, model_id=model_id,
                   dataset_name=getattr(dataset, "name", None),
                   dataset_digest=getattr(dataset, "digest", None))
            for key, value in values.items() if value == value])

    def tags(self, values: Mapping[str, str]) -> None:
        """Sets tags in one batch."""
        from mlflow.entities import RunTag

        self.client.log_batch(self.run_id, tags=[RunTag(key, str(value)[:5_000])
                                                 for key, value in values.items()])

    def files(self, folder: Path) -> None:
        """Logs every file below `folder` as an artifact."""
        self.client.log_artifacts(self.run_id, str(folder))

    def dataset(self, part: Part) -> Any:
        """Links the rows of a part as an MLflow dataset under our digest, and returns it."""
        import mlflow
        import pandas

        frame = pandas.DataFrame({
            "id": [str(row.get("id")) for row in part.rows],
            "text": [row["text"] for row in part.rows],
            "target": [row.get("target") for row in part.rows],
            "label": ["|".join(row["labels"]) for row in part.rows]})
        if frame["target"].isna().all():
            frame = frame.drop(columns="target")
        made = mlflow.data.from_pandas(frame, name=part.name, digest=part.digest, targets="label")
        mlflow.log_input(made, context=part.name)
        return made

    def model(self, folder: Path, config: RunConfig) -> str:
        """Logs the portable folder as a pyfunc (models-from-code); returns the model's id."""
        import mlflow

        with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch, quiet():
            code = Path(scratch) / "eventstance_model.py"
            code.write_text(pyfunc_source.source(), encoding="utf-8")
            logged = mlflow.pyfunc.log_model(
                name="model", python_model=str(code), artifacts={"model": str(folder)},
                signature=pyfunc_source.signature(),
                pip_requirements=pyfunc_source.requirements(config.model.family),
                model_type=config.model.family)
        return str(logged.model_id)


@contextmanager
def tracked(client: MlflowClient, experiment: str, name: str, tags: Mapping[str, str],
            params: Mapping[str, str], run_id: str | None = None) -> Iterator[Tracked]:
    """Opens a run (or goes on with `run_id`) and ends it as FINISHED, FAILED or KILLED.

    Exceptions pass through after the run is marked; Ctrl-C marks it KILLED.
    """
    import mlflow
    from mlflow.entities import Param, RunTag

    mlflow.set_experiment(experiment)
    with _ending(mlflow.start_run(run_id=run_id, run_name=None if run_id else name)) as run:
        client.log_batch(
            run.info.run_id,
            params=[Param(key, value[:MOST_PARAMETERS]) for key, value in params.items()],
            tags=[RunTag(key, value) for key, value in tags.items() if value])
        yield Tracked(client, run.info.run_id)


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps MLflow's advice on hints and input examples, which has no use here, off the screen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


@contextmanager
def _ending(run: Run) -> Iterator[Run]:
    import mlflow

    status = "FAILED"
    try:
        yield run
        status = "FINISHED"
    except KeyboardInterrupt:
        status = "KILLED"
        raise
    finally:
        mlflow.end_run(status)


def run_tags(config: RunConfig, data: RunData, parent: str | None) -> dict[str, str]:
    """The tags that tell runs apart in the UI."""
    encoder = getattr(config.model, "encoder", "")
    return {
        "task": config.task, "family": config.model.family, "encoder": encoder,
        "codebook": data.codebook.name, "codebook_version": data.codebook.version,
        "codebook_digest": data.codebook.digest, "data_digest": data.digest,
        "dev_digest": data.dev.digest, "config_digest": config.digest,
        "git_commit": git_commit(), "seed": str(config.seed), "parent": parent or "",
        "mlflow.parentRunId": parent or "",
    }


def git_commit() -> str:
    """The commit of the project's checkout, `+dirty` if files differ, or empty outside one."""
    def ask(*words: str) -> str:
        done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True,
                              check=False)
        return done.stdout.strip() if done.returncode == 0 else ""

    try:
        commit = ask("rev-parse", "--short=12", "HEAD")
        return commit + ("+dirty" if commit and ask("status", "--porcelain", "-uno") else "")
    except OSError:  # no git on this machine
        return ""
