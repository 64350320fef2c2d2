"""Rows of several annotators put together."""

import json

import pytest

from data.codebook import load_codebook
from data.problems import InputError
from data.quality.annotations import read_annotations


def table(tmp_path, name, *rows):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def row(identity, label, annotator=None, **fields):
    return (
        {"id": identity, "text": f"Text {identity}.", "label": label}
        | fields
        | ({"annotator": annotator} if annotator else {})
    )


def test_rows_with_one_id_are_one_unit(tmp_path):
    path = table(
        tmp_path,
        "all.jsonl",
        row("1", "attack", "anna"),
        row("1", "arrests", "ben"),
        row("2", "attack", "anna"),
    )
    units, passed_over = read_annotations([path])
    assert sorted(map(sorted, units.values())) == [["anna"], ["anna", "ben"]]
    assert passed_over == 0


def test_files_are_annotators_and_texts_with_targets_units(tmp_path):
    same = {"text": "Omar thanked Ines."}
    anna = table(
        tmp_path,
        "anna.jsonl",
        row("1", "favor", target="Ines", **same),
        row("2", "neutral", target="Omar", **same),
    )
    ben = table(tmp_path, "ben.jsonl", row("7", "neutral", target="Ines", **same))
    units, _ = read_annotations([anna, ben])
    assert {"anna": "favor", "ben": "neutral"} in units.values()
    assert {"anna": "neutral"} in units.values()


def test_files_of_one_name_are_told_apart(tmp_path):
    files = [table(tmp_path, f"{folder}/rows.jsonl", row("1", "attack")) for folder in "ab"]
    units, _ = read_annotations(files)
    assert [len(labels) for labels in units.values()] == [2]


def test_second_labels_are_passed_over(tmp_path):
    path = table(
        tmp_path,
        "all.jsonl",
        row("1", "attack", "anna"),
        row("1", "arrests", "anna"),
        row("1", "attack", "ben"),
    )
    units, passed_over = read_annotations([path])
    assert units == {"id 1": {"anna": "attack", "ben": "attack"}}
    assert passed_over == 1


def test_several_labels_are_one_value(tmp_path):
    path = table(
        tmp_path,
        "all.jsonl",
        {"id": "1", "labels": ["b", "a"], "annotator": "x"},
        {"id": "1", "labels": [], "annotator": "y"},
    )
    assert read_annotations([path])[0] == {"id 1": {"x": "a+b", "y": "(none)"}}


def test_rows_without_a_label_are_missing_values(tmp_path):
    path = table(
        tmp_path,
        "all.jsonl",
        row("1", "attack", "anna"),
        row("1", "attack", "ben"),
        row("1", None, "cleo"),
    )
    assert read_annotations([path])[0] == {"id 1": {"anna": "attack", "ben": "attack"}}


def test_what_is_refused(tmp_path):
    nameless = table(tmp_path, "one.jsonl", row("1", "attack"), row("2", "attack"))
    with pytest.raises(InputError) as caught:
        read_annotations([nameless])
    assert len(caught.value.problems) == 2
    alone = table(tmp_path, "two.jsonl", row("1", "attack", "anna"))
    with pytest.raises(InputError, match="no two of 1 annotators"):
        read_annotations([alone])
    wrong = table(tmp_path, "three.jsonl", row("1", "atack", "anna"))
    with pytest.raises(InputError, match="did you mean 'attack'"):
        read_annotations([wrong], load_codebook("event"))
