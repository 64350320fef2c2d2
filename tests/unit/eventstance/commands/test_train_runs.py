from pathlib import Path
from types import SimpleNamespace

import pytest

from data.problems import InputError, Problem
from eventstance.commands import train_runs
from eventstance.main import main


def plan(*configs, path="words.yaml"):
    return SimpleNamespace(path=Path(path), runs=[({}, config) for config in configs])


def config(seed=1, seedless="no seed changes it", files=("x/a.jsonl", "b.jsonl")):
    data = SimpleNamespace(path=files, train=())
    return SimpleNamespace(task="event", seed=seed, seedless=seedless, data=data)


def test_a_split_is_told_once_with_its_warnings():
    rows = SimpleNamespace(split=SimpleNamespace(summary="by article", warnings=["few dev rows"]))
    assert list(train_runs._splits([plan(config(), config(seed=2))], [[rows, rows]])) == [
        "event: a.jsonl+b.jsonl: split by article",
        "event: a.jsonl+b.jsonl: warning: few dev rows",
    ]


def test_seeds_that_change_nothing_are_told_where_there_are_several():
    several = plan(config(1), config(2))
    assert list(train_runs._needless_seeds([several])) == ["event: words: no seed changes it"]
    assert not train_runs._needless_seeds([plan(config(1)), plan(config(2), path="other.yaml")])
    assert not train_runs._needless_seeds([plan(config(1, ""), config(2, ""))])


@pytest.mark.parametrize(
    ("all_are", "before", "code"), [(True, 0, 0), (False, 0, 3), (False, 1, 1), (True, 130, 130)]
)
def test_a_refusal_gives_its_code_unless_there_is_another(
    monkeypatch, capsys, all_are, before, code
):
    monkeypatch.setattr(
        "eventstance.commands.runs_table.promoted", lambda run_ids, rule: (["a line"], all_are)
    )
    assert train_runs._promoted(["r1"], None, before) == code
    assert capsys.readouterr().out == "a line\n"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (InputError(Problem("r1", "is no run")), "r1: is no run\n"),
        (KeyError("x"), "r1: could not be trained again: KeyError: 'x'\n"),
    ],
)
def test_what_cannot_be_repeated_is_2(monkeypatch, capsys, error, line):
    def again(*_):
        raise error

    monkeypatch.setattr("models.store.connection.connect", lambda: None)
    monkeypatch.setattr("train.repeat.rerun.repeat", again)
    assert main(["train", "--repeat", "r1"]) == 2
    assert capsys.readouterr().err == line


def test_a_search_takes_one_configuration(monkeypatch, capsys):
    monkeypatch.setattr("train.config.plans", lambda paths, overrides: [plan(config(), config())])
    assert main(["train", "words.yaml", "c=1|2", "--search", "search.yaml"]) == 2
    assert "--search: is given 2 configurations; expected one" in capsys.readouterr().err


def test_a_key_is_not_both_set_and_searched(monkeypatch, capsys):
    monkeypatch.setattr("train.config.plans", lambda paths, overrides: [plan(config())])
    space = SimpleNamespace(axes=[SimpleNamespace(key="model.c")])
    monkeypatch.setattr("train.search.space.read_search", lambda path, base: space)
    assert main(["train", "words.yaml", "model.c=2", "--search", "s.yaml"]) == 2
    assert "model.c: is set here, and searched by s.yaml; leave it" in capsys.readouterr().err
