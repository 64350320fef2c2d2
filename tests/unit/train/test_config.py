import pytest
import yaml

from data.problems import InputError
from train.config import plans

BASE = {
    "task": "event",
    "codebook": "event",
    "data": {"path": "rows.jsonl", "split": {"by": "article", "dev": 0.2, "test": 0.1}},
    "model": {"family": "tfidf"},
}


@pytest.fixture
def config(tmp_path):
    """Writes a configuration that differs from BASE and returns its path."""

    def write(name="words", **others):
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml.safe_dump(BASE | others))
        return str(path)

    return write


def only(path, *overrides):
    ((plan),) = plans([path], overrides)
    ((_, made),) = plan.runs
    return made


def told(path, *overrides):
    with pytest.raises(InputError) as error:
        plans([path] if isinstance(path, str) else path, overrides)
    return [str(problem) for problem in error.value.problems]


def test_defaults_are_filled_in(config):
    made = only(config())
    assert (made.seed, made.select_by, made.model.c, made.register_model) == (
        13,
        "dev/macro_f1",
        4.0,
        True,
    )
    assert made.flat()["model.char_ngrams"] == "4"
    assert made.flat()["register"] == "True"
    assert "data.train" not in made.flat()


def test_a_resolved_configuration_gives_the_same_run(config, tmp_path):
    made = only(config(), "model.c=2", "seed=5")
    (tmp_path / "again.yaml").write_text(yaml.safe_dump(made.resolved()))
    again = only(str(tmp_path / "again.yaml"))
    assert again == made
    assert again.digest == made.digest != only(config()).digest


def test_another_seed_is_another_run(config):
    made = only(config(), "seed=5")
    assert made.digest == only(config(), "seed=5").digest
    assert made.digest != only(config(), "seed=6").digest


def test_overrides_reach_nested_keys(config):
    made = only(
        config(),
        "data.split.dev=0.3",
        "model.class_weight=null",
        "model.c=5e-1",
        "select_by=dev/accuracy",
    )
    assert (made.data.split.dev, made.model.class_weight, made.model.c, made.select_by) == (
        0.3,
        None,
        0.5,
        "dev/accuracy",
    )
    assert made.data.split.test == 0.1


def test_alternatives_make_every_combination(config):
    (plan,) = plans([config()], ["model.c=1|2", "seed=3|4", "model.window=7"])
    assert [label for label, _ in plan.runs] == [
        "c=1 seed=3",
        "c=1 seed=4",
        "c=2 seed=3",
        "c=2 seed=4",
    ]
    assert [(run.model.c, run.seed, run.model.window) for _, run in plan.runs] == [
        (1, 3, 7),
        (1, 4, 7),
        (2, 3, 7),
        (2, 4, 7),
    ]
    assert plan.fixed == "window=7"
    first, second = plans([config(), config("other", seed=9)], ["model.c=1|2"])
    assert second.fixed == ""
    assert [len(plan.runs) for plan in (first, second)] == [2, 2]


def test_a_key_that_is_given_twice_is_refused(config):
    assert told(config(), "seed=1", "model.c=2", "seed=2") == [
        "seed=2: gives 'seed' a second time; name each key once; key=a|b makes a run of each"
    ]


def test_names_tell_where_runs_depart_from_the_file(config):
    (plan,) = plans(
        [config("words")],
        ["data.path=far/mine.jsonl", "seed=4", "register=false", "experiment=try", "model.c=0.5"],
    )
    assert plan.fixed == "data.path=mine.jsonl c=0.5"


def test_the_digest_is_of_what_decides_the_result(config):
    digests = [
        only(config(), *overrides).digest
        for overrides in ((), ("register=false",), ("experiment=try",), ("seed=4",), ("model.c=2",))
    ]
    assert len(set(digests[:3])) == 1
    assert len(set(digests)) == 3


@pytest.mark.parametrize(
    ("model", "by_chance"),
    [
        ({"family": "majority"}, False),
        ({"family": "tfidf"}, False),
        ({"family": "embedding"}, False),
        ({"family": "tfidf", "classifier": "svc"}, True),
        ({"family": "transformer"}, True),
    ],
)
def test_it_is_known_where_seeds_show_nothing(config, model, by_chance):
    told = only(config(model=model)).seedless
    assert bool(told) is not by_chance
    assert by_chance or f"{model['family']} comes out the same with every seed" in told


