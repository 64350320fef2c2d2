"""A store in a database: a sqlite file, or one that needs a driver; what is wrong with it."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

from data.problems import Problem
from models.store.errors import WHERE, NoStoreError, StoreError, without_password

SQLITE = b"SQLite format 3"
TABLES = {"experiments", "runs", "metrics", "registered_models", "alembic_version"}
ROOT = "mlruns"  # beside the file: where its artifacts lie
DRIVERS = {  # module to the package that has it
    "psycopg": '"psycopg[binary]" (or psycopg2-binary, and postgresql+psycopg2:// in the address)',
    "psycopg2": "psycopg2-binary",
    "MySQLdb": "mysqlclient (or pymysql, and mysql+pymysql:// in the address)",
    "pymysql": "pymysql",
    "pyodbc": "pyodbc",
}


def file_of(uri: str) -> Path | None:
    """The file of a sqlite address as it stands there; None for other kinds."""
    kind, _, name = uri.partition(":///")
    return Path(name.partition("?")[0]) if kind.split("+")[0] == "sqlite" and name else None


def check_address(uri: str) -> None:
    """Raises StoreError for a sqlite address that names no file, or one in a missing folder."""
    file = file_of(uri)
    if file is None or ":memory:" in uri or "mode=memory" in uri:
        what = "keeps nothing after the command" if "memory" in uri else "names no file"
        raise StoreError(
            Problem(
                WHERE,
                f"is '{uri}', which {what}",
                "expected sqlite:///FILE (three slashes; four before an absolute path)",
            )
        )
    if file.parts[:1] == ("~",):
        raise StoreError(
            Problem(
                WHERE,
                f"is '{uri}': ~ stands for nothing there",
                f"expected sqlite:///{file.expanduser()}",
            )
        )
    if not file.parent.is_dir():
        raise _cannot(
            file,
            f"the folder {file.parent} does not exist",
            "correct the address, or make the folder",
        )


def prepare(file: Path, make: bool) -> None:
    """Makes a sqlite store if it is missing and `make`; checks one that is there.

    Raises:
        NoStoreError: it is missing or empty, and none is to be made.
        StoreError: a folder, no store, a store of another MLflow; with `make` also where
            nobody may write.
    """
    if file.is_dir():
        raise _cannot(file, "is a folder", "name the file in it: sqlite:///FOLDER/mlflow.db")
    if not _made(file) and not make:
        raise NoStoreError(_address(file))
    if make:
        check_writable(file)
    if not _made(file):
        _make(file)
    _check_store(file)


def check_writable(file: Path) -> None:
    """Raises StoreError where a sqlite file, or the folder that it is in, is read-only."""
    if not all(os.access(place, os.W_OK) for place in (file, file.parent) if place.exists()):
        raise _cannot(
            file,
            "it may not be written to",
            "allow writing to the file and its folder, or name another store",
        )


def _cannot(file: Path, what: str, expected: str) -> StoreError:
    return StoreError(Problem(WHERE, f"{_address(file)} cannot be opened: {what}", expected))


def _address(file: Path) -> str:
    """A sqlite file's address, with its whole path where it is relative."""
    return f"sqlite:///{file}" + ("" if file.is_absolute() else f" ({file.absolute()})")


def _made(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _make(file: Path) -> None:
    """Makes a sqlite store whole or not at all; of several processes one, the others wait.

    MLflow's own migrations of an empty file stop with an error where two processes run them, and
    leave a file that cannot be used where one is killed in them.
    """
    from filelock import FileLock
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    lock = Path(f"{file}.lock")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.touch()  # where no file can be made, one would wait for the lock without end
    except OSError as error:
        raise _cannot(
            file, f"no file can be made there ({error.strerror})", "name another store"
        ) from error
    with FileLock(lock):
        try:
            if not _made(file):
                SqlAlchemyStore(f"sqlite:///{part}", str(file.parent.resolve() / ROOT))
                part.replace(file)
        finally:
            part.unlink(missing_ok=True)
            lock.unlink(missing_ok=True)  # who still waits for it finds the store made


def reading(file: Path) -> closing[sqlite3.Connection]:
    """Opens a sqlite file to read it only; closed at the end of a `with` block."""
    return closing(
        sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True, timeout=20)
    )


