"""Which runs stand under one parent, and what the parent says of them."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from data.codebook import Codebook
from data.problems import InputError
from evaluation.comparing.candidates import kept_rows
from evaluation.comparing.seed_summary import SeedSummary
from train.config import Plan, validated
from train.parents.pages import sweep_page, varied
from train.parents.parent_runs import (
    Child,
    Parent,
    Planned,
    by_recipe,
    check_apart,
    opened,
)
from train.parents.reports import MOST_SEEDS, figure, seeds_text
from train.schedule import Options, _ended


def planned(varied, digest="rows", **keys):
    c = keys.pop("c", 4.0)
    config = validated(
        {
            "task": "event",
            "codebook": "event",
            "data": {"path": "rows.jsonl"},
            "model": {"family": "tfidf", "c": c},
            **keys,
        },
        "words.yaml",
    )
    part = SimpleNamespace(name="dev", rows=[1, 2], digest="d", examples=[])
    data = SimpleNamespace(
        digest=digest,
        identity=f"{digest} labels",
        parts=(part,),
        dev=part,
        split=SimpleNamespace(way="article", told="by article", warnings=()),
        codebook=SimpleNamespace(digest="labels", name="event", version="1", multilabel=False),
    )
    return Planned(varied, config, data)


def test_runs_that_differ_in_the_seed_alone_stand_together():
    runs = [planned(f"seed={seed} c={c}", seed=seed, c=c) for seed in (1, 2) for c in (1.0, 2.0)]
    assert [[one.varied for one in group] for group in by_recipe(runs)] == [
        ["seed=1 c=1.0", "seed=2 c=1.0"],
        ["seed=1 c=2.0", "seed=2 c=2.0"],
    ]
    other = planned("seed=3", digest="other rows", seed=3)
    assert len(by_recipe([planned("seed=1", seed=1), other])) == 2


def test_a_run_that_is_there_twice_is_refused():
    runs = [
        (one.varied, one.config)
        for one in (planned("seed=1", seed=1), planned("seed=2", seed=2), planned("seed=1", seed=1))
    ]
    check_apart(Plan(Path("words.yaml"), runs[:2]))
    with pytest.raises(InputError, match=r"words\.yaml: seed=1: is the same run a second time"):
        check_apart(Plan(Path("words.yaml"), runs))


class Gone:
    """A store that does not answer."""

    def __getattr__(self, name):
        raise ConnectionError("no store")


def test_a_store_that_is_gone_keeps_nothing_from_being_trained():
    said = []
    with opened(
        Gone(), "seeds", "words (1 seeds)", [planned("seed=1", seed=1)], None, True, said.append
    ) as parent:
        assert (parent.run_id, parent.found) == ("", False)
    assert "could not be opened" in said[0]
    with (
        pytest.raises(KeyboardInterrupt),
        opened(Gone(), "seeds", "words", [planned("seed=1")], None, False, said.append),
    ):
        raise KeyboardInterrupt


def test_what_a_parent_cannot_be_told_is_said_with_the_way_out():
    said, ended = [], []
    parent = Parent(
        SimpleNamespace(name="words", run_id="p", end=ended.append), [planned("seed=1")]
    )

    def full():
        raise OSError("no space left")

    assert not _ended(Options(say=said.append), parent, True, full)
    assert "the runs are kept" in said[0]
    assert "the same command with --reuse completes it" in said[0]
    assert _ended(Options(), parent, True, lambda: None)
    assert ended == ["FAILED", "FINISHED"]


def text(children, values, *, alike=False):
    done = [child for child in children if child.run_id]
    found = SeedSummary(
        tuple(child.seed for child in done),
        {"dev/macro_f1": values},
        {"dev/macro_f1": (0.6, 0.8)},
        alike,
    )
    track = SimpleNamespace(
        name="words", run_id="p", link=lambda artifact="", run_id="p": f"#/runs/{run_id}/{artifact}"
    )
    parent = Parent(track, [planned("seed=1")])
    return seeds_text(
        parent, children, found, sorted(done, key=lambda child: -child.metrics["dev/macro_f1"])
    )


def test_description_by_hand():
    children = [
        Child("words seed=1", 1, "r1", {"dev/macro_f1": 0.7}),
        Child("words seed=2", 2, "", {}, "RuntimeError: full"),
        Child("words seed=3", 3, "r3", {"dev/macro_f1": 0.74}),
    ]
    told = text(children, (0.7, 0.74))
    assert "2 of 3 runs, 1 failed" in told
    assert "|  | mean | sd | 95 % interval | seed 1 | seed 3 |" in told
    assert "| dev/macro_f1 | 0.720 | 0.0283 | 0.600 to 0.800 | 0.700 | 0.740 |" in told
    assert "- words seed=2 failed: RuntimeError: full" in told
    assert (
        "the best is [words seed=3](#/runs/r3/) (`r3`), the worst [words seed=1](#/runs/r1/)"
        in told
    )
    assert "[Report](#/runs/p/report.html)" in told
    alike = text(children[:1], (0.7,), alike=True)
    assert "| 0.700 | – |" in alike
    assert "All seeds gave the same predictions" in alike


def test_description_of_many_seeds_has_so_many_columns():
    many = MOST_SEEDS + 3
    told = text(
        [
            Child(f"words seed={seed}", seed, f"r{seed}", {"dev/macro_f1": 0.7})
            for seed in range(many)
        ],
        (0.7,) * many,
    )
    assert told.count("| seed ") == MOST_SEEDS
    assert f"{many} runs" in told


def test_what_a_sweep_varied_is_told_without_the_seed_and_without_what_follows():
    runs = [planned(f"c={c} seed={seed}", c=c, seed=seed) for c in (1.0, 4.0) for seed in (1, 2)]
    assert varied(runs) == {"model.c": ["1.0", "4.0"]}
    shares = planned("model.family=majority")
    shares = Planned(
        "family=majority",
        validated(
            {**shares.config.resolved(), "model": {"family": "majority"}, "calibration": None}, "m"
        ),
        shares.data,
    )
    words = planned("family=tfidf")
    assert varied([words, shares]) == {"model.family": ["tfidf", "majority"]}


def test_page_of_a_sweep_puts_children_beside_their_settings(monkeypatch):
    monkeypatch.setattr("train.parents.pages.data_rows", lambda data: [])
    parent = Parent(
        SimpleNamespace(name="words (3 runs)", run_id="p"),
        [planned(f"c={c}", c=c) for c in (1.0, 4.0, 9.0)],
    )
    told = sweep_page(
        parent,
        [
            Child("words c=1", 13, "r1", {"dev/macro_f1": 0.4}),
            Child("words c=4", 13, "r4", {"dev/macro_f1": 0.6}),
            Child("words c=9", 13, "", {}, "ValueError: full"),
        ],
        {},
    )
    assert [(run.settings, run.value, run.state) for run in told.runs] == [
        ({"model.c": "1.0"}, 0.4, "complete"),
        ({"model.c": "4.0"}, 0.6, "complete"),
        ({"model.c": "9.0"}, None, "failed"),
    ]
    assert "c: 4.0" in told.best
    assert told.commands[0][1] == "python -m evaluation compare r4 r1"
    assert ("model.c" in told.settings, told.space) == (False, {"model.c": "1.0 | 4.0 | 9.0"})


def test_figures_as_text():
    metrics = {"a": 0.7314, "a_sd": 0.0042, "a_low": 0.7, "a_high": 0.76, "b": 0.5}
    assert figure(metrics, "a") == "0.731 ± 0.004 [0.700, 0.760]"
    assert (figure(metrics, "b"), figure(metrics, "c")) == ("0.500", "–")


def test_seeds_on_different_rows_are_refused(kept_run, tmp_path):
    book = Codebook.model_validate(
        {
            "name": "acts",
            "version": "1",
            "task": "event",
            "labels": [{"name": "kill"}, {"name": "arrest"}],
        }
    )
    three, two, again = (
        kept_run(
            book,
            [
                {
                    "id": f"r{j}",
                    "article_id": "a",
                    "text": "Report.",
                    "gold": "kill",
                    "predicted": "kill",
                    "probability": 0.5,
                }
                for j in range(count)
            ],
        )
        for count in (3, 2, 2)
    )
    found = kept_rows([two, again], "dev", book, ("p", "words"), str(tmp_path))
    assert [[row["id"] for row in rows] for rows in found] == [["r0", "r1"]] * 2
    with pytest.raises(
        InputError,
        match=f"words: its seeds {three[:8]} and {two[:8]}: were "
        "measured on different rows: 1 rows only",
    ):
        kept_rows([three, two], "dev", book, ("p", "words"), str(tmp_path))
