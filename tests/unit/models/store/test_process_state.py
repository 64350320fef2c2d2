"""What a call changes for the whole process is put back, also after a failure."""

import logging
import os
import random
import threading
import warnings

import pytest

from models.store.process_state import address, undisturbed


def disturb():
    import mlflow
    import numpy as np
    import torch
    from transformers.utils import logging as transformers_logging

    os.environ["NEW"], os.environ["OLD"] = "1", "2"
    os.environ.pop("GONE", None)
    mlflow.set_tracking_uri("sqlite:///elsewhere.db")
    logging.getLogger().addHandler(logging.NullHandler())
    logging.getLogger("transformers").setLevel(logging.CRITICAL)
    transformers_logging.disable_progress_bar()
    warnings.simplefilter("error")
    random.seed(1)
    np.random.seed(1)
    torch.manual_seed(1)
    torch.set_num_threads(torch.get_num_threads() + 1)


@pytest.mark.parametrize("fails", [False, True])
def test_process_is_as_it_was(fails, unchanged, monkeypatch):
    monkeypatch.setenv("OLD", "1")
    monkeypatch.setenv("GONE", "1")
    with unchanged():
        try:
            with undisturbed():
                disturb()
                assert not fails or 1 / 0
        except ZeroDivisionError:
            assert fails


def test_address_that_the_user_set_stays(tmp_path, monkeypatch):
    import mlflow

    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mine.db")
    try:
        with undisturbed(tmp_path / "call.db"):
            assert os.environ["MLFLOW_TRACKING_URI"] == f"sqlite:///{tmp_path}/call.db"
        assert mlflow.get_tracking_uri() == f"sqlite:///{tmp_path}/mine.db"
    finally:
        mlflow.set_tracking_uri(None)


def test_store_inside_another_holds_for_the_inner_block(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///outermost.db")
    with undisturbed(tmp_path / "outer.db"):
        with undisturbed(tmp_path / "inner.db"):
            assert os.environ["MLFLOW_TRACKING_URI"].endswith("inner.db")
        assert os.environ["MLFLOW_TRACKING_URI"].endswith("outer.db")
    assert os.environ["MLFLOW_TRACKING_URI"] == "sqlite:///outermost.db"


def test_calls_in_other_threads_wait(tmp_path):
    seen, inside, leave = [], threading.Event(), threading.Event()

    def call(name):
        with undisturbed(tmp_path / f"{name}.db"):
            inside.set()
            leave.wait(5)
            seen.append((name, os.environ["MLFLOW_TRACKING_URI"].endswith(f"{name}.db")))

    first = threading.Thread(target=call, args=("first",))
    first.start()
    assert inside.wait(5)
    second = threading.Thread(target=call, args=("second",))
    second.start()
    leave.set()
    for thread in (first, second):
        thread.join(5)
    assert seen == [("first", True), ("second", True)]


def test_needed_modules_are_imported_first():
    with undisturbed(needs=["colorsys"]):
        import sys

        assert "colorsys" in sys.modules


def test_address_of_files_and_folders(tmp_path):
    assert address("http://host:5000") == "http://host:5000"
    assert address(tmp_path / "a.db") == f"sqlite:///{tmp_path}/a.db"
    assert address(tmp_path) == f"sqlite:///{tmp_path}/mlflow.db"
