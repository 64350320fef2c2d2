import pytest

from data.examples import Example, Labelled
from data.problems import InputError
from models.classifier import Fitting
from models.families.majority import Majority, MajorityConfig

CONFIG = MajorityConfig(family="majority")


def fitted(codebook, rows, dev=(), **choices):
    model = Majority(CONFIG, codebook)
    model.fit(rows, dev, Fitting(seed=1, score_dev=lambda proba: {}, **choices))
    return model


def rows_of(*labels):
    return [
        Labelled(Example(f"Row {place}."), row, str(place), "a") for place, row in enumerate(labels)
    ]


def test_every_sentence_has_the_shares_of_the_training_labels(small):
    book = small["event"].codebook
    model = fitted(book, rows_of(("aid",), ("aid",), ("aid",), ("clash",)))
    expected = {"clash": 0.25, "never_seen": 0.0, "aid": 0.75, "protest": 0.0}
    for values in model.predict_proba([Example("Aid came."), Example("")]):
        assert dict(zip(book.names, values, strict=True)) == pytest.approx(expected)


def test_of_several_labels_each_has_its_own_share(small):
    book = small["multilabel"].codebook
    model = fitted(book, rows_of(("aid", "clash"), ("aid",), ("protest",), ("aid",)))
    (values,) = model.predict_proba([Example("Aid came.")])
    assert values.tolist() == pytest.approx([0.25, 0.0, 0.75, 0.25])


def test_shares_are_left_as_they_are_counted(small):
    data = small["event"]
    assert not Majority.by_chance(CONFIG)
    model = fitted(data.codebook, data.train, data.dev)
    assert model.calibration.temperature == 1
    assert model.calibration.isotonic is None


def test_one_label_is_no_choice(small):
    with pytest.raises(InputError, match=r"train: holds 1 label\(s\)"):
        fitted(small["event"].codebook, rows_of(("aid",), ("aid",)))
