import numpy as np
import pytest

from models.classifier import label_matrix, trained_columns
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
