"""The mean over seeds: its figures, its interval, and comparisons that use it."""

import dataclasses
import json
import time
from statistics import stdev

import numpy as np
import pytest

from data.codebook import Codebook, load_codebook
from data.problems import InputError
from evaluation.chance.intervals import intervals
from evaluation.chance.row_intervals import row_intervals
from evaluation.chance.seeds import (
    mean_scores,
    resampled_means,
    seed_intervals,
    seed_shares,
    t_interval,
    whole_means,
)
from evaluation.chance.significance import randomisation
from evaluation.comparing.candidates import Candidate, Candidates
from evaluation.comparing.changed_rows import changed_sides
from evaluation.comparing.compare import contrast
from evaluation.comparing.seed_summary import SeedSummary, summary
from evaluation.figures.counts import count
from evaluation.figures.metrics import indicators, score
from evaluation.figures.scores import label_metric
from evaluation.pages.comparison_page import page, verdict
from evaluation.plots.seeds import seeds_plot
from evaluation.predictions import predictions
from evaluation.slices.types import type_scores
from evaluation.tables import models_table

BOOK = Codebook.model_validate(
    {
        "name": "acts",
        "version": "3",
        "task": "event",
        "labels": [{"name": "kill"}, {"name": "arrest"}, {"name": "fail"}],
    }
)
GOLD = ["kill"] * 4
ALL, HALF, NONE = ["kill"] * 4, ["kill", "kill", "fail", "fail"], ["fail"] * 4


def matrix(labels):
    return indicators(BOOK, [(label,) for label in labels])


def counted(gold, *seeds):
    articles = [f"a{row}" for row in range(len(gold))]
    return [count(BOOK, matrix(gold), matrix(said), articles) for said in seeds]


def candidate(name, *seeds, gold):
    def rows(said):
        return [
            {
                "id": f"r{j}",
                "article_id": f"a{j}",
                "text": f"Report {j}.",
                "gold": label,
                "predicted": one,
                "probability": 0.75 - 0.25 * (one == "fail"),
            }
            for j, (label, one) in enumerate(zip(gold, said, strict=True))
        ]

    first, *further = map(rows, seeds)
    return Candidate(name, name, "", first, tuple(further))


def drawn_by_chance(share, seed, gold):
    rng = np.random.default_rng(seed)
    return list(np.where(rng.random(len(gold)) < share, gold, "fail"))


@pytest.fixture(scope="module")
def gold():
    return list(np.array(["kill", "arrest"])[np.random.default_rng(8).integers(2, size=150)])


def test_mean_of_figures_by_hand():
    found = whole_means(counted(GOLD, ALL, HALF))
    assert found.averages["accuracy"] == pytest.approx(0.75)
    # kill 1 and 2/3; fail, which only the second seed says, is 0 there and nothing in the first.
    assert found.averages["macro_f1"] == pytest.approx((1 + 1 / 3) / 2)
    np.testing.assert_allclose(found.f1, [5 / 6, np.nan, 0])


def test_means_of_scores_are_those_of_counts():
    scores = [score(BOOK, [(label,) for label in GOLD], matrix(said)) for said in (ALL, HALF)]
    found = mean_scores(scores)
    assert found.averages() == pytest.approx(
        {
            name: float(value)
            for name, value in whole_means(counted(GOLD, ALL, HALF)).averages.items()
        }
    )
    kill, _, fail = found.labels
    assert (kill.f1, kill.support, kill.predicted) == (pytest.approx(5 / 6), 4, 3)
    assert (fail.predicted, fail.occurs, found.rows, found.confusion) == (1, True, 4, None)
    assert mean_scores(scores[:1]) is scores[0]


def test_shares_of_seeds():
    shares = seed_shares(3, 400)
    assert shares.shape == (400, 3)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert set(np.unique(shares)) == {0.0, 0.5, 1.0}  # two of three seeds are drawn
    assert (seed_shares(1, 5) == 1).all()


