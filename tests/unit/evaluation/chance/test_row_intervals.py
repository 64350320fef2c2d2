import numpy as np
import pytest

from data.codebook import Codebook
from evaluation.chance.intervals import draws, interval, intervals
from evaluation.chance.row_intervals import ece_interval, row_intervals
from evaluation.figures.abstention import abstention
from evaluation.figures.calibration import BINS, bin_numbers, reliability, row_errors
from evaluation.figures.metrics import decide, indicators
from evaluation.predictions import predictions
from evaluation.slices.types import type_scores

ACTS = {
    "name": "acts",
    "version": "1",
    "task": "event",
    "parents": [{"name": "war"}, {"name": "street"}],
    "labels": [
        {"name": "clash", "parent": "war"},
        {"name": "raid", "parent": "war"},
        {"name": "march", "parent": "street"},
        {"name": "calm"},
    ],
}
SINGLE = Codebook.model_validate(ACTS)
SEVERAL = Codebook.model_validate(ACTS | {"labels_per_row": "several"})
CERTAIN = [0.3, 0.45, None, 0.4]
ALL = {
    "ece",
    "brier",
    "coverage",
    "precision_when_certain",
    "errors_within_type",
    "errors_across_types",
}


def made(codebook, seed, rows=150, articles=30):
    """Gold labels, probabilities that know something of them, and articles, by chance."""
    rng = np.random.default_rng(seed)
    right = rng.integers(4, size=rows)
    scores = rng.random((rows, 4)) + 0.5 * np.eye(4)[right]
    gold = [(SINGLE.names[j],) for j in right]
    if codebook.multilabel:
        gold = [
            labels if rng.random() < 0.7 else (*labels, "calm") if labels != ("calm",) else ()
            for labels in gold
        ]
        scores = scores / 1.5
    else:
        scores /= scores.sum(axis=1, keepdims=True)
    return gold, scores, [f"a{rng.integers(articles)}" for _ in range(rows)]


def kept(codebook, gold, probabilities, articles, certain_from=CERTAIN):
    rows = [
        {"id": f"r{j}", "article_id": article, "text": "The bridge is shut."}
        for j, article in enumerate(articles)
    ]
    return predictions(rows, gold, probabilities, codebook, certain_from=certain_from)


def with_fixed_bins(codebook, gold, probabilities, bins):
    """The plain definition, rows as they are, bins as given."""
    right = indicators(codebook, gold)
    if codebook.multilabel:
        confidence, hit = probabilities.ravel(), right.ravel()
    else:
        places = np.arange(len(gold)), probabilities.argmax(axis=1)
        confidence, hit = probabilities[places], right[places]
    return sum(
        (bins == b).mean() * abs(hit[bins == b].mean() - confidence[bins == b].mean())
        for b in set(bins)
    )


@pytest.mark.parametrize("codebook", [SINGLE, SEVERAL])
def test_figures_of_resamples_are_those_of_their_rows(codebook, monkeypatch):
    """What is handed to the intervals, resample by resample, against the plain functions."""
    gold, probabilities, articles = made(codebook, 5)
    seen = []

    def of_values(values):
        seen.append(values)
        return interval(values)

    def of_gaps(whole, drawn, shares):
        seen.append(drawn[:, 0])
        return ece_interval(whole, drawn, shares)

    monkeypatch.setattr("evaluation.chance.row_intervals.interval", of_values)
    monkeypatch.setattr("evaluation.chance.row_intervals.ece_interval", of_gaps)
    found = row_intervals([kept(codebook, gold, probabilities, articles)], codebook, 12, seed=3)
    assert set(found) == ALL
    values = dict(zip(found, seen, strict=True))
    width = len(codebook.names) if codebook.multilabel else 1
    confidence = probabilities if codebook.multilabel else probabilities.max(axis=1, keepdims=True)
    bins = bin_numbers(confidence.ravel()).reshape(-1, width)
    names = list(dict.fromkeys(articles))
    for at, weights in enumerate(np.concatenate(list(draws(len(names), 12, seed=3)))):
        rows = [
            row
            for name, often in zip(names, weights, strict=True)
            for _ in range(int(often))
            for row, article in enumerate(articles)
            if article == name
        ]
        given = [gold[row] for row in rows], probabilities[rows]
        sure = abstention(codebook, *given, CERTAIN, 0.9)
        types = type_scores(codebook, *given, ["a"] * len(rows))
        assert {name: float(values[name][at]) for name in ALL - {"ece"}} == pytest.approx(
            {
                "brier": reliability(codebook, *given).brier,
                "coverage": sure.coverage,
                "precision_when_certain": sure.precision,
                "errors_within_type": types.within,
                "errors_across_types": types.across,
            }
        )
        assert np.abs(values["ece"][at]).sum() == pytest.approx(
            with_fixed_bins(codebook, *given, bins[rows].ravel())
        )


@pytest.mark.parametrize("codebook", [SINGLE, SEVERAL])
def test_row_errors_add_up_to_the_figures(codebook):
    gold, probabilities, _ = made(codebook, 2)
    squares, gaps = row_errors(codebook, gold, probabilities)
    found = reliability(codebook, gold, probabilities)
    assert squares.mean() == pytest.approx(found.brier)
    predicted = sum(bin.count for bin in found.bins)
    assert np.abs(gaps.sum(axis=0)).sum() / predicted == pytest.approx(found.ece)
    assert [one.shape for one in row_errors(codebook, [], np.zeros((0, 4)))] == [(0,), (0, BINS)]


