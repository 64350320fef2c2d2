"""The regression over a frozen encoder; that it learns and is served is a contract of all."""

import numpy as np
import pytest

from data.examples import Example
from models.classifier import Fitting
from models.families.embedding import Embedding, EmbeddingConfig


@pytest.fixture
def family(small):
    """An untrained classifier of a kind of task."""

    def build(kind, **settings):
        return Embedding(EmbeddingConfig(family="embedding", **settings), small[kind].codebook)

    return build


@pytest.fixture(scope="module")
def features():
    """Of 60 rows on scales far apart; the first two columns tell three classes apart."""
    drawn = np.random.default_rng(1)
    gold = np.eye(3, dtype=np.float32)[drawn.integers(0, 3, 60)]
    noise = drawn.normal(size=(60, 4))
    noise[:, :2] += 4 * gold[:, :2]
    return (noise * [100.0, 0.01, 1.0, 10.0] + [5.0, 0.0, -3.0, 1.0]).astype(np.float32), gold


def test_weights_fit_the_features_as_they_come(family, features):
    values, gold = features
    weight, bias = family("event")._regression(values, gold, seed=1)
    assert (weight.shape, bias.shape) == ((3, 4), (3,))
    assert weight.dtype == bias.dtype == np.float32
    logits = values @ weight.T + bias
    assert (logits.argmax(axis=1) == gold.argmax(axis=1)).mean() > 0.9


def test_two_labels_have_a_margin_each(family, features):
    values, gold = features
    two = gold[:, :2] + [[0, 1]] * gold[:, 2:]
    weight, bias = family("event")._regression(values, two, seed=1)
    assert weight.shape == (2, 4)
    logits = values @ weight.T + bias
    assert logits.sum(axis=1) == pytest.approx(np.zeros(60), abs=1e-3)
    assert (logits.argmax(axis=1) == two.argmax(axis=1)).mean() > 0.9


def test_a_label_of_every_row_is_always_given(family, features):
    values, gold = features
    labels = np.column_stack([np.ones(60), gold[:, 0]]).astype(np.float32)
    weight, bias = family("multilabel")._regression(values, labels, seed=1)
    logits = values @ weight.T + bias
    assert (logits[:, 0] == 20).all()
    assert ((logits[:, 1] > 0) == (gold[:, 0] == 1)).mean() > 0.9


@pytest.mark.parametrize(
    ("kind", "parts"), [("event", ("sentence",)), ("stance", ("sentence", "span"))]
)
def test_the_target_is_pooled_where_there_is_one(small, family, tiny_encoder, kind, parts):
    model = family(kind, encoder=str(tiny_encoder), max_tokens=8)
    data = small[kind]
    model.fit(data.train[:20], [], Fitting(seed=1, score_dev=lambda proba: {}))
    assert model.fitted.backend.model.parts == parts
    assert model.fitted.spec["max_tokens"] == 8
    assert model.fitted.facts == {"rows_cut": 20.0}
    assert model.predict_proba([Example("Aid came.")]).shape == (1, len(data.codebook.names))
    assert not model.by_chance(model.config)
