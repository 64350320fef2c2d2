"""Labels of foreign files: which label of the codebook is meant, and how several are written."""

import pytest
from foreign_files import POLICE

from data.codebook import load_codebook
from data.foreign.interface import ImportOptions
from data.foreign.labels import (
    explain_unknown_label,
    label_text,
    matching_label,
    parse_label_map,
    put_labels,
    scored_labels,
    split_labels,
    to_codebook,
)
from data.problems import InputError, Problem


def options(codebook="event", **fields):
    return ImportOptions(load_codebook(codebook), **fields)


@pytest.mark.parametrize(
    ("label", "text"),
    [(None, ""), (2.0, "2"), ("-1.0", "-1"), (" against ", "against"), ("v1.0", "v1.0"), (0, "0")],
)
def test_labels_are_text_and_whole_numbers_without_their_fraction(label, text):
    assert label_text(label) == text


@pytest.mark.parametrize(
    ("standard", "label", "expected"),
    [
        ("semeval", "NONE", "neutral"),
        ("semeval", "favor", "favor"),
        ("tweeteval", 0, "neutral"),
        ("tweeteval", 1, "against"),
        ("vast", "0", "against"),
        ("vast", 1.0, "favor"),
        ("vast", 2, "neutral"),
        ("newsmtsc", -1, "against"),
        ("newsmtsc", "6", "favor"),
        ("sentiment", "Negative", "against"),
        (None, "positive", "favor"),
        (None, "AGAINST", "against"),
        (None, "1", "1"),
        (None, None, ""),
        ("vast", 7, "7"),
    ],
)
def test_stance_standards(standard, label, expected):
    assert to_codebook(label, load_codebook("stance"), standard) == expected


@pytest.mark.parametrize(
    ("label", "fields", "name"),
    [
        ("Arrests", {}, "arrests"),
        ("taken in", {"label_map": {"taken in": "arrests"}}, "arrests"),
        ("taken in", {}, None),
        ("ASSAULT", {"standard": "plover"}, None),  # several labels of the codebook
        (None, {}, None),
    ],
)
def test_a_label_matches_one_of_the_codebook_or_none(label, fields, name):
    assert matching_label(label, options(**fields)) == name


def test_pairs_of_labels_are_read_and_every_wrong_one_is_named():
    book = load_codebook("stance")
    assert parse_label_map(["0=neutral", " a=b = favor"], book) == {"0": "neutral", "a=b": "favor"}
    assert parse_label_map([], book) == {}
    with pytest.raises(InputError) as caught:
        parse_label_map(["0", "=favor", "1=favour", "2=favor"], book)
    assert [problem.where for problem in caught.value.problems] == [
        "--map 0",
        "--map =favor",
        "--map 1=favour",
    ]


def test_labels_are_put_once_and_those_renamed_are_counted():
    asked = options(POLICE)
    assert put_labels({"id": 1}, ["Force", "force", "kill", ""], asked) == {
        "id": 1,
        "labels": ["force", "kill"],
    }
    assert asked.renamed == {("Force", "force"): 1}
    assert put_labels({}, [], asked) == {"labels": []}


def test_one_label_of_one_is_no_list():
    assert put_labels({}, ["ARRESTS"], options()) == {"label": "arrests"}
    assert put_labels({}, ["arrests", "attack"], options()) == {"labels": ["arrests", "attack"]}
    assert put_labels({}, [None], options()) == {}


def test_scores_say_which_labels_apply():
    assert scored_labels({"a": 1, "b": 0, "c": True, "d": 1.0}, "cats") == ["a", "c", "d"]
    assert scored_labels({}, "cats") == []
    problem = scored_labels({"a": 1, "b": 0.5}, "cats")
    assert isinstance(problem, Problem)
    assert problem.what == "cats says 0.5 of b"


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("force", ["force"]),
        ("force#kill", ["force", "kill"]),
        ("force| kill", ["force", "kill"]),
        ("force#odd", ["force", "odd"]),  # the first separator parts what is not known
        ('["force", "kill"]', ["force", "kill"]),
        ('{"choices": ["force","kill"]}', ["force", "kill"]),
        ("", []),
    ],
)
def test_labels_in_a_cell(cell, labels):
    assert split_labels(cell, options(POLICE), ("#", "|")) == labels


def explained(label, **fields):
    problem = Problem("a.jsonl:3", f"unknown label '{label}'", "expected a label")
    return explain_unknown_label(label, problem, options("stance", **fields)), problem


def test_a_label_that_standards_read_differently_says_how_to_choose():
    explanation, _ = explained("1")
    assert explanation.where == "a.jsonl:3"
    assert "in newsmtsc favor; in tweeteval against" in explanation.what
    assert explanation.expected.startswith("say which with --standard newsmtsc|")
    assert explanation.expected.endswith("name it with --map '1=…'")
    assert "--map='-1=…'" in explained("-1")[0].expected


def test_a_label_that_nobody_knows_stays_unknown():
    explanation, problem = explained("hostile")
    assert explanation is problem
    explanation, problem = explained("9")
    assert (explanation.what, "--map '9=…'" in explanation.expected) == (problem.what, True)
    explanation, problem = explained("hostile", standard="semeval")
    assert explanation is problem


def test_names_with_separators_or_fractions_are_taken_as_they_are(tmp_path):
    book = tmp_path / "book.yaml"
    book.write_text(
        '{name: b, version: "1", task: event, labels_per_row: several, '
        'labels: [{name: "C#"}, {name: C}, {name: "7.0"}]}'
    )
    asked = options(str(book))
    assert split_labels("C#", asked, ("#",)) == ["C#"]
    assert split_labels("C#C", asked, ("#",)) == ["C", "C"]
    assert to_codebook("7.0", asked.codebook) == "7.0"
    assert to_codebook(7.0, asked.codebook) == "7.0"
