import re

import pytest
import yaml

from data.problems import InputError
from train.config import plans
from train.search.space import read_search

BASE = {"task": "event", "codebook": "event", "data": {"path": "rows.jsonl"}}


@pytest.fixture
def read(tmp_path):
    """Reads a search of a tfidf configuration, or of another family's."""

    def reader(content, **model):
        (tmp_path / "base.yaml").write_text(
            yaml.safe_dump(BASE | {"model": {"family": "tfidf"} | model})
        )
        ((plan),) = plans([tmp_path / "base.yaml"])
        path = tmp_path / "search.yaml"
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
        return read_search(str(path), plan.runs[0][1])

    return reader


@pytest.fixture
def problems_of(read):
    """What is wrong with a search, a line for each problem."""

    def problems(content):
        with pytest.raises(InputError) as error:
            read(content)
        return [
            re.split(r"search\.yaml(?::\d+)?: ", str(problem))[1]
            for problem in error.value.problems
        ]

    return problems


class Drawn:
    """A trial that takes the upper end of everything."""

    def suggest_float(self, key, low, high, step=None, log=False):
        return high - 1e-7

    def suggest_int(self, key, low, high, step=1, log=False):
        return high

    def suggest_categorical(self, key, choices):
        return choices[-1]


def test_an_axis_draws_the_configurations_own_kind_of_value(read):
    search = read(
        {
            "space": {
                "model.c": {"low": 1, "high": 1.23456, "log": True},
                "model.min_count": {"low": 1.0, "high": 3},
                "model.class_weight": {"choices": ["balanced", None]},
                "model.max_features": {"choices": ["100", 200]},
            }
        }
    )
    values = {axis.key: axis.suggest(Drawn()) for axis in search.axes}
    assert values == {
        "model.c": 1.23456,
        "model.min_count": 3,
        "model.class_weight": None,
        "model.max_features": 200,
    }
    assert isinstance(values["model.min_count"], int)
    made = search.run_config(values).model
    assert (made.c, made.min_count, made.class_weight) == (1.23456, 3, None)
    assert {axis.key: axis.choices for axis in search.axes}["model.max_features"] == (100, 200)
    assert search.metric == "dev/macro_f1"
    assert search.trials == 20


def test_a_grid_has_all_combinations_and_no_more_trials(read):
    space = {
        "model.c": {"low": 1, "high": 2, "step": 0.5},
        "model.word_ngrams": {"low": 1, "high": 2},
    }
    search = read({"sampler": "grid", "space": space})
    assert [tuple(point.values()) for point in search.grid()] == [
        (1.0, 1),
        (1.0, 2),
        (1.5, 1),
        (1.5, 2),
        (2.0, 1),
        (2.0, 2),
    ]
    assert search.trials == 6
    assert read({"sampler": "grid", "trials": 4, "space": space}).trials == 4
    assert read({"sampler": "grid", "trials": 9, "space": space}).trials == 6


def test_more_trials_are_the_same_study_and_another_space_is_another(read):
    space = {"model.c": {"low": 1, "high": 2}}
    first = read({"trials": 3, "space": space}).digest
    assert read({"trials": 30, "timeout": 60, "space": space}).digest == first
    assert read({"space": {"model.c": {"low": 1, "high": 3}}}).digest != first
    assert read({"space": space}, min_count=1).digest != first


def test_what_the_configuration_does_not_take_is_told_before_any_trial(problems_of):
    problems = problems_of(
        {
            "sampler": "grid",
            "space": {
                "model.cc": {"choices": [1, 2]},
                "model.c": {"low": -1, "high": 2, "step": 1},
                "model.min_count": {"low": 1, "high": 2.5},
                "seed": {"choices": [1, 2]},
                "model.family": {"choices": ["tfidf", "majority"]},
                "data.share": {"choices": [0.5, 1]},
                "model.word_ngrams": {"choices": [1, 9]},
                "model.max_features": {"low": 100, "high": 200, "log": True},
            },
        }
    )
    for part in (
        "model.cc: unknown key (did you mean 'c'?)",
        "model.c.low: -1.0: ",
        "model.min_count.high: 2.5: ",
        "seed: is luck",
        "model.family: decides what is",
        "data.share: decides what is",
        "model.word_ngrams: 9: ",
        "model.max_features: has no end of values for a grid",
    ):
        assert sum(part in problem for problem in problems) == 1, part
    assert len(problems) == 8


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ({"space": {"model.classifier": {"low": 1, "high": 2}}}, "model.classifier.low: 1.0: "),
        ({"space": {"model.max_features": {"low": 100, "high": 200, "step": 2.5}}}, "a whole step"),
        ({"space": {"task.x": {"choices": [1, 2]}}}, "'task' holds no keys"),
    ],
)
def test_what_a_single_axis_does_not_take(problems_of, content, part):
    assert part in problems_of(content)[0]


def test_the_projects_own_searches_fit_their_families():
    from data.paths import ROOT

    families = {"linear": "tfidf", "finetuning": "transformer"}
    paths = sorted(ROOT.glob("configs/search/*.yaml"))
    assert {path.stem for path in paths} == set(families)
    for path in paths:
        for task in ("event", "stance"):
            ((plan),) = plans([ROOT / f"configs/{task}/{families[path.stem]}.yaml"])
            assert len(read_search(str(path), plan.runs[0][1]).axes) >= 4


def test_no_search_has_the_name_of_a_configuration():
    """Or `configs/*/tfidf.yaml`, which trains that family for both tasks, would take it in."""
    from data.paths import ROOT

    names = {
        path.name for task in ("event", "stance") for path in ROOT.glob(f"configs/{task}/*.yaml")
    }
    assert names
    assert not names & {path.name for path in ROOT.glob("configs/search/*.yaml")}
