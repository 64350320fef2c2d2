import csv
import json

import pytest

from data.files import read_rows
from data.problems import InputError, Problem
from predict.writers import COLUMNS, Rejects, open_writer

EVENT = {"article_id": "a", "sentence_id": "a:0", "position": 0, "start": 0, "end": 6,
         "quoted": False, "text": "A “b”.", "kind": "event", "target": None, "target_start": None,
         "target_end": None, "label": "clash", "probability": 0.75,
         "probabilities": {"clash": 0.75, "calm": 0.25}, "model": "event", "model_version": "3"}
STANCE = EVENT | {"kind": "stance", "target": "Union", "target_start": 0, "target_end": 1,
                  "labels": ["x", "y"], "label": "x|y", "date": "2026-01-01", "source": "Post"}


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_round_trip(tmp_path, suffix):
    path = tmp_path / "deep" / f"labels.{suffix}"
    with open_writer(path) as writer:
        writer.write(EVENT)
        writer.write(STANCE)
    (_, event), (_, stance) = read_rows(path)
    assert event["text"] == EVENT["text"]
    assert float(event["probability"]) == 0.75
    assert "target" not in event
    assert "labels" not in event
    assert stance["target"] == "Union"
    as_text = suffix != "jsonl"
    probabilities = json.loads(stance["probabilities"]) if as_text else stance["probabilities"]
    assert probabilities == EVENT["probabilities"]
    labels = json.loads(stance["labels"]) if suffix == "csv" else stance["labels"]
    assert labels == ["x", "y"]
    assert [path.name for path in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_no_rows_still_give_the_columns(tmp_path, suffix):
    path = tmp_path / f"labels.{suffix}"
    with open_writer(path):
        pass
    if suffix == "csv":
        assert next(csv.reader(path.open())) == list(COLUMNS)
    else:
        import pyarrow.parquet

        assert tuple(pyarrow.parquet.read_schema(path).names) == COLUMNS


def test_parquet_is_written_in_row_groups(tmp_path, monkeypatch):
    import pyarrow.parquet

    monkeypatch.setattr("predict.writers.ROW_GROUP", 2)
    path = tmp_path / "labels.parquet"
    with open_writer(path) as writer:
        for position in range(5):
            writer.write(EVENT | {"position": position})
    table = pyarrow.parquet.ParquetFile(path)
    assert table.num_row_groups == 3
    assert table.read().column("position").to_pylist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_an_interruption_leaves_the_older_file(tmp_path, suffix):
    path = tmp_path / f"labels.{suffix}"
    path.write_text("older")
    with pytest.raises(KeyboardInterrupt), open_writer(path) as writer:
        writer.write(EVENT)
        raise KeyboardInterrupt
    assert path.read_text() == "older"
    assert len(list(tmp_path.iterdir())) == 1


def test_names_that_cannot_be_written(tmp_path):
    with pytest.raises(InputError, match=r"unknown kind of table '\.xls'"):
        open_writer(tmp_path / "a.xls")
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        open_writer(tmp_path / "b.csv")


def test_rejects_are_kept_or_an_older_file_is_removed(tmp_path):
    rejects = Rejects(tmp_path / "labels.csv")
    rejects.add(Problem("a.jsonl:3", "is not JSON", "expected JSON"))
    rejects.add(Problem("b.txt", "is empty"))
    rejects.write()
    assert [json.loads(line) for line in rejects.path.read_text().splitlines()] == [
        {"file": "a.jsonl", "line": 3, "reason": "is not JSON; expected JSON"},
        {"file": "b.txt", "line": None, "reason": "is empty"}]
    assert rejects.path.name == "labels.csv.rejects.jsonl"
    Rejects(tmp_path / "labels.csv").write()
    assert not rejects.path.exists()
