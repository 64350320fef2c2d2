"""Checked tables: rows that are right, problems of the others, and the digest of what is learnt."""

import json

import pytest

from data.codebook import load_codebook
from data.problems import InputError
from data.quality.table import MAX_PROBLEMS, as_dataset, checked_rows, digest, load_rows

BOOK = load_codebook("event")


def table(tmp_path, *rows, name="rows.jsonl"):
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def row(identity, text="Rain fell.", label="no_event", **fields):
    return {"id": identity, "text": text, "label": label, **fields}


def test_right_rows_are_tidy_and_wrong_ones_leave_their_problems(tmp_path):
    path = table(tmp_path, row(1), row(2, label="nothing"), row(3.0, target_start=None))
    rows, problems = checked_rows([path], BOOK)
    assert rows == [
        {"id": "1", "article_id": "1", "text": "Rain fell.", "labels": ["no_event"]},
        {"id": "3", "article_id": "3", "text": "Rain fell.", "labels": ["no_event"]},
    ]
    assert [problem.where for problem in problems] == [f"{path}:2"]


def test_ids_are_unique_over_all_files(tmp_path):
    first = table(tmp_path, row("a"), name="first.jsonl")
    second = table(tmp_path, row("b"), row("a"), name="second.jsonl")
    rows, problems = checked_rows([first, second], BOOK)
    assert [kept["id"] for kept in rows] == ["a", "b"]
    assert [problem.where for problem in problems] == [f"{second}:2"]
    assert problems[0].what == f"id 'a' stands also at {first}:1"


def test_rows_are_mended_before_they_are_checked(tmp_path):
    def mend(broken):
        return {**broken, "label": "attack"}

    rows = load_rows([table(tmp_path, row(1, label="atack"))], BOOK, mend)
    assert rows[0]["labels"] == ["attack"]


def test_reading_stops_when_nobody_would_read_on(tmp_path):
    path = table(tmp_path, *(row(number, label="x") for number in range(MAX_PROBLEMS + 50)))
    assert len(checked_rows([path], BOOK)[1]) == MAX_PROBLEMS


def test_problems_and_empty_files_are_errors(tmp_path):
    with pytest.raises(InputError) as caught:
        load_rows([table(tmp_path, row(1, text=""), row(2, label="x"))], BOOK)
    assert len(caught.value.problems) == 2
    with pytest.raises(InputError, match="holds no rows"):
        load_rows([table(tmp_path)], BOOK)


def test_a_dataset_has_every_field_and_one_kind_a_column():
    dataset = as_dataset([{"id": "1", "n": 1, "meta": {"a": 1}}, {"id": "2", "n": "two"}])
    assert dataset.column_names == ["id", "n", "meta"]
    assert dataset["n"][:] == ["1", "two"]
    assert dataset["meta"][:] == ['{"a": 1}', None]


def test_the_digest_is_of_what_a_model_sees():
    rows = [{"id": "1", "text": "Rain.", "labels": ["a"]}, {"id": "2", "text": "Sun."}]
    first = digest(rows)
    assert len(first) == 16
    assert digest([rows[0] | {"source": "wire"}, rows[1]]) == first
    assert digest(rows[::-1]) != first
    assert digest([rows[0] | {"labels": ["b"]}, rows[1]]) != first
    assert digest([]) == digest(())
