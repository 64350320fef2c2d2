import numpy as np
import pytest

from data.codebook import Codebook
from data.problems import InputError
from evaluation.figures.metrics import decide, score

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
        "labels": [{"name": "kill"}, {"name": "arrest"}, {"name": "fail"}],
    }
)


def certain(*names, codebook=STANCE):
    return np.array([[float(label == name) for label in codebook.names] for name in names])


def test_single_label_figures_by_hand():
    gold = [("against",), ("against",), ("favor",), ("neutral",)]
    scores = score(STANCE, gold, certain("against", "favor", "favor", "neutral"))
    by_label = {label.label: label for label in scores.labels}
    assert by_label["against"].precision == 1.0
    assert by_label["against"].recall == 0.5
    assert by_label["favor"].precision == 0.5
    assert (by_label["favor"].support, by_label["favor"].predicted) == (1, 2)
    assert scores.accuracy == 0.75
    assert scores.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert scores.figures["weighted_f1"] == pytest.approx((2 * 2 / 3 + 2 / 3 + 1) / 4)
    assert scores.figures["f_avg"] == pytest.approx(2 / 3)
    assert scores.confusion == ((1, 0, 1), (0, 1, 0), (0, 0, 1))
    assert "micro_f1" not in scores.figures


def test_macro_is_scikit_learns_default():
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(3)
    gold, found = rng.integers(0, 2, 50), rng.integers(0, 3, 50)
    names = np.array(STANCE.names)
    scores = score(STANCE, [(names[j],) for j in gold], certain(*names[found]))
    assert scores.macro_f1 == pytest.approx(f1_score(gold, found, average="macro"))
    assert scores.figures["weighted_f1"] == pytest.approx(f1_score(gold, found, average="weighted"))


def test_labels_that_do_not_occur_are_in_the_table_but_in_no_average():
    scores = score(STANCE, [("against",), ("favor",)], certain("against", "favor"))
    assert scores.macro_f1 == 1.0
    assert [label.occurs for label in scores.labels] == [True, False, True]
    assert set(scores.flat()) == {
        "macro_f1",
        "weighted_f1",
        "accuracy",
        "f_avg",
        "f1/against",
        "f1/favor",
    }


def test_several_labels_by_hand():
    gold = [("kill", "arrest"), (), ("fail",)]
    probabilities = np.array([[0.9, 0.2, 0.1], [0.1, 0.1, 0.1], [0.6, 0.1, 0.5]])
    scores = score(SEVERAL, gold, probabilities)
    # found: {kill}, {}, {kill, fail}
    assert scores.accuracy == pytest.approx(1 / 3)
    assert scores.figures["micro_f1"] == pytest.approx(2 * 2 / (3 + 3))
    assert scores.figures["example_f1"] == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    assert scores.confusion is None
    assert {"micro_f1", "example_f1"} <= set(scores.flat())


def test_thresholds_decide_for_several_labels():
    probabilities = np.array([[0.4, 0.4, 0.9]])
    assert decide(SEVERAL, probabilities).tolist() == [[0, 0, 1]]
    assert decide(SEVERAL, probabilities, np.array([0.3, 0.5, 0.95])).tolist() == [[1, 0, 0]]


def test_unseen_targets_are_scored_apart():
    gold = [("against",), ("favor",), ("favor",)]
    scores = score(
        STANCE,
        gold,
        certain("against", "favor", "against"),
        targets=["the Front", "The Union ", "the Weir"],
        train_targets={"the front", "the union"},
    )
    assert scores.figures["unseen_target_rows"] == 1
    assert scores.figures["macro_f1_unseen_targets"] == 0.0
    assert scores.flat()["unseen_target_rows"] == 1.0


@pytest.mark.parametrize("train_targets", [None, set(), {"the Front"}])
def test_no_figure_for_unseen_targets_when_unknown_or_none(train_targets):
    scores = score(
        STANCE,
        [("against",)],
        certain("against"),
        targets=["the Front"],
        train_targets=train_targets,
    )
    assert "macro_f1_unseen_targets" not in scores.figures
    assert "macro_f1_unseen_targets" not in scores.flat()


@pytest.mark.parametrize(
    ("gold", "probabilities", "message"),
    [
        ([], np.zeros((0, 3)), "no rows"),
        ([("against",)], np.zeros((2, 3)), "shape"),
        ([("against",)], np.full((1, 3), np.nan), "no number"),
        ([("agianst",)], np.zeros((1, 3)), "did you mean 'against'"),
        ([("against", "favor")], np.zeros((1, 3)), "has 2 labels"),
        ([()], np.zeros((1, 3)), "has 0 labels"),
    ],
)
def test_bad_input(gold, probabilities, message):
    with pytest.raises(InputError, match=message):
        score(STANCE, gold, probabilities)
