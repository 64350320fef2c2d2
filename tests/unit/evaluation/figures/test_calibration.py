import numpy as np
import pytest

from data.codebook import Codebook
from data.problems import InputError
from evaluation.figures.calibration import (
    calibration,
    calibration_text,
    equal_mass_bins,
    reliability,
)
from evaluation.plots.reliability import reliability_plot


def book(several=False):
    return Codebook.model_validate(
        {
            "name": "acts",
            "version": "1",
            "task": "event",
            "labels_per_row": "several" if several else "single",
            "labels": [{"name": "a"}, {"name": "b"}, {"name": "c"}],
        }
    )


def test_brier_and_ece_of_one_label_a_row():
    proba = np.array([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]])
    found = reliability(book(), [("a",), ("c",)], proba)
    # 0.09 + 0.04 + 0.01 and 0.09 + 0.36 + 0.81; each row is a bin: |1 - 0.7| and |0 - 0.6|.
    assert found.brier == pytest.approx((0.14 + 1.26) / 2)
    assert found.ece == pytest.approx((0.3 + 0.6) / 2)
    assert [(bin.confidence, bin.accuracy, bin.count) for bin in found.bins] == [
        (0.6, 0.0, 1),
        (0.7, 1.0, 1),
    ]
    assert sum(found.histogram) == 2
    assert reliability(book(), [("a",)], np.array([[0.0, 1.0, 0.0]])).brier == 2


def test_several_labels_count_every_pair_of_row_and_label():
    proba = np.array([[0.9, 0.2, 0.1], [0.3, 0.6, 0.0]])
    found = reliability(book(several=True), [("a", "b"), ()], proba)
    assert found.brier == pytest.approx((0.01 + 0.64 + 0.01 + 0.09 + 0.36 + 0) / 6)
    assert found.ece == pytest.approx((0.1 + 0.8 + 0.1 + 0.3 + 0.6 + 0) / 6)
    assert sum(bin.count for bin in found.bins) == 6


def test_bins_of_equal_mass():
    confidence = np.linspace(0.2, 0.99, 60)
    bins = equal_mass_bins(confidence[::-1], np.ones(60))
    assert [bin.count for bin in bins] == [4] * 15
    assert bins[0].confidence == pytest.approx(confidence[:4].mean())
    uneven = equal_mass_bins(np.linspace(0, 1, 100), np.zeros(100))
    assert {bin.count for bin in uneven} == {6, 7}


def test_fewer_predictions_than_bins_have_one_each():
    bins = equal_mass_bins(np.array([0.4, 0.9, 0.6]), np.array([0, 1, 1]))
    assert [(bin.confidence, bin.accuracy, bin.count) for bin in bins] == [
        (0.4, 0, 1),
        (0.6, 1, 1),
        (0.9, 1, 1),
    ]
    assert equal_mass_bins(np.zeros(0), np.zeros(0)) == []


def test_equal_confidences_share_a_bin_whatever_the_order_of_the_rows():
    confidence = np.array([0.5] * 40 + list(np.linspace(0.6, 0.9, 20)))
    hit = np.array([1, 0] * 30)
    bins = equal_mass_bins(confidence, hit)
    assert bins[0].count == 40
    assert bins[0].accuracy == 0.5
    order = np.random.default_rng(0).permutation(60)
    again = equal_mass_bins(confidence[order], hit[order])
    assert [(bin.count, bin.accuracy) for bin in bins] == [
        (bin.count, bin.accuracy) for bin in again
    ]


def test_probabilities_that_keep_their_word_have_no_error_and_bold_ones_have():
    draw = np.random.default_rng(3)
    high = draw.uniform(0.5, 1, 20_000)
    proba = np.stack([high, 1 - high, np.zeros(20_000)], axis=1)
    gold = [("a",) if right else ("b",) for right in draw.random(20_000) < high]
    bold = np.stack([1 - (1 - high) / 4, (1 - high) / 4, np.zeros(20_000)], axis=1)
    found = calibration(book(), gold, proba, bold)
    assert found.after.ece < 0.02
    assert found.before.ece == pytest.approx(3 / 16, abs=0.02)  # the mean of 3/4 (1 - high)
    assert found.flat() == {
        "ece": found.after.ece,
        "brier": found.after.brier,
        "ece_uncalibrated": found.before.ece,
        "brier_uncalibrated": found.before.brier,
    }
    text = calibration_text(found, "temperature 3")
    assert f"ece     {found.before.ece:>10.4f}{found.after.ece:>10.4f}" in text
    assert f"{found.after.ece:.4f}  [0.0010, 0.0200]" in calibration_text(
        found, "temperature 3", {"ece": (0.001, 0.02)}
    )
    assert text.count("1333") + text.count("1334") == 30
    assert found.as_json()["after"]["bins"][0]["count"] in (1333, 1334)


def test_no_rows_are_refused():
    with pytest.raises(InputError, match="there are no rows"):
        reliability(book(), [], np.zeros((0, 3)))


def test_the_plot_has_a_point_for_each_bin(tmp_path):
    proba = np.array([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.2, 0.3, 0.5]])
    found = calibration(book(), [("a",), ("c",), ("c",)], proba, proba**2)
    figure = reliability_plot(found)
    before, after = figure.axes[:2]
    assert "predictions a point: 1" in before.get_title()
    assert f"ECE {found.after.ece:.3f}" in after.get_title()
    (curve,) = [line for line in after.lines if line.get_marker() == "o"]
    assert list(curve.get_ydata()) == [1, 0, 1]
    assert sum(bar.get_height() for bar in figure.axes[3].patches) == 3
    figure.savefig(tmp_path / "reliability.png")
    assert (tmp_path / "reliability.png").stat().st_size > 10_000
