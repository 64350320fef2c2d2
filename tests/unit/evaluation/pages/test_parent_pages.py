"""Report pages of parents: seeds, the rows they disagree on, sweeps and searches."""

import dataclasses
import re

import pytest

from data.codebook import Codebook
from evaluation.comparing.seed_rows import agreement
from evaluation.comparing.seed_summary import SeedSummary
from evaluation.pages import seed_page, sweep_page
from evaluation.pages.seed_page import RunOfSeed, SeedPage
from evaluation.pages.sweep_page import SweepPage, SweepRun
from evaluation.plots.searches import trial_history
from evaluation.plots.sweeps import FEW, LEAST, by_settings

BAD = '<script>alert("&\'")</script>'
CODEBOOK = Codebook.model_validate(
    {
        "name": "small",
        "version": "1",
        "task": "event",
        "labels": [{"name": "clash"}, {"name": "siege"}, {"name": "speech"}],
    }
)
SEEDS = (4, 9, 11)
GOLD = ("clash", "siege", "speech", "clash", "siege")
SAID = (
    ("clash", "siege", "clash", "clash", "siege"),
    ("clash", "siege", "clash", "siege", "speech"),
    ("clash", "siege", "clash", "speech", "speech"),
)


def rows(said, sure=0.5):
    return [
        {
            "id": f"r{place}",
            "article_id": "a",
            "text": f"{BAD} {place}",
            "gold": gold,
            "predicted": label,
            "probability": sure,
        }
        for place, (gold, label) in enumerate(zip(GOLD, said, strict=True))
    ]


@pytest.fixture
def found():
    return agreement(SEEDS, [rows(said, 0.5 + place / 10) for place, said in enumerate(SAID)])


def test_rows_are_agreed_on_or_divided(found):
    assert (found.rows, found.right, found.wrong, found.support["clash"]) == (5, 2, 1, 2)
    first, second = found.divided  # three answers divide all pairs of seeds, two answers two of 3
    assert [(one.row["id"], one.apart) for one in found.divided] == [
        ("r3", 1.0),
        ("r4", pytest.approx(2 / 3)),
    ]
    assert [(answer.labels, answer.seeds, answer.right) for answer in first.answers] == [
        ("clash", (4,), True),
        ("siege", (9,), False),
        ("speech", (11,), False),
    ]
    most = second.answers[0]
    assert (most.labels, most.seeds, most.right) == ("speech", (9, 11), False)
    assert most.probability == pytest.approx(0.65)
    assert found.swaps() == [("clash", "siege", 1), ("siege", "speech", 1)]


def test_labels_in_another_order_are_right_and_surer_rows_stand_first():
    said = [
        [
            row | {"gold": "clash|siege", "predicted": label, "probability": sure}
            for row, label, sure in zip(
                rows(SAID[0]), labels, (0.3, 0.9, 0.5, 0.5, 0.5), strict=True
            )
        ]
        for labels in (["siege|clash"] * 5, ["clash"] * 2 + ["siege|clash"] * 3)
    ]
    both = agreement((1, 2), said)
    assert (both.right, [one.row["id"] for one in both.divided]) == (3, ["r1", "r0"])
    assert agreement((1,), said[:1]).divided == ()


def seeds(of, **changes):
    figures = SeedSummary(
        SEEDS,
        {
            "dev/macro_f1": (0.61, 0.62, 0.66),
            "dev/ece": (0.04, 0.05, 0.06),
            "dev/type_accuracy": (0.8, 0.81, 0.82),
            "dev/f1/clash": (0.5, 0.5, 0.5),
            "dev/f1/siege": (0.2, 0.5, 0.8),
            "dev/new_figure": (0.1, 0.1, 0.1),
            "train_seconds": (100.0, 120.0, 1_234.5),
        },
        {"dev/macro_f1": (0.58, 0.68)},
        False,
    )
    return seed_page.page(
        dataclasses.replace(
            SeedPage(
                title=f"event: {BAD}",
                summary=BAD,
                codebook=CODEBOOK,
                found=figures,
                headline=["dev/macro_f1", "test/macro_f1"],
                select_by="dev/macro_f1",
                runs=[
                    RunOfSeed(11, "words seed=11", "run_c", 0.66),
                    RunOfSeed(9, BAD, "run_b", 0.62),
                    RunOfSeed(4, "words seed=4", "run_a", 0.61),
                ],
                agreement={"dev": of},
                settings={"model.c": BAD},
                data_head=["part"],
                data=[[BAD]],
                pictures={"seeds.png": b"drawn"},
            ),
            **changes,
        )
    )


def test_page_of_seeds_has_each_seed_and_every_metric(found):
    text = seeds(found)
    assert "<script" not in text
    assert "http" not in text
    assert (
        '<td>dev/macro_f1</td><td class=number>0.630 <span class="quiet small">[0.580, 0.680]'
        in text
    )
    for seed, value in zip(SEEDS, ("0.610", "0.620", "0.660"), strict=True):
        assert f"seed {seed}</th>" in text
        assert f"<td class=number>{value}</td>" in text
    groups = re.findall("<b>([^<]*)</b>", text)
    assert groups == ["averages", "types", "calibration", "training and cost"]
    assert text.index("new_figure") < text.index("<b>types")  # of no known kind, so an average
    assert "100 … 1,234" in text
    assert text.index("<td>siege") < text.index("<td>clash</td><td class=number>2")
    assert "Most by seed: siege." in text
    assert "run_c</code></td><td class=number>0.660</td><td>best" in text
    assert "run_a</code></td><td class=number>0.610</td><td>worst" in text