def test_resamples_have_the_variance_of_the_mean_over_seeds():
    """Seeds that are all right or all wrong: articles add nothing, so only seeds are at play."""
    (drawn,) = resampled_means([counted(GOLD, NONE, ALL, NONE)], 4_000)
    values = drawn.averages["accuracy"]
    assert set(values) == {0.0, 0.5, 1.0}
    assert values.mean() == pytest.approx(1 / 3, abs=0.03)
    assert values.var() == pytest.approx(stdev([0, 1, 0]) ** 2 / 3, rel=0.06)
    assert seed_intervals(counted(GOLD, ALL, NONE)).averages["accuracy"] == (0.0, 1.0)


def test_equal_seeds_have_the_interval_of_one(gold):
    said = drawn_by_chance(0.7, 3, gold)
    alone = intervals(
        BOOK, [(label,) for label in gold], matrix(said), [f"a{row}" for row in range(len(gold))]
    )
    tables = counted(gold, said, said, said)
    assert seed_intervals(tables) == alone
    assert seed_intervals(tables[:1]) == alone
    other = seed_intervals(counted(gold, said, drawn_by_chance(0.4, 4, gold)))
    width = [high - low for low, high in (found.averages["accuracy"] for found in (other, alone))]
    assert width[0] > 2 * width[1]  # seeds that are far apart make the mean unsure


def test_a_single_article_has_no_interval():
    tables = [count(BOOK, matrix(GOLD), matrix(said), ["a"] * 4) for said in (ALL, HALF)]
    assert seed_intervals(tables) is None


def test_an_article_is_swapped_in_all_seeds_at_once():
    gold = ["kill"] * 3
    right, wrong = counted(gold, gold, ["fail"] * 3)
    # Of the 8 ways to swap three articles none and all part the two as far, however many seeds.
    for first, second in (([right], [wrong, wrong]), ([right, right], [wrong, wrong, wrong])):
        assert randomisation("accuracy", first, second) == pytest.approx(2 / 8, abs=0.02)
    assert randomisation("accuracy", [right, wrong], [wrong, right]) == 1.0
    assert randomisation("accuracy", [right], [right, right]) == 1.0


def test_a_clearly_better_mean(gold):
    good, poor = ([drawn_by_chance(share, seed, gold) for seed in range(3)] for share in (0.9, 0.6))
    made = contrast(
        Candidates(
            BOOK,
            {"split": "dev"},
            (
                candidate("good", *good, gold=gold),
                candidate("poor", *poor[:2], gold=gold),
                candidate("good again", *reversed(good), gold=gold),
            ),
        )
    )
    first, same, _ = made.pairs
    assert made.seeds == (3, 2, 3)
    assert first.better == "good"
    assert 0 < first.low < first.difference < first.high
    whole = [whole_means(counted(gold, *seeds)).averages["macro_f1"] for seeds in (good, poor[:2])]
    assert first.difference == pytest.approx(float(whole[0] - whole[1]))
    assert (first.wins, first.losses) == (2, 0)
    assert (same.difference, same.better, same.wins, same.losses) == (0.0, "", 0, 0)
    assert same.low < 0 < same.high  # by chance of seeds, drawn for each on its own
    assert verdict(same, "macro_f1") == "good and good again have the same macro_f1."
    kept = made.as_json()
    assert [model["seeds"] for model in kept["models"]] == [3, 2, 3]
    assert "several seeds" in kept["method"]
    assert "mean of 2 seeds" in page(made)
    assert [row[1] for row in models_table(made).rows] == ["3", "2", "3"]


def test_what_seeds_may_explain_is_not_called_better(gold):
    """All articles speak for the first, but one of its seeds is as poor as the second."""
    good, poor = (drawn_by_chance(share, 1, gold) for share in (1.0, 0.5))
    lucky, single = (
        contrast(
            Candidates(
                BOOK,
                {"split": "dev"},
                (candidate("a", *seeds, gold=gold), candidate("b", poor, gold=gold)),
            )
        ).pairs[0]
        for seeds in ((good, poor), (good,))
    )
    assert single.better == "a"
    assert (lucky.p < 0.01, lucky.low <= 0, lucky.better) == (True, True, "")


