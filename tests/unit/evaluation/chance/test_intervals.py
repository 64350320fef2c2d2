import time

import numpy as np
import pytest

from data.codebook import Codebook, load_codebook
from evaluation.chance.intervals import draws, intervals, resampled
from evaluation.chance.row_intervals import row_intervals
from evaluation.figures.counts import Sums, count
from evaluation.figures.interval import shown
from evaluation.figures.metrics import decide, figures, indicators, score
from evaluation.predictions import predictions
from evaluation.report import text_report
from evaluation.slices.scores import slices
from evaluation.slices.types import type_scores

STANCE = Codebook.model_validate(
    {
        "name": "stance",
        "version": "1",
        "task": "stance",
        "labels": [{"name": "against"}, {"name": "neutral"}, {"name": "favor"}],
    }
)
SEVERAL = Codebook.model_validate(
    {
        "name": "acts",
        "version": "1",
        "task": "event",
        "labels_per_row": "several",
        "labels": [{"name": name} for name in ("kill", "arrest", "fail", "flee", "never")],
    }
)


def made(codebook, seed, rows=60, articles=12):
    """Gold labels, probabilities and articles by chance; the last label is rare or absent."""
    rng = np.random.default_rng(seed)
    names = codebook.names
    probabilities = rng.random((rows, len(names)))
    probabilities[:, -1] *= 0.5
    if codebook.multilabel:
        gold = [tuple(name for name in names[:-1] if rng.random() < 0.3) for _ in range(rows)]
    else:
        gold = [(names[int(rng.choice(len(names), p=[0.6, 0.38, 0.02]))],) for _ in range(rows)]
    return gold, probabilities, [f"a{rng.integers(articles)}" for _ in range(rows)]


def counted(codebook, gold, probabilities, articles):
    return count(codebook, indicators(codebook, gold), decide(codebook, probabilities), articles)


def assert_same(found, scores, at=...):
    averages = {name: float(values[at]) for name, values in found.averages.items()}
    assert averages == pytest.approx(scores.averages(), abs=1e-12)
    f1 = np.array([label.f1 if label.occurs else np.nan for label in scores.labels])
    np.testing.assert_allclose(found.f1[at], f1, atol=1e-12)


@pytest.mark.parametrize("codebook", [STANCE, SEVERAL])
@pytest.mark.parametrize("seed", range(5))
def test_figures_of_all_articles_are_those_of_score(codebook, seed):
    gold, probabilities, articles = made(codebook, seed)
    counts = counted(codebook, gold, probabilities, articles)
    assert_same(
        figures(Sums(codebook, counts.table.sum(axis=0))), score(codebook, gold, probabilities)
    )


@pytest.mark.parametrize("codebook", [STANCE, SEVERAL])
def test_figures_of_a_resample_are_what_score_gives_for_its_rows(codebook):
    gold, probabilities, articles = made(codebook, 3, rows=12, articles=5)
    counts = counted(codebook, gold, probabilities, articles)
    names = list(dict.fromkeys(articles))
    (drawn,) = resampled([counts], 40, seed=8)
    weights = np.concatenate(list(draws(counts.articles, 40, seed=8)))
    for at, times in enumerate(weights):
        rows = [
            row
            for name, often in zip(names, times, strict=True)
            for _ in range(int(often))
            for row, article in enumerate(articles)
            if article == name
        ]
        assert_same(drawn, score(codebook, [gold[row] for row in rows], probabilities[rows]), at)


def test_interval_by_hand():
    """One right article of two: a resample has 0, 1/2 or 1 right, each end in a quarter."""
    gold, probabilities = [("favor",), ("favor",)], np.array([[0, 0, 1.0], [1.0, 0, 0]])
    found = intervals(STANCE, gold, probabilities, ["a", "b"])
    assert found.averages["accuracy"] == (0.0, 1.0)
    # Both drawn: favor 2/3, against 0; the right one twice: favor alone, 1; else both are 0.
    assert found.averages["macro_f1"] == (0.0, 1.0)
    (drawn,) = resampled([counted(STANCE, gold, probabilities, ["a", "b"])], 400, seed=0)
    assert set(drawn.averages["macro_f1"].round(6)) == {0.0, round(1 / 3, 6), 1.0}
    assert np.isnan(drawn.f1[:, 1]).all()
    assert set(found.labels) == {"against", "favor"}


