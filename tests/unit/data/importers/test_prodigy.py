"""Prodigy's exports: options by id or text, spans, categories."""

import pytest
from foreign_files import POLICE, lines, read

from data.foreign.interface import Skipped
from data.importers import prodigy
from data.problems import Problem

FIRE = "😡 The Front burned. The Red Cross came."


def test_answers(tmp_path):
    outcomes = read(
        prodigy,
        lines(
            tmp_path,
            {
                "text": "A mine went off.",
                "label": "REM_EXPLOS",
                "answer": "accept",
                "meta": {"source": "wire"},
                "_annotator_id": "anna",
            },
            {"text": "Rain.", "label": "attack", "answer": "reject"},
            {"text": "Fog.", "label": "attack", "answer": "ignore"},
            {
                "text": "Sun.",
                "options": [{"id": "no_event"}],
                "accept": ["no_event"],
                "answer": "accept",
            },
            {"text": "Wind.", "options": [], "accept": [], "answer": "accept"},
            {"text": "Hail.", "answer": "maybe"},
        ),
    )
    assert outcomes[0] == {
        "text": "A mine went off.",
        "source": "wire",
        "annotator": "anna",
        "label": "remote_explosive_landmine_ied",
    }
    assert [outcome.reason for outcome in outcomes[1:3]] == ["answer reject", "answer ignore"]
    assert outcomes[3]["label"] == "no_event"
    assert isinstance(outcomes[4], Skipped)
    assert isinstance(outcomes[5], Problem)


def test_one_yes_is_not_a_whole_answer_under_several_labels(tmp_path):
    problem, row = read(
        prodigy,
        lines(
            tmp_path,
            {"text": "Police fired.", "label": "force"},
            {"text": "Police ran.", "accept": ["any_action", "fail"]},
        ),
        POLICE,
    )
    assert isinstance(problem, Problem)
    assert row["labels"] == ["any_action", "fail"]


def test_first_span_is_the_target(tmp_path):
    [row] = read(
        prodigy,
        lines(
            tmp_path, {"text": "Omar lied.", "label": "against", "spans": [{"start": 0, "end": 4}]}
        ),
        "stance",
    )
    assert (row["target"], row["target_start"], row["target_end"]) == ("Omar", 0, 4)


@pytest.mark.parametrize(
    ("options", "accept"),
    [
        ([{"id": 0, "text": "arrests"}, {"id": 1, "text": "attack"}], [0]),
        ([{"id": 0, "text": "Arrests"}], ["0"]),
        ([{"id": "a", "text": "arrests"}], "a"),
        ([{"id": "arrests", "text": "Somebody is taken in"}], ["arrests"]),
        ([{"id": "arrests"}], ["arrests"]),
        ([], ["arrests"]),
    ],
)
def test_options_are_named_by_their_id_or_their_text(tmp_path, options, accept):
    [row] = read(
        prodigy, lines(tmp_path, {"text": "Nine were held.", "options": options, "accept": accept})
    )
    assert row["label"] == "arrests"


def test_an_option_whose_id_and_text_are_two_labels_is_refused(tmp_path):
    [problem] = read(
        prodigy,
        lines(
            tmp_path,
            {
                "text": "Nine were held.",
                "accept": ["attack"],
                "options": [{"id": "attack", "text": "arrests"}],
            },
        ),
    )
    assert "arrests or attack" in problem.what


def test_an_option_that_is_no_label_keeps_its_text(tmp_path):
    [row] = read(
        prodigy,
        lines(
            tmp_path, {"text": "Nine.", "accept": [3], "options": [{"id": 3, "text": "taken in"}]}
        ),
    )
    assert row["label"] == "taken in"


def test_labelled_spans_give_a_row_each(tmp_path):
    record = {
        "text": FIRE,
        "spans": [
            {"start": 2, "end": 11, "label": "against"},
            {"start": 25, "end": 34, "label": "favor"},
        ],
    }
    rows = read(prodigy, lines(tmp_path, record), "stance")
    assert [(row["target"], row["label"]) for row in rows] == [
        ("The Front", "against"),
        ("Red Cross", "favor"),
    ]


@pytest.mark.parametrize(
    "span", [{"start": 3, "end": 12}, {"start": 3, "end": 12, "text": "The Front"}]
)
def test_offsets_in_other_units(tmp_path, span):
    [row] = read(
        prodigy, lines(tmp_path, {"text": FIRE, "label": "against", "spans": [span]}), "stance"
    )
    assert (row["target"], row["target_start"]) == ("The Front", 2)


def test_categories_that_apply_or_not(tmp_path):
    sure, unsure = read(
        prodigy,
        lines(
            tmp_path,
            {"text": "Police fired.", "cats": {"force": 1.0, "fail": 0.0, "kill": True}},
            {"text": "Police ran.", "cats": {"force": 0.4}},
        ),
        POLICE,
    )
    assert sure["labels"] == ["force", "kill"]
    assert "0.4 of force" in unsure.what


@pytest.mark.parametrize("record", [{"text": "Rain."}, {"text": "Rain.", "spans": []}])
def test_a_text_without_any_label_is_told(tmp_path, record):
    for codebook in ("event", POLICE):
        [problem] = read(prodigy, lines(tmp_path, record), codebook)
        assert "has no label" in problem.what
