import numpy as np
import pytest

from data.codebook import Codebook
from evaluation.figures.counts import Sums, count

BOOK = Codebook.model_validate(
    {
        "name": "acts",
        "version": "1",
        "task": "event",
        "labels_per_row": "several",
        "labels": [{"name": "raid"}, {"name": "talks"}],
    }
)
RIGHT = np.array([[1, 0], [1, 1], [0, 0], [0, 1]])
PREDICTED = np.array([[1, 0], [1, 0], [0, 0], [1, 0]])


def test_counts_are_by_article_in_order_of_appearance():
    counts = count(BOOK, RIGHT, PREDICTED, ["b", "a", "b", "a"])
    assert counts.articles == 2
    # raid and talks: rightly found, in gold, predicted; rows, all right, example F1.
    np.testing.assert_allclose(
        counts.table,
        [[1, 0, 1, 0, 1, 0, 2, 2, 2], [1, 0, 1, 2, 2, 0, 2, 0, 2 / 3]],
    )


def test_no_rows_have_no_articles():
    empty = np.zeros((0, 2), dtype=int)
    assert count(BOOK, empty, empty, []).articles == 0


def test_sums_say_what_their_columns_count():
    sums = Sums(BOOK, count(BOOK, RIGHT, PREDICTED, "abcd").table.sum(axis=0))
    assert (sums.both.tolist(), sums.gold.tolist(), sums.predicted.tolist()) == (
        [2, 0],
        [2, 2],
        [3, 0],
    )
    assert (float(sums.rows), float(sums.right)) == (4, 2)
    assert float(sums.example_f1) == pytest.approx(1 + 2 / 3 + 1 + 0)
    assert sums.f1.tolist() == [0.8, 0.0]


def test_many_sums_at_once_have_the_figures_of_each():
    table = count(BOOK, RIGHT, PREDICTED, "abcd").table
    weights = np.array([[1, 1, 1, 1], [4, 0, 0, 0], [0, 0, 4, 0]])
    many = Sums(BOOK, weights @ table)
    assert many.f1.shape == (3, 2)
    for place, row in enumerate(weights):
        np.testing.assert_array_equal(many.f1[place], Sums(BOOK, row @ table).f1)
    assert many.occurs.tolist() == [[True, True], [True, False], [False, False]]
