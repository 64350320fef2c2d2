import json

import numpy as np
import pytest

from data.codebook import Codebook
from data.problems import InputError, Problem
from evaluation import judge as judging
from evaluation.candidates import Candidate, Candidates
from evaluation.judge import paired_judge
from models.promotion import RefusedError

BOOK = Codebook.model_validate({
    "name": "views", "version": "1", "task": "stance",
    "labels": [{"name": "against"}, {"name": "neutral"}, {"name": "favor"}]})


def sides(*predicted, gold, targets=None):
    def rows(side):
        return [{"id": f"r{j}", "article_id": f"a{j // 2}", "text": f"Row {j}.", "gold": label,
                 "target": targets[j] if targets else "Besk", "predicted": said,
                 "probability": 0.5}
                for j, (label, said) in enumerate(zip(gold, side, strict=True))]
    return Candidates(BOOK, {"split": "dev"}, tuple(
        Candidate(f"ref{j}", f"m{j}", f"run{j}", rows(side))
        for j, side in enumerate(predicted)))


@pytest.fixture
def says(monkeypatch):
    """Makes the judge see these predictions of candidate and champion."""
    def put(*predicted, **known):
        asked = []
        monkeypatch.setattr(judging, "of_runs", lambda refs, part, book: asked.append(
            (refs, part)) or sides(*predicted, **known))
        return asked
    return put


def mistaken(gold, share, seed):
    wrong = np.random.default_rng(seed).random(len(gold)) < share
    return np.where(wrong, "neutral", gold)


GOLD = np.array(["against", "favor", "neutral", "favor"] * 40)


def test_a_clear_gain_is_promoted_with_its_figures(says):
    asked = says(mistaken(GOLD, 0.05, 1), mistaken(GOLD, 0.5, 2), gold=GOLD)
    reason = paired_judge()("new", "old", "dev/accuracy")
    assert asked == [(["new", "old"], "dev")]
    assert reason.startswith("better on the mean and clearly so at 95 %: dev/accuracy 0.")
    for told in (" against 0.", "difference +0.", "[+0.", "p = 0.000", "margin 0.01",
                 "on 160 dev rows of 80 articles"):
        assert told in reason
    assert paired_judge(0.0)("new", "old", "dev/accuracy").startswith("better on the mean and cl")


def test_the_margin_decides_where_the_gain_is_small(says):
    order = np.random.default_rng(5).permutation(len(GOLD))
    good, poor = GOLD.copy(), GOLD.copy()
    for side, rows in ((good, order[:32]), (poor, order[32:66])):  # two rows apart
        side[rows] = np.where(GOLD[rows] == "neutral", "favor", "neutral")
    says(good, poor, gold=GOLD)
    with pytest.raises(RefusedError, match=r"may be worse by more than 0.01 \(lower bound -0"):
        paired_judge(0.01)("new", "old", "dev/accuracy")
    with pytest.raises(RefusedError, match="the gain is not clear"):
        paired_judge(0.0)("new", "old", "dev/accuracy")
    assert "not worse at 95 %" in paired_judge(0.2)("new", "old", "dev/accuracy")
    says(poor, good, gold=GOLD)
    with pytest.raises(RefusedError, match=r"not better on the mean: dev/accuracy 0.*margin 0.2"):
        paired_judge(0.2)("new", "old", "dev/accuracy")
    says(good, good, gold=GOLD)
    with pytest.raises(RefusedError, match=r"difference \+0.0000 \[\+0.0000, \+0.0000\]"):
        paired_judge(1.0)("new", "old", "dev/accuracy")


@pytest.mark.parametrize(("what", "advice"), [
    ("its run holds no dev/predictions.jsonl", "train that one again"),
    ("were measured on different rows: 3 rows only m0 has", "on the champion's data and split")])
def test_what_cannot_be_compared_is_refused_with_advice(monkeypatch, what, advice):
    def fail(refs, part, book):
        raise InputError(Problem("event/1", what, "expected otherwise"))
    monkeypatch.setattr(judging, "of_runs", fail)
    with pytest.raises(RefusedError) as refused:
        paired_judge()("new", "old", "dev/macro_f1")
    assert f"event/1: {what}" in str(refused.value)
    assert advice in str(refused.value)
    assert "compare new old --data FILE" in str(refused.value)


def test_rows_of_one_article_are_no_ground(says):
    says(GOLD[:2], GOLD[:2], gold=GOLD[:2])
    with pytest.raises(RefusedError, match=r"of a single article.*take more articles for dev"):
        paired_judge()("new", "old", "dev/accuracy")


def test_a_metric_that_the_test_does_not_know(says):
    says(GOLD, GOLD, gold=GOLD)
    with pytest.raises(RefusedError, match=r"unknown metric 'ece'.*select by .*one of macro_f1"):
        paired_judge()("new", "old", "dev/ece")


def test_unseen_targets_are_those_that_neither_was_trained_on(says, monkeypatch):
    targets = [("Arlow", "Besk", "Corin", "Dunmar")[n % 4] for n in range(len(GOLD))]
    trained = {"run0": {"arlow "}, "run1": {"Besk"}}
    monkeypatch.setattr(judging, "_train_targets", trained.get)
    candidate = np.where(np.arange(len(GOLD)) % 4 < 2, "neutral", GOLD)  # good on unseen alone
    says(candidate, mistaken(GOLD, 0.4, 2), gold=GOLD, targets=targets)
    reason = paired_judge()("new", "old", "dev/macro_f1_unseen_targets")
    assert "dev/macro_f1_unseen_targets 1.0000 against" in reason
    assert "on 80 dev rows of unseen targets of 40 articles" in reason
    trained["run0"] = set(targets)
    with pytest.raises(RefusedError, match="0 rows have a target that neither"):
        paired_judge()("new", "old", "dev/macro_f1_unseen_targets")


def test_train_targets_come_from_the_kept_model(tmp_path, monkeypatch):
    from types import SimpleNamespace

    from models import resolve

    (tmp_path / "model.json").write_text(json.dumps({"train_targets": ["Irsk", "Besk"]}))
    monkeypatch.setattr(resolve, "locate", lambda ref: SimpleNamespace(folder=tmp_path))
    assert judging._train_targets("0" * 32) == {"Irsk", "Besk"}


@pytest.mark.parametrize("margin", [-0.01, 1.5, float("nan")])
def test_margins_out_of_bounds(margin):
    with pytest.raises(InputError, match="--margin"):
        paired_judge(margin)
