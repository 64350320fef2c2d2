import numpy as np
import pytest

from data.codebook import Codebook
from evaluation.chance.intervals import resampled
from evaluation.chance.significance import difference, holm, label_differences, randomisation
from evaluation.figures.counts import count
from evaluation.figures.metrics import indicators

BOOK = Codebook.model_validate(
    {
        "name": "acts",
        "version": "1",
        "task": "event",
        "labels": [{"name": "kill"}, {"name": "arrest"}, {"name": "fail"}, {"name": "never"}],
    }
)


def counted(gold, found, articles):
    return count(
        BOOK, *(indicators(BOOK, [(name,) for name in names]) for names in (gold, found)), articles
    )


def test_holm_by_hand():
    # In order 0.01 x 3, 0.03 x 2, 0.04 x 1, which may not fall below the one before it.
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([0.02]) == [0.02]
    assert holm([]) == []


def test_randomisation_by_hand():
    """Three articles, all won: of the 8 ways to swap, none and all part the two as far."""
    gold, articles = ["kill"] * 3, ["a", "b", "c"]
    p = randomisation(
        "accuracy", counted(gold, ["kill"] * 3, articles), counted(gold, ["fail"] * 3, articles)
    )
    assert p == pytest.approx(2 / 8, abs=0.02)


def test_an_article_is_swapped_as_a_whole():
    """Twelve rows of one article are one piece of evidence: p is 1, not 2 in 2 to the 12th."""
    gold = ["kill"] * 12
    sides = [[name] * 12 for name in ("kill", "fail")]
    assert randomisation("accuracy", *(counted(gold, side, ["a"] * 12) for side in sides)) == 1.0
    apart = [counted(gold, side, [str(row) for row in range(12)]) for side in sides]
    assert randomisation("accuracy", *apart) == pytest.approx(2 / 2**12, abs=1e-3)


def test_equal_predictions_and_equal_figures_give_1():
    gold, articles = ["kill", "fail"], ["a", "b"]
    same = counted(gold, ["kill", "kill"], articles)
    assert randomisation("macro_f1", same, same) == 1.0
    one, two = counted(gold, ["kill", "kill"], articles), counted(gold, ["fail", "fail"], articles)
    assert randomisation("accuracy", one, two) == 1.0


def test_p_is_uniform_where_nothing_is_to_be_found():
    rng = np.random.default_rng(5)
    names = np.array(BOOK.names[:3])
    values = []
    for _ in range(60):
        gold = names[rng.integers(3, size=40)]
        sides = [
            np.where(rng.random(40) < 0.6, gold, names[rng.integers(3, size=40)]) for _ in range(2)
        ]
        articles = [str(row // 2) for row in range(40)]
        values.append(
            randomisation(
                "macro_f1", *(counted(gold, side, articles) for side in sides), rounds=400
            )
        )
    assert 0.35 < np.mean(values) < 0.68
    assert np.mean(np.array(values) < 0.1) < 0.25


def test_paired_difference_is_narrower_than_the_intervals_of_both():
    rng = np.random.default_rng(2)
    gold = np.array(["kill", "arrest"])[rng.integers(2, size=200)]
    one = np.where(rng.random(200) < 0.5, gold, "fail")
    two = one.copy()
    two[:10] = "fail"  # the same errors and a few more
    articles = [str(row) for row in range(200)]
    drawn = resampled([counted(gold, side, articles) for side in (one, two)], 500, seed=0)
    (low, high), ahead = difference("accuracy", *drawn)
    lost = (one != two).mean()
    assert 0 < low < lost < high < 0.07
    assert ahead > 0.95
    assert difference("accuracy", drawn[0], drawn[0]) == ((0.0, 0.0), 0.5)


def test_labels_by_hand():
    gold, articles = ["kill", "kill", "arrest", "arrest"], list("abcd")
    tables = (
        counted(gold, ["kill", "kill", "arrest", "arrest"], articles),
        counted(gold, ["kill", "kill", "fail", "kill"], articles),
    )
    found = label_differences(tables, tuple(resampled(tables, 200, seed=0)))
    by_label = {label.label: label for label in found}
    assert set(by_label) == {"kill", "arrest", "fail"}
    kill, arrest, fail = (by_label[name] for name in ("kill", "arrest", "fail"))
    assert (kill.support, kill.first, kill.second) == (2, 1.0, pytest.approx(0.8))
    assert (arrest.first, arrest.second, arrest.difference, arrest.clear) == (1.0, 0.0, 1.0, True)
    assert (fail.support, fail.difference, fail.clear) == (0, 0.0, False)
    assert not kill.clear
