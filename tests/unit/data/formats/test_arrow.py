"""Parquet, Arrow and saved datasets: named classes, bytes, nulls."""

import datasets
import pyarrow
import pyarrow.parquet
import pytest

from data.files import read_rows
from data.problems import InputError, Problem

NAMES = ["arrests", "armed_clash"]


def dataset(**columns):
    kinds = {
        "label": datasets.ClassLabel(names=NAMES),
        "text": datasets.Value("string"),
        "labels": datasets.Sequence(datasets.ClassLabel(names=NAMES)),
    }
    return datasets.Dataset.from_dict(
        columns, features=datasets.Features({name: kinds[name] for name in columns})
    )


@pytest.fixture
def days():
    return dataset(text=["One.", "Two.", "Three."], label=[1, 0, -1])


@pytest.mark.parametrize("kind", ["days.parquet", "days.PARQUET", "days", "days/data.arrow"])
def test_classes_are_named_and_minus_one_is_none(tmp_path, days, kind):
    path = tmp_path / kind
    if kind.lower().endswith("parquet"):
        days.to_parquet(path)
    else:
        days.save_to_disk(tmp_path / "days")
        next((tmp_path / "days").glob("*.arrow")).rename(tmp_path / "days" / "data.arrow")
        state = tmp_path / "days" / "state.json"
        state.write_text(state.read_text().replace("data-00000-of-00001.arrow", "data.arrow"))
    assert list(read_rows(path)) == [
        (1, {"text": "One.", "label": "armed_clash"}),
        (2, {"text": "Two.", "label": "arrests"}),
        (3, {"text": "Three."}),
    ]


def test_lists_of_classes_are_named(tmp_path):
    path = tmp_path / "rows.parquet"
    dataset(text=["One.", "Two."], labels=[[1, 0], []]).to_parquet(path)
    assert [row["labels"] for _, row in read_rows(path)] == [["armed_clash", "arrests"], []]


def test_a_class_that_the_file_does_not_name_is_a_problem(tmp_path, days):
    path = tmp_path / "rows.parquet"
    table = days.data.table.set_column(1, "label", pyarrow.array([0, 7, 1]))
    pyarrow.parquet.write_table(
        table.replace_schema_metadata(days.data.table.schema.metadata), path
    )
    first, second, third = (row for _, row in read_rows(path))
    assert isinstance(second, Problem)
    assert "label is class 7" in second.what
    assert (first["label"], third["label"]) == ("arrests", "armed_clash")


def test_splits_of_a_saved_dataset_are_kept(tmp_path, days):
    datasets.DatasetDict(
        train=days, validation=days.select([0]), test=days.select([1])
    ).save_to_disk(tmp_path / "all")
    splits = [(line, row["split"]) for line, row in read_rows(tmp_path / "all")]
    assert splits == [(1, "train"), (2, "train"), (3, "train"), (4, "dev"), (5, "test")]


def test_a_split_of_another_name_is_refused(tmp_path, days):
    datasets.DatasetDict(gold=days).save_to_disk(tmp_path / "all")
    with pytest.raises(InputError, match="split 'gold'"):
        list(read_rows(tmp_path / "all"))


def test_bytes_are_text_and_nothing_is_no_value(tmp_path):
    path = tmp_path / "rows.parquet"
    pyarrow.parquet.write_table(
        pyarrow.table({"text": [b"Sun.", b"\xff"], "id": [1.0, None], "date": [float("nan"), 2.0]}),
        path,
    )
    first, second = (row for _, row in read_rows(path))
    assert first == {"text": "Sun.", "id": 1.0}
    assert second == {"text": b"\xff", "date": 2.0}


@pytest.mark.parametrize("name", ["rows.parquet", "rows.arrow", "rows.feather"])
def test_other_files_under_the_name_are_refused(tmp_path, name):
    (tmp_path / name).write_text("id,text\n")
    with pytest.raises(InputError, match="cannot be read as"):
        list(read_rows(tmp_path / name))


def test_splits_have_the_names_that_rows_may_have(tmp_path, days):
    datasets.DatasetDict(training=days, val=days.select([0])).save_to_disk(tmp_path / "all")
    assert [row["split"] for _, row in read_rows(tmp_path / "all")] == [*["train"] * 3, "dev"]
