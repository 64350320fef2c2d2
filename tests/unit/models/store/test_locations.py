"""Stores that were moved and copied: what is read, what is refused, what relocation records."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from data.problems import InputError
from models.store.artifacts import model_folder, run_file
from models.store.connection import connect
from models.store.errors import StoreError
from models.store.locations import Locations, as_location, local_path
from models.store.relocation import relocate
from train.tracking.destination import experiment


@pytest.fixture
def at(monkeypatch):
    """From now on the store of this folder is used, and the folder worked in."""
    from mlflow.tracking._tracking_service import utils

    def use(folder):
        utils._artifact_repos_cache.clear()  # another command is another process
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
        monkeypatch.chdir(folder)
        return Locations(folder / "mlflow.db")

    return use


@pytest.fixture
def project(store, at):
    """A folder with a run, its note and its model, in an experiment; and their ids."""
    folder = store / "first"
    folder.mkdir()
    shutil.copy(store / "mlflow.db", folder)
    at(folder)
    relocate()  # the empty store is a copy itself
    client = connect()
    number = experiment(client, "event").experiment_id
    run = client.create_run(number).info.run_id
    client.log_text(run, "kept", "note.txt")
    model = client.create_logged_model(number, "model", run)
    (store / "made").mkdir()
    (store / "made" / "model.json").write_text("{}")
    client.log_model_artifacts(model.model_id, str(store / "made"))
    client.create_registered_model("event")
    client.create_model_version("event", f"models:/{model.model_id}", run)
    return folder, run, model.model_id


def read(run, model, scratch):
    client = connect()
    place = client.get_model_version_download_uri("event", "1")
    assert place == client.get_logged_model(model).artifact_location
    assert (model_folder(place) / "model.json").is_file()
    return run_file(client, run, "note.txt", scratch)


def new_run(scratch):
    """What a training does first: its experiment must be the store's own to write to."""
    found = connect().get_experiment_by_name("event")
    Locations(scratch / "mlflow.db").check_own(found.artifact_location)


def test_a_store_as_it_was_made(project, at):
    folder, run, model = project
    assert read(run, model, folder) == (
        folder / "mlruns" / "event" / run / "artifacts" / "note.txt"
    )
    new_run(folder)
    assert relocate(dry=True).lines() == [f"{folder}/mlflow.db: nothing to rewrite"]
    with pytest.raises(FileNotFoundError, match=r"there is no /.*/other.txt"):
        run_file(connect(), run, "other.txt", folder)


@pytest.mark.parametrize("name", ["second", "a b/ü", "x#1", "100%"])
def test_a_moved_store_is_read_and_relocated(project, at, store, name):
    folder, run, model = project
    (store / name).parent.mkdir(exist_ok=True)
    folder.rename(store / name)
    at(store / name)
    assert read(run, model, store).is_relative_to(store / name)
    with pytest.raises(StoreError, match=r"was moved or copied, .* python -m models relocate"):
        new_run(store / name)
    told = relocate(dry=True).lines()
    assert told[0].endswith("to be rewritten: experiments 2, runs 1, models 1, versions 1")
    assert told[1] == f"  {folder} is now {store / name}"
    done = relocate()
    at(store / name)
    assert done.backup is not None
    with sqlite3.connect(done.backup) as before:
        assert str(folder) in before.execute("SELECT artifact_uri FROM runs").fetchone()[0]
    with sqlite3.connect(store / name / "mlflow.db") as now:
        assert str(folder) not in "\n".join(now.iterdump())
    new_run(store / name)
    assert read(run, model, store).read_text() == "kept"
    connect().log_text(run, "more", "more.txt")
    assert not folder.exists()
    assert len(list((store / name).rglob("more.txt"))) == 1
    assert relocate().backup is None  # nothing is left to do, and no second copy is made


