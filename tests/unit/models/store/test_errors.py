import pytest

from data.problems import InputError
from models.store.errors import NoStoreError, StoreError, without_password


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        (
            "postgresql+psycopg2://anna:pw@host:5432/db",
            "postgresql+psycopg2://anna:***@host:5432/db",
        ),
        ("http://anna:p%40w@host", "http://anna:***@host"),
        ("http://host", "http://host"),
        ("sqlite:///mlflow.db", "sqlite:///mlflow.db"),
        ("http://[", "http://["),
    ],
)
def test_no_password_is_shown(uri, shown):
    assert without_password(uri) == shown


def test_the_name_of_a_user_may_be_left_out_too():
    assert without_password("http://anna:pw@h:1/x", user=False) == "http://h:1/x"


def test_where_there_is_no_store_the_way_to_one_is_told():
    error = NoStoreError("sqlite:///mlflow.db")
    assert isinstance(error, StoreError)
    assert isinstance(error, InputError)
    assert str(error).startswith("sqlite:///mlflow.db: there is no store here yet; training makes")
    assert "MLFLOW_TRACKING_URI" in str(error)
