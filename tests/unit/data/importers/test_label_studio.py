"""Label Studio's exports: questions, annotators, spans, and what holds no label."""

import json

import pytest
from foreign_files import POLICE, read

from data.foreign.interface import Skipped
from data.importers import label_studio
from data.problems import InputError, Problem

FIRE = "😡 The Front burned. 🇺🇦 The Red Cross came."
LINES = "Dawn.\r\nNoon.\r\nThe Front burned it."


def choice(*choices, **value):
    return {"type": "choices", "value": {"choices": list(choices), **value}}


def answer(question, kind, value, identity="q"):
    return {
        "id": f"{identity} {question}",
        "from_name": question,
        "type": kind,
        "value": {kind: value},
    }


def span(start, end, label, words=None, identity="s", kind="labels"):
    value = {"start": start, "end": end, kind: [label]} | ({"text": words} if words else {})
    return {"id": identity, "from_name": "span", "type": kind, "value": value}


def task(*annotations, **data):
    return {
        "id": 5,
        "data": {"text": "Nurses marched to the ministry.", **data},
        "annotations": list(annotations),
    }


def export(tmp_path, *tasks):
    path = tmp_path / "export.json"
    path.write_text(json.dumps(list(tasks)), encoding="utf-8")
    return path


def answered(tmp_path, *results, codebook="event", columns=None, **data):
    return read(
        label_studio,
        export(tmp_path, task({"result": list(results)}, **data)),
        codebook,
        columns=columns or {},
    )


def test_keeps_annotators_and_skips_cancelled(tmp_path):
    path = export(
        tmp_path,
        task(
            {"completed_by": 1, "result": [choice("Peaceful protest")]},
            {"completed_by": {"id": 2, "email": "ben@news.test"}, "result": [choice("no_event")]},
            {"completed_by": 3, "was_cancelled": True, "result": [choice("attack")]},
            {"completed_by": 4, "result": []},
            article_id="a9",
            desk="west",
        ),
        task(),
    )
    rows = read(label_studio, path)
    assert [(row["annotator"], row["label"]) for row in rows[:2]] == [
        ("1", "peaceful_protest"),
        ("ben@news.test", "no_event"),
    ]
    assert rows[0]["id"] == "5"
    assert rows[0]["article_id"] == "a9"
    assert rows[0]["desk"] == "west"
    assert [row.reason for row in rows[2:]] == [
        "annotation cancelled",
        "annotation without a choice",
        "not labelled yet",
    ]


def test_targets_from_data_and_from_spans(tmp_path):
    span = {
        "id": "r",
        "type": "labels",
        "value": {"start": 18, "end": 30, "text": "the ministry", "labels": ["Target"]},
    }
    path = export(
        tmp_path,
        task({"result": [choice("negative")]}, target="Nurses"),
        task({"result": [span, choice("against")]}),
    )
    named, marked = read(label_studio, path, "stance")
    assert (named["target"], named["label"]) == ("Nurses", "against")
    assert (marked["target"], marked["target_start"], marked["target_end"]) == (
        "the ministry",
        18,
        30,
    )


def test_choices_for_each_span(tmp_path):
    first = {"id": "a", "value": {"start": 0, "end": 6, "labels": ["Target"]}}
    second = {"id": "b", "value": {"start": 18, "end": 30, "labels": ["Target"]}}
    path = export(
        tmp_path,
        task(
            {
                "result": [
                    first,
                    {"id": "a", **choice("favor", start=0, end=6)},
                    second,
                    {"id": "b", **choice("against", start=18, end=30)},
                ]
            }
        ),
    )
    rows = read(label_studio, path, "stance")
    assert [(row["target"], row["label"]) for row in rows] == [
        ("Nurses", "favor"),
        ("the ministry", "against"),
    ]


def test_without_text_is_a_problem(tmp_path):
    [problem] = read(label_studio, export(tmp_path, {"data": {"body": "Rain."}}))
    assert "data.text" in problem.what
    [row] = read(
        label_studio,
        export(
            tmp_path, {"data": {"body": "Rain."}, "annotations": [{"result": [choice("no_event")]}]}
        ),
        columns={"text": "body"},
    )
    assert row["text"] == "Rain."


@pytest.mark.parametrize(
    ("results", "label"),
    [
        ([answer("event", "choices", "arrests")], "arrests"),
        ([answer("tax", "taxonomy", [["battles", "armed_clash"]])], "armed_clash"),
        ([answer("tax", "taxonomy", [["battles"], ["battles", "armed_clash"]])], "armed_clash"),
        ([answer("tax", "taxonomy", [["battles", "armed_clash", "heavy"]])], "armed_clash"),
        ([answer("tax", "taxonomy", ["armed_clash"])], "armed_clash"),
        ([answer("event", "choices", [["battles", "armed_clash"]])], "armed_clash"),
        ([answer("tax", "taxonomy", [["battles"]])], "battles"),  # no label: the check says so
        ([answer("stars", "rating", 4), answer("event", "choices", ["arrests"])], "arrests"),
        ([answer("event", "labels", ["arrests"])], "arrests"),
    ],
)
def test_what_labels_are_chosen_with(tmp_path, results, label):
    [row] = answered(tmp_path, *results)
    assert row["label"] == label


