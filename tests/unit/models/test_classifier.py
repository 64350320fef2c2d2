import json
from types import SimpleNamespace

import numpy as np
import pytest

from data.examples import Example, Labelled
from data.problems import InputError
from models.classifier import Fitting, label_matrix, trained_columns
from models.families import FAMILIES, make
from models.families.transformer import class_weights


def test_label_matrix(small):
    data = small["multilabel"]
    rows = [row for row in data.train if len(row.labels) == 2][:1]
    matrix = label_matrix(rows, data.codebook)
    assert matrix.shape == (1, 4)
    assert {data.codebook.names[column] for column in np.flatnonzero(matrix[0])} == set(
        rows[0].labels
    )
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


def fitted(book, train, dev, said=None, **settings):
    settings = settings if "family" in settings else {"family": "tfidf", "min_count": 1, **settings}
    model = make(FAMILIES[settings["family"]][0](**settings), book)
    said = [] if said is None else said
    model.fit(
        train, dev, Fitting(seed=1, score_dev=lambda proba: {}, say=said.append, min_precision=0.9)
    )
    return model


@pytest.mark.parametrize("n_dev", [0, 2])
def test_a_model_that_is_never_certain_is_told(small, n_dev):
    said, data = [], small["event"]
    model = fitted(data.codebook, data.train, data.dev[:n_dev], said)
    assert model.certain_from == [None] * 4
    assert said == [
        f"the {n_dev} dev rows show a precision of 0.9 for no label, so the model will "
        "say 'uncertain' of every sentence"
    ]
    certain = []
    assert any(fitted(data.codebook, data.train, data.train, certain).certain_from)
    assert not certain


def test_without_dev_rows_the_model_is_checked_on_training_rows(small, tmp_path):
    data = small["event"]
    model = fitted(data.codebook, data.train, [])
    model.save(tmp_path / "kept", "kept")
    kept = json.loads((tmp_path / "kept" / "model.json").read_text())["self_check"]
    assert [row["text"] for row in kept] == [row.example.text for row in data.train[:8]]


def test_a_model_is_saved_to_a_folder_of_its_own(small, tmp_path):
    data = small["event"]
    model = fitted(data.codebook, data.train, data.dev)
    (tmp_path / "notes.txt").touch()
    with pytest.raises(InputError, match="is not empty; save to a folder of its own"):
        model.save(tmp_path, "kept")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("texts", "min_count"),
    [
        (("\U0001f600", "  "), 1),
        (("!", "?"), 1),
        (("One two.", "Three four."), 2),
        (("One two.", "One three."), 9),
    ],
)
def test_training_rows_without_terms_are_told(small, texts, min_count):
    rows = [
        Labelled(Example(text), (label,), text, text)
        for text, label in zip(texts, ("aid", "clash"), strict=True)
    ]
    with pytest.raises(InputError, match=r"model\.min_count: of 2 training rows no terms are left"):
        fitted(small["event"].codebook, rows, [], min_count=min_count, char_ngrams=0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_scores_that_are_no_numbers_are_told(small, value, monkeypatch):
    data = small["event"]
    broken = SimpleNamespace(scores=lambda rows: np.full((len(rows), 3), value))
    family = FAMILIES["tfidf"][1]
    whole = family._fit

    def diverged(self, *given):
        done = whole(self, *given)
        done.backend = broken
        return done

    monkeypatch.setattr(family, "_fit", diverged)
    with pytest.raises(InputError, match="gives dev rows scores that are no numbers: tfidf"):
        fitted(data.codebook, data.train, data.dev)


@pytest.mark.parametrize("family", ["embedding", "transformer"])
def test_rows_longer_than_the_encoder_reads_are_refused(small, tiny_encoder, family):
    data = small["event"]
    with pytest.raises(
        InputError,
        match=r"model\.max_tokens: is 300, more than the encoder reads; "
        r"expected 160",
    ):
        fitted(
            data.codebook,
            data.train,
            data.dev,
            family=family,
            encoder=str(tiny_encoder),
            max_tokens=300,
        )


def test_half_a_character_in_training_rows_stops_nothing(small, tmp_path):
    """Broken JSON holds such; they would be noticed by the files that are written at the end."""
    rows = [
        Labelled(Example(f"{word} fell \ud83d.", f"{word} \ude00"), (label,), word, word)
        for word, label in (("Rain", "aid"), ("Hail", "clash"))
    ]
    model = fitted(small["event"].codebook, rows, rows)
    served = model.save(tmp_path / "kept", "kept", [row.example for row in rows])
    assert served.train_targets == ["Hail \ufffd", "Rain \ufffd"]
