"""Values of JSON that no row may hold."""

import math

import pytest

from data.formats.json_values import DECODER, faults_in, without_nan


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": [1, {"b": -Infinity}]}', "holds Infinity, which is no JSON value"),
        ('{"a": "Infinity"}', None),
        ('{"a": "cut \\ud83d"}', "holds half of a character (a cut emoji, say)"),
        ('{"cut \\ud83d": 1}', "holds half of a character (a cut emoji, say)"),
        ('{"a": "\\ud83d\\ude21"}', None),
        ('{"a": NaN}', None),
        ("{}", None),
    ],
)
def test_faults_are_found_at_any_depth(text, fault):
    assert faults_in(text, DECODER.decode(text)) == fault


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', '{"x": {"b": 1, "a": 2, "a": 3}}'])
def test_a_key_given_twice_is_refused(text):
    with pytest.raises(ValueError, match="names 'a' twice"):
        DECODER.decode(text)


def test_nan_is_left_out_of_objects_and_null_in_lists():
    nan = math.nan
    assert without_nan({"a": nan, "b": {"c": nan, "d": 0}, "e": (nan, 1), "f": None}) == {
        "b": {"d": 0},
        "e": [None, 1],
        "f": None,
    }
    assert without_nan(nan) is None
