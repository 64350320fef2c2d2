import pytest

from data.problems import InputError
from train.search.config import Choices, Range, read_file


@pytest.fixture
def problems_of(tmp_path):
    """What is wrong with a search file, a line for each problem."""

    def problems(content):
        path = tmp_path / "search.yaml"
        path.write_text(content)
        with pytest.raises(InputError) as error:
            read_file(str(path))
        return [str(problem).partition("search.yaml")[2] for problem in error.value.problems]

    return problems


def test_a_file_is_read_with_its_defaults(tmp_path):
    path = tmp_path / "search.yaml"
    path.write_text(
        "sampler: random\nspace:\n  model.c: {low: 1, high: 2, log: true}\n"
        "  model.class_weight: {choices: [balanced, null]}\n"
    )
    config = read_file(str(path))
    assert config.space == {
        "model.c": Range(low=1, high=2, log=True),
        "model.class_weight": Choices(choices=("balanced", None)),
    }
    assert (config.sampler, config.pruner, config.trials, config.metric) == (
        "random",
        "median",
        None,
        None,
    )


def test_everything_wrong_in_the_file_is_told_at_once(problems_of):
    problems = problems_of(
        "trails: 3\nsampler: bayes\ntrials: 0\nmetric: f1\nstorage: optuna.db\nspace:\n"
        "  model.c: {low: 3, high: 2}\n  model.x: [1, 2]\n"
        "  model.y: {lo: 1, high: 2}\n  model.w: {low: 0, high: 1, log: true}\n"
    )
    for part in (
        "trails: unknown key (did you mean 'trials'?)",
        "sampler: 'bayes'",
        "trials: 0",
        "metric: 'f1'",
        "storage: 'optuna.db'",
        "space.model.c: low 3 is not below high 2",
        "space.model.x: is [1, 2]; expected {low",
        "space.model.y.low: is missing",
        "space.model.y.lo: unknown key (did you mean 'low'?)",
        "has no logarithm",
    ):
        assert sum(part in problem for problem in problems) == 1, part
    assert len(problems) == 10


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("space: [", "is not YAML"),
        ("- model.c", "holds no keys"),
        ("trials: 3", "space: is missing"),
        ("space: {}", "space: "),
        ("space: {model.c: {choices: [1]}}", "space.model.c: Tuple should have at least 2"),
        ("space: {model.c: {low: 1, high: 2, log: true, step: 1}}", "exclude each other"),
    ],
)
def test_files_that_are_no_search(problems_of, content, part):
    (problem,) = problems_of(content)
    assert part in problem


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.yaml: no such file"):
        read_file(str(tmp_path / "none.yaml"))