def test_a_labelled_text_is_never_without_labels_under_several(tmp_path):
    [row] = answered(
        tmp_path, answer("tax", "taxonomy", [["police", "force"], ["fail"]]), codebook=POLICE
    )
    assert row["labels"] == ["force", "fail"]
    [row] = answered(tmp_path, codebook=POLICE)
    assert row["labels"] == []
    [problem] = answered(tmp_path, answer("stars", "rating", 4), codebook=POLICE)
    assert "only stars (rating)" in problem.what
    [row] = answered(tmp_path, span(0, 6, "froce"), codebook=POLICE)
    assert row["labels"] == ["froce"]


def test_a_question_is_named_where_there_are_several(tmp_path):
    two = (
        answer("certainty", "choices", ["sure"]),
        answer("event", "choices", ["arrests"]),
        answer("note", "text", ["hm", "well"]),
    )
    [problem] = answered(tmp_path, *two)
    assert "answers 2 questions: certainty, event" in problem.what
    assert "--label-column" in problem.expected
    [row] = answered(tmp_path, *two, columns={"label": "event"})
    assert (row["label"], row["certainty"], row["note"]) == ("arrests", "sure", "hm|well")
    with pytest.raises(InputError, match="expected one of certainty, event, note"):
        answered(tmp_path, *two, columns={"label": "evnt"})
    [row] = answered(tmp_path, answer("stars", "rating", 4), columns={"label": "stars"})
    assert row["label"] == "4"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"annotations": [7, 8]}, "does not hold them"),
        ({"annotations": [], "total_annotations": 2}, "should have 2 annotations"),
        ({"annotations": [], "drafts": [{"result": []}]}, "in a draft only"),
        ({"annotations": [], "predictions": [{"result": []}]}, "not labelled yet"),
        ({"annotations": [{"skipped": True, "result": [choice("attack")]}]}, "cancelled"),
    ],
)
def test_what_was_labelled_elsewhere_or_not_at_all(tmp_path, fields, said):
    [outcome] = read(label_studio, export(tmp_path, {"id": 1, "data": {"text": "Rain."}, **fields}))
    assert said in (outcome.reason if isinstance(outcome, Skipped) else outcome.what)


def test_exports_of_before_version_1(tmp_path):
    old = task()
    old["completions"] = [{"result": [choice("arrests")], "created_username": "ann@x.org, 4"}]
    [row] = read(label_studio, export(tmp_path, old))
    assert (row["label"], row["annotator"]) == ("arrests", "ann@x.org")


def test_the_ground_truth_is_marked(tmp_path):
    first, second = read(
        label_studio,
        export(
            tmp_path,
            task(
                {"completed_by": 1, "result": [choice("attack")]},
                {"completed_by": 2, "ground_truth": True, "result": [choice("arrests")]},
            ),
        ),
    )
    assert "ground_truth" not in first
    assert second["ground_truth"] is True


@pytest.mark.parametrize(
    ("text", "start", "end", "words", "found"),
    [
        (FIRE, 3, 12, "The Front", (2, 11)),
        (FIRE, 3, 12, None, (2, 11)),
        (FIRE, 2, 11, "The Front", (2, 11)),  # characters, from a tool that counts so
        (FIRE, 30, 39, None, (27, 36)),
        (FIRE, "3", 12.0, None, (2, 11)),
        (LINES, 12, 21, "The Front", (14, 23)),
        (LINES, 12, 21, None, (14, 23)),
        (LINES, 14, 23, None, (14, 23)),
        (FIRE, 40, 49, "The Front", (2, 11)),
    ],
)
def test_spans_are_found_whatever_was_counted(tmp_path, text, start, end, words, found):
    [row] = answered(tmp_path, span(start, end, "against", words), codebook="stance", text=text)
    assert (row["target_start"], row["target_end"]) == found
    assert row["target"] == text[slice(*found)]


def test_spans_of_marked_up_texts(tmp_path):
    marked = span("/p[1]/text()[1]", "/p[1]/text()[1]", "against", kind="hypertextlabels")
    marked["value"] |= {"startOffset": 3, "endOffset": 12, "globalOffsets": {"start": 3, "end": 12}}
    [row] = answered(tmp_path, marked, codebook="stance", text=FIRE)
    assert row["target"] == "The Front"


@pytest.mark.parametrize(
    ("start", "end", "words", "said"),
    [
        (0, 9, "Nobody", "does not hold the span 'Nobody'"),
        (90, 99, None, "not inside the text"),
        ("a", "b", None, "no whole numbers"),
        (None, 4, None, "no whole numbers"),
    ],
)
def test_spans_that_are_not_there(tmp_path, start, end, words, said):
    [problem] = answered(tmp_path, span(start, end, "against", words), codebook="stance")
    assert isinstance(problem, Problem)
    assert said in problem.what