def test_draws_are_of_all_articles_and_do_not_depend_on_luck(monkeypatch):
    monkeypatch.setattr("evaluation.chance.intervals.CELLS", 50)  # several chunks
    weights = np.concatenate(list(draws(7, 300, seed=1)))
    assert weights.shape == (300, 7)
    assert (weights.sum(axis=1) == 7).all()
    assert abs(weights.mean() - 1) < 1e-9
    assert 0.7 < weights.var() < 1.0  # 1 - 1/7 of a multinomial
    assert (weights == np.concatenate(list(draws(7, 300, seed=1)))).all()


def test_rows_of_an_article_go_together():
    """Right and wrong by article: the interval is wider than for rows on their own."""
    right = np.array([[0, 0, 1.0]] * 10 + [[1.0, 0, 0]] * 10)
    gold = [("favor",)] * 20
    apart = intervals(STANCE, gold, right, [str(row) for row in range(20)])
    together = intervals(STANCE, gold, right, [str(row // 5) for row in range(20)])
    assert (apart.articles, together.articles) == (20, 4)
    low, high = apart.averages["accuracy"]
    assert (low, high) == pytest.approx((0.3, 0.7), abs=0.06)
    assert together.averages["accuracy"][0] < low
    assert together.averages["accuracy"][1] > high


def test_one_article_gives_no_interval():
    assert intervals(STANCE, [("favor",)] * 3, np.eye(3), ["a"] * 3) is None


def test_unseen_targets_have_an_interval_of_their_own():
    gold, probabilities, articles = made(STANCE, 1)
    targets = ["new" if row % 2 else "old" for row in range(60)]
    found = intervals(STANCE, gold, probabilities, articles, targets=targets, train_targets={"old"})
    value = score(STANCE, gold, probabilities, targets=targets, train_targets={"old"})
    low, high = found.averages["macro_f1_unseen_targets"]
    assert low < value.figures["macro_f1_unseen_targets"] < high
    assert set(found.flat()) == {
        f"{name}_{side}"
        for side in ("low", "high")
        for name in ("macro_f1", "weighted_f1", "accuracy", "f_avg", "macro_f1_unseen_targets")
    }


def test_report_shows_intervals():
    gold, probabilities, articles = made(STANCE, 1)
    spread = intervals(STANCE, gold, probabilities, articles)
    text = text_report(score(STANCE, gold, probabilities), spread)
    low, high = spread.averages["macro_f1"]
    line = next(line for line in text.splitlines() if line.startswith("macro_f1"))
    assert line.endswith(f"[{low:.4f}, {high:.4f}]")
    assert f"60 rows of {spread.articles} articles" in text
    assert shown(0.7714, (0.7483, 0.7931)) == "0.771 [0.748, 0.793]"


def test_2000_resamples_of_5000_rows_take_less_than_5_seconds():
    """All intervals of a run together: labels, types, calibration, abstention, slices."""
    codebook = load_codebook("event")
    rng = np.random.default_rng(0)
    names = codebook.names
    gold = [(names[j],) for j in rng.integers(len(names), size=5_000)]
    probabilities = rng.dirichlet(np.ones(len(names)), 5_000)
    articles = [str(row) for row in range(5_000)]
    rows = predictions(
        [{"id": name, "text": "A report."} for name in articles],
        gold,
        probabilities,
        codebook,
        certain_from=[0.1] * len(names),
    )
    genres = {"genre": {f"g{j}": list(range(j, 5_000, 5)) for j in range(5)}}
    started = time.process_time()
    found = intervals(codebook, gold, probabilities, articles)
    of_rows = row_intervals([rows], codebook)
    types = type_scores(codebook, gold, probabilities, articles)
    slices(codebook, gold, probabilities, articles, genres)
    assert time.process_time() - started < 5
    assert (found.articles, found.resamples, types.spread.resamples) == (5_000, 2_000, 2_000)
    assert {
        "ece",
        "brier",
        "coverage",
        "precision_when_certain",
        "errors_within_type",
        "errors_across_types",
    } == set(of_rows)
