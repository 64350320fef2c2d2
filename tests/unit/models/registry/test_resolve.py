"""From what users write to the model, and only to the one that was logged."""

import json

import pytest

from data.problems import InputError
from models.registry.resolve import (
    codebook_of,
    load_model,
    locate,
    manifest,
    model_id_of,
    run_name,
    run_of,
)
from models.store.connection import connect


@pytest.fixture
def registered(saved_model, champion):
    """A saved model that is version 1 of `event` and its champion: its run's id."""
    folder, _ = saved_model
    champion("event", folder)
    return connect().get_model_version("event", "1").run_id


@pytest.mark.parametrize("ref", ["event@champion", "event/1", "models:/event/1"])
def test_a_version_is_loaded_under_its_name(registered, ref):
    model = load_model(ref)
    assert (model.name, model.version) == ("event", "1")
    assert model.predict_proba([]).shape == (0, len(model.labels))
    assert codebook_of(model).names == tuple(model.labels)


def test_a_run_is_loaded_under_its_own(registered):
    client = connect()
    model = load_model(f"runs:/{registered}")
    assert (model.name, model.version) == (run_name(client, registered), registered)
    assert run_of("event@champion") == run_of(registered[:8]) == registered
    assert model_id_of(client, registered).startswith("m-")


def test_a_folder_needs_no_store(saved_model, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/none.db")
    folder, _ = saved_model
    assert load_model(str(folder)).name == folder.name
    assert run_of(str(folder)) is None
    (tmp_path / "run" / "artifacts").mkdir(parents=True)
    (tmp_path / "run" / "artifacts" / "portable").symlink_to(folder)  # as MLflow keeps it
    assert locate(str(tmp_path / "run")).folder.name == "portable"
    with pytest.raises(InputError, match="is a folder without a model"):
        load_model(str(tmp_path))
    assert not (tmp_path / "none.db").exists()


def test_a_model_in_the_place_of_another_is_refused(registered, store):
    (path,) = store.rglob("model.json")
    logged = manifest(path.parent)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"name": "another"}))
    connect().set_model_version_tag("event", "1", "manifest", logged)
    with pytest.raises(InputError, match=f"not the model that was logged.*says {logged[:16]}…"):
        load_model("event/1")


def test_files_that_are_gone_or_damaged_are_told(registered, store):
    (path,) = store.rglob("model.json")
    damaged = path.read_text().replace('"format": 1', '"format": 99')
    connect().delete_model_version_tag("event", "1", "manifest")
    path.write_text(damaged)
    with pytest.raises(InputError, match=r"event/1: model.json: has format 99, .* save it again"):
        load_model("event/1")
    path.unlink()
    with pytest.raises(InputError, match="was not saved by this project"):
        load_model("event/1")
    path.parent.rename(store / "elsewhere")
    with pytest.raises(InputError, match=r"its files are gone: .*eventstance models relocate"):
        load_model("event/1")


@pytest.mark.parametrize(
    ("ref", "problem"),
    [
        ("event/9", "no such version"),
        ("event@best", "no model 'event' has the alias 'best'"),
        ("stance@champion", "no model 'stance'"),
        ("what is this", "names no model"),
        ("f" * 32, "no such run"),
    ],
)
def test_what_does_not_exist(registered, ref, problem):
    with pytest.raises(InputError, match=problem):
        load_model(ref)
    with pytest.raises(InputError, match=r"no such|no model|names no model"):
        run_of(ref)
