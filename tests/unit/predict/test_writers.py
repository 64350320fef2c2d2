import csv
import json
import resource
from datetime import date

import pytest

from data.files import read_rows
from data.problems import InputError
from predict.rows import TYPES
from predict.writers import CsvStyle, open_writer

DAY = date(2024, 8, 3)

EVENT = {
    "article_id": "a",
    "sentence_id": "a:0",
    "position": 0,
    "start": 0,
    "end": 6,
    "quoted": False,
    "text": "A “b”.",
    "kind": "event",
    "target": None,
    "target_start": None,
    "target_end": None,
    "label": "clash",
    "probability": 0.75,
    "probabilities": {"clash": 0.75, "calm": 0.25},
    "model": "event",
    "model_version": "3",
}
STANCE = EVENT | {
    "kind": "stance",
    "target": "Union",
    "target_start": 0,
    "target_end": 1,
    "labels": ["x", "y"],
    "label": "x|y",
    "date": "2026-01-01",
    "source": "Post",
}


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
        assert next(csv.reader(path.open())) == list(TYPES)
    else:
        import pyarrow.parquet

        assert tuple(pyarrow.parquet.read_schema(path).names) == tuple(TYPES)


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
    with (
        pytest.raises(InputError, match=r"unknown kind of table '\.xls'"),
        open_writer(tmp_path / "a.xls"),
    ):
        pass
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(InputError, match="is a folder"), open_writer(tmp_path / "b.csv"):
        pass


def test_metadata_of_all_rows_are_columns(tmp_path):
    import pyarrow.parquet

    rows = [
        EVENT | {"n": 1, "share": 1, "sure": True, "mixed": 1, "tags": ["a", {"b": 1}]},
        EVENT | {"n": 2**60, "share": 0.5, "mixed": "two", "late": "x", "day": DAY},
        EVENT | {"big": 2**70, "gap": float("nan"), "sure": False, "raw": b"\xff"},
        EVENT | {"share": float("nan"), "far": float("inf"), "near": 0.5, "both": 2**60},
        EVENT | {"far": 1.0, "both": 0.5},
    ]
    for suffix in ("jsonl", "csv", "parquet"):
        with open_writer(tmp_path / f"labels.{suffix}") as writer:
            for row in rows:
                writer.write(row)
    table = pyarrow.parquet.read_table(tmp_path / "labels.parquet")
    kinds = {
        "n": "int64",
        "share": "double",
        "sure": "bool",
        "mixed": "string",
        "tags": "string",
        "late": "string",
        "day": "string",
        "big": "string",
        "raw": "string",
        "far": "string",
        "near": "double",
        "both": "string",
    }
    names = (*TYPES, *kinds)
    assert tuple(table.schema.names) == names
    assert {name: str(table.schema.field(name).type) for name in kinds} == kinds
    first, second, third, fourth, _ = table.to_pylist()
    assert (first["n"], first["share"], first["sure"], first["mixed"], first["tags"]) == (
        1,
        1.0,
        True,
        "1",
        '["a", {"b": 1}]',
    )
    assert (second["n"], second["mixed"], second["day"]) == (2**60, "two", "2024-08-03")
    assert (third["big"], third["raw"], fourth["share"], fourth["far"]) == (
        str(2**70),
        "ff",
        None,
        "inf",
    )
    with (tmp_path / "labels.csv").open(newline="") as stream:
        rows_read = list(csv.DictReader(stream))
    assert tuple(rows_read[0]) == names
    assert [row["mixed"] for row in rows_read] == ["1", "two", "", "", ""]
    assert rows_read[0]["tags"] == first["tags"]
    lines = (tmp_path / "labels.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["tags"] == ["a", {"b": 1}]
    assert "NaN" not in "".join(lines)
    assert "gap" not in json.loads(lines[2])


FORMULAS = [
    "=1+1",
    "+cmd|'/c'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "-",
    "- he said",
]
HARMLESS = ["a=b", "-0.5", "+33123", "-1,234.5", "+5%", "-1e-5", "'=1", " =1", "", "“–” he"]


def cells(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return [(row["text"], row["note"], row["n"]) for row in csv.DictReader(stream)]


def test_no_text_in_csv_is_a_formula(tmp_path):
    with open_writer(tmp_path / "labels.csv") as writer:
        for text in (*FORMULAS, *HARMLESS):
            writer.write(EVENT | {"text": text, "note": text, "n": -0.5, "=key": 1})
    rows_read = cells(tmp_path / "labels.csv")
    assert rows_read == [
        (text, text, "-0.5") for text in (*(f"'{formula}" for formula in FORMULAS), *HARMLESS)
    ]
    assert ",'=key" in (tmp_path / "labels.csv").read_text().splitlines()[0]


def test_csv_as_it_is_and_with_a_mark(tmp_path):
    path = tmp_path / "labels.csv"
    with open_writer(path, CsvStyle(raw=True)) as writer:
        for text in FORMULAS:
            writer.write(EVENT | {"text": text, "note": text, "n": 1})
    assert [text for text, *_ in cells(path)] == FORMULAS
    assert path.read_bytes()[:1] == b"a"
    with open_writer(path, CsvStyle(bom=True)) as writer:
        writer.write(EVENT)
    assert path.read_bytes()[:4] == b"\xef\xbb\xbfa"


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_a_row_that_cannot_be_written_costs_no_other(tmp_path, suffix):
    path = tmp_path / f"labels.{suffix}"
    deep = []
    for _ in range(5_000):
        deep = [deep]
    with open_writer(path) as writer:
        writer.write(EVENT | {"n": 1})
        for bad in ("\ud83d", deep):
            with pytest.raises(InputError, match="sentence 'a:0': cannot be written"):
                writer.write(EVENT | {"source": bad})
        writer.write(EVENT | {"n": 2})
    assert [int(row["n"]) for _, row in read_rows(path)] == [1, 2]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_a_file_that_grows_too_long_is_told_by_its_name(tmp_path, suffix):
    path = tmp_path / f"labels.{suffix}"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
        with pytest.raises(OSError, match=r"File too large") as caught, open_writer(path) as writer:
            for number in range(1_000):
                writer.write(EVENT | {"note": f"{number} {'x' * number}"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["labels.CSV", "labels.Jsonl"])
def test_suffixes_in_any_case(tmp_path, name):
    with open_writer(tmp_path / name) as writer:
        writer.write(EVENT)
    assert len(list(read_rows(tmp_path / name))) == 1
