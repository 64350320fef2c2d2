"""Files of runs and models, wherever the store keeps them."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from models.store import artifacts
from models.store.artifacts import check_writable, log_text, model_folder, place, run_file
from models.store.connection import connect
from models.store.errors import StoreError


def test_files_on_this_machine_are_read_where_they_are(kept_store, tmp_path):
    folder, run, model = kept_store
    note = run_file(connect(), run, "note.txt", tmp_path / "scratch")
    assert note.read_text() == "kept"
    assert note.is_relative_to(folder)
    location = connect().get_logged_model(model).artifact_location
    assert place(location) == model_folder(location) == folder.joinpath(location)
    assert not (tmp_path / "scratch").exists()
    with pytest.raises(FileNotFoundError, match=r"there is no .*/other\.txt"):
        run_file(connect(), run, "other.txt", tmp_path)


def test_files_elsewhere_are_downloaded(kept_store, tmp_path, monkeypatch):
    import mlflow

    def download(artifact_uri, dst_path):
        assert artifact_uri == "s3://bucket/model/note.txt"
        (tmp_path / "note.txt").write_text("fetched")
        return str(tmp_path / "note.txt")

    monkeypatch.setattr(mlflow.artifacts, "download_artifacts", download)
    client = SimpleNamespace(
        get_run=lambda run_id: SimpleNamespace(
            info=SimpleNamespace(artifact_uri="s3://bucket/model/")
        )
    )
    assert run_file(client, "r1", "note.txt", tmp_path).read_text() == "fetched"


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("404 Client Error: not found for url: http://h/x", FileNotFoundError),
        ("No such artifact: 'note.txt'", FileNotFoundError),
        ("404 Client Error: x; 403 Client Error: y", OSError),
        ("500 Server Error: no such artifact could be asked for", OSError),
    ],
)
def test_a_missing_file_is_told_from_a_server_that_fails(kept_store, monkeypatch, message, kind):
    import mlflow

    def fail(**_):
        raise OSError(message)

    monkeypatch.setattr(mlflow.artifacts, "download_artifacts", fail)
    with pytest.raises(OSError) as raised:
        model_folder("s3://bucket/model")
    assert type(raised.value) is kind


def test_a_text_takes_the_place_of_an_older_one(kept_store, tmp_path):
    _, run, _ = kept_store
    for text in ("first", "second"):
        log_text(connect(), [run], text, "page.html")
    assert run_file(connect(), run, "page.html", tmp_path).read_text() == "second"


def test_a_run_that_cannot_be_written_to_is_told(kept_store, monkeypatch):
    _, run, _ = kept_store
    client = connect()

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(client, "log_text", refuse)
    with pytest.raises(StoreError, match=rf"run {run[:8]}: page.html could not .*denied"):
        log_text(client, [run], "text", "page.html")


def test_a_copy_writes_nothing_into_the_files_of_the_original(kept_store, use_store, store):
    folder, run, _ = kept_store
    (store / "alone").mkdir()
    (store / "alone" / "mlflow.db").write_bytes((folder / "mlflow.db").read_bytes())
    use_store(store / "alone")
    with pytest.raises(StoreError, match="nothing is written there"):
        check_writable(str(folder / "mlruns" / "event" / run / "artifacts"))
    with pytest.raises(StoreError, match="nothing is written there"):
        log_text(connect(), [run], "text", "page.html")
    assert not list(folder.rglob("page.html"))


def test_what_was_downloaded_goes_with_the_process(monkeypatch):
    removed = []
    monkeypatch.setattr(artifacts.atexit, "register", lambda *call, **_: removed.append(call[1]))
    artifacts._downloads.cache_clear()
    try:
        folder = artifacts._downloads()
        assert artifacts._downloads() == folder
        assert removed == [folder]
        Path(folder).rmdir()
    finally:
        artifacts._downloads.cache_clear()
