"""JSON and JSONL, whichever of the two the suffix says, and values that no row may hold."""

import json

import pytest

from data.files import read_rows, write_rows
from data.problems import InputError, Problem

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
    found = read(tmp_path, b"\n".join([first, bad, *rest]), name)
    problems = [one for one in found if isinstance(one, Problem)]
    assert [one for one in found if isinstance(one, dict)] == ROWS
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


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_nan_is_never_written(tmp_path, suffix):
    path = tmp_path / f"rows.{suffix}"
    write_rows(
        path,
        [
            {"text": "a", "score": float("nan"), "more": {"x": float("nan"), "y": 1}},
            {"text": "b", "score": 1.0},
        ],
    )
    assert b"NaN" not in path.read_bytes()
    assert "score" not in next(read_rows(path))[1]


def test_an_infinite_number_is_refused_and_nothing_is_written(tmp_path):
    path = tmp_path / "rows.jsonl"
    with pytest.raises(InputError, match=r"rows.jsonl:2: cannot be written as JSON"):
        write_rows(path, [{"text": "a"}, {"score": float("inf")}])
    assert list(tmp_path.iterdir()) == []