def test_a_copy_reads_its_own_files_and_never_writes_into_the_original(project, at, store):
    folder, run, model = project
    shutil.copytree(folder, store / "copy")
    at(store / "copy")
    assert read(run, model, store).is_relative_to(store / "copy")
    with pytest.raises(StoreError, match="was moved or copied"):
        new_run(store / "copy")
    relocate()
    at(store / "copy")
    connect().log_text(run, "more", "more.txt")
    assert not list(folder.rglob("more.txt"))
    at(folder)
    new_run(folder)


def test_a_copy_of_the_file_alone_reads_the_originals_files_and_gets_a_place_of_its_own(
    project, at, store
):
    folder, run, model = project
    (store / "alone").mkdir()
    shutil.copy(folder / "mlflow.db", store / "alone")
    locations = at(store / "alone")
    assert read(run, model, store).is_relative_to(folder)
    with pytest.raises(StoreError, match=rf"is a copy of {folder}/mlflow.db"):
        new_run(store / "alone")
    done = relocate()
    assert "3 folders of another place are there" in "\n".join(done.lines())
    new_run(store / "alone")
    assert connect().get_experiment_by_name("event").artifact_location == str(
        locations.home / "event"
    )
    assert read(run, model, store).is_relative_to(folder)


def test_an_empty_experiment_of_a_moved_store(project, at, store):
    folder, _, _ = project
    shutil.rmtree(folder / "mlruns")
    folder.rename(store / "second")
    at(store / "second")
    with pytest.raises(StoreError, match="was moved, or its files were"):
        new_run(store / "second")
    relocate()
    new_run(store / "second")
    assert not folder.exists()


def test_artifacts_on_another_disk(project, at, store):
    folder, run, model = project
    disk = store / "disk"
    disk.mkdir()
    (folder / "mlruns").rename(disk / "kept")
    with pytest.raises(InputError, match=r"--to: .* is no folder"):
        relocate(str(disk / "none"))
    assert "nothing to rewrite" in relocate().lines()[0]
    relocate(str(disk / "kept"))
    assert read(run, model, store).is_relative_to(disk)
    new_run(folder)  # they are meant to be there
    (disk / "kept").rename(disk / "gone")
    with pytest.raises(StoreError, match="was moved, or its files were"):
        new_run(folder)  # the disk is not there: it is not made anew in its place
    with pytest.raises(FileNotFoundError):
        read(run, model, store)


def test_artifacts_that_were_deleted_can_be_written_anew(project, at):
    folder, run, model = project
    shutil.rmtree(folder / "mlruns")
    with pytest.raises(FileNotFoundError):
        read(run, model, folder)
    new_run(folder)


def test_a_store_beside_the_project(project, at, store, monkeypatch):
    """The file lies in a folder of the project, the artifacts in another."""
    folder, run, model = project
    (folder / "stores").mkdir()
    (folder / "mlflow.db").rename(folder / "stores" / "mlflow.db")
    folder.rename(store / "second")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///stores/mlflow.db")
    monkeypatch.chdir(store / "second")
    assert read(run, model, store).is_relative_to(store / "second" / "mlruns")


def test_a_link_to_the_project_is_the_project(project, at, store):
    folder, run, model = project
    (store / "link").symlink_to(folder)
    at(store / "link")
    new_run(store / "link")
    assert read(run, model, store).is_file()
    assert relocate(dry=True).changes == ()


def test_the_old_place_is_the_home_of_another_user(project, at, store, monkeypatch):
    folder, run, model = project
    shutil.copytree(folder, store / "copy")
    at(store / "copy")
    exists = Path.exists

    def forbidden(path):
        if path.is_relative_to(folder):
            raise PermissionError(13, "Permission denied", str(path))
        return exists(path)

    monkeypatch.setattr(Path, "exists", forbidden)
    assert read(run, model, store).is_relative_to(store / "copy")
    with pytest.raises(StoreError, match="was moved or copied"):
        new_run(store / "copy")
    assert "runs 1, models 1" in relocate().lines()[0]


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
    assert all(local_path(one).parent == tmp_path / "mlruns" for one in odd)


def test_a_server_keeps_its_own_places(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://h:1")
    with pytest.raises(StoreError, match="run it where the server's store lies"):
        relocate()
