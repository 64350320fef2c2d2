import socket
import time

import pytest

from data.problems import InputError
from models import store as store_module
from models.store import connect, tracking_uri


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
