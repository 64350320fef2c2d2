"""JSONL, and JSON under either suffix: bad records stay alone, NaN is no value."""

import json

import pytest

from data.files import read_rows
from data.problems import Problem

ROWS = [{"id": "1", "text": "Sun."}, {"id": "2", "text": "Rain."}]
LINES = "\n".join(map(json.dumps, ROWS))


def read(tmp_path, content, name="rows.jsonl", encoding=None):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [row for _, row in read_rows(path, encoding)]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.json", "rows.JSONL", "rows.ndjson"])
@pytest.mark.parametrize(
    "content",
    [
        LINES,
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        "\ufeff\n" + LINES + "\n\n",
        "\ufeff" + json.dumps(ROWS),
        "\n".join(json.dumps(row, indent=1) for row in ROWS),
        LINES.replace("\n", "\r\n"),
    ],
)
def test_arrays_and_lines_under_any_name(tmp_path, content, name):
    assert read(tmp_path, content, name) == ROWS


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.json"])
@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b'{"text": "caf\xe9"}', "is not UTF-8 (byte 0xe9)"),
        (b'{"text": "a", "label": "x", "label": "y"}', "names 'label' twice"),
        (b'{"text": "cut \\ud83d"}', "half of a character"),
        (b'{"text": "a", "score": Infinity}', "Infinity"),
        (b'{"text": "a", "scores": [1, -Infinity]}', "Infinity"),
        (b'{"text": "a"', "is not JSON"),
    ],
)
def test_a_bad_record_stays_alone(tmp_path, name, bad, said):
    first, *rest = (json.dumps(row).encode() for row in ROWS)
    outcomes = read(tmp_path, b"\n".join([first, bad, *rest]), name)
    problems = [row for row in outcomes if isinstance(row, Problem)]
    assert [row for row in outcomes if isinstance(row, dict)] == ROWS
    assert said in problems[0].what
    assert problems[0].where.endswith(f"{name}:2")


def test_whole_emoji_and_words_like_infinity_are_text(tmp_path):
    text = '{"text": "\\ud83d\\ude21 Infinity and NaN"}'
    assert read(tmp_path, text) == [{"text": "😡 Infinity and NaN"}]


def test_nan_is_no_value(tmp_path):
    assert read(tmp_path, '{"a": NaN, "b": {"c": NaN}, "d": [1, NaN], "e": null}') == [
        {"b": {}, "d": [1, None], "e": None}
    ]


def test_other_encodings(tmp_path):
    text = '{"text": "café"}'
    assert read(tmp_path, text.encode("utf-16")) == [{"text": "café"}]
    assert read(tmp_path, text.encode("cp1252"), encoding="cp1252") == [{"text": "café"}]


def test_a_value_that_is_no_object_is_a_problem_with_its_line(tmp_path):
    _, problem, last = read(tmp_path, '{"a": 1}\n[2]\n{"a": 3}')
    assert problem.what == "is a JSON list"
    assert problem.raw.strip() == "[2]"
    assert last == {"a": 3}


def test_depth_is_a_problem_and_no_crash(tmp_path):
    _, problem = read(tmp_path, '{"a": 1}\n{"a":' + "[" * 100_000)
    assert problem.what == "is nested too deep"