def test_files_of_ones_own_take_the_place_of_the_configs(config):
    made = only(config(), "data.train=a.jsonl", "data.dev=[b.jsonl, c.jsonl]", "data.test=d.jsonl")
    assert (made.data.path, made.data.split) == ((), None)
    assert (made.data.train, made.data.dev, made.data.test) == (
        ("a.jsonl",),
        ("b.jsonl", "c.jsonl"),
        ("d.jsonl",),
    )
    separate = config("separate", data={"train": "a.jsonl", "dev": "b.jsonl"})
    assert only(separate, "data.path=rows.jsonl").data.train == ()
    for order in (1, -1):  # whichever stands first
        made = only(config(), *["data.split.dev=0.3", "data.train=a.jsonl"][::order])
        assert (made.data.train, made.data.split.dev, made.data.path) == (("a.jsonl",), 0.3, ())


def test_an_unknown_key_is_told_with_the_nearest(config):
    assert told(config(), "model.class_wieght=null")[0].startswith(
        f"{config()}: model.class_wieght: unknown key (did you mean 'class_weight'?); expected"
    )
    assert "(did you mean 'seed'?)" in told(config(), "sede=3")[0]
    assert "(did you mean 'dev'?)" in told(config(), "data.split.dve=0.2")[0]
    assert (
        "unknown family 'tfdif' (did you mean 'tfidf'?)" in told(config(), "model.family=tfdif")[0]
    )


def test_a_key_that_is_a_date_is_told(tmp_path):
    path = tmp_path / "date.yaml"
    path.write_text("model:\n  2024-01-01: tfidf\n")
    (line,) = told(str(path))
    assert line.startswith(f"{path}: cannot be written as JSON (keys must be")
    assert line.endswith("not datetime.date); expected names as keys")


def test_everything_wrong_is_told_at_once(config, tmp_path):
    problems = told(
        [config(), str(tmp_path / "none.yaml")], "model.c=-1", "seed=many", "select_by=f1", "=3"
    )
    for part in (
        "model.c: -1: ",
        "seed: 'many': ",
        "select_by: 'f1': ",
        "none.yaml: no such file",
        "=3: is no override",
    ):
        assert sum(part in problem for problem in problems) == 1, part
    assert len(problems) == 5


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"model": "tfidf"}, "model"),
        ({"model": None}, "model"),
        ({"model": {}}, "unknown family"),
        ({"model": {"family": ["tfidf"]}}, "unknown family"),
        ({"data": {}}, "either 'path'"),
        ({"data": {"train": "a.jsonl"}}, "'train' needs 'dev'"),
        ({"data": {"path": "a.jsonl", "dev": "b.jsonl"}}, "go with 'train'"),
        ({"data": {"train": "a", "dev": "b", "split": {}}}, "exclude each other"),
        ({"min_precision": 1}, "min_precision: 1: Input should be less than 1"),
        ({"min_precision": 0}, "greater than 0"),
        ({"calibration": "platt"}, "'isotonic' or 'none'"),
        (
            {"calibration": "temperature", "model": {"family": "majority"}},
            "not for the family 'majority': expected none or isotonic",
        ),
        ({"task": "topic"}, "task"),
        ({"data": {"path": "a", "split": {"dev": 1.5}}}, "split.dev"),
    ],
)
def test_wrong_values(config, change, part):
    (problem,) = told(config(**change))
    assert part in problem


def test_each_family_has_its_own_calibration_unless_told_otherwise(config):
    assert only(config()).calibration == "temperature"
    shares = config("shares", model={"family": "majority"})
    assert only(shares).resolved()["calibration"] == "none"
    assert only(shares, "calibration=isotonic").calibration == "isotonic"
    assert only(config(), "calibration=").calibration == "temperature"
    both = plans([config()], ["calibration=none|isotonic", "min_precision=0.9"])[0].runs
    assert [(run.calibration, run.min_precision) for _, run in both] == [
        ("none", 0.9),
        ("isotonic", 0.9),
    ]


def test_a_missing_key_and_a_file_that_is_no_configuration(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("seed: 3")
    assert [problem.split(": ")[1] for problem in told(str(path))] == [
        "task",
        "codebook",
        "data",
        "model",
    ]
    path.write_text("- seed\n")
    assert "holds no keys" in told(str(path))[0]
    path.write_text("seed: [")
    assert "is not YAML" in told(str(path))[0]
    path.write_text("seed: 3\ntask: event\nseed: 4\n")
    assert "a.yaml:3: key 'seed' stands also at line 1" in told(str(path))[0]
    path.write_bytes(b"task: caf\xe9\n")
    assert "a.yaml:1: is not UTF-8 (byte 0xe9)" in told(str(path))[0]


def test_the_projects_own_configurations_are_right():
    from data.paths import ROOT

    paths = sorted(ROOT.glob("configs/event/*.yaml")) + sorted(ROOT.glob("configs/stance/*.yaml"))
    assert len(paths) >= 8
    for plan in plans(paths):
        ((_, made),) = plan.runs
        assert made.task == plan.path.parent.name