def _check_store(file: Path) -> None:
    """Raises StoreError unless the file is a store that this MLflow can read as it is."""
    with file.open("rb") as stream:
        if stream.read(len(SQLITE)) != SQLITE:
            raise _cannot(file, "the file is no sqlite database", "name another store")
    with reading(file) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if not tables >= TABLES:
            raise _cannot(file, "it is a sqlite database, but no MLflow store", "name another file")
        ((revision,),) = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    if fault := _of_another_version(revision, f"sqlite:///{file}"):
        raise _cannot(file, *fault)


def _of_another_version(revision: str, uri: str) -> tuple[str, str] | None:
    """What is wrong with a store of that schema, and what to do; None if it is this MLflow's.

    MLflow itself would change an older store without a word.
    """
    import mlflow
    from alembic.script import ScriptDirectory

    versions = ScriptDirectory(str(Path(mlflow.__file__).parent / "store" / "db_migrations"))
    if revision in versions.get_heads():
        return None
    if revision in {script.revision for script in versions.walk_revisions()}:
        return (
            f"it was made by an older MLflow than {mlflow.__version__}",
            f"keep a copy of it, then: mlflow db upgrade {uri}",
        )
    return (
        f"it was made by a newer MLflow than {mlflow.__version__} (its schema {revision} is "
        "unknown here)",
        "install that version, or name another store",
    )


def reach(uri: str, make: bool) -> None:
    """Connects once to a database other than sqlite, and checks what is there.

    MLflow would try ten times in a minute, also with a wrong password.

    Raises:
        NoStoreError: there is none, and none is to be made.
        StoreError: no driver, or a store of another MLflow; or as the driver, where it cannot be
            reached.
    """
    if urlsplit(uri).scheme == "databricks":
        return
    import sqlalchemy

    address = without_password(uri)
    try:
        engine = sqlalchemy.create_engine(uri)
    except ImportError as error:
        raise StoreError(problem(uri, error)) from error
    try:
        with engine.connect() as connection:
            if set(sqlalchemy.inspect(connection).get_table_names()) >= TABLES:
                revision = connection.execute(
                    sqlalchemy.text("SELECT version_num FROM alembic_version")
                ).scalar_one()
                if fault := _of_another_version(str(revision), address):
                    raise StoreError(
                        Problem(WHERE, f"{address} cannot be opened: {fault[0]}", fault[1])
                    )
            elif not make:
                raise NoStoreError(address)
    finally:
        engine.dispose()


def problem(uri: str, error: BaseException) -> Problem:
    """Returns what an error of a database, or of MLflow over it, means for the user."""
    address, text = without_password(uri), str(error).strip()
    first = re.sub(r"^\(\S+\) ", "", text.partition("\n")[0])[:300]
    driver = getattr(error, "name", None) if isinstance(error, ImportError) else None
    if driver:
        return Problem(
            WHERE,
            f"{address} needs the driver {driver}, which is not installed",
            f"pip install {DRIVERS.get(driver, driver)}",
        )
    if "Can't load plugin" in text:
        return Problem(
            WHERE,
            f"{address} names no driver that is known ({first})",
            "expected postgresql://, mysql+pymysql:// or mssql+pyodbc://",
        )
    if "readonly database" in text:
        return Problem(WHERE, f"{address} is read-only", "allow writing to the file and its folder")
    if "database is locked" in text:
        return Problem(WHERE, f"{address} is held by another process", "try again when it is done")
    if "malformed" in text or "not a database" in text:
        return Problem(WHERE, f"{address} is damaged ({first})", "put a copy in its place")
    refused = re.search(r"(?i)password|authentication|access denied|role .* does not exist", text)
    if refused:
        return Problem(
            WHERE,
            f"{address} does not let us in ({first})",
            "correct user and password in the address",
        )
    if not address.startswith("sqlite") and "OperationalError" in type(error).__name__:
        return Problem(
            WHERE,
            f"{address} cannot be reached ({first})",
            "correct host, port and name of the database in the address",
        )
    return Problem(WHERE, f"{address} cannot be used: {first}", "look there, or name another store")