def test_page_of_seeds_lists_the_rows_that_divide_them(found):
    text = seeds(found)
    assert "<td>they are divided</td><td class=number>2</td><td class=number>40.0%</td>" in text
    assert text.index(">r3<") < text.index(">r4<")
    assert (
        '<span class="one">clash</span> <span class="quiet small">0.50, seed 4</span><br>'
        'siege <span class="quiet small">0.60, seed 9</span>'
    ) in text
    assert "&lt;/script&gt; 3" in text
    assert "they are divided</td><td class=number>0<" in seeds(agreement(SEEDS, [rows(GOLD)] * 3))


def test_page_of_seeds_tells_of_failures_and_of_equal_seeds(found):
    text = seeds(
        found,
        runs=[
            RunOfSeed(4, "words seed=4", "run_a", 0.61),
            RunOfSeed(9, "words seed=9", "", None, f"RuntimeError: {BAD}"),
        ],
    )
    assert "1 of 2 seeds finished" in text
    assert "failed: RuntimeError: &lt;script" in text
    assert ">best<" not in text
    assert "seeds finished" not in seeds(found)
    assert seed_page.ALIKE not in text
    alike = SeedSummary((1, 2), {"dev/accuracy": (0.5, 0.5)}, {}, True)
    assert seed_page.ALIKE in seeds(found, found=alike)


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
        {"model.c": BAD},
        0.7,
        4.0,
        {"dev/macro_f1": 0.7, "dev/macro_f1_sd": 0.01, "train_seconds": 4.0},
    ),
    SweepRun("words c=9", "", "failed", {"model.c": "9"}, note=f"ValueError: {BAD}"),
)


def sweep(**changes):
    return sweep_page.page(
        SweepPage(
            **{
                "title": BAD,
                "summary": BAD,
                "metric": "dev/macro_f1",
                "runs": RUNS,
                "headline": ("macro_f1", "accuracy"),
                "best": f"model:\n  c: {BAD}\n",
                "commands": [("Train it:", f"python -m train {BAD}")],
                "space": {"model.c": BAD},
                "settings": {"seed": BAD},
                "data_head": ["part"],
                "data": [[BAD]],
                "pictures": {"settings.png": b"drawn"},
                **changes,
            }
        )
    )


def test_page_of_a_sweep_ranks_what_finished_and_tells_what_failed():
    text = sweep()
    assert "<script" not in text
    assert re.findall('<code class="small quiet">([^<]*)', text) == ["run_2", "run_1", ""]
    assert '0.500 <span class="quiet small">[0.400, 0.600]' in text
    assert '0.700 <span class="quiet small">± 0.010</span>' in text
    assert '<p class="verdict second">words c=9: ValueError: &lt;script' in text
    assert "<td>words c=1</td><td class=number>0.450</td>" in text  # of the test rows
    assert "accuracy" not in text  # that no run has
    assert "<pre>python -m train &lt;script" in text
    assert "<pre>model:\n  c: &lt;script" in text
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


def test_plot_by_setting_has_a_panel_for_each_that_varied():
    figure = by_settings(
        {
            "c": [4.0, 1.0, 4.0],
            "kind": ["a", None, "b"],
            "same": [1, 1, 1],
            "drawn": [1e-3, 0.5, 0.2],
        },
        [0.5, 0.7, 0.6],
        [(0.4, 0.6), None, None],
        "dev/macro_f1",
    )
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_xlabel() for axes in panels] == ["c", "kind", "drawn"]
    assert [label.get_text() for label in panels[0].get_xticklabels()] == ["1", "4"]
    assert [label.get_text() for label in panels[1].get_xticklabels()] == ["a", "null", "b"]
    assert "red: the best; line: mean of a value; bars" in figure.get_suptitle()
    many = [10.0**-place for place in range(FEW + 1)]
    assert by_settings({"c": many}, many, [None] * len(many), "f").axes[0].get_xscale() == "log"


def test_plots_of_what_is_equal_or_alone_are_not_blown_up():
    equal = by_settings({"c": [1.0, 2.0]}, [0.5, 0.5 + 1e-9], [None, None], "f").axes[0]
    low, high = equal.get_ylim()
    assert high - low == pytest.approx(LEAST)
    assert "no setting varied" in by_settings({"c": [1.0]}, [0.5], [None], "f").get_suptitle()
    figure = trial_history([(0, 0.5, False)], "dev/macro_f1")
    assert [tick for tick in figure.axes[0].get_xticks() if -0.5 <= tick <= 0.5] == [0]
    assert figure.axes[0].get_title() == "1 trial complete, 0 pruned"
