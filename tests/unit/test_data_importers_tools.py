"""Importers of annotation tools' exports and of plain tables."""

import json

import pytest

from data.codebook import load_codebook
from data.importers import csv_table, doccano, label_studio, prodigy
from data.importers.outcome import ImportOptions, Skipped
from data.problems import InputError, Problem

POLICE = "configs/benchmarks/codebooks/police.yaml"


def read(importer, path, codebook="event", **options):
    found = importer.read(path, ImportOptions(load_codebook(codebook), **options))
    return [outcome for _, outcome in found]


def lines(tmp_path, *records, name="file.jsonl"):
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return path


def choice(*choices, **value):
    return {"type": "choices", "value": {"choices": list(choices), **value}}


def task(*annotations, **data):
    return {"id": 5, "data": {"text": "Nurses marched to the ministry.", **data},
            "annotations": list(annotations)}


def export(tmp_path, *tasks):
    path = tmp_path / "export.json"
    path.write_text(json.dumps(list(tasks)), encoding="utf-8")
    return path


def test_label_studio_keeps_annotators_and_skips_cancelled(tmp_path):
    path = export(tmp_path, task(
        {"completed_by": 1, "result": [choice("Peaceful protest")]},
        {"completed_by": {"id": 2, "email": "ben@news.test"}, "result": [choice("no_event")]},
        {"completed_by": 3, "was_cancelled": True, "result": [choice("attack")]},
        {"completed_by": 4, "result": []}, article_id="a9", desk="west"), task())
    rows = read(label_studio, path)
    assert [(row["annotator"], row["label"]) for row in rows[:2]] == [
        ("1", "peaceful_protest"), ("ben@news.test", "no_event")]
    assert rows[0]["id"] == "5"
    assert rows[0]["article_id"] == "a9"
    assert rows[0]["desk"] == "west"
    assert [row.reason for row in rows[2:]] == [
        "annotation cancelled", "annotation without a choice", "not labelled yet"]


def test_label_studio_targets_from_data_and_from_spans(tmp_path):
    span = {"id": "r", "type": "labels",
            "value": {"start": 18, "end": 30, "text": "the ministry", "labels": ["Target"]}}
    path = export(tmp_path, task({"result": [choice("negative")]}, target="Nurses"),
                  task({"result": [span, choice("against")]}))
    named, marked = read(label_studio, path, "stance")
    assert (named["target"], named["label"]) == ("Nurses", "against")
    assert (marked["target"], marked["target_start"], marked["target_end"]) == (
        "the ministry", 18, 30)


def test_label_studio_choices_for_each_span(tmp_path):
    first = {"id": "a", "value": {"start": 0, "end": 6, "labels": ["Target"]}}
    second = {"id": "b", "value": {"start": 18, "end": 30, "labels": ["Target"]}}
    path = export(tmp_path, task({"result": [
        first, {"id": "a", **choice("favor", start=0, end=6)},
        second, {"id": "b", **choice("against", start=18, end=30)}]}))
    rows = read(label_studio, path, "stance")
    assert [(row["target"], row["label"]) for row in rows] == [
        ("Nurses", "favor"), ("the ministry", "against")]


def test_label_studio_without_text_is_a_problem(tmp_path):
    [problem] = read(label_studio, export(tmp_path, {"data": {"body": "Rain."}}))
    assert "data.text" in problem.what
    [row] = read(label_studio, export(tmp_path, {
        "data": {"body": "Rain."}, "annotations": [{"result": [choice("no_event")]}]}),
        columns={"text": "body"})
    assert row["text"] == "Rain."


def test_doccano_labels_with_and_without_ids(tmp_path):
    rows = read(doccano, lines(tmp_path, {"text": "A dam broke.", "label": ["man_made_disaster"]},
                               {"id": 3, "text": "Rain.", "label": [], "meta": {"desk": "north"}},
                               {"id": 4, "text": "Talks.", "labels": ["DIPLO"]}))
    assert rows[0] == {"text": "A dam broke.", "label": "man_made_disaster"}
    assert isinstance(rows[1], Skipped)
    assert (rows[2]["id"], rows[2]["label"]) == (4, "diplomacy")