@pytest.mark.parametrize("codebook", [SINGLE, SEVERAL])
def test_intervals_hold_their_figures(codebook):
    for seed in range(4):
        gold, probabilities, articles = made(codebook, seed)
        found = row_intervals([kept(codebook, gold, probabilities, articles)], codebook, 400)
        sure = abstention(codebook, gold, probabilities, CERTAIN, 0.9).flat()
        types = type_scores(codebook, gold, probabilities, articles)
        errors = reliability(codebook, gold, probabilities)
        figures = sure | {
            "ece": errors.ece,
            "brier": errors.brier,
            "errors_within_type": types.within,
            "errors_across_types": types.across,
        }
        for name, figure in figures.items():
            low, high = found[name]
            assert 0 <= low < high
            assert low - 1e-9 <= figure <= high + 1e-9


def test_the_same_draws_as_all_intervals_of_a_run():
    """Where every row is right or wrong across types, the one share is 1 minus the other."""
    gold, probabilities, articles = made(SINGLE, 7)
    probabilities = probabilities[:, [0, 0, 2, 3]]  # clash is said for raid: never, so no within
    probabilities[:, 1] = 0
    gold = [("march",) if labels == ("raid",) else labels for labels in gold]
    found = row_intervals([kept(SINGLE, gold, probabilities, articles)], SINGLE)
    low, high = intervals(SINGLE, gold, probabilities, articles).averages["accuracy"]
    assert found["errors_across_types"] == pytest.approx((1 - high, 1 - low))
    assert found["errors_within_type"] == (0, 0)


def test_equal_seeds_have_the_interval_of_one_and_unlike_ones_a_wider():
    gold, probabilities, articles = made(SINGLE, 1)
    one = kept(SINGLE, gold, probabilities, articles)
    alone = row_intervals([one], SINGLE)
    assert row_intervals([one, one, one], SINGLE) == alone
    sure = np.eye(4)[decide(SINGLE, probabilities).argmax(axis=1)]
    far = row_intervals([one, kept(SINGLE, gold, sure, articles)], SINGLE)
    for name in ("ece", "brier", "coverage"):
        assert far[name][1] - far[name][0] > 1.2 * (alone[name][1] - alone[name][0])


def test_what_rows_lack_has_no_interval():
    gold, probabilities, articles = made(SINGLE, 1)
    rows = kept(SINGLE, gold, probabilities, articles)
    errors = {"errors_within_type", "errors_across_types"}
    old = [{name: row[name] for name in ("id", "article_id", "gold", "predicted")} for row in rows]
    assert set(row_intervals([old], SINGLE)) == errors
    assert set(row_intervals([rows, old], SINGLE)) == errors
    assert set(row_intervals([kept(SINGLE, gold, probabilities, articles, None)], SINGLE)) == {
        *errors,
        "ece",
        "brier",
    }
    never = kept(SINGLE, gold, probabilities, articles, [None] * 4)
    found = row_intervals([never], SINGLE)
    assert found["coverage"] == (0, 0)
    assert "precision_when_certain" not in found
    assert row_intervals([kept(SINGLE, gold, probabilities, ["a"] * 150)], SINGLE) == {}
    plain = SINGLE.model_copy(
        update={
            "labels": tuple(label.model_copy(update={"parent": None}) for label in SINGLE.labels)
        }
    )
    assert set(row_intervals([rows], plain)) == ALL - errors


def test_no_error_at_all():
    whole, drawn = np.zeros((1, BINS)), np.zeros((50, 1, BINS))
    assert ece_interval(whole, drawn, np.ones((50, 1))) == (0, 0)


def one_experiment(truth, rng, articles=200, rows=5, resamples=400):
    """The interval of ece, and percentiles of resamples, where accuracy is `truth(confidence)`."""
    confidence = rng.beta(4, 1.3, (articles, rows))
    hit = rng.random(confidence.shape) < truth(confidence)
    table = np.zeros((articles, BINS))
    bins = bin_numbers(confidence.ravel()).reshape(confidence.shape)
    np.add.at(table, (np.arange(articles)[:, None], bins), hit - confidence)
    drawn = (
        np.concatenate(
            [weights @ table for weights in draws(articles, resamples, int(rng.integers(1 << 30)))]
        )
        / confidence.size
    )
    whole = table.sum(axis=0)[None] / confidence.size
    return (
        ece_interval(whole, drawn[:, None], np.ones((resamples, 1))),
        interval(np.abs(drawn).sum(axis=1)),
    )


@pytest.mark.parametrize(
    ("truth", "error"),
    [
        (lambda confidence: confidence, 0.0),
        (lambda confidence: confidence - 0.03, 0.03),
        (lambda confidence: np.where(confidence > 0.85, confidence - 0.08, confidence), 0.0284),
    ],
)
def test_how_often_the_interval_of_ece_holds_the_truth(truth, error):
    """docs/calibration.md has the figures of 300 experiments each, and of further cases."""
    rng = np.random.default_rng(4)
    made = [one_experiment(truth, rng) for _ in range(60)]
    held, by_percentiles = (
        np.mean([one[which][0] <= error <= one[which][1] for one in made]) for which in (0, 1)
    )
    assert held >= 0.88
    assert by_percentiles < 0.1
