import pickle

import pytest

from data.problems import InputError, Problem, as_lines, attempt, nearest

LABELS = ["shelling_artillery_missile_attack", "armed_clash", "arrests"]


def test_the_nearest_name_is_by_spelling_or_a_part_of_it():
    assert nearest("Armed Clsh", LABELS) == " (did you mean 'armed_clash'?)"
    assert nearest("shelling", LABELS) == " (did you mean 'shelling_artillery_missile_attack'?)"
    assert nearest("weather", LABELS) == ""


def test_an_error_tells_every_problem():
    error = InputError([Problem("a:1", "is wrong", "expected right"), Problem("a:2", "is gone")])
    assert str(error) == "a:1: is wrong; expected right\na:2: is gone"


def test_what_many_lines_have_in_common_is_told_once():
    many = [
        Problem(f"rows.jsonl:{line}", "label is missing", "expected one") for line in range(4, 94)
    ]
    further = [
        Problem("rows.jsonl:9", "text is missing"),
        Problem("seed", "is 'x'"),
        Problem("seed", "is 'y'"),
    ]
    assert as_lines([*many[:3], *further, *many[3:]]) == [
        "rows.jsonl:4: label is missing; expected one (and 89 more lines like it, the next is 5)",
        "rows.jsonl:9: text is missing",
        "seed: is 'x'",
        "seed: is 'y'",
    ]
    assert as_lines(
        [Problem(f"rows.jsonl:{line}", f"unknown label '{line}'") for line in range(60)], most=2
    )[2:] == ["… and 58 more problems"]
    assert as_lines([]) == []


def test_an_error_of_one_problem_is_a_value_error():
    problem = Problem("a:1", "is wrong")
    assert InputError(problem).problems == [problem]
    with pytest.raises(ValueError, match=r"^a:1: is wrong$"):
        raise InputError(problem)


def test_attempts_gather_problems_and_go_on():
    problems = [Problem("a", "is odd")]

    def fail():
        raise InputError([Problem("b", "is gone"), Problem("c", "is late")])

    assert attempt(problems, lambda: 7) == 7
    assert attempt(problems, fail) is None
    assert [problem.where for problem in problems] == ["a", "b", "c"]
    with pytest.raises(KeyError):
        attempt(problems, lambda: {}["no input"])


def test_error_is_short_as_text_and_holds_every_problem():
    error = InputError([Problem(f"rows:{line}", "has no text") for line in range(1, 1000)])
    assert str(error) == "rows:1: has no text (and 998 more lines like it, the next is 2)"
    assert len(error.problems) == 999


def test_error_comes_back_from_another_process():
    from models.store.errors import NoStoreError

    for error in (InputError([Problem("a", "b", "c")]), NoStoreError("sqlite:///x.db")):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301
        assert (type(again), again.problems, str(again)) == (
            type(error),
            error.problems,
            str(error),
        )
