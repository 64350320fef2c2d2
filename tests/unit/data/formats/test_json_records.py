"""The two readers under the importers: tab-separated lines, and objects of broken JSON."""

import json

import pytest

from data.formats import json_records as records_module
from data.formats.json_records import json_records
from data.formats.tab_separated import tsv_cells, tsv_rows
from data.problems import InputError, Problem


def cells(tmp_path, text):
    path = tmp_path / "file.tsv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(tsv_cells(path))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a\tb", ["a", "b"]),
        ('"He said ""go"""\t1', ['He said "go"', "1"]),
        ('"All of it is a quote."\t1', ['"All of it is a quote."', "1"]),
        ('"a"\t"b"', ["a", "b"]),
        ('"Go," he said.\t1', ['"Go," he said.', "1"]),
        ('"left\tright"\t1', ["left\tright", "1"]),
        ('5" pipe\t1', ['5" pipe', "1"]),
        ('"never closed\t1', ['"never closed', "1"]),
    ],
)
def test_quotes(tmp_path, line, expected):
    assert cells(tmp_path, line + "\r\n") == [(1, expected)]


def test_blank_lines_count_and_give_nothing(tmp_path):
    assert cells(tmp_path, "\ufeffa\t1\n\n\nb\t2") == [(1, ["a", "1"]), (4, ["b", "2"])]


def test_a_line_that_is_not_utf8_is_one_problem(tmp_path):
    good, bad = cells(tmp_path, b"a\t1\nb\xff\t2\n")
    assert good == (1, ["a", "1"])
    assert bad[0] == 2
    assert isinstance(bad[1], Problem)


def test_no_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        list(tsv_rows(tmp_path / "none.tsv", ()))
    with pytest.raises(InputError, match="no such file"):
        list(json_records(tmp_path / "none.json"))


def records(tmp_path, text):
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf-8")
    return list(json_records(path))


@pytest.mark.parametrize(
    "dump",
    [
        lambda many: json.dumps(many),
        lambda many: json.dumps(many, indent=2),
        lambda many: "\n".join(map(json.dumps, many)),
        lambda many: "\n\n" + json.dumps(many) + "\n",
    ],
)
@pytest.mark.parametrize("chunk", [7, 64, 1 << 20])
def test_arrays_and_lines_in_pieces_of_any_size(tmp_path, monkeypatch, dump, chunk):
    monkeypatch.setattr(records_module, "CHUNK", chunk)
    many = [
        {"n": number, "text": 'a "quote" }, {', "list": [1, {"x": None}]} for number in range(5)
    ]
    assert [record for _, record in records(tmp_path, dump(many))] == many


def test_lines_are_counted(tmp_path):
    found = records(tmp_path, '[\n{\n"a": 1\n},\n\n{"b": 2}, {"c": 3}\n]\n')
    assert [line for line, _ in found] == [2, 6, 6]


@pytest.mark.parametrize("chunk", [7, 1 << 20])
@pytest.mark.parametrize(
    "bad",
    [
        '{"n": 1',
        '{"n": "open\n}',
        "{n: 1}",
        '{"n": 1,}',
        "nonsense",
        "7",
        '{"n": 1 "m": 2}',
    ],
)
def test_what_is_broken_stays_alone(tmp_path, monkeypatch, bad, chunk):
    monkeypatch.setattr(records_module, "CHUNK", chunk)
    found = [one for _, one in records(tmp_path, f'[\n{{"n": 0}},\n{bad},\n{{"n": 2}}\n]')]
    assert [one for one in found if isinstance(one, dict)] == [{"n": 0}, {"n": 2}]
    assert sum(isinstance(one, Problem) for one in found) == 1


@pytest.mark.parametrize("text", ["", "[]", "\n", "[\n\n]"])
def test_nothing_gives_nothing(tmp_path, text):
    assert records(tmp_path, text) == []


def test_depth_is_a_problem_and_no_crash(tmp_path):
    [(_, problem)] = records(tmp_path, '{"a":' + "[" * 100_000)
    assert isinstance(problem, Problem)
