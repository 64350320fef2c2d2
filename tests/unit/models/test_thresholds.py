import numpy as np
import pytest

from models.thresholds import best_thresholds, certain_from, wilson_low


def test_thresholds_part_the_rows_best():
    proba = np.array([[0.9, 0.30], [0.8, 0.20], [0.4, 0.25], [0.1, 0.05]])
    gold = np.array([[1, 1], [1, 0], [1, 1], [0, 0]])
    assert best_thresholds(proba, gold) == [0.25, 0.225]


def test_no_threshold_gives_a_label_to_every_row():
    gold = np.array([[1], [0], [0]])
    assert best_thresholds(np.zeros((3, 1)), gold) == [0.5]
    assert best_thresholds(np.array([[0.0], [0.3], [0.0]]), gold) == [0.5]
    assert best_thresholds(np.array([[0.3], [0.2], [0.1]]), np.zeros((3, 1))) == [0.5]
    assert best_thresholds(np.array([[1e-9], [0.0], [0.0]]), gold)[0] > 0


def test_equal_probabilities_are_not_parted():
    proba = np.array([[0.7], [0.7], [0.7], [0.2]])
    gold = np.array([[1], [0], [0], [0]])
    (threshold,) = best_thresholds(proba, gold)
    assert 0.2 < threshold < 0.7


def column(*pairs):
    """Rows of one label, all given it: (probability, right) to the three matrices."""
    proba = np.array([[p] for p, _ in pairs])
    return proba, np.ones(proba.shape, dtype=bool), np.array([[y] for _, y in pairs])


def test_the_lower_bound_of_a_share():
    # Wilson's interval of 8 of 10 at 95 %, as in Newcombe 1998 and in any table of it.
    assert wilson_low(8, 10, 1.96) == pytest.approx(0.490, abs=5e-4)
    assert 1 - wilson_low(2, 10, 1.96) == pytest.approx(0.943, abs=5e-4)
    assert wilson_low(0, 3) == pytest.approx(0)


def test_a_label_is_certain_from_the_lowest_probability_that_is_still_precise():
    sure = [(0.90 - 0.01 * j, 1) for j in range(12)]  # 0.90 to 0.79, all right
    doubtful = [(0.60 - 0.05 * j, j % 2) for j in range(6)]  # from 0.60, half of them wrong
    (least,) = certain_from(*column(*doubtful, *sure), 0.9)
    assert least == pytest.approx((0.79 + 0.60) / 2)
    # At 0.7 the lower bound bears some errors: 13 of 16, though not 14 of 18.
    (lower,) = certain_from(*column(*doubtful, *sure), 0.7)
    assert lower < 0.6


@pytest.mark.parametrize(("rows", "certain"), [(6, False), (7, True)])
def test_few_rows_are_no_proof(rows, certain):
    (least,) = certain_from(*column(*[(0.8, 1)] * rows), 0.9)
    assert (least is not None) == certain
    if certain:
        assert least == 0.8  # nothing lower was seen, so nothing lower is certain


def test_a_label_that_is_never_precise_is_never_certain():
    assert certain_from(*column(*[(0.5 + 0.01 * j, j % 2) for j in range(40)]), 0.9) == [None]
    empty = np.zeros((0, 2))
    assert certain_from(empty, empty.astype(bool), empty, 0.9) == [None, None]


def test_rows_of_equal_probability_are_certain_together_or_not_at_all():
    mixed = [(0.9, 1)] * 10 + [(0.7, 1)] * 10 + [(0.7, 0)] * 10
    assert certain_from(*column(*mixed), 0.9) == [pytest.approx(0.8)]


def test_only_rows_that_are_given_the_label_count():
    proba, decided, gold = column(*[(0.9, 1)] * 10, *[(0.8, 0)] * 10)
    decided[10:] = False  # the model says another label there
    assert certain_from(proba, decided, gold, 0.9) == [pytest.approx(0.9)]


def test_rows_that_differ_in_the_seventh_decimal_are_parted():
    """A sure model has thousands of them."""
    pairs = [(1 - 1e-8 * j, 1) for j in range(1, 21)] + [(1 - 1e-8 * j, 0) for j in range(21, 61)]
    proba, decided, gold = column(*pairs)
    (least,) = certain_from(proba, decided, gold, 0.9)
    certain = proba >= least
    assert certain.sum() >= 20
    assert wilson_low(gold[certain].sum(), certain.sum()) >= 0.9
    (threshold,) = best_thresholds(proba, gold)
    assert (proba >= threshold).tolist() == gold.astype(bool).tolist()


def test_neighbouring_numbers_are_parted():
    for high in (0.7, 0.3, 1.0, 1e-300):
        low = np.nextafter(high, 0)
        (threshold,) = best_thresholds(np.array([[high], [low]]), np.array([[1], [0]]))
        assert low < threshold <= high
