"""From a name of a model to the model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from data.codebook import Codebook
from data.problems import InputError, Problem
from models import serving
from models.serving import ServedModel

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

KEPT_AS = "portable"  # the artifact folder beside MLflow's own files
EXPECTED = "expected NAME@ALIAS, NAME/VERSION, runs:/RUN, or the folder of a saved model"
NAMED = r"(?:models:/)?([\w.-]+)(?:@([\w.-]+)|/(\d+))"
RUN = r"(?:runs:/)?([0-9a-f]{32})(?:/model)?"


@dataclass(frozen=True)
class Found:
    """Where a model lies: its folder, its name, and its version or run."""

    folder: Path
    name: str
    version: str


def load_model(ref: str) -> ServedModel:
    """Returns the model that `ref` names, loaded and checked.

    Args:
        ref: `event@champion`, `event/3`, `runs:/RUN_ID`, or a folder. An alias is resolved once.

    Raises:
        InputError: there is no such model, or it cannot be served.
    """
    return load_found(locate(ref), ref)


def load_found(found: Found, ref: str) -> ServedModel:
    """Returns the model that lies there, `ref` naming it in messages; raises as `load_model`."""
    try:
        model = serving.load(found.folder)
    except serving.ModelError as error:
        raise InputError(Problem(ref, str(error), "save it again, or name another")) from error
    model.name, model.version = found.name, found.version
    return model


def codebook_of(model: ServedModel) -> Codebook:
    """The codebook that the model was trained for, as saved with it."""
    return Codebook.model_validate(model.meta["codebook"])


def locate(ref: str) -> Found:
    """Finds the folder of the model that `ref` names; raises as `load_model`."""
    path = Path(ref).expanduser()
    if path.is_dir():
        for folder in (path, path / KEPT_AS, path / "artifacts" / KEPT_AS):
            if (folder / "model.json").is_file():
                return Found(folder, path.resolve().name, "")
        raise InputError(Problem(ref, "is a folder without a model", EXPECTED))
    named = re.fullmatch(NAMED, ref)
    run = re.fullmatch(RUN, ref)
    if not named and not run:
        raise InputError(Problem(ref, "names no model", EXPECTED))
    from models.store import connect

    client = connect()
    if run:
        return Found(_download(f"models:/{model_id_of(client, run[1])}", ref),
                     run_name(client, run[1]), run[1])
    assert named is not None
    name, version = named[1], named[3] or version_of(client, named[1], named[2], ref)
    return Found(_download(f"models:/{name}/{version}", ref), name, version)


def run_of(ref: str) -> str | None:
    """The id of the run that `ref` names or whose model it names; None for a folder.

    Raises:
        InputError: there is no such run, version or alias.
    """
    if Path(ref).expanduser().is_dir():
        return None
    named = re.fullmatch(NAMED, ref)
    run = re.fullmatch(RUN, ref)
    if not named and not run:
        raise InputError(Problem(ref, "names no model", EXPECTED))
    from mlflow.exceptions import MlflowException

    from models.store import connect

    client = connect()
    try:
        if run:
            return str(client.get_run(run[1]).info.run_id)
        assert named is not None
        version = named[3] or version_of(client, named[1], named[2], ref)
        return client.get_model_version(named[1], version).run_id or None
    except MlflowException as error:
        raise InputError(Problem(ref, f"no such run or version in {_store()}",
                                 EXPECTED)) from error


def version_of(client: MlflowClient, name: str, alias: str, ref: str) -> str:
    """The version that an alias stands at; raises InputError if there is none."""
    from mlflow.exceptions import MlflowException

    try:
        return str(client.get_model_version_by_alias(name, alias).version)
    except MlflowException as error:
        raise InputError(Problem(
            ref, f"no model '{name}' has the alias '{alias}' in {_store()}",
            f"train (python -m train configs/{name}/tfidf.yaml) and promote (python -m models "
            f"promote RUN) first, or name a version, run or folder")) from error


def model_id_of(client: MlflowClient, run_id: str) -> str:
    """The logged model of a run; raises InputError if the run is unknown or has none."""
    from mlflow.exceptions import MlflowException

    try:
        outputs = client.get_run(run_id).outputs
    except MlflowException as error:
        raise InputError(Problem(run_id, f"no such run in {_store()}", EXPECTED)) from error
    if not outputs or not outputs.model_outputs:
        raise InputError(Problem(run_id, "the run has no model (it did not finish, or is a parent)",
                                 "name a finished run"))
    return str(outputs.model_outputs[-1].model_id)


def run_name(client: MlflowClient, run_id: str) -> str:
    """The readable name of a run."""
    return str(client.get_run(run_id).info.run_name)


def _download(uri: str, ref: str) -> Path:
    import mlflow
    from mlflow.exceptions import MlflowException

    try:
        folder = Path(mlflow.artifacts.download_artifacts(artifact_uri=uri))
    except (MlflowException, OSError) as error:
        raise InputError(Problem(ref, f"cannot be fetched from {_store()} ({error})",
                                 EXPECTED)) from error
    for kept in sorted(folder.rglob("model.json")):
        return kept.parent
    raise InputError(Problem(ref, "was not saved by this project: it holds no model.json",
                             EXPECTED))


def _store() -> str:
    from models.store import tracking_uri

    return tracking_uri()
