"""What the report pages of parent runs are made from."""

from types import SimpleNamespace

from train.config import validated
from train.parents.pages import sweep_page, varied
from train.parents.parent_runs import Child, Parent, Planned


def test_what_a_sweep_varied_is_told_without_the_seed_and_without_what_follows(planned):
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


def test_page_of_a_sweep_puts_children_beside_their_settings(monkeypatch, planned):
    monkeypatch.setattr("train.parents.pages.data_rows", lambda data: [])
    parent = Parent(
        SimpleNamespace(name="words (3 runs)", run_id="p"),
        [planned(f"c={c}", c=c) for c in (1.0, 4.0, 9.0)],
    )
    content = sweep_page(
        parent,
        [
            Child("words c=1", 13, "r1", {"dev/macro_f1": 0.4}),
            Child("words c=4", 13, "r4", {"dev/macro_f1": 0.6}),
            Child("words c=9", 13, "", {}, "ValueError: full"),
        ],
        {},
    )
    assert [(run.settings, run.value, run.state) for run in content.runs] == [
        ({"model.c": "1.0"}, 0.4, "complete"),
        ({"model.c": "4.0"}, 0.6, "complete"),
        ({"model.c": "9.0"}, None, "failed"),
    ]
    assert "c: 4.0" in content.best
    assert content.commands[0][1] == "eventstance evaluation compare r4 r1"
    assert ("model.c" in content.settings, content.space) == (False, {"model.c": "1.0 | 4.0 | 9.0"})
