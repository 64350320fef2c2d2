"""One labelled row: its fields by name, its labels, what is wrong with it, the example in it."""

import pytest
from foreign_files import POLICE

from data.codebook import load_codebook
from data.examples import Example, Labelled, Span
from data.rows import (
    article_of,
    example_of,
    labelled,
    labels_of,
    normal,
    parse_labels,
    problems_of,
    tidy,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("row", "article"),
    [
        ({"id": "7", "article_id": "a"}, "a"),
        ({"id": "7", "article_id": " "}, "7"),
        ({"id": 7.0, "article_id": NAN}, "7"),
        ({"id": "7", "article_id": 0}, "0"),
        ({}, ""),
    ],
)
def test_the_article_of_a_row_or_its_own_id(row, article):
    assert article_of(row) == article


def test_fields_have_their_names_and_those_that_hold_nothing_are_left_out():
    row = {" Text": "Rain.", "LABEL": "NA", "target": "NULL", "date": NAN, "more": NAN, 3: "x"}
    assert normal(row) == {"text": "Rain.", "label": "NA", "more": NAN, 3: "x"}
    assert normal({"text": "nan", "Text": "Rain."}) == {"text": "nan", "Text": "Rain."}
    assert normal({"text": "  ", "label": ""}) == {"text": "  "}


@pytest.mark.parametrize(
    ("row", "labels"),
    [
        ({"label": "a"}, ["a"]),
        ({"label": 1.0}, ["1"]),
        ({"label": NAN}, []),
        ({"label": "a|b"}, ["a|b"]),  # one name; the check says that there is none such
        ({"labels": "a|b"}, ["a", "b"]),
        ({"labels": ["a", 2, ""]}, ["a", "2"]),
        ({"label": ["a"]}, ["a"]),
        ({"labels": ["b"], "label": "a"}, ["b"]),
        ({}, []),
    ],
)
def test_the_labels_of_a_row(row, labels):
    assert labels_of(row) == labels


@pytest.mark.parametrize("labels", [5, {"a": 1}, [None], [NAN], [["a"]]])
def test_what_is_no_list_of_names(labels):
    with pytest.raises(ValueError, match="is no list of names"):
        labels_of({"labels": labels})


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ('["a", "b|c"]', ["a", "b|c"]),
        ("['a', 'b']", ["a", "b"]),
        ("[a, b]", ["[a, b]"]),
        (" a | b ", ["a", "b"]),
        ("[" * 10_000, ["[" * 10_000]),
        ("", [""]),
    ],
)
def test_labels_in_a_cell(cell, labels):
    assert parse_labels(cell) == labels


def row(**fields):
    return {"id": "1", "text": "Omar lied.", "target": "Omar", "label": "against", **fields}


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({}, []),
        ({"text": " "}, ["text is missing or empty"]),
        ({"text": "null"}, ["text is 'null', which marks a missing value"]),
        ({"id": None}, ["id is missing"]),
        ({"target": None}, ["target is missing"]),
        ({"label": None}, ["label is missing"]),
        ({"labels": ["against", "favor"]}, ["has 2 labels"]),
        ({"label": "agianst"}, ["unknown label 'agianst' (did you mean 'against'?)"]),
        ({"target_start": 0}, ["target_start, target_end are 0, None"]),
        (
            {"target_start": 4, "target_end": 40},
            ["target at 4–40 is not inside the text of 10 characters"],
        ),
        ({"split": "trian"}, ["split is 'trian' (did you mean 'train'?)"]),
        ({"split": "val", "actor_start": 0, "actor_end": 4}, []),
        ({"score": float("-inf")}, ["score is -inf"]),
        ({"source": ["wire"]}, ["source is a list"]),
    ],
)
def test_each_fault_of_a_row_is_a_problem(fields, faults):
    problems = list(problems_of(row(**fields), load_codebook("stance"), "a.jsonl:3"))
    assert [problem.what for problem in problems] == faults
    assert all(problem.where == "a.jsonl:3" for problem in problems)


def test_several_labels_may_be_none_but_must_be_said():
    book = load_codebook(POLICE)

    def faults(**fields):
        problems = problems_of({"id": "1", "text": "Rain.", **fields}, book, "x:1")
        return [problem.what for problem in problems]

    assert faults(labels=[]) == faults(labels=["force", "kill"]) == []
    assert faults() == ["labels is missing"]
    assert faults(labels=["force", "force"]) == ["names a label twice"]


def test_a_tidy_row_has_names_as_text_offsets_as_numbers_and_a_list_of_labels():
    assert tidy(
        {"id": 7.0, "text": "Omar lied.", "label": "a", "target_start": "0", "date": 2014, "n": 1.5}
    ) == {
        "id": "7",
        "article_id": "7",
        "text": "Omar lied.",
        "target_start": 0,
        "date": "2014",
        "n": 1.5,
        "labels": ["a"],
    }


def test_the_example_comes_with_its_labels_id_and_article():
    assert labelled(tidy(row())) == Labelled(
        Example("Omar lied.", "Omar", Span(0, 4)), ("against",), "1", "1"
    )


@pytest.mark.parametrize(
    ("target", "text", "span"),
    [
        ("UN", "The United Nations condemned the unlawful raid.", None),
        ("Niger", "Nigeria and Niger signed.", Span(12, 17)),
        ("IS", "ISIL fled while IS held on.", Span(16, 18)),
        ("the Column", "İİ The Column left.", Span(3, 13)),
        (None, "Nobody is named.", None),
    ],
)
def test_a_target_without_offsets_is_found_as_a_word(target, text, span):
    example = example_of({"text": text, "target": target})
    assert (example.target, example.target_span) == (target, span)


def test_offsets_that_are_given_are_kept():
    example = example_of(
        {
            "text": "They left Niger.",
            "target": "Niger",
            "target_start": 0,
            "target_end": 4,
            "actor_start": 5,
            "actor_end": 9,
        }
    )
    assert (example.target_span, example.actor_span) == (Span(0, 4), Span(5, 9))
