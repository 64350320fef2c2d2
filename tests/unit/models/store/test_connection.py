import time

import pytest

from data.problems import InputError
from models.store import connection as store_module
from models.store.connection import (
    all_pages,
    connect,
    is_missing,
    patiently,
    quoted,
    store_errors,
    tracking_uri,
)
from models.store.errors import StoreError


@pytest.mark.parametrize("uri", ["http//nothing", "file:///mlruns", "./mlruns", "ftp://host"])
def test_an_address_of_no_known_kind(monkeypatch, uri):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    with pytest.raises(InputError, match=r"MLFLOW_TRACKING_URI: is .*expected sqlite"):
        connect()


def test_an_address_that_is_nearly_one(monkeypatch, tmp_path):
    file = tmp_path / "mlflow.db"
    file.touch()
    for uri, expected in (
        (str(file), f"expected sqlite:///{file}"),
        ("postgres://anna:pw@h/d", r"expected postgresql://anna:\*\*\*@h/d"),
    ):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        with pytest.raises(StoreError, match=expected) as raised:
            connect()
        assert "pw" not in str(raised.value)


def test_a_server_that_refuses_is_told_at_once(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    started = time.monotonic()
    with pytest.raises(StoreError, match=r"no MLflow server answers at http://127\.0\.0\.1:9"):
        connect()
    assert time.monotonic() - started < 20  # MLflow by itself goes on for minutes


@pytest.mark.parametrize(
    ("value", "uri"),
    [
        ("sqlite:////somewhere/mlflow.db", "sqlite:////somewhere/mlflow.db"),
        (" http://host:5000/mlflow// \n", "http://host:5000/mlflow"),
        ("", "sqlite:///mlflow.db"),
        (None, "sqlite:///mlflow.db"),
    ],
)
def test_the_address_comes_from_the_environment(monkeypatch, value, uri):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    if value is not None:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", value)
    assert tracking_uri() == uri


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


class Page(list):
    token = ""


def test_every_page_is_read():
    def search(word, page_token=None):
        page = Page([f"{word}{page_token or 0}"])
        page.token = {None: "1", "1": "2"}.get(page_token, "")
        return page

    assert list(all_pages(search, "x")) == ["x0", "x1", "x2"]


def test_a_text_with_quotes_can_be_searched_for():
    assert (quoted("event"), quoted("o'clock")) == ("'event'", '"o\'clock"')


def raised(error):
    @store_errors()
    def fail():
        raise error

    with pytest.raises(InputError) as caught:
        fail()
    return str(caught.value)


@pytest.fixture
def server(monkeypatch):
    """A server that is well when it is asked again."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://anna:pw@h:5000")
    monkeypatch.setattr(store_module, "server_problem", lambda uri, patience: None)


@pytest.mark.usefixtures("server")
def test_what_a_servers_faults_mean():
    from mlflow.exceptions import MlflowException, RestException

    page = MlflowException(
        "API request to endpoint /api/2.0/x failed with error code 401 != 200. Response body: "
        "'<html>401</html>'",
        error_code=5,
    )
    assert "http://anna:***@h:5000 answers 401 (no right to read)" in raised(page)
    assert "answers 403" in raised(
        RestException({"error_code": "PERMISSION_DENIED", "message": "Permission denied"})
    )
    assert "answers 500" in raised(
        MlflowException(
            "API request to http://h failed with exception HTTPConnectionPool(host='h'): Max "
            "retries exceeded with url: /x "
            "(Caused by ResponseError('too many 500 error responses'))"
        )
    )
    assert "says: INTERNAL_ERROR: no such thing; look" in raised(
        RestException({"error_code": "INTERNAL_ERROR", "message": "no such thing\nat all"})
    )
    with pytest.raises(KeyError), store_errors():  # no fault of the store
        raise KeyError


def test_what_is_missing_is_no_fault():
    from mlflow.exceptions import MlflowException, RestException

    assert is_missing(RestException({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"}))
    assert not is_missing(RestException({"error_code": "PERMISSION_DENIED", "message": "no"}))
    page = MlflowException("API request to endpoint /x failed with error code 404 != 200")
    page.error_code = "RESOURCE_DOES_NOT_EXIST"
    assert not is_missing(page)


def test_reading_a_store_adds_nothing_to_any_folder(store, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert connect().search_registered_models() == []
    assert sorted(path.name for path in store.iterdir()) == ["elsewhere", "mlflow.db"]
    assert not list(elsewhere.iterdir())
