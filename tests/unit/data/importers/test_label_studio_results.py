"""The answers of one annotation in Label Studio: questions, choices, spans, and what is a label."""

import json

import pytest
from foreign_files import POLICE

from data.codebook import load_codebook
from data.foreign.annotation_rows import AnnotatedSpan
from data.foreign.interface import ImportOptions
from data.importers.label_studio_results import from_results, from_values
from data.problems import Problem

TEXT = "Nurses marched."


def options(codebook="event", **columns):
    return ImportOptions(load_codebook(codebook), columns=columns)


def result(question, kind, value, identity, **more):
    return {"id": identity, "from_name": question, "value": {kind: value, **more}}


def test_answers_for_the_whole_text_and_for_spans_are_told_apart():
    answers = from_results(
        [
            result("sure", "choices", ["yes"], "s"),  # before the span that it is for
            result("who", "labels", ["PER"], "s", start=0, end=6),
            result("event", "choices", ["arrests"], "w"),
            {"id": "x", "value": "nothing"},
            "no result at all",
        ],
        TEXT,
        options(),
    )
    assert answers.whole == {"event": ["arrests"]}
    assert answers.questions == ["who", "sure", "event"]
    assert answers.kinds == {"who": "labels", "sure": "choices", "event": "choices"}
    assert answers.regions["s"].place == (0, 6)
    assert answers.regions["s"].choices == {"sure": ["yes"]}
    assert answers.faults == []


def test_spans_have_the_choices_of_the_question_asked_for():
    results = [
        result("who", "labels", ["PER"], "s", start=0, end=6),
        result("stance", "choices", ["favor"], "s"),
    ]
    answers = from_results(results, TEXT, options("stance"))
    assert answers.spans_for("stance", options("stance")) == [
        AnnotatedSpan((0, 6), ("PER",), ("favor",))
    ]
    named = options("stance", label="stance")
    assert answers.spans_for("stance", named)[0].aside
    assert not answers.spans_for("who", options("stance", label="who"))[0].aside


def test_results_that_cannot_be_read_are_faults():
    assert from_results("not json", TEXT, options()).faults == ["has a result that is no list"]
    outside = from_results(
        [result("who", "labels", ["PER"], "s", start=9, end=99)], TEXT, options()
    )
    assert outside.faults == ["the span 9 to 99 is not inside the text of 15 characters"]
    assert outside.regions == {}


@pytest.mark.parametrize("results", [None, [], "[]"])
def test_nothing_answered_asks_nothing(results):
    answers = from_results(results, TEXT, options())
    assert (answers.questions, answers.label_question(options())) == ([], None)


def test_the_only_question_with_choices_is_the_one_with_the_labels():
    results = [result("stars", "rating", 4, "a"), result("event", "choices", ["arrests"], "b")]
    answers = from_results(results, TEXT, options())
    assert answers.label_question(options()) == "event"
    assert answers.label_question(options(label="stars")) == "stars"
    assert answers.label_question(options(label="evnt")) is None


@pytest.mark.parametrize(
    ("results", "said"),
    [
        (
            [result("a", "choices", ["x"], "1"), result("b", "taxonomy", [["y"]], "2")],
            "answers 2 questions: a, b",
        ),
        ([result("stars", "rating", 4, "1")], "has no choice, only stars (rating)"),
    ],
)
def test_a_question_that_is_not_clear_is_a_problem(results, said):
    problem = from_results(results, TEXT, options()).label_question(options())
    assert isinstance(problem, Problem)
    assert problem.what == said
    assert "--label-column" in problem.expected


def test_spans_with_labels_need_no_question():
    results = [
        result("who", "labels", ["attack"], "s", start=0, end=6),
        result("stars", "rating", 4, "r"),
    ]
    assert from_results(results, TEXT, options()).label_question(options()) is None


@pytest.mark.parametrize(
    ("paths", "labels"),
    [
        ([["battles", "armed_clash"]], ["armed_clash"]),
        ([["battles"], ["battles", "armed_clash"]], ["armed_clash"]),
        ([["battles", "armed_clash", "heavy"]], ["armed_clash"]),
        ([["battles"]], ["battles"]),
        ("armed_clash", ["armed_clash"]),
        (["arrests", "attack"], ["arrests", "attack"]),
    ],
)
def test_a_path_of_a_taxonomy_is_its_last_label(paths, labels):
    answers = from_results([result("tax", "taxonomy", paths, "1")], TEXT, options())
    assert answers.whole == {"tax": labels}


def test_flat_records_ask_with_their_usual_field_or_with_those_that_hold_labels():
    values = {"label": "Arrests", "desk": "attack"}
    assert from_values(values, TEXT, options()).whole == {"label": ["Arrests"]}
    values = {"desk": "west", "event": "attack", "act": {"choices": ["arrests"]}}
    assert from_values(values, TEXT, options()).whole == {"event": ["attack"], "act": ["arrests"]}
    assert from_values(values, TEXT, options(label="desk")).whole == {
        "desk": ["west"],
        "act": ["arrests"],
    }
    assert from_values({"event": None}, TEXT, options(label="event")).questions == ["event"]


def test_flat_records_hold_spans_as_lists():
    values = {"who": [{"start": 0, "end": 6, "labels": ["attack"]}]}
    answers = from_values(values, TEXT, options())
    assert answers.spans_for(None, options()) == [AnnotatedSpan((0, 6), ("attack",))]
    assert answers.whole == {}


def test_several_choices_stay_several():
    results = json.dumps([result("act", "choices", ["force", "kill"], "1")])
    assert from_results(results, TEXT, options(POLICE)).whole == {"act": ["force", "kill"]}
