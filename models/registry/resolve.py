"""From a name of a model to the model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from data.codebook import Codebook
from data.problems import InputError, Problem
from models.portable import serving
from models.portable.serving import ServedModel
from models.registry.references import EXPECTED, dereference, is_reference
from models.store.artifact_names import KEPT_AS, MANIFEST
from models.store.artifacts import model_folder
from models.store.connection import connect, is_missing, shown_uri, store_errors
from models.store.locations import local_path

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient


@dataclass(frozen=True)
class ModelFiles:
    """Where a model lies.

    Attributes:
        folder: its files.
        name, version: registered name and version, or the run's name and id.
        manifest: the sha256 that its model.json had when it was logged; empty if not known.
    """

    folder: Path
    name: str
    version: str
    manifest: str = ""


def load_model(ref: str) -> ServedModel:
    """Returns the model that `ref` names, loaded and checked.

    The store's record of the model's manifest is compared with the files: whoever may write
    those only cannot put another model in its place.

    Args:
        ref: `event@champion`, `event/3`, `runs:/RUN_ID`, or a folder. An alias is resolved once;
            that of a task stands for its only champion, of whatever codebook.

    Raises:
        InputError: there is no such model, it cannot be served, or it is not the one recorded.
    """
    return load_found(locate(ref), ref)


def load_found(files: ModelFiles, ref: str) -> ServedModel:
    """Returns the model that lies there, `ref` naming it in messages; raises as `load_model`."""
    try:
        model = serving.load(files.folder)
    except serving.ModelError as error:
        raise InputError(
            Problem(
                ref,
                str(error).removeprefix(f"{files.folder}/").removeprefix(f"{files.folder}: "),
                "save it again, or name another",
            )
        ) from error
    if files.manifest and manifest(files.folder) != files.manifest:
        raise _swapped(ref, files)
    model.name, model.version = files.name, files.version
    return model


def codebook_of(model: ServedModel) -> Codebook:
    """The codebook that the model was trained for, as saved with it."""
    return Codebook.model_validate(model.meta["codebook"])


def manifest(folder: Path) -> str:
    """The sha256 of a model's `model.json`, which has that of each of its files."""
    return hashlib.sha256((folder / "model.json").read_bytes()).hexdigest()


@store_errors()
def locate(ref: str) -> ModelFiles:
    """Finds the folder of the model that `ref` names; raises as `load_model`."""
    path = Path(ref).expanduser()
    if path.is_dir():
        for folder in (path, path / KEPT_AS, path / "artifacts" / KEPT_AS):
            if (folder / "model.json").is_file():
                return ModelFiles(folder, path.resolve().name, "")
        raise InputError(Problem(ref, "is a folder without a model", EXPECTED))
    if not is_reference(ref):
        raise InputError(Problem(ref, "names no model", EXPECTED))
    client = connect()
    reference = dereference(client, ref)
    files = (
        _of_run(client, reference.run_id, ref)
        if reference.run_id
        else _of_version(client, reference.name, reference.version, ref)
    )
    if files.manifest and manifest(files.folder) != files.manifest:
        raise _swapped(ref, files)
    return files


def _of_run(client: MlflowClient, run_id: str, ref: str) -> ModelFiles:
    location = str(client.get_logged_model(model_id_of(client, run_id)).artifact_location)
    run = client.get_run(run_id)
    return ModelFiles(
        _portable(location, ref), str(run.info.run_name), run_id, run.data.tags.get(MANIFEST, "")
    )


def _of_version(client: MlflowClient, name: str, number: str, ref: str) -> ModelFiles:
    from mlflow.exceptions import MlflowException

    try:
        version = client.get_model_version(name, number)
    except MlflowException as error:
        if not is_missing(error):
            raise
        raise InputError(
            Problem(ref, f"no such version in {shown_uri()}", "eventstance models list shows them")
        ) from error
    location = str(client.get_model_version_download_uri(name, number))
    if location.startswith("models:/m-"):
        location = str(client.get_logged_model(location.removeprefix("models:/")).artifact_location)
    return ModelFiles(
        _portable(location, ref), name, str(version.version), version.tags.get(MANIFEST, "")
    )


def _portable(location: str, ref: str) -> Path:
    """The folder with the model's model.json, below a recorded location."""
    try:
        folder = model_folder(location)
    except FileNotFoundError as error:
        hint = " (eventstance models relocate --to FOLDER records where they are now)"
        raise InputError(
            Problem(
                ref,
                f"its files are gone: {error}",
                "bring them back" + (hint if local_path(location) else "") + ", or name another",
            )
        ) from error
    for path in sorted(folder.rglob("model.json")):
        return path.parent
    raise InputError(
        Problem(ref, "was not saved by this project: it holds no model.json", EXPECTED)
    )


def _swapped(ref: str, files: ModelFiles) -> InputError:
    return InputError(
        Problem(
            ref,
            "its files are not the model that was logged: the sha256 of model.json is "
            f"{manifest(files.folder)[:16]}…, the store says {files.manifest[:16]}…",
            "put the files back as they were, or name another model",
        )
    )


@store_errors()
def run_of(ref: str) -> str | None:
    """The id of the run that `ref` names or whose model it names; None for a folder.

    Raises:
        InputError: there is no such run, version or alias.
    """
    if Path(ref).expanduser().is_dir():
        return None
    if not is_reference(ref):
        raise InputError(Problem(ref, "names no model", EXPECTED))
    from mlflow.exceptions import MlflowException

    client = connect()
    reference = dereference(client, ref)
    try:
        if reference.run_id:
            return str(client.get_run(reference.run_id).info.run_id)
        return client.get_model_version(reference.name, reference.version).run_id or None
    except MlflowException as error:
        if not is_missing(error):
            raise
        raise InputError(
            Problem(ref, f"no such run or version in {shown_uri()}", EXPECTED)
        ) from error


def model_id_of(client: MlflowClient, run_id: str) -> str:
    """The logged model of a run; raises InputError if the run is unknown or has none."""
    from mlflow.exceptions import MlflowException

    try:
        outputs = client.get_run(run_id).outputs
    except MlflowException as error:
        if not is_missing(error):
            raise
        raise InputError(Problem(run_id, f"no such run in {shown_uri()}", EXPECTED)) from error
    if not outputs or not outputs.model_outputs:
        raise InputError(
            Problem(
                run_id,
                "the run has no model (it did not finish, or is a parent)",
                "name a finished run",
            )
        )
    return str(outputs.model_outputs[-1].model_id)


def run_name(client: MlflowClient, run_id: str) -> str:
    """The readable name of a run."""
    return str(client.get_run(run_id).info.run_name)
