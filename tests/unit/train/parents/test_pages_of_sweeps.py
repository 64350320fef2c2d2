"""What the pages of parents are made from."""

from types import SimpleNamespace

import pytest

from train.config import validated
from train.parents import pages
from train.parents.pages import sweep_plot
from train.parents.parent_runs import Child, Parent, Planned


def planned(text, family="tfidf", **keys):
    config = validated(
        {
            "task": "event",
            "codebook": "event",
            "data": {"path": "rows.jsonl"},
            "model": {"family": family, **keys.pop("model", {})},
            **keys,
        },
        "words.yaml",
    )
    return Planned(text, config, SimpleNamespace(identity="rows"))


def test_a_sweep_is_drawn_of_the_runs_that_have_a_figure():
    parent = Parent(
        SimpleNamespace(name="words", run_id="p"),
        [planned(f"c={c}", model={"c": c}) for c in (1, 4, 9)],
    )
    figure = sweep_plot(
        parent,
        [
            Child("c=1", 13, "r1", {"dev/macro_f1": 0.4}),
            Child("c=4", 13, "", {}, "ValueError: full"),
            Child(
                "c=9",
                13,
                "r9",
                {"dev/macro_f1": 0.6, "dev/macro_f1_low": 0.5, "dev/macro_f1_high": 0.7},
            ),
        ],
    )
    (axes,) = figure.axes
    assert axes.get_xlabel() == "c"
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1", "9"]
    points = [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert points == [0.4, 0.6]


def test_parts_of_the_data_are_told_in_columns(monkeypatch):
    facts = {"dev": {"rows": 1200, "articles": 40, "targets": 0, "digest": "ab"}}
    monkeypatch.setattr(pages, "data_facts", lambda data: facts)
    (row,) = pages.data_rows(SimpleNamespace())
    assert dict(zip(pages.DATA_HEAD, row, strict=True)) == {
        "part": "dev",
        "rows": "1,200",
        "articles": "40",
        "targets": "0",
        "digest": "ab",
    }


@pytest.mark.parametrize(
    ("children", "commands"),
    [
        ([("r1", 0.4), ("r4", 0.6)], ["eventstance evaluation compare r4 r1"]),
        ([("r1", 0.4), ("", None)], []),
        ([("", None), ("", None)], []),
    ],
)
def test_the_two_best_are_to_be_compared(children, commands, monkeypatch):
    monkeypatch.setattr(pages, "data_rows", lambda data: [])
    monkeypatch.setattr(pages, "settings", lambda config, data: config.flat())
    runs = [planned(f"c={c}", model={"c": c}) for c in (1, 4)]
    for run in runs:
        run.data.codebook = SimpleNamespace(name="event", version="1")
    page = pages.sweep_page(
        Parent(SimpleNamespace(name="words", run_id="p"), runs),
        [
            Child(f"c{place}", 13, run_id, {} if value is None else {"dev/macro_f1": value})
            for place, (run_id, value) in enumerate(children)
        ],
        {},
    )
    assert [command for _, command in page.commands] == commands
    assert bool(page.best) == any(run_id for run_id, _ in children)
    assert page.settings["model.family"] == "tfidf"
    assert "model.c" not in page.settings
