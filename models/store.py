"""The MLflow store: which one, and whether it answers."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from data.problems import InputError, Problem

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

DEFAULT_URI = "sqlite:///mlflow.db"
TIMEOUT = 4.0  # seconds to wait for a server's first answer
SETTINGS = {  # where the user has set nothing
    "MLFLOW_ENABLE_ASYNC_LOGGING": "false",
    "MLFLOW_LOGGING_LEVEL": "CRITICAL",  # faults are told by us, in a line
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    # A stopped server costs 6 seconds a call, not the 2 minutes of MLflow's 7 retries.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "60",
}
WAITS = (1.0, 4.0)  # seconds before trying again to write to a sqlite file that others hold
SQLITE = b"SQLite format 3"
Answer = TypeVar("Answer")


def tracking_uri() -> str:
    """The store's address: `MLFLOW_TRACKING_URI`, or `mlflow.db` in the working folder."""
    return os.environ.get("MLFLOW_TRACKING_URI") or DEFAULT_URI


def connect() -> MlflowClient:
    """Points MLflow at the store and returns its client; a sqlite file that is missing is made.

    Raises:
        InputError: a server that does not answer in 4 seconds, an address of no known kind, or a
            file that cannot be made or is no store.
    """
    uri = tracking_uri()
    check(uri)
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)  # it tells each retry
    import mlflow
    from mlflow.tracking import MlflowClient

    mlflow.set_tracking_uri(uri)
    kind, _, name = uri.partition(":///")
    file = Path(name.partition("?")[0])
    try:
        if kind.startswith("sqlite") and name and file.name != ":memory:":
            _make(file)
        return patiently(MlflowClient)
    except Exception as error:  # sqlite's, SQLAlchemy's, Alembic's and MLflow's own kinds
        raise InputError(Problem("MLFLOW_TRACKING_URI", f"{uri} cannot be opened: "
                                 f"{str(error).strip().partition(chr(10))[0]}",
                                 "allow writing there, or name another store")) from error


def patiently(call: Callable[[], Answer]) -> Answer:
    """Returns what `call` returns; tries again while other processes hold the sqlite file.

    MLflow itself waits 20 seconds each time.
    """
    for seconds in WAITS:
        try:
            return call()
        except Exception as error:  # it comes as sqlite's, SQLAlchemy's or MLflow's kind
            if "database is locked" not in str(error):
                raise
            time.sleep(seconds)
    return call()


def _make(file: Path) -> None:
    """Makes a sqlite store whole or not at all; of several processes one, the others wait.

    MLflow's own migrations of an empty file stop with an error where two processes run them, and
    leave a file that cannot be used where one is killed in them.
    """
    from filelock import FileLock
    from mlflow.tracking import MlflowClient

    def made() -> bool:
        return file.exists() and file.stat().st_size > 0

    if made():
        with file.open("rb") as stream:
            if stream.read(len(SQLITE)) != SQLITE:
                raise ValueError("the file is no sqlite database")
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = Path(f"{file}.lock")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    with FileLock(lock):
        try:
            if not made():
                MlflowClient(f"sqlite:///{part}")
                part.replace(file)
        finally:
            part.unlink(missing_ok=True)
            lock.unlink(missing_ok=True)  # who still waits for it finds the store made


def check(uri: str) -> None:
    """Raises InputError unless the address is of a known kind and its server answers."""
    kind = urlsplit(uri).scheme
    if kind in ("http", "https"):
        _answers(uri)
    elif kind.split("+")[0] not in ("sqlite", "postgresql", "mysql", "mssql", "databricks"):
        raise InputError(Problem(
            "MLFLOW_TRACKING_URI", f"is '{uri}'",
            "expected sqlite:///FILE, or http://HOST:PORT of an MLflow server"))


def _answers(uri: str) -> None:
    import http.client
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(f"{uri.rstrip('/')}/health", timeout=TIMEOUT):
            return
    except urllib.error.HTTPError:
        return  # something answers; a proxy may hide /health
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise InputError(Problem(
            "MLFLOW_TRACKING_URI", f"no MLflow server answers at {uri} ({reason})",
            "start it (mlflow server), correct the address, or unset the variable to use "
            f"{DEFAULT_URI}")) from error
