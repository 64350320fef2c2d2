"""Fine-tuning: what is trained, which epoch is kept, and going on after a stop."""

import numpy as np
import pytest

from data.examples import Example, Span
from models.classifier import Fitting
from models.families import FAMILIES, make


@pytest.fixture
def fit(small, tiny_encoder, tmp_path):
    """Trains a transformer on 54 rows of events, four steps an epoch; returns it and its epochs."""

    def first_label(proba):
        return round(float(proba[:, 0].mean()), 4)

    def train(kind="event", resume=False, folder=tmp_path / "state", score=first_label, **settings):
        epochs, data = {}, small[kind]
        model = make(
            FAMILIES["transformer"][0](
                **{
                    "family": "transformer",
                    "encoder": str(tiny_encoder),
                    "max_tokens": 32,
                    "epochs": 3,
                    "batch_size": 16,
                    "learning_rate": 3e-3,
                    "bf16": False,
                    "patience": None,
                    **settings,
                }
            ),
            data.codebook,
        )
        model.fit(
            data.train,
            data.dev,
            Fitting(
                seed=5,
                checkpoints=folder,
                resume=resume,
                calibration="none",
                score_dev=lambda proba: {"macro_f1": score(proba)},
                on_epoch=lambda number, metrics: epochs.update({number: dict(metrics)}),
            ),
        )
        return model, epochs

    return train


@pytest.fixture
def answers(small):
    """The probabilities that a model gives to all rows."""
    rows = [row.example for row in (*small["event"].train, *small["event"].dev)]
    return lambda model: model.predict_proba(rows)


def test_every_weight_is_trained(fit):
    """But for the pooler, which no sentence goes through, and a bias that softmax takes out."""
    still, moved = (
        {
            name: weight.detach().numpy()
            for name, weight in fit(epochs=1, **rates)[0].fitted.backend.model.named_parameters()
            if ".pooler." not in name and not name.endswith(".key.bias")
        }
        for rates in ({"learning_rate": 1e-12, "head_learning_rate": 1e-12}, {})
    )
    assert len(still) > 30
    assert {"head.weight", "head.bias"} < set(still)
    assert [name for name in still if np.abs(still[name] - moved[name]).max() < 1e-5] == []


def test_the_target_is_marked(fit):
    """Where all tokens are averaged, only its marks tell one target of a sentence from another."""
    model, _ = fit("stance", pool="sentence", epochs=1)
    text = "Dunmar lied to its own voters, while Gathe fed the hungry."
    first, second = model.predict_proba(
        [
            Example(text, name, Span(text.index(name), text.index(name) + len(name)))
            for name in ("Dunmar", "Gathe")
        ]
    )
    assert np.abs(first - second).max() > 1e-4


def test_the_weights_of_the_best_epoch_are_kept(fit, small):
    seen = []

    def score(proba):
        seen.append(proba)
        return (0.2, 0.9, 0.4)[len(seen) - 1]

    model, epochs = fit(score=score)
    assert [epochs[number]["macro_f1"] for number in (1, 2, 3)] == [0.2, 0.9, 0.4]
    kept = model.predict_proba([row.example for row in small["event"].dev])
    assert kept == pytest.approx(seen[1], abs=1e-6)
    assert np.abs(seen[1] - seen[2]).max() > 1e-3
    assert model.fitted.facts["best_epoch"] == 2


# Of the steps 5 is the first of an epoch, 7 lies inside it, 8 ends it.
@pytest.mark.parametrize("step", [5, 7, 8])
def test_the_weights_are_the_same_to_the_last_digit(fit, answers, press, tmp_path, step):
    whole, curve = fit(folder=tmp_path / "whole")
    assert len(curve) == 3
    press(step)
    with pytest.raises(KeyboardInterrupt):
        fit()
    assert (tmp_path / "state" / f"checkpoint-{step}").is_dir()
    press(None)
    resumed, rest = fit(resume=True)
    assert (answers(resumed) == answers(whole)).all()
    assert rest == {number: pytest.approx(curve[number]) for number in rest}
    assert resumed.fitted.facts == whole.fitted.facts


def test_early_stopping_is_the_same_after_ctrl_c(fit, press):
    """With a rate of next to nothing no epoch is better than the first: training stops at 3."""
    settings = {"learning_rate": 1e-9, "head_learning_rate": 1e-9, "patience": 2, "epochs": 9}
    press(11)  # in the third epoch, after one that was not better
    with pytest.raises(KeyboardInterrupt):
        fit(**settings)
    press(None)
    resumed, _ = fit(resume=True, **settings)
    assert (resumed.fitted.facts["epochs"], resumed.fitted.facts["best_epoch"]) == (3, 1)
