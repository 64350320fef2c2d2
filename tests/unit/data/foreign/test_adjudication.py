"""Several annotations of one text: which are kept, and who made them."""

import json

import pytest

from data.files import read_rows
from data.importing import import_files, import_options
from data.problems import InputError
from data.quality.annotations import read_annotations


def write(tmp_path, name, *rows):
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def imported(tmp_path, *files, way="truth", codebook="event"):
    options = import_options("csv", codebook)
    report = import_files("csv", files, tmp_path / "out.jsonl", options, way)
    return report, [row for _, row in read_rows(tmp_path / "out.jsonl")]


def voices(*labels, text="Nine were held.", **fields):
    return [
        {"id": "t", "text": text, "label": label, "annotator": f"a{number}", **fields}
        for number, label in enumerate(labels)
    ]


@pytest.mark.parametrize(
    ("way", "kept"),
    [("truth", ["arrests"]), ("vote", ["arrests"]), ("all", ["attack", "attack", "arrests"])],
)
def test_the_ground_truth_comes_before_any_vote(tmp_path, way, kept):
    rows = voices("attack", "attack", "arrests")
    rows[2]["ground_truth"] = True
    report, kept_rows = imported(tmp_path, write(tmp_path, "in.jsonl", *rows), way=way)
    assert [row["label"] for row in kept_rows] == kept
    assert report.skipped.total() == 3 - len(kept)
    assert ("--annotations all" in str(report)) == (way != "all")


def test_without_a_ground_truth_all_are_kept_and_that_is_said(tmp_path):
    path = write(tmp_path, "in.jsonl", *voices("attack", "arrests"), *voices("attack", text="Sun."))
    report, kept_rows = imported(tmp_path, path)
    assert len(kept_rows) == 3
    assert "different labels, all kept; --annotations vote keeps one label a text: 1" in str(report)


def test_a_vote_keeps_the_first_of_the_most(tmp_path):
    report, kept_rows = imported(
        tmp_path, write(tmp_path, "in.jsonl", *voices("attack", "arrests", "arrests")), way="vote"
    )
    assert [(row["annotator"], row["label"]) for row in kept_rows] == [("a1", "arrests")]
    assert report.skipped == {"another annotation of the text was kept by vote": 2}


def test_a_tie_is_rejected_and_told(tmp_path):
    path = write(tmp_path, "in.jsonl", *voices("attack", "arrests"), *voices("attack", text="Sun."))
    report, kept_rows = imported(tmp_path, path, way="vote")
    assert [row["text"] for row in kept_rows] == ["Sun."]
    assert report.rejected.total() == 2
    assert "divided on attack and arrests" in str(report)
    with pytest.raises(InputError, match="divided"):
        imported(tmp_path, write(tmp_path, "in.jsonl", *voices("attack", "arrests")), way="vote")


def test_ground_truths_that_differ_are_told_and_voted_on(tmp_path):
    rows = voices("attack", "arrests", "arrests", "attack", "attack")
    for row in rows[:3]:
        row["ground_truth"] = True
    path = write(tmp_path, "in.jsonl", *rows)
    report, kept_rows = imported(tmp_path, path)
    assert [row["label"] for row in kept_rows] == ["attack", "arrests", "arrests"]
    assert "different labels, all kept" in str(report)
    assert [row["label"] for row in imported(tmp_path, path, way="vote")[1]] == ["arrests"]


def test_one_annotator_has_one_voice(tmp_path):
    rows = voices("attack", "attack", "arrests", "arrests")
    rows[1]["annotator"] = "a0"
    _, kept_rows = imported(tmp_path, write(tmp_path, "in.jsonl", *rows), way="vote")
    assert [row["label"] for row in kept_rows] == ["arrests"]


def test_other_targets_and_other_ids_are_other_units(tmp_path):
    rows = [
        *voices("favor", target="Omar", text="Omar met Ines."),
        *voices("against", target="Ines", text="Omar met Ines."),
    ]
    assert (
        len(
            imported(tmp_path, write(tmp_path, "in.jsonl", *rows), way="vote", codebook="stance")[1]
        )
        == 2
    )
    rows = [row | {"id": str(number)} for number, row in enumerate(voices("attack", "arrests"))]
    assert len(imported(tmp_path, write(tmp_path, "in.jsonl", *rows), way="vote")[1]) == 2


def test_rows_imported_before_can_still_be_voted_on(tmp_path):
    rows = voices("attack", "arrests", "arrests")
    imported(tmp_path, write(tmp_path, "in.jsonl", *rows), way="all")
    before = (tmp_path / "out.jsonl").rename(tmp_path / "all.jsonl")
    assert [row["id"] for _, row in read_rows(before)] == ["t", "t-2", "t-3"]
    assert [row["id"] for row in imported(tmp_path, before, way="vote")[1]] == ["t-2"]


def one_each(tmp_path, first=range(4), second=range(4)):
    return [
        write(
            tmp_path,
            f"{name}.jsonl",
            *({"id": number, "text": f"Day {number}.", "label": label} for number in numbers),
        )
        for name, label, numbers in (("anna", "attack", first), ("ben", "arrests", second))
    ]


def test_a_file_for_each_annotator_names_them(tmp_path):
    report, rows = imported(tmp_path, *one_each(tmp_path, second=range(2, 7)))
    assert {row["annotator"] for row in rows} == {"anna", "ben"}
    assert "annotator 'anna' by the file's name, rows: 4" in str(report)
    units, _ = read_annotations([tmp_path / "out.jsonl"])
    assert sum(len(labels) == 2 for labels in units.values()) == 2


def test_files_of_other_texts_name_nobody(tmp_path):
    _, rows = imported(tmp_path, *one_each(tmp_path, second=range(3, 9)))
    assert not any("annotator" in row for row in rows)


def test_annotators_who_are_named_stay(tmp_path):
    first, second = one_each(tmp_path)
    write(tmp_path, "ben.jsonl", {"id": 1, "text": "Day 1.", "label": "attack", "annotator": "b"})
    assert [row.get("annotator") for row in imported(tmp_path, first, second)[1]] == [
        None,
        None,
        None,
        None,
        "b",
    ]


def test_annotations_by_files_that_have_one_name(tmp_path):
    (tmp_path / "x").mkdir()
    first = write(tmp_path, "anna.jsonl", {"id": 1, "text": "Day 1.", "label": "attack"})
    second = write(tmp_path, "x/anna.jsonl", {"id": 1, "text": "Day 1.", "label": "arrests"})
    assert [row["annotator"] for row in imported(tmp_path, first, second)[1]] == [
        str(first),
        str(second),
    ]
