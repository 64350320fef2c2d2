"""Rows that Python hands over, and labelled files as tables."""

import datetime

import pandas
import pytest
from datasets import ClassLabel, Dataset, DatasetDict

import eventstance
from data.files import read_rows
from eventstance.rows import as_files

ROWS = [
    {"id": "a", "text": "One.", "label": "x", "split": "train"},
    {"id": "b", "text": "Two.", "label": "y", "split": "validation"},
]


def read(handed):
    (file,) = handed.files.values()
    return [row for _, row in read_rows(file)]


def test_data_frame_is_written_without_its_gaps(tmp_path):
    frame = pandas.DataFrame(
        {
            "id": [1, 2],
            "text": ["One.", "Two."],
            "target": ["Arlow", None],
            "score": pandas.array([1, None], dtype="Int64"),
            "date": [pandas.Timestamp("2024-05-01"), pandas.NaT],
        }
    )
    first, second = read(as_files(frame, tmp_path))
    assert second == {"id": 2, "text": "Two."}
    assert (first["target"], first["score"]) == ("Arlow", 1)
    assert first["date"] == datetime.datetime(2024, 5, 1)


def test_equal_rows_have_one_file_and_others_another(tmp_path):
    one, same, other = (
        as_files(pandas.DataFrame(rows), tmp_path).files["path"] for rows in (ROWS, ROWS, ROWS[:1])
    )
    assert one == same
    assert {one, other} == set(map(str, tmp_path.iterdir()))


def test_rows_without_ids_are_numbered(tmp_path):
    assert [row["id"] for row in read(as_files([{"text": "A."}, {"text": "B."}], tmp_path))] == [
        "0",
        "1",
    ]
    table = Dataset.from_dict({"text": ["A.", "B."]})
    assert [row["id"] for row in read(as_files(table, tmp_path))] == ["0", "1"]
    assert table.column_names == ["text"]


def test_classes_of_a_dataset_are_read_under_their_names(tmp_path):
    table = Dataset.from_dict({"text": ["A.", "B."], "label": [1, 0]}).cast_column(
        "label", ClassLabel(names=["clash", "aid"])
    )
    assert [row["label"] for row in read(as_files(table, tmp_path))] == ["aid", "clash"]


def test_splits_of_a_dataset_dict_become_parts_with_ids_of_their_own(tmp_path):
    table = Dataset.from_dict({"text": ["A."]})
    handed = as_files(DatasetDict(train=table, validation=table), tmp_path)
    ids = {part: next(read_rows(file))[1]["id"] for part, file in handed.files.items()}
    assert ids == {"train": "train-0", "dev": "validation-0"}


def test_splits_of_other_names_are_refused(tmp_path):
    table = Dataset.from_dict({"text": ["A."]})
    with pytest.raises(eventstance.InputError, match="has a split 'fold1'"):
        as_files(DatasetDict(train=table, fold1=table), tmp_path)
    with pytest.raises(eventstance.InputError, match="has no split 'train'"):
        as_files(DatasetDict(test=table), tmp_path)
    with pytest.raises(eventstance.InputError, match=r"name a split: rows\['train'\]"):
        as_files(DatasetDict(train=table), tmp_path, parts=False)


@pytest.mark.parametrize("rows", [7, {"text": "A."}, ["A."], b"x"])
def test_what_holds_no_rows_is_refused(tmp_path, rows):
    with pytest.raises(eventstance.InputError, match="rows"):
        as_files(rows, tmp_path)


def test_two_columns_of_one_name_are_refused(tmp_path):
    frame = pandas.DataFrame([["A.", "B."]], columns=["text", "text"])
    with pytest.raises(eventstance.InputError, match="two columns of one name"):
        as_files(frame, tmp_path)


def test_rows_come_back_by_their_split():
    parts = eventstance.load_rows(ROWS)
    assert {name: part["id"] for name, part in parts.items()} == {
        "train": ["a"],
        "validation": ["b"],
    }


def test_rows_are_checked_against_a_codebook(lay_out, tmp_path):
    folder = lay_out(tmp_path)
    table = eventstance.load_rows(folder / "rows.jsonl", folder / "small_event.yaml")
    assert table["train"][0]["labels"] == ["protest"]
    with pytest.raises(eventstance.InputError, match="rows:1: unknown label 'x'"):
        eventstance.load_rows(ROWS, folder / "small_event.yaml")


def test_rows_without_splits_are_one_table():
    table = eventstance.load_rows([{"text": "A.", "label": "x"}])
    assert isinstance(table, Dataset)
    assert table[0] == {"id": "0", "text": "A.", "label": "x"}


def test_splits_of_a_dataset_dict_have_the_names_that_rows_may_have(tmp_path):
    table = Dataset.from_dict({"text": ["A."]})
    handed = as_files(DatasetDict({"training": table, "val": table, "Test": table}), tmp_path)
    assert list(handed.files) == ["train", "dev", "test"]


def test_two_splits_for_one_part_are_refused(tmp_path):
    table = Dataset.from_dict({"text": ["A."]})
    with pytest.raises(eventstance.InputError, match="two splits for dev: 'validation' and 'dev'"):
        as_files(DatasetDict(train=table, validation=table, dev=table), tmp_path)
