"""The MLflow store: which one, and whether it answers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from data.problems import InputError, Problem

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

DEFAULT_URI = "sqlite:///mlflow.db"
TIMEOUT = 4.0  # seconds to wait for a server's first answer


def tracking_uri() -> str:
    """The store's address: `MLFLOW_TRACKING_URI`, or `mlflow.db` in the working folder."""
    return os.environ.get("MLFLOW_TRACKING_URI") or DEFAULT_URI


def connect() -> MlflowClient:
    """Points MLflow at the store and returns its client.

    Raises:
        InputError: a server that does not answer in 4 seconds, or an address of no known kind.
    """
    uri = tracking_uri()
    check(uri)
    os.environ.setdefault("MLFLOW_ENABLE_ASYNC_LOGGING", "false")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "ERROR")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    import mlflow
    from mlflow.tracking import MlflowClient

    mlflow.set_tracking_uri(uri)
    return MlflowClient()


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
