"""Which version a reference means: runs become versions, parent runs stand for their best."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from data.problems import InputError, Problem
from models.registry.names import check_labels, labels_of_run, note_labels, registered_name
from models.registry.references import dereference, is_reference
from models.registry.resolve import locate, manifest, model_id_of
from models.store.artifact_names import MANIFEST
from models.store.connection import all_pages, is_missing
from models.store.errors import StoreError

FIGURE = "dev/macro_f1"  # of all tasks and families
SELECT = "select_by"  # parameter: the dev metric that chooses epochs and models
ROWS = "dev_digest"  # tag: the dev rows that a run was measured on
SHOWN = ("family", "codebook", "dev_rows", ROWS, MANIFEST)  # tags of a run that its version has too

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.tracking import MlflowClient


def resolve_version(client: MlflowClient, ref: str) -> tuple[ModelVersion, str]:
    """The version that `ref` means, and how it was chosen where `ref` is a parent run.

    Args:
        client: of the store.
        ref: a run id or its beginning, `runs:/RUN`, `event/3` or `event@ALIAS`. A run without a
            version is registered.

    Raises:
        InputError: no such run or version, or a run (and its children) without a model.
    """
    from mlflow.exceptions import MlflowException

    if not is_reference(ref):
        raise InputError(
            Problem(
                ref,
                "names no run or version",
                "expected a run id (8 digits of it do), NAME/VERSION or NAME@ALIAS",
            )
        )
    reference = dereference(client, ref)
    if not reference.run_id:
        try:
            return client.get_model_version(reference.name, reference.version), ""
        except MlflowException as error:
            if not is_missing(error):
                raise
            raise InputError(
                Problem(ref, "no such version", "eventstance models list shows them")
            ) from error
    run_id, choice = reference.run_id, ""
    run = run_or_none(client, run_id)
    if run is not None and _is_parent(run):
        run, among = _best_child(client, run)
        choice = (
            f" (run {run.info.run_id[:8]}, the best of {among} under the parent run {run_id[:8]})"
        )
        run_id = str(run.info.run_id)
    model_id = model_id_of(client, run_id)
    existing = version_of_run(client, run_id)
    if existing is not None:
        return existing, choice
    tags = client.get_run(run_id).data.tags
    if "task" not in tags:
        raise InputError(
            Problem(
                ref,
                "is no run of this project: it says no task",
                "name a run that `eventstance train` made",
            )
        )
    return register(
        client, registered_name(tags["task"], tags.get("codebook", tags["task"])), run_id, model_id
    ), choice


def version_of_run(client: MlflowClient, run_id: str) -> ModelVersion | None:
    """The version that a run's model is, or None."""
    versions: Iterable[ModelVersion] = client.search_model_versions(f"run_id = '{run_id}'")
    return next(iter(versions), None)


def _is_parent(run: Run) -> bool:
    """Whether it has no model of its own and stands for others: seeds, a sweep, a search."""
    return "kind" in run.data.tags and not (run.outputs and run.outputs.model_outputs)


def _best_child(client: MlflowClient, parent: Run) -> tuple[Run, int]:
    """The child with the highest figure that selects, and how many have one.

    Raises:
        InputError: no child has finished with a model, or they were measured by different metrics
            or on different dev rows.
    """
    measured: list[tuple[float, Run]] = []
    parents = [parent.info.run_id]
    while parents:
        for child in all_pages(
            client.search_runs,
            [parent.info.experiment_id],
            f"tags.`mlflow.parentRunId` = '{parents.pop()}'",
        ):
            value = child.data.metrics.get(selects(child))
            if _is_parent(child):
                parents.append(child.info.run_id)
            elif (
                value is not None
                and child.info.status == "FINISHED"
                and (child.outputs and child.outputs.model_outputs)
            ):
                measured.append((value, child))
    if not measured:
        raise InputError(
            Problem(
                parent.info.run_id,
                "is a parent run, and none of its runs has finished with a model",
                "name a finished run",
            )
        )
    best: dict[tuple[str, str], tuple[float, Run]] = {}
    for pair in sorted(measured, key=lambda pair: pair[0]):
        best[selects(pair[1]), pair[1].data.tags.get(ROWS, "")] = pair
    if len(best) > 1:
        raise InputError(
            Problem(
                parent.info.run_id,
                "is a parent run whose runs were measured by different metrics or "
                "on different dev rows",
                "name one of its runs; the best of each kind: "
                + ", ".join(
                    f"{run.info.run_id[:8]} ({select} {value:.4f})"
                    for (select, _), (value, run) in best.items()
                ),
            )
        )
    return max(measured, key=lambda pair: pair[0])[1], len(measured)


def selects(run: Run) -> str:
    """The metric that a run was chosen by."""
    return str(run.data.params.get(SELECT, FIGURE))


def register(client: MlflowClient, name: str, run_id: str, model_id: str) -> ModelVersion:
    """Makes a run's logged model the next version of registered model `name`.

    Family, figure, codebook, dev rows and manifest stand with it as tags: the UI's list of
    versions has no metrics, and the manifest is checked when the model is loaded.

    Raises:
        InputError: the registered model has versions of other labels.
    """
    from mlflow.exceptions import MlflowException

    run = client.get_run(run_id)
    labels = labels_of_run(client, run_id)
    if labels is not None:
        check_labels(client, name, labels, f"run {run_id[:8]}")
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    if labels is not None:
        note_labels(client, name, labels)
    tags = {key: run.data.tags.get(key, "") for key in SHOWN}
    tags[MANIFEST] = tags[MANIFEST] or manifest_now(f"runs:/{run_id}")
    if FIGURE in run.data.metrics:
        tags[FIGURE] = f"{run.data.metrics[FIGURE]:.3f}"
    version = client.create_model_version(
        name,
        source=f"models:/{model_id}",
        run_id=run_id,
        model_id=model_id,
        tags={key: value for key, value in tags.items() if value},
    )
    # The UI links a logged model to its version by this tag, which only a server sets itself.
    client.set_logged_model_tags(
        model_id,
        {"mlflow.modelVersions": json.dumps([{"name": name, "version": str(version.version)}])},
    )
    return version


def manifest_now(ref: str) -> str:
    """The manifest of a model's files as they are now; empty where there are none."""
    try:
        return manifest(locate(ref).folder)
    except StoreError:
        raise
    except InputError:  # an empty model: nothing can be put in its place unseen
        return ""


def run_or_none(client: MlflowClient, run_id: str | None) -> Run | None:
    """The run of that id, or None if it is gone."""
    from mlflow.exceptions import MlflowException

    try:
        return client.get_run(run_id) if run_id else None
    except MlflowException as error:
        if not is_missing(error):
            raise
        return None
