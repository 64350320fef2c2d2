import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from data.codebook import Codebook
from evaluation.plots.precision_recall import MICRO, curves, precision_recall_plot

LABELS = {
    "name": "acts",
    "version": "1",
    "task": "event",
    "labels": [{"name": "kill"}, {"name": "arrest"}, {"name": "fail"}, {"name": "never"}],
}
SINGLE = Codebook.model_validate(LABELS)
SEVERAL = Codebook.model_validate(LABELS | {"labels_per_row": "several"})


def test_average_precision_is_that_of_scikit_learn_with_ties():
    rng = np.random.default_rng(3)
    right = rng.integers(0, 3, 60)
    values = np.round(rng.dirichlet(np.ones(4), 60), 1)
    found = curves(SINGLE, [(SINGLE.names[j],) for j in right], values)
    assert [curve.name for curve in found] == [MICRO, "kill", "arrest", "fail"]
    for j, curve in enumerate(found[1:]):
        assert curve.average == pytest.approx(average_precision_score(right == j, values[:, j]))
        assert curve.support == (right == j).sum()
    ones = np.eye(4)[right].ravel()
    assert found[0].average == pytest.approx(average_precision_score(ones, values.ravel()))


def test_the_dot_is_what_was_given_under_the_thresholds():
    values = np.array([[0.9, 0, 0, 0], [0.3, 0, 0, 0], [0.6, 0, 0, 0], [0.1, 0.2, 0, 0]])
    found = curves(
        SEVERAL, [("kill",), ("kill",), (), ("arrest",)], values, np.array([0.2, 0.5, 0.5, 0.5])
    )
    kill, arrest = found[1:]
    assert kill.decided == (1.0, pytest.approx(2 / 3))
    assert arrest.decided is None


def test_a_curve_and_a_dot_for_each_label_and_none_without_rows():
    values = np.eye(4)[[0, 1, 1]]
    figure = precision_recall_plot(curves(SINGLE, [("kill",), ("arrest",), ("kill",)], values))
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert [text.split("\n")[0] for text in texts] == [MICRO, "kill", "arrest"]
    dots = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert len(dots) == 3
    assert curves(SINGLE, [], np.zeros((0, 4))) == []
    assert list(precision_recall_plot([]).axes[0].texts) == []
