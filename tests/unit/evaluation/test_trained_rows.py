"""What a model reaches without the rows that it was trained on."""

import numpy as np
import pytest

from data.codebook import Codebook
from evaluation.trained_rows import trained_rows

BOOK = Codebook.model_validate(
    {
        "name": "small",
        "version": "1",
        "task": "event",
        "labels": [{"name": "clash"}, {"name": "talks"}],
    }
)
GOLD = [("clash",), ("talks",), ("clash",), ("talks",)]
SAID = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.1, 0.9]])  # the third is wrong


def found(trained):
    return trained_rows(
        BOOK, GOLD, SAID, ["a", "a", "b", "c"], trained, targets=[None] * 4, train_targets=set()
    )


def test_nothing_is_said_where_no_row_was_trained_on():
    assert found([False] * 4) is None


def test_figures_without_the_rows_trained_on():
    rest = found([True, True, False, False])
    assert (rest.rows, rest.of, rest.scores.rows) == (2, 4, 2)
    assert rest.scores.accuracy == 0.5
    assert rest.spread.articles == 2
    assert rest.as_json()["without"]["metrics"]["accuracy"] == pytest.approx(0.5)
    assert "event 3 was trained on 2 of the 4 rows" in rest.warning("event 3")


def test_where_no_row_is_left_there_is_no_figure():
    rest = found([True] * 4)
    assert (rest.scores, rest.as_json()) == (None, {"rows": 4, "without": None})
    assert "there are no others to score it on" in rest.warning("event 3")


def test_one_article_has_no_interval():
    assert found([True, True, True, False]).spread is None
