import socket
import time

import pytest

from data.problems import InputError
from models import store as store_module
from models.store import connect, patiently, tracking_uri


@pytest.mark.parametrize("uri", ["http//nothing", "file:///mlruns", "./mlruns", "ftp://host"])
def test_an_address_of_no_known_kind(monkeypatch, uri):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    with pytest.raises(InputError, match=r"MLFLOW_TRACKING_URI: is .*expected sqlite"):
        connect()


def test_a_server_that_refuses_is_told_at_once(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    started = time.monotonic()
    with pytest.raises(InputError, match=r"no MLflow server answers at http://127\.0\.0\.1:9"):
        connect()
    assert time.monotonic() - started < 5


def test_a_server_that_says_nothing_is_told_within_five_seconds(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv(
            "MLFLOW_TRACKING_URI", f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert store_module.TIMEOUT < 5
        monkeypatch.setattr(store_module, "TIMEOUT", 0.2)
        started = time.monotonic()
        with pytest.raises(InputError, match="no MLflow server answers"):
            connect()
        assert time.monotonic() - started < 2


def test_the_address_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////somewhere/mlflow.db")
    assert tracking_uri() == "sqlite:////somewhere/mlflow.db"
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert tracking_uri() == "sqlite:///mlflow.db"


def test_a_store_that_cannot_be_made_is_told(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/file/mlflow.db")
    with pytest.raises(InputError, match=r"cannot be opened: .*name another store"):
        connect()


def test_a_file_that_is_no_store_is_told(monkeypatch, tmp_path):
    (tmp_path / "mlflow.db").write_text("these are not the tables that anybody looks for")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    with pytest.raises(InputError, match="cannot be opened: the file is no sqlite database"):
        connect()


def test_a_locked_file_is_waited_for(monkeypatch):
    monkeypatch.setattr(store_module, "WAITS", (0.0, 0.0))
    answers = [RuntimeError("(sqlite3.OperationalError) database is locked")] * 2 + ["done"]

    def call():
        if isinstance(answer := answers.pop(0), Exception):
            raise answer
        return answer

    assert patiently(call) == "done"
    with pytest.raises(RuntimeError, match="other"):
        patiently(lambda: (_ for _ in ()).throw(RuntimeError("other")))
