"""The word lists keep to what the rules that read them expect."""

import pytest

from data.text import word_lists
from data.text.word_lists import (
    CURRENCIES,
    NAMELIKE,
    OPEN,
    ORDINARY,
    SMALL_IN_HEADLINES,
    SMALL_TITLES,
    STARTERS,
    SUBJECTS,
    TITLES,
)

LISTS = {name: value for name, value in vars(word_lists).items() if name.isupper()}


@pytest.mark.parametrize("name", LISTS)
def test_words_are_single_and_without_a_final_stop(name):
    for word in LISTS[name]:
        assert not any(letter.isspace() for letter in word)
        assert not word.endswith(".") or name == "CURRENCIES"


def test_small_titles_are_titles_in_small_letters():
    assert {word.capitalize() for word in SMALL_TITLES} <= TITLES
    assert all(word.islower() for word in SMALL_TITLES)


def test_an_abbreviation_never_both_ends_and_cannot_end_a_sentence():
    assert not TITLES & OPEN


def test_what_opens_a_sentence_is_written_with_a_capital():
    assert all(word[0].isupper() for word in STARTERS | SUBJECTS)
    assert not STARTERS & SUBJECTS
    assert NAMELIKE <= STARTERS


def test_words_that_capitals_hide_are_short_and_small():
    assert all(len(word) <= 3 and word.islower() for word in ORDINARY | {"a", "i"})
    assert {"is", "us", "who", "it"} <= ORDINARY
    assert all(word.islower() for word in SMALL_IN_HEADLINES)


def test_signs_of_dollars_are_in_capitals():
    assert all(sign.isupper() for sign in CURRENCIES)
