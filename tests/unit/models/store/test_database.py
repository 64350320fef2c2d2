import os
import shutil
import sqlite3
import stat

import pytest

from models.store import database
from models.store.connection import connect
from models.store.database import check_address, problem, reach
from models.store.errors import StoreError


@pytest.fixture
def at(monkeypatch):
    """Names a store's address, and returns what is told when it is opened."""

    def open_(uri, make=False):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        with pytest.raises(StoreError) as raised:
            connect(make)
        return str(raised.value)

    return open_


def test_reading_makes_no_store(at, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = at("sqlite:///mlflow.db")
    assert text.startswith(f"sqlite:///mlflow.db ({tmp_path}/mlflow.db): there is no store here")
    assert "training makes one (eventstance train" in text
    (tmp_path / "empty.db").touch()
    assert "there is no store here yet" in at("sqlite:///empty.db")
    assert [path.name for path in tmp_path.iterdir()] == ["empty.db"]


@pytest.mark.parametrize("make", [False, True])
def test_a_folder_that_does_not_exist_is_no_place_for_a_store(at, tmp_path, make):
    text = at(f"sqlite:///{tmp_path}/new/mlflow.db", make)
    assert f"the folder {tmp_path}/new does not exist; correct the address, or make" in text
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("sqlite://mlflow.db", "names no file; expected sqlite:///FILE (three slashes"),
        ("sqlite:mlflow.db", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "keeps nothing after the command"),
        ("sqlite:///~/mlflow.db", "~ stands for nothing there"),
    ],
)
def test_sqlite_addresses_that_name_no_file(at, uri, words):
    assert words in at(uri)


def test_files_that_are_no_store(at, tmp_path):
    assert "is a folder" in at(f"sqlite:///{tmp_path}")
    (tmp_path / "text.db").write_text("these are not the tables that anybody looks for")
    assert "the file is no sqlite database" in at(f"sqlite:///{tmp_path}/text.db")
    unrelated = tmp_path / "other.db"
    with sqlite3.connect(unrelated) as connection:
        connection.execute("CREATE TABLE trials (id)")
    for make in (False, True):
        assert "but no MLflow store" in at(f"sqlite:///{unrelated}", make)
    with sqlite3.connect(unrelated) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("trials",)]


@pytest.mark.parametrize(
    ("revision", "words"),
    [
        ("feedbeef0000", "made by a newer MLflow than .*install that version"),
        ("451aebb31d03", "made by an older MLflow than .*mlflow db upgrade sqlite:///"),
    ],
)
def test_stores_of_other_versions_are_left_as_they_are(at, store, revision, words):
    with sqlite3.connect(store / "mlflow.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.execute("DROP TABLE issues")  # MLflow would make it again, and all that is new
    import re

    assert re.search(words, at(f"sqlite:///{store}/mlflow.db"))
    with sqlite3.connect(store / "mlflow.db") as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (revision,)
        ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_nobody_may_write_to(at, store):
    (store / "mlflow.db").chmod(stat.S_IRUSR)
    assert "it may not be written to" in at(f"sqlite:///{store}/mlflow.db", make=True)
    assert connect().search_experiments()


def test_a_store_that_nobody_may_write_to_is_told_before_training(at, store, monkeypatch):
    access = os.access
    monkeypatch.setattr(
        database.os, "access", lambda place, mode: mode != os.W_OK and access(place, mode)
    )
    assert "it may not be written to; allow" in at(f"sqlite:///{store}/mlflow.db", make=True)
    assert connect().search_experiments()


def test_a_folder_that_takes_no_files_is_told_at_once(at):
    text = at("sqlite:////proc/mlflow.db", make=True)
    assert "cannot be opened: no file can be made there (No such file or directory)" in text


@pytest.mark.parametrize("folder", ["a b", "ü é", "100%", "mlruns"])
def test_new_stores_have_their_artifacts_beside_them(tmp_path, monkeypatch, store, folder):
    (tmp_path / folder).mkdir()
    monkeypatch.setattr(database, "_make", lambda file: shutil.copy(store / "mlflow.db", file))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/{folder}/mlflow.db")
    assert connect(make=True).get_experiment("0").name == "Default"
    check_address(f"sqlite:///{tmp_path}/{folder}/mlflow.db?timeout=5")


def test_databases_without_driver_name_the_package():
    for uri, package in (
        ("postgresql+psycopg2://anna:pw@h/d", "psycopg2-binary"),
        ("postgresql+psycopg://anna:pw@h/d", '"psycopg[binary]"'),
        ("mysql://anna:pw@h/d", "mysqlclient"),
        ("mysql+pymysql://h/d", "pymysql"),
    ):
        try:
            reach(uri, make=False)
        except StoreError as error:
            assert f"pip install {package}" in str(error)
            assert "pw" not in str(error)
        except Exception:  # the driver is installed here
            continue


class OperationalError(Exception):
    pass


@pytest.mark.parametrize(
    ("uri", "error", "words"),
    [
        (
            "postgresql://anna:pw@h/d",
            OperationalError(
                '(psycopg2.OperationalError) connection to server at "h" failed: FATAL:  password '
                'authentication failed for user "anna"\n(Background on this error)'
            ),
            "postgresql://anna:***@h/d does not let us in (connection to server",
        ),
        (
            "mysql+pymysql://anna:pw@h/d",
            OperationalError(
                "(pymysql.err.OperationalError) (1045, \"Access denied for user 'anna'\")"
            ),
            "correct user and password",
        ),
        (
            "postgresql://h/d",
            OperationalError('(psycopg2.OperationalError) could not translate host name "h"'),
            "postgresql://h/d cannot be reached",
        ),
        (
            "sqlite:///x.db",
            OperationalError(
                "(sqlite3.OperationalError) attempt to write a readonly database\n[SQL: …]"
            ),
            "is read-only; allow writing",
        ),
        ("sqlite:///x.db", OperationalError("database is locked"), "held by another process"),
        ("sqlite:///x.db", OperationalError("database disk image is malformed"), "is damaged"),
        ("sqlite:///x.db", OperationalError("(x.Error) odd\nmore"), "x.db cannot be used: odd; "),
    ],
)
def test_what_errors_of_databases_mean(uri, error, words):
    text = str(problem(uri, error))
    assert words in text
    assert "\n" not in text
    assert "pw" not in text
