"""Rows on disk are what they would be in memory."""

import pytest

from data.codebook import Codebook
from data.formats.disk_table import TableRows, spooled
from data.problems import InputError
from data.quality import table as tables
from data.quality.table import as_dataset, load_many, load_rows

ROWS = [
    {"id": "a", "text": "One.", "labels": [], "score": 1},
    {"id": "b", "text": "Two.", "labels": ["x"], "score": 2.5, "seen": True},
    {"id": "c", "text": "Three.", "labels": ["x", "y"], "more": {"k": 1}},
    {"id": "d", "text": None, "labels": ["y"], "score": "many", "more": {"k": 2}},
    {"id": "e", "text": "Five.", "labels": ["x"]},
]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_blocks_on_disk_are_the_table_of_all_rows(size):
    table = spooled([ROWS[at : at + size] for at in range(0, len(ROWS), size)])
    held = as_dataset(ROWS)
    assert table.to_list() == held.to_list()
    assert table.features == held.features
    assert table.cache_files


def test_rows_are_read_by_place_slice_and_block(monkeypatch):
    monkeypatch.setattr("data.formats.disk_table.BLOCK", 2)
    held = as_dataset(ROWS).to_list()
    rows = TableRows(as_dataset(ROWS))
    assert list(rows) == held
    assert (rows[1], rows[-1], rows[1:4], rows[::2], rows[::-1]) == (
        held[1],
        held[-1],
        held[1:4],
        held[::2],
        held[::-1],
    )
    assert list(rows.at([4, 0])) == [held[4], held[0]]
    assert list(rows.of_each(lambda row: row["id"])) == list("abcde")
    assert list(rows.column("id")) == list("abcde")
    assert list(rows.column("none")) == [None] * 5


def test_empty_table_has_no_rows():
    rows = TableRows(as_dataset([]))
    assert (list(rows), len(rows), rows[:8]) == ([], 0, [])


@pytest.fixture
def files(tmp_path, write_jsonl):
    rows = [
        {"id": f"r{number}", "text": f"Text {number}.", "label": "xy"[number % 2]}
        for number in range(12)
    ]
    return [
        write_jsonl(tmp_path / "a.jsonl", rows[:7]),
        write_jsonl(tmp_path / "b.jsonl", rows[7:]),
    ]


@pytest.fixture
def codebook():
    return Codebook.model_validate(
        {"name": "m", "version": "1", "task": "event", "labels": [{"name": "x"}, {"name": "y"}]}
    )


@pytest.mark.parametrize("held", [3, 11])
def test_many_rows_lie_on_disk(files, codebook, monkeypatch, held):
    monkeypatch.setattr(tables, "HELD", held)
    rows = load_many(files, codebook)
    assert isinstance(rows, TableRows)
    assert list(rows) == load_rows(files, codebook)


def test_few_rows_are_held(files, codebook, monkeypatch):
    monkeypatch.setattr(tables, "HELD", 12)
    assert load_many(files, codebook) == load_rows(files, codebook)


def test_problems_of_rows_on_disk_are_told_as_of_others(
    tmp_path, write_jsonl, codebook, monkeypatch
):
    rows = [{"id": f"r{number}", "text": "Text.", "label": "x"} for number in range(6)]
    files = [
        write_jsonl(tmp_path / "a.jsonl", [*rows, rows[2]]),
        write_jsonl(tmp_path / "b.jsonl", [rows[0], {"id": "n", "text": "T.", "label": "z"}]),
    ]
    told = []
    for held in (100, 2):
        monkeypatch.setattr(tables, "HELD", held)
        with pytest.raises(InputError) as caught:
            load_many(files, codebook)
        told.append([str(problem) for problem in caught.value.problems])
    assert told[0] == told[1]
    assert told[0][0].startswith(f"{files[0]}:7: id 'r2' stands also at {files[0]}:3")
    assert told[0][1].startswith(f"{files[1]}:1: id 'r0' stands also at {files[0]}:1")
    with pytest.raises(InputError, match="holds no rows"):
        load_many([write_jsonl(tmp_path / "none.jsonl", [])], codebook)
