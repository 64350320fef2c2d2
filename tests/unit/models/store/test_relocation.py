"""Stores that were moved and copied: what is read, what is refused, what relocation records."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from kept_stores import new_run, read

from data.problems import InputError
from models.store.connection import connect
from models.store.errors import StoreError
from models.store.relocation import relocate


@pytest.mark.parametrize("name", ["second", "a b/ü", "x#1", "100%"])
def test_a_moved_store_is_read_and_relocated(kept_store, use_store, store, name):
    folder, run, model = kept_store
    (store / name).parent.mkdir(exist_ok=True)
    folder.rename(store / name)
    use_store(store / name)
    assert read(run, model, store).is_relative_to(store / name)
    with pytest.raises(StoreError, match=r"was moved or copied, .* eventstance models relocate"):
        new_run(store / name)
    lines = relocate(dry=True).lines()
    assert lines[0].endswith("to be rewritten: experiments 2, runs 1, models 1, versions 1")
    assert lines[1] == f"  {folder} is now {store / name}"
    done = relocate()
    use_store(store / name)
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


def test_a_copy_reads_its_own_files_and_leaves_the_originals_alone(kept_store, use_store, store):
    folder, run, model = kept_store
    shutil.copytree(folder, store / "copy")
    use_store(store / "copy")
    assert read(run, model, store).is_relative_to(store / "copy")
    with pytest.raises(StoreError, match="was moved or copied"):
        new_run(store / "copy")
    relocate()
    use_store(store / "copy")
    connect().log_text(run, "more", "more.txt")
    assert not list(folder.rglob("more.txt"))
    use_store(folder)
    new_run(folder)


def test_a_copy_of_the_file_alone_reads_the_originals_files_and_gets_a_place_of_its_own(
    kept_store, use_store, store
):
    folder, run, model = kept_store
    (store / "alone").mkdir()
    shutil.copy(folder / "mlflow.db", store / "alone")
    locations = use_store(store / "alone")
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


def test_an_empty_experiment_of_a_moved_store(kept_store, use_store, store):
    folder, _, _ = kept_store
    shutil.rmtree(folder / "mlruns")
    folder.rename(store / "second")
    use_store(store / "second")
    with pytest.raises(StoreError, match="was moved, or its files were"):
        new_run(store / "second")
    relocate()
    new_run(store / "second")
    assert not folder.exists()


def test_artifacts_on_another_disk(kept_store, store):
    folder, run, model = kept_store
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


def test_the_old_place_is_the_home_of_another_user(kept_store, use_store, store, monkeypatch):
    folder, run, model = kept_store
    shutil.copytree(folder, store / "copy")
    use_store(store / "copy")
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


def test_a_server_keeps_its_own_places(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://h:1")
    with pytest.raises(StoreError, match="run it where the server's store lies"):
        relocate()
