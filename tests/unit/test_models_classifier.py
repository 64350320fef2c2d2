import numpy as np
import pytest

from models.classifier import best_temperature, best_thresholds, label_matrix, trained_columns
from models.transformer import class_weights


def test_label_matrix(small):
    data = small["multilabel"]
    rows = [row for row in data.train if len(row.labels) == 2][:1]
    matrix = label_matrix(rows, data.codebook)
    assert matrix.shape == (1, 4)
    assert {data.codebook.names[column] for column in np.flatnonzero(matrix[0])} == set(
        rows[0].labels)
    assert label_matrix([], data.codebook).shape == (0, 4)
    assert trained_columns(np.array([[0, 1, 0], [0, 1, 1]])) == [1, 2]


def test_temperature_makes_margins_honest():
    """Margins that claim 99 % and are right three times of four are damped to 75 %."""
    margins = np.array([[4.6, 0.0]] * 4)
    temperature = best_temperature(margins, np.array([0, 0, 0, 1]))
    damped = np.exp(margins[0] / temperature)
    assert damped[0] / damped.sum() == pytest.approx(0.75, abs=0.02)
    sharp = best_temperature(np.array([[0.1, 0.0], [0.0, 0.1]]), np.array([0, 1]))
    assert sharp == pytest.approx(0.05)
    assert best_temperature(np.zeros((0, 2)), np.zeros(0, dtype=int)) == 1.0


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


def test_class_weights():
    gold = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], dtype=np.float32)
    assert class_weights(gold, None, False) is None
    assert class_weights(gold, "balanced", False).tolist() == pytest.approx([4 / 6, 2])
    assert class_weights(gold, "sqrt", False).tolist() == pytest.approx([(4 / 6) ** 0.5, 2**0.5])
    # Several labels: negatives for each positive, never under 1 nor over 100.
    assert class_weights(gold, "balanced", True).tolist() == [1, 3]
    rare = np.zeros((500, 1), dtype=np.float32)
    rare[0] = 1
    assert class_weights(rare, "balanced", True).tolist() == [100]
    assert class_weights(gold, "sqrt", True).dtype == np.float32
