"""What the family decides before it fine-tunes; the training itself is of `finetuning`."""

from types import SimpleNamespace

import numpy as np
import pytest

from models.classifier import Fitting
from models.families import finetuning
from models.families.transformer import Transformer, TransformerConfig, class_weights


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


@pytest.fixture
def handed_over(small, tiny_encoder, monkeypatch):
    """Fits the family without any training; returns what it would have trained, and the model."""

    def fit(kind, rows=12, **settings):
        taken = {}

        def note(model, config, fitting, pad, train, gold, dev, probabilities):
            taken.update(model=model, train=train, gold=gold, dev=dev, probabilities=probabilities)
            return {}

        monkeypatch.setattr(finetuning, "finetune", note)
        data = small[kind]
        config = TransformerConfig(
            **{"family": "transformer", "encoder": str(tiny_encoder), "max_tokens": 32, **settings}
        )
        classifier = Transformer(config, data.codebook)
        classifier.fit(data.train[:rows], data.dev, Fitting(seed=1, score_dev=lambda proba: {}))
        return SimpleNamespace(classifier=classifier, **taken)

    return fit


@pytest.mark.parametrize(
    ("kind", "pool", "parts"),
    [
        ("event", "auto", ("sentence",)),
        ("stance", "auto", ("span",)),
        ("stance", "sentence", ("sentence",)),
        ("event", "both", ("sentence", "span")),
    ],
)
def test_what_is_pooled(handed_over, kind, pool, parts):
    assert handed_over(kind, pool=pool).model.parts == parts


def test_markers_are_added_where_there_are_targets(handed_over):
    plain, marked = handed_over("event"), handed_over("stance")
    assert plain.classifier.fitted.spec["markers"] == []
    markers = marked.classifier.fitted.spec["markers"]
    assert len(markers) == 4
    rooms = [taken.model.encoder.get_input_embeddings().num_embeddings for taken in (plain, marked)]
    assert rooms[1] == rooms[0] + 4
    assert all(markers[0] in row.ids and markers[1] in row.ids for row in marked.train)
    assert "vocabulary" not in marked.classifier.fitted.spec


def test_labels_without_training_rows_have_no_column(handed_over, small):
    taken = handed_over("event")
    names = small["event"].codebook.names
    assert [names[column] for column in taken.classifier.fitted.columns] == [
        name for name in names if name != "never_seen"
    ]
    assert taken.gold.shape == (12, 3)
    proba = taken.probabilities(np.zeros((2, 3), dtype=np.float32))
    assert proba.shape == (2, 4)
    assert (proba[:, names.index("never_seen")] == 0).all()


def test_training_targets_are_swapped_and_dev_targets_are_not(handed_over):
    plain, swapped = handed_over("stance", 40), handed_over("stance", 40, swap_targets=1.0)
    assert swapped.train != plain.train
    assert swapped.dev == plain.dev


def test_rows_that_are_cut_are_counted(handed_over):
    taken = handed_over("event", max_tokens=8)
    assert taken.classifier.fitted.facts["rows_cut"] == 12 + len(taken.dev)
    assert handed_over("event", max_tokens=100).classifier.fitted.facts["rows_cut"] == 0


def test_weights_of_the_labels_are_those_asked_for(handed_over):
    assert handed_over("event", class_weight=None).model.class_weights is None
    weighted = handed_over("event", class_weight="balanced")
    expected = class_weights(weighted.gold, "balanced", False)
    assert weighted.model.class_weights.numpy() == pytest.approx(expected)
    assert not weighted.model.multilabel
    assert handed_over("multilabel").model.multilabel
