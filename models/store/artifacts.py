"""Files of runs and models, from wherever the store keeps them."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from data.problems import Problem
from models.store import database
from models.store.connection import is_missing, tracking_uri
from models.store.errors import StoreError
from models.store.locations import Locations, exists, local_path

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient


def run_file(client: MlflowClient, run_id: str, path: str, scratch: str | Path) -> Path:
    """Returns a file or folder of a run, downloaded into `scratch` if it is not on this machine.

    Raises:
        FileNotFoundError: the run holds none of that name; or as MLflow for a server's fault.
    """
    return _fetched(str(client.get_run(run_id).info.artifact_uri), path, Path(scratch) / run_id)


def model_folder(location: str) -> Path:
    """Returns the folder of a model; what is downloaded is removed when the process ends.

    Args:
        location: as the store records it.

    Raises:
        FileNotFoundError: there is none; or as MLflow for a server's fault.
    """
    return _fetched(location, "", Path(tempfile.mkdtemp(dir=_downloads())))


def log_text(client: MlflowClient, run_ids: Iterable[str], text: str, path: str) -> None:
    """Writes a file into the artifacts of runs, in the place of an older one of that name.

    Raises:
        StoreError: they are of another store's folder, or may not be written to.
    """
    runs = [client.get_run(run_id).info for run_id in run_ids]
    for run in runs:
        check_writable(str(run.artifact_uri))
    for run in runs:
        try:
            client.log_text(run.run_id, text, path)
        except OSError as error:
            raise StoreError(
                Problem(
                    f"run {run.run_id[:8]}",
                    f"{path} could not be written to "
                    f"{run.artifact_uri} ({error.strerror or error})",
                    "allow writing there",
                )
            ) from error


def place(location: str) -> Path | None:
    """Where on this machine the files recorded at `location` are; None if they are on none."""
    file = database.file_of(tracking_uri())
    return local_path(location) if file is None else Locations(file).present(location)


def check_writable(location: str) -> None:
    """Raises StoreError where files written to `location` would go into another store's folder."""
    file = database.file_of(tracking_uri())
    if file is not None:
        Locations(file).check_own(location)


def _fetched(location: str, path: str, into: Path) -> Path:
    import mlflow
    from mlflow.exceptions import MlflowException

    here = place(location)
    if here is not None:
        if not exists(here / path):
            raise FileNotFoundError(f"there is no {here / path}")
        return here / path
    try:
        return Path(
            mlflow.artifacts.download_artifacts(
                artifact_uri=f"{location.rstrip('/')}/{path}".rstrip("/"), dst_path=str(into)
            )
        )
    except (MlflowException, OSError) as error:  # requests' errors are OSErrors
        if is_missing(error) or _not_found(str(error)):
            raise FileNotFoundError(f"the store has no {path or 'files'} at {location}") from error
        raise


def _not_found(text: str) -> bool:
    """Whether a failed download, of which MLflow lists each file's error, says so of all."""
    answers = re.findall(r"\b([45]\d\d) (?:Client|Server) Error", text)
    return bool(answers and set(answers) == {"404"}) or (
        not answers and bool(re.search(r"No such artifact|NoSuchKey|Not ?Found", text))
    )


@cache
def _downloads() -> str:
    """A folder that lasts as long as the process."""
    folder = tempfile.mkdtemp(prefix="eventstance-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
