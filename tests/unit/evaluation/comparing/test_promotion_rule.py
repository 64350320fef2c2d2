"""The rule of promotion, on runs in a store and what they kept of their dev rows."""

import numpy as np
import pytest

from data.codebook import Codebook
from data.problems import InputError
from evaluation.comparing.promotion_rule import promotion_rule
from models.registry.promotion import RefusedError

BOOK = Codebook.model_validate(
    {
        "name": "views",
        "version": "1",
        "task": "stance",
        "labels": [{"name": "against"}, {"name": "neutral"}, {"name": "favor"}],
    }
)


def rows_of(predicted, gold, targets=None):
    """Two rows an article."""
    return [
        {
            "id": f"r{j}",
            "article_id": f"a{j // 2}",
            "text": f"Row {j}.",
            "gold": str(label),
            "target": targets[j] if targets else "Besk",
            "predicted": str(said),
            "probability": 0.5,
        }
        for j, (label, said) in enumerate(zip(gold, predicted, strict=True))
    ]


@pytest.fixture
def judged(kept_run):
    """Asks the rule about two runs, candidate and champion, that predicted this."""

    def ask(
        candidate,
        champion,
        gold,
        select_by="dev/accuracy",
        margin=0.01,
        targets=None,
        trained=(None, None),
    ):
        new, old = (
            kept_run(BOOK, rows_of(side, gold, targets), train_targets=names)
            for side, names in zip((candidate, champion), trained, strict=True)
        )
        return promotion_rule(margin)(new, old, select_by)

    return ask


def mistaken(gold, share, seed):
    wrong = np.random.default_rng(seed).random(len(gold)) < share
    return np.where(wrong, "neutral", gold)


GOLD = np.array(["against", "favor", "neutral", "favor"] * 40)


def test_a_clear_gain_is_promoted_with_its_figures(judged):
    sides = mistaken(GOLD, 0.05, 1), mistaken(GOLD, 0.5, 2), GOLD
    reason = judged(*sides)
    assert reason.startswith("better on the mean and clearly so at 95 %: dev/accuracy 0.")
    for told in (
        " against 0.",
        "difference +0.",
        "[+0.",
        "p = 0.000",
        "margin 0.01",
        "on 160 dev rows of 80 articles",
    ):
        assert told in reason
    assert judged(*sides, margin=0.0).startswith("better on the mean and cl")


def test_the_margin_decides_where_the_gain_is_small(judged):
    order = np.random.default_rng(5).permutation(len(GOLD))
    good, poor = GOLD.copy(), GOLD.copy()
    for side, rows in ((good, order[:32]), (poor, order[32:66])):  # two rows apart
        side[rows] = np.where(GOLD[rows] == "neutral", "favor", "neutral")
    with pytest.raises(RefusedError, match=r"may be worse by more than 0.01 \(lower bound -0"):
        judged(good, poor, GOLD)
    with pytest.raises(RefusedError, match="the gain is not clear"):
        judged(good, poor, GOLD, margin=0.0)
    assert "not worse at 95 %" in judged(good, poor, GOLD, margin=0.2)
    with pytest.raises(RefusedError, match=r"not better on the mean: dev/accuracy 0.*margin 0.2"):
        judged(poor, good, GOLD, margin=0.2)
    with pytest.raises(RefusedError, match=r"difference \+0.0000 \[\+0.0000, \+0.0000\]"):
        judged(good, good, GOLD, margin=1.0)


@pytest.mark.parametrize(
    ("rows", "what", "advice"),
    [
        (None, "holds no dev/predictions.jsonl", "train that one again"),
        (
            rows_of(GOLD[:6], GOLD[:6]),
            "were measured on different rows: 2 rows only",
            "on the champion's data and split",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_with_advice(kept_run, rows, what, advice):
    new, old = kept_run(BOOK, rows_of(GOLD[:8], GOLD[:8])), kept_run(BOOK, rows)
    with pytest.raises(RefusedError) as refused:
        promotion_rule()(new, old, "dev/macro_f1")
    assert what in str(refused.value)
    assert advice in str(refused.value)
    assert f"compare {new} {old} --data FILE" in str(refused.value)


def test_rows_of_one_article_are_no_ground(judged):
    with pytest.raises(RefusedError, match=r"of a single article.*take more articles for dev"):
        judged(GOLD[:2], GOLD[:2], GOLD[:2])


def test_a_metric_that_the_test_does_not_know(judged):
    with pytest.raises(RefusedError, match=r"unknown metric 'ece'.*select by .*one of macro_f1"):
        judged(GOLD, GOLD, GOLD, "dev/ece")


def test_unseen_targets_are_those_that_neither_was_trained_on(judged):
    targets = [("Arlow", "Besk", "Corin", "Dunmar")[n % 4] for n in range(len(GOLD))]
    candidate = np.where(np.arange(len(GOLD)) % 4 < 2, "neutral", GOLD)  # good on unseen alone
    asked = candidate, mistaken(GOLD, 0.4, 2), GOLD, "dev/macro_f1_unseen_targets", 0.01, targets
    reason = judged(*asked, trained=(["arlow "], ["Besk"]))
    assert "dev/macro_f1_unseen_targets 1.0000 against" in reason
    assert "on 80 dev rows of unseen targets of 40 articles" in reason
    with pytest.raises(RefusedError, match="0 rows have a target that neither"):
        judged(*asked, trained=(targets, ["Besk"]))


@pytest.mark.parametrize("margin", [-0.01, 1.5, float("nan")])
def test_margins_out_of_bounds(margin):
    with pytest.raises(InputError, match="--margin"):
        promotion_rule(margin)
