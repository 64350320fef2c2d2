"""The rows that one model has right and another has not."""

import pytest

from evaluation.comparing.candidates import Candidate
from evaluation.comparing.changed_rows import changed_sides


def candidate(name, *seeds, gold):
    def rows(said):
        return [
            {
                "id": f"r{j}",
                "article_id": f"a{j}",
                "text": f"Report {j}.",
                "gold": label,
                "predicted": one,
                "probability": 0.75 - 0.25 * (one == "fail"),
            }
            for j, (label, one) in enumerate(zip(gold, said, strict=True))
        ]

    first, *further = map(rows, seeds)
    return Candidate(name, name, "", first, tuple(further))


def test_sides_are_taken_by_more_than_half_of_the_seeds():
    gold = ["kill"] * 4
    first = candidate(
        "first",
        ["kill"] * 4,
        ["kill", "kill", "fail", "arrest"],
        ["fail", "kill", "fail", "fail"],
        gold=gold,
    )
    second = candidate(
        "second", ["fail", "kill", "kill", "kill"], ["arrest", "kill", "kill", "fail"], gold=gold
    )
    ahead, behind = changed_sides(first, second)
    assert ahead == [
        {
            "id": "r0",
            "article_id": "a0",
            "text": "Report 0.",
            "gold": "kill",
            "first": "kill",
            "first_probability": 0.75,
            "first_right": pytest.approx(2 / 3),
            "second": "fail",
            "second_probability": 0.5,
            "second_right": 0.0,
        }
    ]
    # r3: one of three against one of two, which is no majority.
    assert [row["id"] for row in behind] == ["r2"]
    assert behind[0]["first"] == "fail"


def test_single_models_say_what_they_say_and_no_share_of_seeds():
    first, second = (
        candidate(name, answers, gold=["kill", "arrest"])
        for name, answers in (("first", ["kill", "fail"]), ("second", ["fail", "arrest"]))
    )
    (ahead,), (behind,) = changed_sides(first, second)
    assert (ahead["id"], ahead["first"], ahead["second"]) == ("r0", "kill", "fail")
    assert (behind["id"], behind["second_probability"]) == ("r1", 0.75)
    assert not [name for name in ahead if name.endswith("_right")]


def test_equal_answers_change_no_sides_and_halves_neither():
    gold = ["kill"] * 2
    answers = candidate("a", ["kill", "fail"], gold=gold)
    assert changed_sides(answers, answers) == ([], [])
    halved = candidate("b", ["kill", "kill"], ["fail", "fail"], gold=gold)
    assert changed_sides(halved, candidate("c", ["fail", "fail"], gold=gold)) == ([], [])
