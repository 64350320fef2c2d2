"""What counts as the same words."""

import unicodedata

import pytest

from data.text.words import cuts_word, same_text, span_cuts_word, without_numbers, words_of

TEXT = "Café owners near Arlow’s bridge counted 12 shells, the mayor said."


@pytest.mark.parametrize(
    "other",
    [
        TEXT.upper(),
        "  ".join(TEXT.split()),
        TEXT.replace(" ", "\u00a0"),
        unicodedata.normalize("NFD", TEXT),
        TEXT.replace("é", "e"),
        TEXT.replace("’", "'"),
        f"“{TEXT}”",
        TEXT.replace("shells", "she\u00adlls"),
        TEXT.replace("12", "１２"),
        TEXT.replace("12", "١٢"),
        f"\ufeff{TEXT}",
    ],
)
def test_spellings_of_one_text_have_the_same_words(other):
    assert words_of(other) == words_of(TEXT)


def test_other_words_are_other_words():
    assert words_of("U.S. troops’ “move”") == ("u", "s", "troops", "move")
    assert words_of(TEXT) != words_of(TEXT.replace("12", "13"))
    assert words_of("İskele") == ("iskele",)


def test_scripts_without_blanks_have_a_word_for_each_character():
    assert len(words_of("部队周二炮击了港口")) == 9


def test_texts_without_words_are_the_same_only_if_they_are_equal():
    assert words_of("?!") == ()
    assert same_text("?!") == same_text(" ?! ") != same_text("…")


def test_numbers_are_one_number():
    assert (
        without_numbers(words_of("killed 1,200 in 2014"))
        == without_numbers(words_of("killed 14 in 7"))
        == ("killed", "0", "in", "0")
    )


@pytest.mark.parametrize(
    ("text", "start", "end", "cut"),
    [
        ("Omar lied.", 0, 4, False),
        ("Omar lied.", 1, 4, True),
        ("Omar lied.", 0, 3, True),
        ("Omar lied.", 0, 5, True),  # with the blank
        ("IS-linked", 0, 2, False),
        ("Omar lied.", 5, 10, False),
        ("前線は学校を焼いた。", 0, 1, False),
    ],
)
def test_spans_that_begin_or_end_inside_a_word(text, start, end, cut):
    assert span_cuts_word(text, start, end) is cut


def test_the_ends_of_a_text_cut_nothing():
    assert [cuts_word("ab", at) for at in range(3)] == [False, True, False]