def test_labels_that_stand_with_spans_give_a_row_each(tmp_path):
    rows = answered(
        tmp_path,
        span(0, 6, "favor", "Nurses", "a"),
        span(14, 17, "PER", "to ", "c"),
        span(22, 30, "against", "ministry", "b"),
        codebook="stance",
    )
    assert [(row["target"], row["label"]) for row in rows[:2]] == [
        ("Nurses", "favor"),
        ("ministry", "against"),
    ]
    assert "PER" in rows[2].reason


def test_the_target_is_the_one_named_or_the_only_one_marked(tmp_path):
    per, stance = span(0, 6, "PER", "Nurses", "a"), answer("stance", "choices", ["favor"])
    whom = span(22, 30, "target", "ministry", "b")
    [row] = answered(tmp_path, per, stance, codebook="stance", target="the ministry")
    assert (row["target"], "target_start" in row) == ("the ministry", False)
    [row] = answered(tmp_path, per, stance, codebook="stance", target="nurses")
    assert (row["target"], row["target_start"], row["target_end"]) == ("nurses", 0, 6)
    [row] = answered(tmp_path, per, whom, stance, codebook="stance")
    assert row["target"] == "ministry"
    [problem] = answered(
        tmp_path, per, span(22, 30, "ORG", "ministry", "b"), stance, codebook="stance"
    )
    assert "marks 2 targets and has one label for all: Nurses, ministry" in problem.what
    [problem] = answered(tmp_path, span(0, 6, "favor", identity="a"), stance, codebook="stance")
    assert "for the whole text and for spans" in problem.what


def test_names_in_a_text_of_an_event_are_no_targets(tmp_path):
    [row] = answered(tmp_path, span(0, 6, "PER", "Nurses"), answer("e", "choices", ["attack"]))
    assert "target" not in row


def flat(tmp_path, *records, name="min.json", **options):
    path = tmp_path / name
    path.write_text(json.dumps(records), encoding="utf-8")
    return read(label_studio, path, **options)


def test_flat_exports(tmp_path):
    record = {
        "id": 6,
        "text": "Nine were held.",
        "annotator": 1,
        "annotation_id": 2,
        "lead_time": 3.5,
        "desk": "west",
    }
    expected = {"id": "6", "text": "Nine were held.", "annotator": "1", "desk": "west"}
    for answers, columns in (
        ({"event": "arrests"}, {}),
        ({"event": "arrests"}, {"label": "event"}),
        ({"label": "Arrests", "given_label": "attack"}, {}),
        ({"tax": [["battles", "arrests"]]}, {}),
        ({"e": {"choices": ["arrests"]}}, {}),
    ):
        [row] = flat(tmp_path, record | answers, columns=columns)
        assert row.pop("given_label", "attack") == "attack"
        assert row == expected | {"label": "arrests"}


def test_flat_exports_with_several_answers(tmp_path):
    [row] = flat(
        tmp_path, {"text": "Police fired.", "act": {"choices": ["force", "kill"]}}, codebook=POLICE
    )
    assert row["labels"] == ["force", "kill"]
    [problem] = flat(tmp_path, {"text": "Rain.", "a": "attack", "b": "arrests"})
    assert "answers 2 questions: a, b" in problem.what
    [problem] = flat(tmp_path, {"id": 1, "text": "Rain.", "sure": "very", "event": "atack"})
    assert "holds no label that is known (it has sure, event)" in problem.what
    row, skipped = flat(
        tmp_path, {"text": "Rain.", "event": "attack"}, {"text": "Sun."}, columns={"label": "event"}
    )
    assert (row["label"], isinstance(skipped, Skipped)) == ("attack", True)


def test_flat_exports_with_spans(tmp_path):
    [row] = flat(
        tmp_path,
        {
            "text": FIRE,
            "span": [{"start": 3, "end": 12, "text": "The Front", "labels": ["against"]}],
        },
        codebook="stance",
    )
    assert (row["target"], row["target_start"], row["label"]) == ("The Front", 2, "against")


def test_tables_of_answers(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(
        'text,id,act,annotator\n"Police, say, fired.",1,force,2\n'
        'They ran.,2,"{""choices"":[""fail"",""force""]}",2\n',
        encoding="utf-8",
    )
    first, second = read(label_studio, path, POLICE, columns={"label": "act"})
    assert (first["labels"], first["annotator"]) == (["force"], "2")
    assert second["labels"] == ["fail", "force"]


def test_results_as_text_and_fields_with_nan(tmp_path):
    path = tmp_path / "export.json"
    path.write_text(
        '[{"id": NaN, "data": {"text": "Rain."}, "annotations": [{"completed_by": NaN, '
        f'"result": {json.dumps(json.dumps([choice("attack")]))}}}]}}]'
    )
    assert read(label_studio, path) == [{"text": "Rain.", "label": "attack"}]
