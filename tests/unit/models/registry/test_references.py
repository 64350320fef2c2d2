from types import SimpleNamespace

import pytest

from data.problems import InputError
from models.registry.references import Reference, dereference, is_reference
from models.store.errors import StoreError

ONE, TWO, FAR = "0123456789abcdef" * 2, "0123456780abcdef" * 2, "f" * 32


class Page(list):
    token = ""


class Client:
    """A store with runs of three ids, and registered models with champions."""

    def __init__(self, **champions):
        self.champions, self.fails = champions, False

    def search_experiments(self, **_):
        return Page([SimpleNamespace(experiment_id="1")])

    def search_runs(self, experiments, filter_string, max_results):
        beginning = filter_string.split("'")[1].rstrip("%")
        return Page(
            [
                SimpleNamespace(info=SimpleNamespace(run_id=one, run_name=f"run {one[:9]}"))
                for one in (ONE, TWO, FAR)
                if one.startswith(beginning)
            ]
        )

    def get_model_version_by_alias(self, name, alias):
        from mlflow.exceptions import MlflowException, RestException

        if self.fails:
            raise MlflowException("failed with error code 500 != 200", error_code=1)
        if alias == "champion" and name in self.champions:
            return SimpleNamespace(version=self.champions[name])
        raise RestException({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "none"})

    def search_registered_models(self, **_):
        return Page(
            [
                SimpleNamespace(name=name, aliases={"champion": version})
                for name, version in self.champions.items()
            ]
        )


@pytest.mark.parametrize(
    ("ref", "reference"),
    [
        ("event/3", Reference("event", "3")),
        ("models:/event/3", Reference("event", "3")),
        ("event-mine/12", Reference("event-mine", "12")),
        ("my model @ home/1", Reference("my model @ home", "1")),
        ("Ereignis-Ü/007", Reference("Ereignis-Ü", "7")),
        ("event@champion", Reference("event", "5")),
        ("models:/event@champion", Reference("event", "5")),
        (ONE, Reference(run_id=ONE)),
        (f"runs:/{ONE}/model", Reference(run_id=ONE)),
        (ONE[:10], Reference(run_id=ONE)),
        (f"runs:/{TWO[:10]}", Reference(run_id=TWO)),
        ("FFFFFFFF", Reference(run_id=FAR)),
    ],
)
def test_what_references_mean(ref, reference):
    assert is_reference(ref)
    assert dereference(Client(event="5"), ref) == reference


@pytest.mark.parametrize(
    "ref",
    [
        "event",
        "folder/of/7",
        "event/",
        "event@",
        "0123456",
        "event/v3",
        "runs:/xyz",
        "",
        "event/1234567890",
    ],
)
def test_what_is_no_reference(ref):
    assert not is_reference(ref)
    with pytest.raises(InputError, match="names no model or run"):
        dereference(Client(), ref)


def test_a_beginning_of_several_ids_is_told_with_all_of_them():
    with pytest.raises(InputError, match="is the beginning of several runs' ids") as raised:
        dereference(Client(), ONE[:8])
    assert f"{ONE} (run 012345678)" in str(raised.value)
    assert TWO in str(raised.value)
    with pytest.raises(InputError, match="no such run"):
        dereference(Client(), "abcdef01")


def test_the_champion_of_a_task_is_the_only_one_of_its_codebooks():
    assert dereference(Client(**{"event-mine": "2", "stance": "9"}), "event@champion") == Reference(
        "event-mine", "2"
    )
    both = Client(**{"event": "1", "event-mine": "2"})
    assert dereference(both, "event@champion") == Reference("event", "1")
    assert dereference(both, "event-mine@champion") == Reference("event-mine", "2")
    two = Client(**{"event-mine": "2", "event-yours": "3"})
    with pytest.raises(InputError, match="there is event-mine@champion, event-yours@champion; "):
        dereference(two, "event@champion")
    for ref in ("event@best", "event-m@champion", "stance@champion"):
        with pytest.raises(InputError, match="has the alias"):
            dereference(two, ref)


def test_a_store_that_was_not_read_is_not_said_to_lack_anything(monkeypatch):
    from mlflow.exceptions import MlflowException

    client = Client(event="1")
    client.fails = True
    with pytest.raises(MlflowException) as raised:
        dereference(client, "event@champion")
    assert not isinstance(raised.value, StoreError)
