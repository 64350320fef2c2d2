import errno

import pytest

from train.config import plans, validated
from train.tracking.checkpoint import (
    Checkpoint,
    IncompleteError,
    kept_name,
    locked_checkpoint,
    reason,
)

CONFIG = {
    "task": "event",
    "codebook": "event",
    "data": {"path": "rows.jsonl", "split": {}},
    "model": {"family": "transformer", "learning_rate": 3e-5},
}


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return validated(CONFIG, "test")


def trained(kept):
    with kept.writing("trained") as folder:
        (folder / "portable").mkdir()
    kept.run_id, kept.name = "r1", "tiny seed=13"
    kept.note()


def test_what_is_trained_is_gone_on_with_whether_asked_or_not(config):
    for resume in (True, False):
        with locked_checkpoint(config, "d", resume) as kept:
            trained(kept)
        with locked_checkpoint(config, "d", resume) as kept:
            assert (kept.run_id, kept.name, kept.model.is_dir()) == ("r1", "tiny seed=13", True)


def test_what_is_half_trained_is_gone_on_with_only_when_asked(config):
    with locked_checkpoint(config, "d", False) as kept:
        (kept.state / "checkpoint-3").mkdir(parents=True)
        kept.run_id = "r1"
        kept.note()
    with locked_checkpoint(config, "d", True) as kept:
        assert (kept.run_id, kept.resumable) == ("r1", True)
    with locked_checkpoint(config, "d", False) as kept:
        assert (kept.run_id, kept.resumable) == ("", False)


def test_equal_runs_at_once_have_folders_of_their_own(config):
    with (
        locked_checkpoint(config, "d", False) as first,
        locked_checkpoint(config, "d", False) as second,
    ):
        assert first.folder != second.folder
        trained(second)
    with locked_checkpoint(config, "d", True) as kept:
        assert kept.folder == second.folder
        kept.clear()
        assert not kept.folder.exists()


def test_the_kept_configuration_names_the_same_run(config):
    with locked_checkpoint(config, "d", False) as kept:
        trained(kept)
        command = kept.command.split()
    (plan,) = plans([command[2]])
    assert command[:2] + command[3:] == ["eventstance", "train", "--resume"]
    assert plan.runs[0][1].digest == config.digest
    assert kept_name(plan.path) == "tiny seed=13"


def test_other_configurations_keep_their_own_names(tmp_path):
    (tmp_path / "run.json").write_text('{"name": "other"}')
    assert kept_name(tmp_path / "words.yaml") == ""
    assert kept_name(tmp_path / "none" / "config.yaml") == ""


def test_a_folder_is_written_whole_or_not_at_all(tmp_path):
    kept = Checkpoint(tmp_path / "c")
    with (
        pytest.raises(IncompleteError, match=r"results could not be written to .*/c: No space"),
        kept.writing("results") as folder,
    ):
        (folder / "half").touch()
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not list(kept.folder.iterdir())


def test_an_epoch_that_comes_again_the_same_keeps_its_time(tmp_path):
    kept = Checkpoint(tmp_path / "c")
    for number, value, at in ((1, 0.5, 10), (2, 0.6, 20), (2, 0.6, 30), (1, 0.4, 40)):
        kept.epoch(number, {"macro_f1": value}, at)
    assert kept.curve() == [{"epoch": 1.0, "macro_f1": 0.4}]
    again = kept.epoch(1, {"macro_f1": 0.4}, 50)
    assert again["at"] == 40


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EACCES, "Permission denied"), "Permission denied"),
        (ValueError("first line\nsecond"), "first line"),
        (ValueError(), "ValueError"),
    ],
)
def test_a_reason_is_one_line(error, told):
    assert reason(error) == told
