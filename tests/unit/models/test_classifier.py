import json
from types import SimpleNamespace

import numpy as np
import pytest

from data.examples import Example, Labelled
from data.problems import InputError
from models.classifier import Classifier, Fitting, label_matrix, trained_columns
from models.families import FAMILIES, make


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


def fitted(book, train, dev, lines=None, **settings):
    settings = settings if "family" in settings else {"family": "tfidf", "min_count": 1, **settings}
    model = make(FAMILIES[settings["family"]][0](**settings), book)
    lines = [] if lines is None else lines
    model.fit(
        train, dev, Fitting(seed=1, score_dev=lambda proba: {}, say=lines.append, min_precision=0.9)
    )
    return model


@pytest.mark.parametrize("n_dev", [0, 2])
def test_a_model_that_is_never_certain_is_told(small, n_dev):
    lines, data = [], small["event"]
    model = fitted(data.codebook, data.train, data.dev[:n_dev], lines)
    assert model.certain_from == [None] * 4
    assert lines == [
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


def test_half_a_character_in_training_rows_stops_nothing(small, tmp_path):
    """Broken JSON holds such; they would be noticed by the files that are written at the end."""
    rows = [
        Labelled(Example(f"{word} fell \ud83d.", f"{word} \ude00"), (label,), word, word)
        for word, label in (("Rain", "aid"), ("Hail", "clash"))
    ]
    model = fitted(small["event"].codebook, rows, rows)
    served = model.save(tmp_path / "kept", "kept", [row.example for row in rows])
    assert served.train_targets == ["Hail \ufffd", "Rain \ufffd"]


def test_a_family_that_could_not_be_served_is_refused_before_any_training():
    with pytest.raises(TypeError, match=r"Novel: its served_by is not one of .*prior, skops, onnx"):
        type("Novel", (Classifier,), {"family": "novel"})
