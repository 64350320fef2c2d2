"""Where runs are kept, and what is refused before anything is trained."""

import pytest

from data.codebook import Codebook
from data.problems import InputError
from models.registry.names import LabelSet, note_labels
from models.store.connection import connect
from models.store.errors import StoreError
from models.store.locations import local_path
from train.config import validated
from train.tracking.destination import check, experiment, experiment_name


def codebook(*labels, name="event"):
    return Codebook.model_validate(
        {
            "name": name,
            "version": "1",
            "task": "event",
            "labels": [{"name": label} for label in labels],
        }
    )


def config(**keys):
    return validated(
        {
            "task": "event",
            "codebook": "event",
            "data": {"path": "rows.jsonl"},
            "model": {"family": "tfidf"},
            **keys,
        },
        "words.yaml",
    )


@pytest.fixture
def run(run_data):
    """A run to be with a codebook of these labels."""

    def make(*labels, name="event", **keys):
        data = run_data()
        data.codebook = codebook(*labels, name=name)
        return config(**keys), data

    return make


def test_an_experiment_is_the_configurations_or_its_registered_models():
    book = codebook("aid", "clash", name="mine")
    assert experiment_name(config(), book) == "event-mine"
    assert experiment_name(config(experiment="try"), book) == "try"


def test_files_of_an_experiment_lie_beside_a_sqlite_store(store, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    client = connect()
    first = experiment(client, "event")
    assert local_path(first.artifact_location).is_relative_to(store)
    assert not local_path(first.artifact_location).is_relative_to(tmp_path / "elsewhere")
    assert experiment(client, "event").experiment_id == first.experiment_id


def test_an_experiment_that_another_process_makes_at_the_same_time_is_taken(store):
    client = connect()

    class Late:
        """Sees the experiment only after it tried to make it."""

        tries = 0

        def get_experiment_by_name(self, name):
            self.tries += 1
            if self.tries == 1:
                client.create_experiment(name)
                return None
            return client.get_experiment_by_name(name)

        def get_experiment(self, experiment_id):
            return client.get_experiment(experiment_id)

        def create_experiment(self, name, **others):
            return client.create_experiment(name, **others)

    assert experiment(Late(), "event").name == "event"


def test_files_in_another_stores_folder_are_refused(store, tmp_path, run):
    client = connect()
    other = tmp_path / "other"
    other.mkdir()
    (other / "mlflow.db").write_bytes((store / "mlflow.db").read_bytes())
    client.create_experiment("event", artifact_location=(other / "mlruns" / "event").as_uri())
    with pytest.raises(StoreError, match="other"):
        check(client, [run("aid", "clash")])
    check(client, [run("aid", "clash", experiment="another")])


def test_versions_of_other_labels_are_refused_once_for_all_runs(store, run):
    client = connect()
    client.create_registered_model("event")
    note_labels(client, "event", LabelSet.of(codebook("aid", "clash")))
    check(client, [run("clash", "aid")])  # in another order
    check(client, [run("aid", "protest", register=False)])
    check(client, [run("aid", "protest", name="mine")])  # of a registered model of its own
    with pytest.raises(InputError, match="codebook event") as error:
        check(client, [run("aid", "protest"), run("aid", "protest", seed=2)])
    (problem,) = error.value.problems
    assert "only here: protest; lacking here: clash" in str(problem)
