"""Mojibake: what is mended, and that offsets stay on their mentions."""

import pytest

from data.foreign.mojibake import find_mention, mend, mend_row


def broken(text):
    return text.encode("utf-8").decode("windows-1252")


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("aEURoeGo,aEUR he said", "“Go,” he said"),
        ("the aEUR~old cityaEUR(tm) burned", "the ‘old city’ burned"),
        ('the town aEUR" or its half aEUR" burned', "the town — or its half — burned"),
        ("(tm), she added", "’, she added"),
        ("aEURC/ first point", "• first point"),
        (broken("the café’s owner"), "the café’s owner"),
        ("five &amp; six", "five & six"),
    ],
)
def test_mended(text, mended):
    assert mend(text) == mended


@pytest.mark.parametrize(
    "text",
    [
        "“Go,” he said",
        "the ﬁrst",
        "Ｔｏｋｙｏ",
        "a EUR 5 fee",
        "Product(tm) sold",
        "naïve café — “x”",
        "",
    ],
)
def test_what_is_right_stays(text):
    assert mend(text) == text


def test_offsets_follow():
    text = broken("—Zoë’s aide lied, said Björn.")
    start = text.index(broken("Björn"))
    row = {
        "text": text,
        "target": broken("Björn"),
        "target_start": start,
        "target_end": start + len(broken("Björn")),
        "actor_start": 3,
        "actor_end": 3 + len(broken("Zoë")),
    }
    fixed, changed, lost = mend_row(row)
    assert (changed, lost) == (True, None)
    assert fixed["text"][fixed["target_start"] : fixed["target_end"]] == fixed["target"] == "Björn"
    assert fixed["text"][fixed["actor_start"] : fixed["actor_end"]] == "Zoë"


def test_a_span_inside_a_broken_character_is_lost():
    text = "aEURoeGo home"
    _, changed, lost = mend_row({"text": text, "target_start": 2, "target_end": 5})
    assert not changed
    assert "target" in lost


def test_offsets_that_are_nonsense_are_left_for_the_check():
    fixed, changed, lost = mend_row({"text": "aEURoeGo", "target_start": 50, "target_end": 60})
    assert (fixed["target_start"], changed, lost) == (50, True, None)


def test_nothing_to_mend_is_the_same_row():
    row = {"text": "Rain.", "target_start": 0, "target_end": 4}
    assert mend_row(row) == (row, False, None)
    assert mend_row({"label": "x"})[1] is False


def test_the_nearest_mention_counts():
    assert find_mention("he said he left", "he", 7) == 8
    assert find_mention("he said", "she", 0) is None
    assert find_mention("he said", "", 0) is None
