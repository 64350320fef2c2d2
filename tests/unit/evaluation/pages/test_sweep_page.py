"""The page of a sweep or a search."""

import re

from evaluation.pages import sweep_page
from evaluation.pages.sweep_page import SweepPage, SweepRun

RUNS = (
    SweepRun(
        "words c=1",
        "run_1",
        "complete",
        {"model.c": "1"},
        0.5,
        3.0,
        {
            "dev/macro_f1": 0.5,
            "dev/macro_f1_low": 0.4,
            "dev/macro_f1_high": 0.6,
            "test/macro_f1": 0.45,
        },
    ),
    SweepRun(
        "words c=4",
        "run_2",
        "complete",
        {"model.c": "4"},
        0.7,
        4.0,
        {"dev/macro_f1": 0.7, "dev/macro_f1_sd": 0.01, "train_seconds": 4.0},
    ),
    SweepRun("words c=9", "", "failed", {"model.c": "9"}, note="ValueError: broken"),
)


def sweep(**changes):
    return sweep_page.page(
        SweepPage(
            **{
                "title": "event: words",
                "summary": "a sentence",
                "metric": "dev/macro_f1",
                "runs": RUNS,
                "headline": ("macro_f1", "accuracy"),
                "best": "model:\n  c: 4\n",
                "commands": [("Train it:", "eventstance train words.yaml")],
                "space": {"model.c": "1 | 4"},
                "settings": {"seed": "13"},
                "data_head": ["part"],
                "data": [["dev"]],
                "pictures": {"settings.png": b"drawn"},
                **changes,
            }
        )
    )


def test_page_of_a_sweep_ranks_what_finished_and_tells_what_failed():
    text = sweep()
    assert re.findall('<code class="small quiet">([^<]*)', text) == ["run_2", "run_1", ""]
    assert '0.500 <span class="quiet small">[0.400, 0.600]' in text
    assert '0.700 <span class="quiet small">± 0.010</span>' in text
    assert '<p class="verdict second">words c=9: ValueError: broken</p>' in text
    assert "<td>words c=1</td><td class=number>0.450</td>" in text  # of the test rows
    assert "accuracy" not in text  # that no run has
    assert "<pre>eventstance train words.yaml</pre>" in text
    assert "<pre>model:\n  c: 4\n</pre>" in text
    assert "model.c" in text


def test_page_of_a_search_keeps_what_was_given_up_below_and_says_what_was_equal():
    text = sweep(
        kind="trial",
        runs=[
            SweepRun("0", "r0", "pruned after epoch 2", {"model.c": "2"}, 0.9),
            SweepRun("1", "r1", "complete", {"model.c": "1"}, 0.4),
            SweepRun("2", "r1", "complete", {"model.c": "1"}, 0.4, note="the same as trial 1"),
        ],
    )
    assert re.findall("<tr><td>(\\d)<br>", text) == ["1", "2", "0"]
    assert "<td>pruned after epoch 2</td>" in text
    assert '<p class="verdict">2: the same as trial 1</p>' in text
    assert 'href="#trials"' in text
    none = sweep(runs=RUNS[2:], best="", pictures={})
    assert 'href="#best"' not in none
    assert 'id="figures"' not in none
    assert "ValueError" in none


def test_no_text_becomes_markup(hostile, content):
    text = sweep(
        title=hostile("title"),
        summary=hostile("summary"),
        metric=hostile("metric"),
        runs=[
            SweepRun(hostile("run"), hostile("run_id"), "complete", {hostile("key"): "1"}, 0.5),
            SweepRun("words", "r", hostile("state"), {hostile("key"): hostile("value")}),
            SweepRun(
                "noted", "r", "complete", {}, 0.4, metrics={"dev/f1": 0.4}, note=hostile("note")
            ),
        ],
        headline=["f1"],
        best=hostile("best"),
        commands=[(hostile("words"), hostile("command"))],
        space={hostile("space"): hostile("value")},
        settings={hostile("key"): hostile("value")},
        data_head=[hostile("head")],
        data=[[hostile("data")]],
        pictures={hostile("picture"): b"drawn"},
        kind=hostile("kind"),
    )
    assert "<script" not in text
    read = content(text)
    texts = [
        "title",
        "summary",
        "metric",
        "run",
        "run_id",
        "state",
        "key",
        "value",
        "best",
        "words",
    ]
    texts += ["command", "space", "data", "head", "note", "picture", "kind"]
    assert [name for name in texts if hostile(name) not in read] == []
