import json

import numpy as np
import pytest

from data.examples import Example
from models.calibration import FLOOR, best_temperature, calibrate, isotonic_curves
from models.classifier import Fitting
from models.families import FAMILIES, make
from models.portable import serving


def drawn(multilabel, temperature, rows=4000, columns=4):
    """Logits, and gold labels drawn from what they give at that temperature."""
    draw = np.random.default_rng(1)
    logits = draw.normal(0, 3, (rows, columns))
    proba = serving.activate(logits / temperature, multilabel)
    if multilabel:
        return logits, (draw.random(proba.shape) < proba).astype(float)
    columns_drawn = (draw.random((rows, 1)) > proba.cumsum(axis=1)).sum(axis=1)
    return logits, np.eye(columns)[np.minimum(columns_drawn, columns - 1)]


@pytest.mark.parametrize("multilabel", [False, True])
@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_the_temperature_that_made_the_labels_is_found(multilabel, temperature):
    assert best_temperature(*drawn(multilabel, temperature), multilabel) == pytest.approx(
        temperature, rel=0.05
    )


def test_temperature_makes_margins_honest():
    """Margins that claim 99 % and are right three times of four are damped to 75 %."""
    gold = np.tile(np.eye(2)[[0, 0, 0, 1]], (100, 1))
    margins = np.tile([[4.6, 0.0]], (400, 1))
    temperature = best_temperature(margins, gold)
    assert serving.activate(margins[:1] / temperature, False)[0, 0] == pytest.approx(0.75, abs=0.01)


def test_few_rows_that_are_all_right_are_no_certainty():
    margins, gold = np.array([[0.1, 0.0], [0.0, 0.1]]), np.eye(2)
    few, many = (
        best_temperature(np.tile(margins, (times, 1)), np.tile(gold, (times, 1)))
        for times in (1, 1000)
    )
    assert many == pytest.approx(0.05)
    assert 0.5 < few < 1
    assert best_temperature(np.zeros((0, 2)), np.zeros((0, 2))) == 1.0


def test_curves_rise_and_give_the_share_that_is_right():
    draw = np.random.default_rng(2)
    p = draw.random((5000, 1))
    gold = (draw.random(p.shape) < p**2).astype(float)  # too sure: 0.5 is right one time of four
    (curve,) = isotonic_curves(p, gold)
    assert (np.diff(curve[0]) > 0).all()
    assert (np.diff(curve[1]) > 0).all()
    assert np.interp([0.3, 0.5, 0.9], *curve) == pytest.approx([0.09, 0.25, 0.81], abs=0.05)


def test_a_label_with_few_rows_keeps_its_probabilities():
    p = np.linspace(0.01, 0.99, 50)[:, None]
    gold = np.zeros((50, 1))
    gold[:9] = 1
    assert isotonic_curves(p, gold) == [None]
    gold[9] = 1
    assert isotonic_curves(p, gold) != [None]


def test_curves_do_not_end_in_0_or_1_and_rows_still_sum_to_1():
    p = np.repeat([[0.9, 0.1], [0.1, 0.9]], 20, axis=0)
    gold = np.repeat(np.eye(2), 20, axis=0)
    curves = isotonic_curves(p, gold)
    assert curves[0][1] == [FLOOR, 1 - FLOOR]
    curved = serving.apply_curves(np.array([[0.99, 0.01], [0.5, 0.5]]), curves, False)
    assert curved.sum(axis=1) == pytest.approx(1)
    assert curved[0] == pytest.approx([1 - FLOOR, FLOOR])
    assert serving.apply_curves(p[:1], [None, curves[1]], True).tolist() == [[0.9, FLOOR]]


def test_shares_have_no_temperature():
    shares, gold = np.full((40, 2), 0.5), np.eye(2)[[0] * 30 + [1] * 10]
    assert calibrate("none", shares, gold, False, shares=True).temperature == 1
    fitted = calibrate("isotonic", shares, gold, False, shares=True)
    assert (fitted.temperature, fitted.isotonic) == (1, [[[0.5], [0.75]], [[0.5], [0.25]]])


def trained(small, kind, **choices):
    data = small[kind]
    model = make(FAMILIES["tfidf"][0](family="tfidf", min_count=1), data.codebook)
    model.fit(data.train, data.train, Fitting(seed=1, score_dev=lambda proba: {}, **choices))
    return model, [row.example for row in data.train]


@pytest.mark.parametrize("kind", ["event", "multilabel"])
def test_isotonic_curves_are_kept_and_applied_by_what_is_served(small, kind, tmp_path):
    model, examples = trained(small, kind, calibration="isotonic")
    kept = model.save(tmp_path / "kept", "kept", examples)
    meta = json.loads((tmp_path / "kept" / "model.json").read_text())
    assert len(meta["isotonic"]) == len(meta["columns"])
    assert any(curve is not None for curve in meta["isotonic"])
    calibrated, plain = kept.predict_both(examples)
    assert calibrated == pytest.approx(model.predict_proba(examples), abs=1e-9)
    assert np.abs(calibrated - plain).max() > 0.01


def test_temperature_changes_the_probabilities_and_not_the_winner(small, tmp_path):
    none, examples = trained(small, "event", calibration="none")
    warm, _ = trained(small, "event")
    assert none.calibration.temperature == 1
    assert warm.calibration.temperature != 1
    before, after = none.predict_proba(examples), warm.predict_proba(examples)
    assert (before.argmax(axis=1) == after.argmax(axis=1)).all()
    assert np.abs(before - after).max() > 0.01
    assert warm.served().predict_both(examples)[1] == pytest.approx(before)
    warm.save(tmp_path / "kept", "kept")
    assert warm.facts(tmp_path / "kept")["temperature"] == warm.calibration.temperature


def test_thresholds_of_several_labels_follow_the_calibration(small):
    tuned, examples = trained(small, "multilabel")
    assert tuned.thresholds is not None
    assert trained(small, "multilabel", tune_thresholds=False)[0].thresholds is None
    labels_given = tuned.served().label_rows(tuned.predict_proba(examples))
    assert [set(labels) for labels in labels_given] == [
        set(row.labels) for row in small["multilabel"].train
    ]


def test_a_model_abstains_where_dev_gives_no_proof(small, tmp_path):
    sure, examples = trained(small, "event", min_precision=0.9)
    kept = sure.save(tmp_path / "kept", "kept", examples)
    assert kept.min_precision == 0.9
    never = sure.codebook.columns["never_seen"]
    assert kept.certain_from[never] is None
    assert all(least is not None for j, least in enumerate(kept.certain_from) if j != never)
    proba = kept.predict_proba([*examples, Example("Nothing like it was ever read.")])
    *familiar, unfamiliar = kept.label_rows(proba)
    assert unfamiliar == [serving.UNCERTAIN]
    assert familiar == [list(row.labels) for row in small["event"].train]
    # Too few dev rows prove nothing: then it is never certain.
    model = make(FAMILIES["tfidf"][0](family="tfidf", min_count=1), sure.codebook)
    for dev in ([], small["event"].dev):
        model.fit(
            small["event"].train,
            dev,
            Fitting(seed=1, score_dev=lambda proba: {}, min_precision=0.9),
        )
        assert model.certain_from == [None] * 4
        assert model.served().label_rows(proba[:1]) == [[serving.UNCERTAIN]]
