import json

import pytest

from data.formats.writing import UnwritableError
from data.problems import InputError, Problem
from predict.rejects import Rejects


def run(out, *problems, error=None):
    with Rejects(out) as rejects:
        for problem in problems:
            rejects.add(problem)
        if error:
            raise error
    return rejects


def test_each_has_its_file_line_and_reason(tmp_path):
    rejects = run(
        tmp_path / "labels.csv",
        Problem("a.jsonl:3", "is not JSON", "expected JSON"),
        Problem("b.txt", "is empty"),
        Problem("caf\udce9.txt", "is empty"),
    )
    assert [json.loads(line) for line in rejects.path.read_text().splitlines()] == [
        {"file": "a.jsonl", "line": 3, "reason": "is not JSON; expected JSON"},
        {"file": "b.txt", "line": None, "reason": "is empty"},
        {"file": "caf\\udce9.txt", "line": None, "reason": "is empty"},
    ]
    assert rejects.path.name == "labels.csv.rejects.jsonl"
    assert len(rejects) == 3


def test_a_run_without_any_removes_an_older_file(tmp_path):
    path = run(tmp_path / "labels.csv", Problem("b.txt", "is empty")).path
    run(tmp_path / "labels.csv")
    assert not path.exists()


def test_a_run_that_labels_nothing_keeps_them(tmp_path):
    with pytest.raises(InputError):
        run(tmp_path / "labels.csv", Problem("b.txt", "is empty"), error=InputError([]))
    assert "is empty" in (tmp_path / "labels.csv.rejects.jsonl").read_text()


@pytest.mark.parametrize("problems", [[], [Problem("b.txt", "is empty")]])
def test_a_run_that_is_broken_off_leaves_an_older_file(tmp_path, problems):
    path = tmp_path / "labels.csv.rejects.jsonl"
    path.write_text("older")
    full = UnwritableError(tmp_path / "labels.csv", OSError(28, "No space left on device"))
    for error in (KeyboardInterrupt(), full):
        with pytest.raises(type(error)):
            run(tmp_path / "labels.csv", *problems, error=error)
    assert path.read_text() == "older"
    assert [left.name for left in tmp_path.iterdir()] == [path.name]


def test_only_the_first_are_kept_in_memory(tmp_path):
    rejects = run(tmp_path / "labels.csv", *[Problem(f"a.jsonl:{n}", "bad") for n in range(50)])
    assert (len(rejects), len(rejects.first)) == (50, 20)
    assert len(rejects.path.read_text().splitlines()) == 50
