import numpy as np
import pytest

from data.examples import Example, Labelled
from data.problems import InputError
from models.classifier import Fitting
from models.families.tfidf import Tfidf, TfidfConfig


def fitted(codebook, rows, **settings):
    model = Tfidf(TfidfConfig(**{"family": "tfidf", "min_count": 1, **settings}), codebook)
    model.fit(rows, [], Fitting(seed=1, score_dev=lambda proba: {}))
    return model


def terms(model):
    """Of each vectorizer the terms that it counts."""
    from models.portable.backends import vectorizers

    return [set(step.vocabulary_) for step in vectorizers(model.fitted.backend.pipeline)]


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
        fitted(small["event"].codebook, rows, min_count=min_count, char_ngrams=0)


def test_words_and_characters_are_counted_as_asked(small):
    data = small["event"]
    words, characters = terms(fitted(data.codebook, data.train, word_ngrams=1, char_ngrams=2))
    assert "banners" in words
    assert not any(" " in term for term in words)
    assert {len(term) for term in characters} == {2}
    (pairs,) = terms(fitted(data.codebook, data.train, char_ngrams=0))
    assert "carried banners" in pairs
    often = fitted(data.codebook, data.train, char_ngrams=0, max_features=100, min_count=8)
    assert len(terms(often)[0]) < len(pairs)
    assert often.fitted.facts == {"terms": len(terms(often)[0])}


@pytest.mark.parametrize(("kind", "window", "views"), [("stance", 3, 3), ("stance", 0, 2)])
def test_words_beside_a_target_count_once_more(small, kind, window, views):
    model = fitted(small[kind].codebook, small[kind].train, window=window)
    assert len(terms(model)) == views
    assert model.fitted.spec["window"] == window
    if window:
        assert {"l_while", "r_fed"} <= terms(model)[2]


def test_without_targets_there_is_no_window(small):
    model = fitted(small["event"].codebook, small["event"].train, window=3)
    assert model.fitted.spec["window"] == 0
    assert len(terms(model)) == 2


def test_a_multilabel_model_decides_each_label_by_itself(small):
    data = small["multilabel"]
    model = fitted(data.codebook, data.train)
    both = next(row for row in data.train if set(row.labels) == {"clash", "aid"})
    (values,) = model.predict_proba([both.example])
    likely = {name for name, p in zip(data.codebook.names, values, strict=True) if p > 0.5}
    assert likely == {"clash", "aid"}


@pytest.mark.parametrize(("classifier", "by_chance"), [("logistic", False), ("svc", True)])
def test_only_the_svm_draws_by_chance(small, classifier, by_chance):
    config = TfidfConfig(family="tfidf", classifier=classifier)
    assert Tfidf.by_chance(config) is by_chance
    model = fitted(small["event"].codebook, small["event"].train, classifier=classifier)
    proba = model.predict_proba([row.example for row in small["event"].train])
    right = [
        small["event"].codebook.names[column] in row.labels
        for column, row in zip(proba.argmax(axis=1), small["event"].train, strict=True)
    ]
    assert np.mean(right) > 0.95
