"""Spans: offsets in characters, UTF-16 units or visible letters; words before offsets."""

import pytest

from data.codebook import load_codebook
from data.foreign.interface import ImportOptions
from data.foreign.spans import locate, span_fields

FIRE = "😡 The Front burned."
FAMILY = "👨‍👩‍👧 The Front burned."
WRAPPED = "a.\r\nb.\r\nThe Front burned."


def located(text, start, end, words=None, unit="characters"):
    options = ImportOptions(load_codebook("stance"))
    return locate(text, start, end, words, unit, options), dict(options.notes)


@pytest.mark.parametrize(
    ("text", "start", "end", "unit", "read_as"),
    [
        (FIRE, 2, 11, "characters", None),
        (FIRE, 3, 12, "UTF-16 units", None),
        (FIRE, 3, 12, "characters", "UTF-16 units"),
        (FIRE, 2, 11, "UTF-16 units", "characters"),
        (FAMILY, 2, 11, "characters", "visible letters"),
        (WRAPPED, 6, 15, "characters", "characters of a text with plain line ends"),
        (FIRE, "2", 11.0, "characters", None),
    ],
)
def test_the_reading_that_cuts_no_word_is_taken_and_noted(text, start, end, unit, read_as):
    place, notes = located(text, start, end, unit=unit)
    assert text[slice(*place)] == "The Front"
    assert notes == ({f"offsets of spans were read as {read_as}": 1} if read_as else {})


def test_words_decide_over_offsets():
    place, notes = located("The bear met the bear.", 0, 4, "bear")
    assert place == (4, 8)
    assert notes == {"spans were found by their words, not at their offsets": 1}
    assert located("The bear met the bear.", 17, 21, "bear") == ((17, 21), {})
    assert located(FIRE, 3, 12, "The Front")[0] == (2, 11)


@pytest.mark.parametrize(
    ("start", "end", "words", "said"),
    [
        (None, 4, None, "has no whole numbers"),
        (0.5, 4, None, "has no whole numbers"),
        (5, 5, None, "is not inside the text of 11 characters"),
        (0, 40, None, "is not inside the text of 11 characters"),
        (0, 4, "Ines", "does not hold the span 'Ines'"),
    ],
)
def test_spans_that_are_nowhere_are_said(start, end, words, said):
    place, notes = located("Omar lied. ", start, end, words)
    assert said in place
    assert notes == {}


def test_a_span_that_cuts_words_in_its_own_unit_is_kept_where_no_other_reading_is_whole():
    assert located("Omar lied.", 1, 4) == ((1, 4), {})


def test_the_fields_of_a_role():
    assert span_fields("Omar lied.", "actor", (0, 4)) == {
        "actor": "Omar",
        "actor_start": 0,
        "actor_end": 4,
    }


def test_offsets_that_two_readings_fit_are_not_guessed():
    place, notes = located("😡\r\na b c", 4, 5)
    assert place == "the span 4 to 5 cuts a word, ' '"
    assert notes == {}
    assert located("😡\r\na b c", 4, 5, "b")[0] == (5, 6)
