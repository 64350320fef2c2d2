"""Objects of JSON files in pieces of any size, however broken the file is."""

import json

import pytest

from data.formats import json_records as records_module
from data.formats.json_records import json_records
from data.problems import InputError, Problem


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
    numbered = records(tmp_path, '[\n{\n"a": 1\n},\n\n{"b": 2}, {"c": 3}\n]\n')
    assert [line for line, _ in numbered] == [2, 6, 6]


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
    outcomes = [
        outcome for _, outcome in records(tmp_path, f'[\n{{"n": 0}},\n{bad},\n{{"n": 2}}\n]')
    ]
    assert [record for record in outcomes if isinstance(record, dict)] == [{"n": 0}, {"n": 2}]
    assert sum(isinstance(outcome, Problem) for outcome in outcomes) == 1


@pytest.mark.parametrize("text", ["", "[]", "\n", "[\n\n]"])
def test_nothing_gives_nothing(tmp_path, text):
    assert records(tmp_path, text) == []


def test_depth_is_a_problem_and_no_crash(tmp_path):
    [(_, problem)] = records(tmp_path, '{"a":' + "[" * 100_000)
    assert isinstance(problem, Problem)


def test_no_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        list(json_records(tmp_path / "none.json"))
