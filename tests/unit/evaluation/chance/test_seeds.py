"""The mean over seeds: its figures, its interval, and comparisons that use it."""

import dataclasses
import time
from statistics import stdev

import numpy as np
import pytest

from data.codebook import Codebook, load_codebook
from data.problems import InputError
from evaluation.chance.intervals import intervals
from evaluation.chance.seeds import (
    mean_scores,
    resampled_means,
    seed_intervals,
    seed_shares,
    whole_means,
)
from evaluation.chance.significance import randomisation
from evaluation.comparing.candidates import Candidate, Candidates
from evaluation.comparing.compare import contrast
from evaluation.comparing.seed_summary import SeedSummary
from evaluation.figures.counts import count
from evaluation.figures.metrics import indicators, score
from evaluation.pages.comparison_page import page, verdict
from evaluation.plots.seeds import seeds_plot
from eventstance.commands.evaluation_tables import models_table

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