def test_doccano_none_applies_under_several_labels(tmp_path):
    [row] = read(doccano, lines(tmp_path, {"text": "Rain.", "label": []}), POLICE)
    assert row["labels"] == []


def test_doccano_spans_are_targets(tmp_path):
    rows = read(doccano, lines(tmp_path, {"text": "Omar thanked Ines.", "label": [
        [0, 4, "neutral"], {"start_offset": 13, "end_offset": 17, "label": "favor"}]}), "stance")
    assert [(row["target"], row["label"]) for row in rows] == [("Omar", "neutral"),
                                                               ("Ines", "favor")]


def test_prodigy_answers(tmp_path):
    outcomes = read(prodigy, lines(
        tmp_path, {"text": "A mine went off.", "label": "REM_EXPLOS", "answer": "accept",
                   "meta": {"source": "wire"}, "_annotator_id": "anna"},
        {"text": "Rain.", "label": "attack", "answer": "reject"},
        {"text": "Fog.", "label": "attack", "answer": "ignore"},
        {"text": "Sun.", "options": [{"id": "no_event"}], "accept": ["no_event"],
         "answer": "accept"},
        {"text": "Wind.", "options": [], "accept": [], "answer": "accept"},
        {"text": "Hail.", "answer": "maybe"}))
    assert outcomes[0] == {"text": "A mine went off.", "source": "wire", "annotator": "anna",
                           "label": "remote_explosive_landmine_ied"}
    assert [one.reason for one in outcomes[1:3]] == ["answer reject", "answer ignore"]
    assert outcomes[3]["label"] == "no_event"
    assert isinstance(outcomes[4], Skipped)
    assert isinstance(outcomes[5], Problem)


def test_prodigy_one_yes_is_not_a_whole_answer_under_several_labels(tmp_path):
    one, full = read(prodigy, lines(tmp_path, {"text": "Police fired.", "label": "force"},
                                    {"text": "Police ran.", "accept": ["any_action", "fail"]}),
                     POLICE)
    assert isinstance(one, Problem)
    assert full["labels"] == ["any_action", "fail"]


def test_prodigy_first_span_is_the_target(tmp_path):
    [row] = read(prodigy, lines(tmp_path, {"text": "Omar lied.", "label": "against",
                                           "spans": [{"start": 0, "end": 4}]}), "stance")
    assert (row["target"], row["target_start"], row["target_end"]) == ("Omar", 0, 4)


def test_csv_columns_are_named(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('sentence,stance,whom,desk\n"Ines, again, lied.",0,Ines,west\n', "utf-8")
    columns = {"text": "sentence", "label": "stance", "target": "whom"}
    [row] = read(csv_table, path, "stance", standard="vast", columns=columns)
    assert row == {"text": "Ines, again, lied.", "target": "Ines", "desk": "west",
                   "label": "against"}
    with pytest.raises(InputError, match="verdict"):
        read(csv_table, path, "stance", columns={"label": "verdict"})


@pytest.mark.parametrize("cell", ["arrest|force", '["arrest", "force"]', ["arrest", "force"]])
def test_csv_several_labels_in_a_cell(tmp_path, cell):
    [row] = read(csv_table, lines(tmp_path, {"text": "Police fired.", "label": cell}), POLICE)
    assert row["labels"] == ["arrest", "force"]


def test_csv_reads_tsv(tmp_path):
    path = tmp_path / "table.tsv"
    path.write_text("text\tlabel\nA \"quiet\" day.\tno_event\nshort\n", "utf-8")
    row, problem = read(csv_table, path)
    assert row == {"text": 'A "quiet" day.', "label": "no_event"}
    assert isinstance(problem, Problem)
