import pytest

from train.names import (
    fixed_text,
    repeat_name,
    run_name,
    search_name,
    seeds_name,
    settings_text,
    study_name,
    sweep_name,
    trial_name,
)

WORDS = "words"  # of configs/event/words.yaml


@pytest.mark.parametrize(
    ("varied", "seed", "name"),
    [
        ("", 13, "words seed=13"),
        ("c=2", 4, "words c=2 seed=4"),
        ("c=2 seed=4", 4, "words c=2 seed=4"),
    ],
)
def test_a_run_is_named_by_its_file_what_varies_and_its_seed(varied, seed, name):
    assert run_name(WORDS, varied, seed) == name
    assert run_name(WORDS, varied, seed, "data.share=0.2") == f"{name} data.share=0.2"


@pytest.mark.parametrize(
    ("varied", "name"),
    [
        ("seed=1", "words (2 seeds)"),
        ("seed=1 c=2", "words c=2 (2 seeds)"),
        ("c=2 seed=1", "words c=2 (2 seeds)"),
        ("data.split.seed=4 seed=1", "words data.split.seed=4 (2 seeds)"),
    ],
)
def test_a_parent_of_seeds_has_their_number_in_place_of_the_seed(varied, name):
    assert seeds_name(WORDS, varied, 2) == name
    assert seeds_name(WORDS, varied, 2, "data.share=0.2") == f"{name} data.share=0.2"


def test_other_parents_and_what_they_stand_for():
    assert sweep_name(WORDS, 6) == "words (6 runs)"
    assert sweep_name(WORDS, 6, "c=2") == "words (6 runs) c=2"
    assert search_name(WORDS) == "words (search)"
    assert trial_name(WORDS, "c=2 min_count=1", 13) == "words c=2 min_count=1 seed=13"
    assert repeat_name("words seed=13") == "words seed=13 (repeat)"
    assert study_name("event", WORDS, "0a1b2c") == "event words 0a1b2c"


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("data.path", "far/mine.jsonl", "data.path=mine.jsonl"),
        ("data.path", ["far/a.jsonl", "b.jsonl"], "data.path=a.jsonl+b.jsonl"),
        ("codebook", "far/own.yaml", "codebook=own.yaml"),
        ("model.encoder", "org/name", "encoder=org/name"),
        ("model.encoder", "1/2", "encoder=1/2"),
    ],
)
def test_files_and_folders_alone_are_shortened(key, value, text):
    assert fixed_text([(key, value)]) == text


def test_a_folder_of_an_encoder_is_named_by_its_last_part(tmp_path):
    (tmp_path / "far" / "mine").mkdir(parents=True)
    assert fixed_text([("model.encoder", str(tmp_path / "far" / "mine"))]) == "encoder=mine"


def test_what_changes_no_result_is_in_no_name():
    fixed = [("seed", 4), ("register", False), ("experiment", "try"), ("model.c", 0.5)]
    assert fixed_text(fixed) == "c=0.5"
    assert settings_text(fixed[:1]) == "seed=4"
    assert (fixed_text([]), settings_text([])) == ("", "")
