"""Where the files of stores are that were made, linked to or kept elsewhere."""

import shutil

import pytest
from kept_stores import new_run, read

from models.store.artifacts import run_file
from models.store.connection import connect
from models.store.locations import Locations, as_location, local_path
from models.store.relocation import relocate


def test_a_store_as_it_was_made(kept_store):
    folder, run, model = kept_store
    assert read(run, model, folder) == (
        folder / "mlruns" / "event" / run / "artifacts" / "note.txt"
    )
    new_run(folder)
    assert relocate(dry=True).lines() == [f"{folder}/mlflow.db: nothing to rewrite"]
    with pytest.raises(FileNotFoundError, match=r"there is no /.*/other.txt"):
        run_file(connect(), run, "other.txt", folder)


def test_artifacts_that_were_deleted_can_be_written_anew(kept_store):
    folder, run, model = kept_store
    shutil.rmtree(folder / "mlruns")
    with pytest.raises(FileNotFoundError):
        read(run, model, folder)
    new_run(folder)


def test_a_store_beside_the_project(kept_store, store, monkeypatch):
    """The file lies in a folder of the project, the artifacts in another."""
    folder, run, model = kept_store
    (folder / "stores").mkdir()
    (folder / "mlflow.db").rename(folder / "stores" / "mlflow.db")
    folder.rename(store / "second")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///stores/mlflow.db")
    monkeypatch.chdir(store / "second")
    assert read(run, model, store).is_relative_to(store / "second" / "mlruns")


def test_a_link_to_the_project_is_the_project(kept_store, use_store, store):
    folder, run, model = kept_store
    (store / "link").symlink_to(folder)
    use_store(store / "link")
    new_run(store / "link")
    assert read(run, model, store).is_file()
    assert relocate(dry=True).changes == ()


def test_locations_as_text():
    assert local_path("s3://bucket/x") is None
    assert local_path("mlflow-artifacts:/1/x") is None
    for path in ("/a/b c", "/a#1/b", "/50%/b", "/ü/b"):
        assert str(local_path(as_location(local_path(path)))) == path
    assert as_location(local_path("/a/b c")) == "/a/b c"


def test_names_of_experiments_become_names_of_folders(tmp_path):
    locations = Locations(tmp_path / "mlflow.db")
    assert locations.of_experiment("event-mine") == f"{tmp_path}/mlruns/event-mine"
    odd = {locations.of_experiment(name) for name in ("a/b", "a b", "../a b", "..", "a:b")}
    assert len(odd) == 5
    assert all(local_path(location).parent == tmp_path / "mlruns" for location in odd)
