import pytest

from models.portable import inputs
from models.portable.inputs import Input

TEXT = "the army shelled the old town at noon"


def at(text, word):
    return text.index(word), text.index(word) + len(word)


def test_masked_and_window():
    row = Input(TEXT, "old town", at(TEXT, "old town"), at(TEXT, "army"))
    assert inputs.masked(row).split() == [
        "the",
        "ACTORNAME",
        "shelled",
        "the",
        "TARGETNAME",
        "at",
        "noon",
    ]
    assert inputs.window(row, 2) == "L_shelled L_the R_at R_noon"
    assert inputs.window(row, 0) == ""
    assert inputs.window(Input(TEXT), 2) == TEXT
    assert inputs.columns_of_text([], {"window": 2}).shape == (0, 2)


@pytest.mark.parametrize(
    ("target", "actor", "shown"),
    [
        ("old town", "the old town", "the army shelled ACTORNAME TARGETNAME at noon"),
        ("old town", "town at noon", "the army shelled the TARGETNAME ACTORNAME"),
        ("old town", "old", "the army shelled the TARGETNAME at noon"),
        ("old", "old town", "the army shelled the TARGETNAME ACTORNAME at noon"),
        ("old town", "old town", "the army shelled the TARGETNAME at noon"),
        ("old", "the old town", "the army shelled ACTORNAME TARGETNAME town at noon"),
    ],
)
def test_a_target_and_an_actor_that_overlap_leave_no_half_of_a_word(target, actor, shown):
    row = Input(TEXT, target, at(TEXT, target), at(TEXT, actor))
    assert inputs.masked(row).split() == shown.split()


def test_a_model_masks_as_when_it_was_trained():
    row = Input(TEXT, "old town", at(TEXT, "old town"), at(TEXT, "the old town"))
    first = "the army shelled  ACTORNAME AME  at noon"
    assert inputs.columns_of_text([row], {"window": 0}).tolist() == [[first]]
    assert inputs.columns_of_text([row], {"window": 0, "masking": 2}).tolist() == [
        [inputs.masked(row)]
    ]


def test_half_a_character_is_replaced_and_bounds_hold():
    row = Input("a \ud83d b", "\ude00", (4, 5))
    assert (row.text, row.target, row.text[4]) == ("a \ufffd b", "\ufffd", "b")


def test_a_model_reads_whole_words_if_it_was_trained_with_them():
    row = Input("The stu\u00addents ar-\nrested", "stu\u00addents", (4, 13), (14, 24))
    assert inputs.prepared([row], {}) == [row]
    (whole,) = inputs.prepared([row], {"words": 1})
    assert whole == Input("The students arrested", "students", (4, 12), (13, 21))
    spec = {"window": 1, "masking": 2, "words": 1}
    assert inputs.columns_of_text([row], spec).tolist() == (
        inputs.columns_of_text([whole], spec).tolist()
    )
