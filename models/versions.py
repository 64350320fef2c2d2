"""Which version a reference means: runs become versions, parent runs stand for their best."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from data.problems import InputError, Problem
from models.resolve import model_id_of

FIGURE = "dev/macro_f1"  # of all tasks and families

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.tracking import MlflowClient


def version_meant(client: MlflowClient, ref: str) -> tuple[ModelVersion, str]:
    """The version that `ref` means, and how it was chosen where `ref` is a parent run.

    Args:
        client: of the store.
        ref: a run id, `runs:/RUN`, or `event/3`. A run without a version is registered.

    Raises:
        InputError: no such run or version, or a run (and its children) without a model.
    """
    from mlflow.exceptions import MlflowException

    named = re.fullmatch(r"(?:models:/)?([\w.-]+)/(\d+)", ref)
    if named:
        try:
            return client.get_model_version(named[1], named[2]), ""
        except MlflowException as error:
            raise InputError(Problem(ref, "no such version", "python -m models list shows them")
                             ) from error
    run_id = ref.removeprefix("runs:/").removesuffix("/model")
    if not re.fullmatch(r"[0-9a-f]{32}", run_id):
        raise InputError(Problem(ref, "names no run or version",
                                 "expected a run id of 32 hex digits, or NAME/VERSION"))
    run = run_or_none(client, run_id)
    chosen = ""
    if run is not None and _is_parent(run):
        run, among = _best_child(client, run)
        chosen = (f" (run {run.info.run_id[:8]}, the best of {among} under the parent run "
                  f"{run_id[:8]})")
        run_id = str(run.info.run_id)
    model_id = model_id_of(client, run_id)
    existing = list(client.search_model_versions(f"run_id = '{run_id}'"))
    if existing:
        return existing[0], chosen
    assert run is not None  # model_id_of has asked for it
    return register(client, run.data.tags.get("task", ""), run_id, model_id), chosen


def _is_parent(run: Run) -> bool:
    """Whether it has no model of its own and stands for others: seeds, a sweep, a search."""
    return "kind" in run.data.tags and not (run.outputs and run.outputs.model_outputs)


def _best_child(client: MlflowClient, parent: Run) -> tuple[Run, int]:
    """The child with the highest figure that selects, and how many have one.

    Raises:
        InputError: no child has finished with a model.
    """
    found: list[tuple[float, Run]] = []
    parents = [parent.info.run_id]
    while parents:
        children = client.search_runs(
            [parent.info.experiment_id], f"tags.`mlflow.parentRunId` = '{parents.pop()}'")
        for child in children:
            value = child.data.metrics.get(child.data.params.get("select_by", "dev/macro_f1"))
            if _is_parent(child):
                parents.append(child.info.run_id)
            elif value is not None and child.info.status == "FINISHED" and (
                    child.outputs and child.outputs.model_outputs):
                found.append((value, child))
    if not found:
        raise InputError(Problem(parent.info.run_id, "is a parent run, and none of its runs has "
                                 "finished with a model", "name a finished run"))
    return max(found, key=lambda pair: pair[0])[1], len(found)


def register(client: MlflowClient, name: str, run_id: str, model_id: str) -> ModelVersion:
    """Makes a run's logged model the next version of registered model `name`.

    The family and the figure stand with it as tags: the UI's list of versions has no metrics.
    """
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    run = client.get_run(run_id)
    shown = {"family": run.data.tags.get("family"), FIGURE: run.data.metrics.get(FIGURE)}
    version = client.create_model_version(
        name, source=f"models:/{model_id}", run_id=run_id, model_id=model_id,
        tags={key: value if isinstance(value, str) else f"{value:.3f}"
              for key, value in shown.items() if value is not None})
    # The UI links a logged model to its version by this tag, which only a server sets itself.
    client.set_logged_model_tags(model_id, {"mlflow.modelVersions": json.dumps(
        [{"name": name, "version": str(version.version)}])})
    return version


def run_or_none(client: MlflowClient, run_id: str | None) -> Run | None:
    """The run of that id, or None if it is gone."""
    from mlflow.exceptions import MlflowException

    try:
        return client.get_run(run_id) if run_id else None
    except MlflowException:
        return None
