"""Which split a run uses: the rows' own, the files', or a fresh one."""

import pytest

from data.problems import InputError
from train.data_config import DataConfig
from train.splitting import other_roles, split_used

NAMED = ["train", "train", "dev", "test"]


def rows(splits):
    return [
        {
            "id": f"r{number}",
            "article_id": f"a{number}",
            "labels": ["clash"],
            "text": " ".join(f"w{number}{letter}" for letter in "abcdefghij"),
        }
        | ({} if split is None else {"split": split})
        for number, split in enumerate(splits)
    ]


def used(splits, **section):
    config = DataConfig.model_validate(
        section or {"path": "a.jsonl", "split": {"by": "random", "dev": 0.25, "test": 0.25}}
    )
    return split_used(rows(splits), config, "a.yaml")


def test_the_rows_decide_over_the_configuration_and_it_is_said():
    splits, split = used(NAMED)
    assert splits == NAMED
    assert (split.way, split.summary) == (
        "rows",
        "as the rows say (not by random, dev 0.25, test 0.25, seed 0: "
        "data.split.fresh=true splits anew)",
    )


def test_rows_without_a_configured_split_are_as_before():
    splits, split = used(NAMED, path="a.jsonl")
    assert (splits, split.summary) == (NAMED, "as the rows say")


def test_a_fresh_split_is_made_where_it_is_asked_for():
    given = ["test"] * 8
    splits, split = used(
        given, path="a.jsonl", split={"by": "random", "dev": 0.25, "test": 0.25, "fresh": True}
    )
    assert sorted(splits) == ["dev"] * 2 + ["test"] * 2 + ["train"] * 4
    assert split.summary == "by random, dev 0.25, test 0.25, seed 0 (not as 8 rows say)"
    assert used([None] * 8)[1].summary == "by random, dev 0.25, test 0.25, seed 0"


@pytest.mark.parametrize("missing", [None, "", "  ", float("nan")])
@pytest.mark.parametrize("section", [{}, {"path": "a.jsonl"}])
def test_rows_of_which_some_have_a_split_are_refused_with_the_choice(missing, section):
    with pytest.raises(
        InputError,
        match=r"1 of 4 rows have no 'split' \(id r1, say\).*"
        r"data\.split\.fresh=true",
    ):
        used(["train", missing, "dev", "test"], **section)


def test_other_names_of_splits_are_read_and_it_is_said():
    splits, split = used(["TRAIN", "training", "validation", "Val", "test "], path="a.jsonl")
    assert splits == ["train", "train", "dev", "dev", "test"]
    assert split.summary == (
        "as the rows say (TRAIN as train, training as train, validation as dev, Val as dev)"
    )


def test_dev_is_taken_out_of_a_file_whose_rows_all_say_train():
    section = {"train": "a.jsonl", "split": {"by": "random", "dev": 0.25, "test": 0}}
    assert used(["train"] * 8, **section)[0].count("dev") == 2
    assert used(["train", None] * 4, **section)[0].count("dev") == 2
    assert used(NAMED, **section)[0] == NAMED


def test_rows_that_say_another_part_than_their_file_are_warned_of():
    assert other_roles(rows(["train", "test", "test", None]), "train") == [
        "2 rows of data.train say that their split is test: the files decide"
    ]
    assert other_roles(rows(["validation", None]), "dev") == []
