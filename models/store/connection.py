"""The MLflow store: which one, whether it can be opened, and what its faults mean."""

from __future__ import annotations

import logging
import os
import re
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from data.problems import Problem
from models.store import database
from models.store.errors import WHERE, StoreError, without_password
from models.store.server import server_problem, status_problem

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

DEFAULT_URI = "sqlite:///mlflow.db"
TIMEOUT = 4.0  # seconds to wait for an answer where a training waits for it
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
KINDS = ("sqlite", "postgresql", "mysql", "mssql", "databricks")
LIBRARIES = {
    "mlflow",
    "sqlalchemy",
    "alembic",
    "sqlite3",
    "requests",
    "urllib3",
    "psycopg2",
    "psycopg",
    "MySQLdb",
    "pymysql",
    "pyodbc",
}  # whose errors are faults of the store
MISSING = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
Answer = TypeVar("Answer")


def tracking_uri() -> str:
    """The store's address: `MLFLOW_TRACKING_URI`, or `mlflow.db` in the working folder."""
    uri = os.environ.get("MLFLOW_TRACKING_URI", "").strip() or DEFAULT_URI
    return uri.rstrip("/") if _is_server(uri) else uri


def shown_uri() -> str:
    """The store's address as messages may show it."""
    return without_password(tracking_uri())


def connect(make: bool = False) -> MlflowClient:
    """Points MLflow at the store and returns its client.

    Args:
        make: make a sqlite store that is not there yet; commands that only read make none.

    Raises:
        NoStoreError: there is none at the address, and none is to be made.
        StoreError: a server that does not answer or lets nobody read, an address of no known kind,
            a file that cannot be made or is no store, a database that cannot be reached.
    """
    uri = tracking_uri()
    configure_mlflow()
    check(uri)
    import mlflow
    from mlflow.tracking import MlflowClient

    mlflow.set_tracking_uri(uri)
    with store_errors():
        if (file := database.file_of(uri)) is not None:
            database.prepare(file, make)
        elif not _is_server(uri):
            database.reach(uri, make)
        return patiently(MlflowClient)


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


def all_pages(search: Callable[..., Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
    """Yields all that one of the client's searches finds, page by page."""
    token = None
    while True:
        page = search(*args, page_token=token, **kwargs)
        yield from page
        token = page.token
        if not token:
            return


def quoted(text: str) -> str:
    """Text as MLflow's filters take it: in quotes that it does not hold itself."""
    return f'"{text}"' if "'" in text else f"'{text}'"


def check(uri: str, patience: float | None = None) -> None:
    """Raises StoreError unless the address is of a known kind and its server lets us read.

    Args:
        uri: the address.
        patience: seconds to wait for a server's answer; as long as `store.server` says if None.
    """
    kind = urlsplit(uri).scheme.split("+")[0]
    if _is_server(uri):
        configure_mlflow()
        if problem := server_problem(uri, patience):
            raise StoreError(problem)
    elif kind not in KINDS:
        expected = "expected sqlite:///FILE, or http://HOST:PORT of an MLflow server"
        if kind == "postgres":
            expected = f"expected {without_password(f'postgresql{uri[len(kind) :]}')}"
        elif Path(uri).is_file():
            expected = f"expected sqlite:///{uri}"
        raise StoreError(Problem(WHERE, f"is '{without_password(uri)}'", expected))
    elif kind == "sqlite":
        database.check_address(uri)


def configure_mlflow() -> None:
    """Sets what the project needs of MLflow, where the user has set nothing; before its import."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)  # it tells each retry
    # Who trusts any certificate has said so; urllib3 would warn at every request.
    warnings.filterwarnings("ignore", message="Unverified HTTPS request")


@contextmanager
def store_errors() -> Iterator[None]:
    """Turns what MLflow, databases and connections raise into a StoreError of one line.

    Also a decorator: `@store_errors()`. Others, InputErrors among them, pass through.
    """
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in LIBRARIES:
            raise
        raise StoreError(_problem(tracking_uri(), error)) from error


def is_missing(error: Exception) -> bool:
    """Whether the store was read and lacks what was asked for: then it has no fault."""
    return getattr(error, "error_code", "") in MISSING and "failed with error code" not in str(
        error
    )  # such is a proxy's page


def _problem(uri: str, error: Exception) -> Problem:
    text = str(error).strip()
    if not _is_server(uri):
        return database.problem(uri, error)
    status = re.search(r"failed with error code (\d+)|too many (\d+) error responses", text)
    if status:
        return status_problem(
            uri, int(status[1] or status[2]), text.partition("Response body: '")[2].rstrip("'")
        )
    code = getattr(error, "error_code", "")
    if code in ("PERMISSION_DENIED", "UNAUTHENTICATED", "CUSTOMER_UNAUTHORIZED"):
        return status_problem(uri, 403 if code == "PERMISSION_DENIED" else 401)
    unreachable = server_problem(uri, TIMEOUT) if "API request" in text else None
    return unreachable or Problem(
        WHERE,
        f"the server at {without_password(uri)} says: {text.partition(chr(10))[0][:300]}",
        "look into its log",
    )


def _is_server(uri: str) -> bool:
    return urlsplit(uri).scheme in ("http", "https")
