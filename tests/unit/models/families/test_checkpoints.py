import json

import pytest

from models.families.checkpoints import NOTE, STATE, newest_whole, seal, state_folder


@pytest.fixture
def checkpoints(tmp_path):
    """Writes sealed checkpoints of these steps, each with the best one it names."""

    def make(bests):
        for step, best in bests.items():
            checkpoint = tmp_path / f"checkpoint-{step}"
            checkpoint.mkdir()
            (checkpoint / "model.safetensors").write_bytes(bytes(range(200)))
            (checkpoint / STATE).write_text(
                json.dumps(
                    {"best_model_checkpoint": f"elsewhere/checkpoint-{best}" if best else None}
                )
            )
            seal(checkpoint)
        return tmp_path

    return make


@pytest.fixture
def lines():
    return []


def newest(folder, lines):
    checkpoint = newest_whole(folder, lines.append)
    return checkpoint and checkpoint.name


def test_the_newest_is_taken_by_number_and_nothing_is_said(checkpoints, lines):
    assert newest(checkpoints({3: 3, 6: 3, 12: 6, 9: 3}), lines) == "checkpoint-12"
    assert not lines


def test_without_any_the_training_starts_from_the_beginning(tmp_path, lines):
    assert newest(tmp_path, lines) is None
    assert not lines


def cut(checkpoint):
    path = checkpoint / "model.safetensors"
    path.write_bytes(path.read_bytes()[:150])


def zeroed(checkpoint):  # as after a power cut: the length is right
    (checkpoint / "model.safetensors").write_bytes(bytes(200))


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (cut, "model.safetensors is damaged"),
        (zeroed, "model.safetensors is damaged"),
        (lambda folder: (folder / "model.safetensors").unlink(), "model.safetensors is missing"),
        (lambda folder: (folder / NOTE).unlink(), "was not written to its end"),
        (lambda folder: (folder / NOTE).write_text('{"model'), "was not written to its end"),
        (lambda folder: (folder / NOTE).write_text("[]"), "was not written to its end"),
        (lambda folder: (folder / NOTE).write_text("{}"), "was not written to its end"),
    ],
)
def test_what_is_damaged_is_removed_and_told(checkpoints, lines, damage, fault):
    folder = checkpoints({3: None, 6: 3, 9: 3})
    damage(folder / "checkpoint-9")
    assert newest(folder, lines) == "checkpoint-6"
    assert lines == [
        f"not whole, and removed: checkpoint-9 ({fault}); the training goes on from checkpoint-6"
    ]
    assert not (folder / "checkpoint-9").exists()
    assert newest(folder, lines) == "checkpoint-6"
    assert len(lines) == 1


def test_one_whose_best_is_damaged_cannot_be_gone_on_with(checkpoints, lines):
    folder = checkpoints({3: 3, 6: 6, 9: 6})
    cut(folder / "checkpoint-6")
    assert newest(folder, lines) == "checkpoint-3"
    assert lines[0].startswith(
        "not whole, and removed: checkpoint-9 (its best, checkpoint-6: model.safetensors is "
        "damaged), checkpoint-6 (model.safetensors is damaged); "
    )
    cut(folder / "checkpoint-3")
    assert newest(folder, lines) is None
    assert lines[1].endswith("goes on from the beginning")
    assert not list(folder.iterdir())


def test_the_folder_is_kept_where_it_is_asked_for(tmp_path):
    with state_folder(tmp_path / "a" / "b") as folder:
        assert folder == tmp_path / "a" / "b"
    assert folder.is_dir()
    with state_folder(None) as folder:
        assert folder.is_dir()
    assert not folder.exists()
