"""Rows as Label Studio tasks, and the page that they are labelled on."""

from xml.etree import ElementTree

from foreign_files import POLICE

from data.codebook import load_codebook
from data.foreign.interface import ImportOptions
from data.importers import label_studio
from data.quality.annotation_tasks import GIVEN, SUGGESTED, annotation_task, labelling_page

ROW = {
    "id": "7",
    "text": "Omar lied.",
    "labels": ["arrest", "force"],
    "meta": {"x": 1},
    "score": 0.5,
}


def test_a_task_holds_the_row_its_labels_and_the_suggestion():
    task = annotation_task(3, ROW, ["kill"], 0.9, "finder", {"rank": 1})
    assert task["id"] == 3
    assert task["data"] == {
        "id": "7",
        "text": "Omar lied.",
        "score": 0.5,
        GIVEN: "arrest|force",
        SUGGESTED: "kill",
    }
    assert task["meta"] == {"rank": 1}
    (prediction,) = task["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("finder", 0.9)
    assert prediction["result"][0]["value"] == {"choices": ["kill"]}


def test_a_suggestion_of_no_label_preselects_nothing():
    task = annotation_task(1, {"id": "1", "text": "Rain.", "labels": ["kill"]}, [], 0.9, "f", {})
    assert task["data"][SUGGESTED] == ""
    assert task["predictions"][0]["result"] == []


def test_what_a_person_submits_comes_back_as_a_row(tmp_path):
    import json

    task = annotation_task(3, ROW, ["kill"], 0.9, "finder", {})
    task["annotations"] = [{"result": task["predictions"][0]["result"]}]
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task]), encoding="utf-8")
    [(_, row)] = label_studio.read(path, ImportOptions(load_codebook(POLICE)))
    assert (row["id"], row["text"], row["labels"]) == ("7", "Omar lied.", ["kill"])


def test_the_page_offers_every_label_with_its_meaning():
    book = load_codebook("event")
    page = ElementTree.fromstring(labelling_page(book))
    assert [choice.get("value") for choice in page.iter("Choice")] == list(book.names)
    assert next(page.iter("Choice")).get("hint") == book.labels[0].definition
    assert next(page.iter("Choices")).get("choice") == "single"
    assert next(page.iter("Choices")).get("name") == "label"


def test_the_page_shows_targets_for_stance_and_takes_several_labels_where_they_may_be():
    page = labelling_page(load_codebook("stance"))
    assert 'value="$target"' in page
    assert 'value="$target"' not in labelling_page(load_codebook("event"))
    assert 'choice="multiple"' in labelling_page(load_codebook(POLICE))