def test_sides_are_taken_by_more_than_half_of_the_seeds():
    gold = ["kill"] * 4
    first = candidate(
        "first",
        ["kill"] * 4,
        ["kill", "kill", "fail", "arrest"],
        ["fail", "kill", "fail", "fail"],
        gold=gold,
    )
    second = candidate(
        "second", ["fail", "kill", "kill", "kill"], ["arrest", "kill", "kill", "fail"], gold=gold
    )
    ahead, behind = changed_sides(first, second)
    assert ahead == [
        {
            "id": "r0",
            "article_id": "a0",
            "text": "Report 0.",
            "gold": "kill",
            "first": "kill",
            "first_probability": 0.75,
            "first_right": pytest.approx(2 / 3),
            "second": "fail",
            "second_probability": 0.5,
            "second_right": 0.0,
        }
    ]
    # r3: one of three against one of two, which is no majority.
    assert [row["id"] for row in behind] == ["r2"]
    assert behind[0]["first"] == "fail"


@pytest.fixture
def predicted(kept_run):
    """`summary` on runs that predicted all rows rightly (`all`), or half of them."""

    def made(*runs):
        return summary(
            range(1, len(runs) + 1),
            [
                kept_run(BOOK, candidate("x", ALL if run == "all" else HALF, gold=GOLD).rows)
                for run in runs
            ],
            [
                {
                    "dev/accuracy": 1.0 if run == "all" else 0.5,
                    "dev/accuracy_low": 0.1,
                    "dev/f1/very_low": 0.3,
                    "epoch/dev/accuracy": 0.2,
                    "train_loss": 3.0,
                    "train_seconds": 4.0,
                    f"only_{run}": 1.0,
                }
                for run in runs
            ],
            BOOK,
            ["dev"],
            set(),
        )

    return made


def test_summary_by_hand(predicted):
    found = predicted("all", "half", "other")
    assert set(found.values) == {"dev/accuracy", "dev/f1/very_low", "train_seconds"}
    metrics = found.metrics()
    assert metrics["dev/accuracy"] == pytest.approx(2 / 3)
    assert metrics["dev/accuracy_sd"] == pytest.approx(0.288675, abs=1e-6)
    assert metrics["dev/accuracy_low"] < 0.5 < metrics["dev/accuracy_high"] == 1.0
    assert metrics["train_seconds_sd"] == 0.0
    assert not found.alike
    kept = json.loads(json.dumps(found.as_json()))
    assert kept["dev/accuracy"]["values"] == [1.0, 0.5, 0.5]
    assert kept["dev/accuracy"]["kind"] == "articles and seeds"


def test_intervals_of_what_is_not_of_rows_are_over_seeds_alone():
    values = {
        "train_seconds": (10.0, 12.0, 17.0),
        "dev/worst_slice_accuracy": (0.4, 0.4, 0.4),
        "dev/ece_uncalibrated": (0.01, 0.2, 0.3),
        "dev/f1/a_uncalibrated": (0.1, 0.2, 0.3),
        "dev/ece": (0.1, 0.2, 0.3),
    }
    found = SeedSummary((1, 2, 3), values, {}, False)
    assert not any(name.endswith(("_low", "_high")) for name in found.metrics())
    kept = found.as_json()
    # 13 ± 4.3027 · sd / √3, sd = √13, as a table of Student's t with 2 degrees of freedom has it.
    assert kept["train_seconds"]["interval"] == pytest.approx([13 - 8.957, 13 + 8.957], abs=1e-3)
    assert kept["dev/worst_slice_accuracy"]["interval"] == [0.4, 0.4]
    assert kept["dev/ece_uncalibrated"]["interval"][0] == 0
    assert [kept[name]["kind"] for name in values] == ["seeds"] * 3 + [None] * 2
    assert kept["dev/ece"]["interval"] is None  # of rows, but the runs kept none of it
    assert t_interval((4.0,)) is None
    assert t_interval((-1.0, 1.0))[0] < -1


def test_a_bound_never_takes_the_place_of_a_label():
    found = SeedSummary(
        (1, 2),
        {"dev/f1/x": (0.5, 0.7), "dev/f1/x_low": (0.2, 0.4)},
        {"dev/f1/x": (0.4, 0.8), "dev/f1/x_low": (0.1, 0.5)},
        False,
    )
    metrics = found.metrics()
    assert metrics["dev/f1/x_low"] == pytest.approx(0.3)
    assert (metrics["dev/f1/x_high"], metrics["dev/f1/x_low_low"]) == (0.8, 0.1)


