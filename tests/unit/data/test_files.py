"""Tables on disk: which kinds are read and written, and what no table holds."""

import json

import pandas
import pytest

from data.files import check_out, check_table, kind_of, read_rows, table_digest, write_rows
from data.problems import InputError


def test_the_kind_of_a_file_is_its_suffix_in_small_letters():
    assert kind_of("a/B.JSONL") == ".jsonl"
    assert kind_of("README") == ""


@pytest.mark.parametrize(
    ("name", "content", "first"),
    [
        ("rows.jsonl", '\n{"id": "1"}\n', (2, {"id": "1"})),
        ("rows.ndjson", '{"id": "1"}\n', (1, {"id": "1"})),
        ("rows.json", '[{"id": "1"}]', (1, {"id": "1"})),
        ("rows.csv", "id,text\n1,\n", (2, {"id": "1"})),
        ("rows.tsv", "id\ttext\n1\t\n", (2, {"id": "1"})),
    ],
)
def test_rows_have_the_lines_that_an_editor_shows(tmp_path, name, content, first):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert next(read_rows(path)) == first


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none.csv", "no such file"),
        ("rows.doc", "unknown kind of table '.doc'; expected one of .jsonl, "),
        ("folder", "is a folder"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, name, said):
    (tmp_path / "folder").mkdir()
    (tmp_path / "rows.doc").touch()
    with pytest.raises(InputError, match=said):
        check_table(tmp_path / name)
    with pytest.raises(InputError, match=said):
        next(read_rows(tmp_path / name))


@pytest.mark.parametrize(
    ("name", "said"),
    [("out.xlsx", "--out .*out.xlsx: unknown kind"), ("out.csv", "--out .*out.csv: is a folder")],
)
def test_what_cannot_be_written_is_refused_with_the_option(tmp_path, name, said):
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(InputError, match=said):
        check_out(tmp_path / name, "--out")
    check_out(tmp_path / "new.parquet")


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_no_rows_make_an_empty_table(tmp_path, suffix):
    path = tmp_path / f"rows.{suffix}"
    assert write_rows(path, []) == 0
    assert list(read_rows(path)) == []


def test_columns_are_the_union_of_fields_in_order_of_appearance(tmp_path):
    path = tmp_path / "rows.csv"
    assert write_rows(path, [{"id": 1}, {"text": "Rain.", "id": 2}]) == 2
    assert path.read_text("utf-8").splitlines() == ["id,text", "1,", "2,Rain."]


def test_lists_objects_and_mixed_kinds_become_text_where_a_column_needs_it(tmp_path):
    rows = [{"labels": ["a"], "meta": {"n": 1}, "mixed": 1}, {"labels": [], "mixed": "two"}]
    write_rows(tmp_path / "rows.csv", rows)
    assert next(read_rows(tmp_path / "rows.csv"))[1]["labels"] == '["a"]'
    write_rows(tmp_path / "rows.parquet", rows)
    first, second = (row for _, row in read_rows(tmp_path / "rows.parquet"))
    assert first == {"labels": ["a"], "meta": '{"n": 1}', "mixed": "1"}
    assert second == {"labels": [], "mixed": "two"}


def test_the_digest_is_of_the_bytes(tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "folder"
    first.write_text("id\n1\n")
    second.mkdir()
    (second / "state.json").write_text("id\n1\n")
    assert len(table_digest(first)) == 64
    assert table_digest(first) == table_digest(second)
    first.write_text("id\n2\n")
    assert table_digest(first) != table_digest(second)


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


@pytest.mark.parametrize("value", [pandas.Period("2020-01"), 1 + 2j, pandas.Interval(0, 1)])
def test_values_that_parquet_has_no_kind_for_become_text(tmp_path, value):
    write_rows(tmp_path / "rows.parquet", [{"id": "a", "span": value}])
    ((_, row),) = read_rows(tmp_path / "rows.parquet")
    assert row == {"id": "a", "span": json.dumps(str(value))}
