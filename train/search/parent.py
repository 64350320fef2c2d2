"""A search: trials of one study, each a run under the study's parent run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.comparing.seed_runs import KIND
from models.store.errors import without_password
from train.names import search_name
from train.rows import RunData
from train.search import study as studies
from train.search.report import settle
from train.search.space import Search
from train.search.study import Searched, Task
from train.search.trials import Worker

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient
    from optuna import Study


def check(search: Search, data: RunData) -> None:
    """Raises InputError for a metric that dev rows have not, and for encoders that are none."""
    from models.families.encoders import encoder_source
    from train.measures import check_measure

    for axis in search.axes:
        for value in axis.choices if axis.key == "model.encoder" else ():
            encoder_source(str(value))

    check_measure(search.metric, data, f"{search.path}: metric")


def carry_out(client: MlflowClient, task: Task) -> Searched:
    """Runs what is left of the trials, or its share of them beside other processes.

    Ctrl-C ends the trial in hand, which goes on with the next call, and comes back as
    `interrupted`. The parent run then holds how the study stands.
    """
    study = studies.open_study(
        task.storage,
        task.name,
        task.search,
        most_epochs(task.search),
        lambda: open_parent(client, task),
    )
    parent = _parent(client, task, study)
    worker = Worker(client, task, study, parent)
    interrupted = False
    try:
        worker.work()
    except KeyboardInterrupt:
        interrupted = True
    searched = Searched(task, study, parent, study.get_trials(), worker.failed, interrupted)
    return settle(client, searched, worker.tried)


def most_epochs(search: Search) -> int:
    """The most epochs that a trial may have; 1 for families without epochs."""
    for axis in search.axes:
        if axis.key == "model.epochs":
            return int(max(axis.high, *(float(value or 0) for value in (*axis.choices, 0))))
    return int(getattr(search.base.model, "epochs", 1))


def open_parent(client: MlflowClient, task: Task) -> str:
    """Opens the run above the trials and returns its id."""
    from train.tracking.destination import experiment_name
    from train.tracking.origin import parameters, run_tags
    from train.tracking.tracked_run import Tracked

    config, settings = task.search.base, task.search.config
    tags = {
        key: value
        for key, value in run_tags(config, task.data, None).items()
        if key not in ("seed", "config_digest")
    }
    tags |= {
        KIND: "search",
        "study": task.name,
        "study_storage": without_password(task.storage),
        "search": task.search.path,
    }
    varied = {axis.key for axis in task.search.axes}
    params = {
        key: value for key, value in parameters(config, task.data).items() if key not in varied
    }
    params |= {f"search.{axis.key}": str(axis).split(": ", 1)[1] for axis in task.search.axes}
    params |= {
        "search.sampler": settings.sampler,
        "search.pruner": settings.pruner,
        "search.seed": str(settings.seed),
    }
    run = Tracked(
        client,
        experiment_name(config, task.data.codebook),
        search_name(task.config_path.stem),
        tags,
        params,
    )
    run.open()
    return run.run_id


def _parent(client: MlflowClient, task: Task, study: Study) -> str:
    """The study's parent run, open; another one if it was deleted, or is in another store."""
    from mlflow.exceptions import MlflowException

    from models.store.connection import is_missing

    parent = str(study.user_attrs[studies.PARENT])
    try:
        active = client.get_run(parent).info.lifecycle_stage == "active"
    except MlflowException as error:
        if not is_missing(error):
            raise
        active = False
    if not active:
        parent = open_parent(client, task)
        study.set_user_attr(studies.PARENT, parent)
    client.update_run(parent, status="RUNNING")
    return parent
