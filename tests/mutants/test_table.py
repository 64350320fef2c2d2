"""The table of faults fits the code: what run.py would call stale is told by the tests already."""

import runpy
from pathlib import Path

import pytest

RUN = runpy.run_path(str(Path(__file__).with_name("run.py")))
MUTANTS = RUN["mutants"]()


def test_there_are_faults_of_every_package():
    assert len(MUTANTS) >= 20
    packages = {one.file.partition("/")[0] for one in MUTANTS}
    assert packages == {"eventstance", "data", "models", "evaluation", "train", "predict"}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_a_fault_stands_for_one_place_and_names_tests_that_there_are(mutant):
    assert mutant.fault(RUN["ROOT"]) == ""
    assert mutant.new != mutant.old
    assert mutant.why


def test_what_is_stale_is_told(tmp_path):
    (tmp_path / "a.py").write_text("one\none\ntwo\n")
    (tmp_path / "t.py").write_text("def test_it():\n    pass\n")

    def told(**changes):
        return RUN["Mutant"](
            **{
                "name": "x",
                "file": "a.py",
                "old": "two",
                "new": "2",
                "tests": ("t.py::test_it[a]",),
                "why": "",
                **changes,
            }
        ).fault(tmp_path)

    assert told() == ""
    assert told(old="one") == "stale: its old text stands 2 times in a.py"
    assert told(old="three") == "stale: its old text stands 0 times in a.py"
    assert told(file="b.py") == "stale: there is no b.py"
    assert told(tests=("t.py::test_other",)) == "stale: there is no test t.py::test_other"
    assert told(tests=()) == "stale: it names no test"


@pytest.mark.parametrize(
    ("with_it", "without", "told"),
    [
        (
            {"failed": {"t.py::test_it[1]": "AssertionError"}},
            {"passed": ["t.py::test_it[1]"]},
            (True, "test_it: AssertionError"),
        ),
        (
            {"passed": ["t.py::test_it"]},
            {"passed": ["t.py::test_it"]},
            (False, "survived: test_it passes"),
        ),
        (
            {"failed": {"t.py::test_it": "AssertionError"}},
            {"failed": {"t.py::test_it": "KeyError"}},
            (False, "test_it does not pass without the fault"),
        ),
        (
            {"failed": {"t.py::test_it": "ValueError"}},
            {},
            (False, "test_it does not pass without the fault"),
        ),
        (
            {"errors": {"t.py::test_it": "SyntaxError"}},
            {"passed": ["t.py::test_it"]},
            (False, "no verdict: SyntaxError"),
        ),
    ],
)
def test_verdicts(with_it, without, told):
    mutant = RUN["Mutant"]("x", "a.py", "two", "2", ("t.py::test_it",), "")
    assert RUN["verdict"](mutant, RUN["Noted"](**with_it), RUN["Noted"](**without)) == told
