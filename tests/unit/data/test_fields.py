"""Fields of a row: missing values, values as text and numbers, and the names of splits."""

import pytest

from data.fields import (
    FIELDS,
    OFFSET_FIELDS,
    SPLIT_SYNONYMS,
    SPLITS,
    TEXT_FIELDS,
    as_text,
    has_split,
    is_missing,
    marks_missing,
    split_named,
    whole_number,
)

NAN = float("nan")


@pytest.mark.parametrize("value", [None, NAN, "", " \t\n"])
def test_nothing_is_missing(value):
    assert is_missing(value)
    assert not has_split(value)


@pytest.mark.parametrize("value", [0, False, "nan", "-", [], 0.0])
def test_values_that_say_something_are_not_missing(value):
    assert not is_missing(value)


@pytest.mark.parametrize(
    ("value", "is_mark"),
    [
        ("nan", True),
        (" NULL ", True),
        ("<NA>", True),
        ("NONE", False),
        ("Nat", False),
        (None, False),
    ],
)
def test_marks_of_a_missing_value_count_as_they_are_written(value, is_mark):
    assert marks_missing(value) is is_mark


@pytest.mark.parametrize(
    ("value", "text"),
    [(7, "7"), (7.0, "7"), (7.5, "7.5"), (True, "true"), ("a b", "a b"), ("e\u0301", "é")],
)
def test_values_as_text(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3),
        (3.0, 3),
        ("3", 3),
        (" 3.0 ", 3),
        (-1, -1),
        (3.5, None),
        (True, None),
        ("three", None),
        (None, None),
        (NAN, None),
        (float("inf"), None),
    ],
)
def test_whole_numbers_however_written(value, number):
    assert whole_number(value) == number


@pytest.mark.parametrize(
    ("value", "split"),
    [("train", "train"), (" Validation ", "dev"), ("VAL", "dev"), ("eval", None), (1, None)],
)
def test_splits_by_their_usual_names(value, split):
    assert split_named(value) == split


def test_synonyms_mean_splits_and_are_none():
    assert set(SPLIT_SYNONYMS.values()) == set(SPLITS)
    assert not set(SPLIT_SYNONYMS) & set(SPLITS)


def test_no_field_is_named_twice():
    assert len(set(FIELDS)) == len(FIELDS) == len(TEXT_FIELDS) + len(OFFSET_FIELDS) + 2