def test_every_metric_of_rows_has_an_interval(kept_run):
    """Labels, types, calibration, abstention: as a single run that predicts the same."""
    book = Codebook.model_validate(
        {
            "name": "acts",
            "version": "3",
            "task": "event",
            "parents": [{"name": "harm"}],
            "labels": [
                {"name": "kill", "parent": "harm"},
                {"name": "maim", "parent": "harm"},
                {"name": "minor act"},
            ],
        }
    )
    rng = np.random.default_rng(6)
    gold = [(book.names[j],) for j in rng.integers(3, size=40)]
    proba = rng.dirichlet(np.ones(3), 40)
    articles = [f"a{row // 2}" for row in range(40)]
    rows = predictions(
        [
            {"id": str(row), "article_id": article, "text": "A report."}
            for row, article in enumerate(articles)
        ],
        gold,
        proba,
        book,
        certain_from=[0.5, 0.6, 0.7],
    )
    types = type_scores(book, gold, proba, articles)
    alone = intervals(book, gold, proba, articles).beside(row_intervals([rows], book))
    names = [
        *score(book, gold, proba).flat(),
        "type_macro_f1",
        "type_accuracy",
        *row_intervals([rows], book),
    ]
    found = summary(
        [1, 2],
        [kept_run(book, rows) for _ in range(2)],
        [{f"dev/{name}": 0.5 for name in names}] * 2,
        book,
        ["dev"],
        set(),
    )
    assert set(found.spread) == {f"dev/{name}" for name in names}
    assert found.spread == {
        f"dev/{name}": pair
        for name, pair in (
            alone.averages
            | {label_metric(name): pair for name, pair in alone.labels.items()}
            | {f"type_{name}": types.spread.averages[name] for name in ("macro_f1", "accuracy")}
        ).items()
    }
    assert "dev/f1/minor act" in found.spread


def test_summary_of_equal_seeds_and_of_one(predicted):
    assert predicted("half", "same").alike
    alone = predicted("half")
    assert not alone.alike
    assert "dev/accuracy_sd" not in alone.metrics()


def test_plot_has_a_row_for_each_metric_and_part():
    values = {
        f"{part}/{name}": (0.7, 0.72)
        for part in ("dev", "test")
        for name in ("macro_f1", "accuracy")
    } | {"dev/ece": (0.04, 0.05)}
    found = SeedSummary(
        (4, 9), values, {"dev/macro_f1": (0.6, 0.8), "test/macro_f1": (0.6, 0.8)}, False
    )
    (axes,) = seeds_plot(found, ("macro_f1", "accuracy", "ece"), "words (2 seeds)").axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "macro_f1, dev",
        "macro_f1, test",
    ]
    texts = [text.get_text() for text in axes.texts]
    assert texts.count("4") == texts.count("9") == 2
    assert "0.710 ± 0.014 [0.600, 0.800]" in texts
    bare = seeds_plot(dataclasses.replace(found, spread={}), ("ece",), "words").axes[0]
    assert [label.get_text() for label in bare.get_yticklabels()] == ["ece, dev"]


def test_three_seeds_of_1500_rows_take_less_than_5_seconds():
    book = load_codebook("event")
    rng = np.random.default_rng(0)
    right = np.eye(len(book.names))[rng.integers(len(book.names), size=1_500)]
    tables = [
        count(book, right, right[rng.permutation(1_500)], [str(row) for row in range(1_500)])
        for _ in range(3)
    ]
    started = time.process_time()
    found = seed_intervals(tables)
    assert time.process_time() - started < 5
    assert (found.articles, found.resamples) == (1_500, 2_000)


def test_a_metric_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="did you mean 'accuracy'"):
        contrast(
            Candidates(BOOK, {}, tuple(candidate(name, ALL, HALF, gold=GOLD) for name in "ab")),
            "acuracy",
        )
