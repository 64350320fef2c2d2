import pytest

from evaluation.figures.calibration import BARS, Bin, CalibrationScores, Reliability
from evaluation.plots.reliability import reliability_plot


def reliability(*bins, ece=0.05):
    return Reliability(ece, 0.3, bins, (sum(bin.count for bin in bins),) + (0,) * (BARS - 1))


def test_bins_stand_at_their_confidence_with_the_interval_of_their_accuracy():
    after = reliability(Bin(0.3, 0.5, 10), Bin(0.9, 1.0, 20))
    figure = reliability_plot(CalibrationScores(after, reliability(Bin(0.5, 0.8, 30), ece=0.3)))
    before, calibrated = figure.axes[:2]
    assert before.get_title() == (
        "before calibration: ECE 0.300, Brier 0.300\npredictions a point: 30"
    )
    assert calibrated.get_title().endswith("predictions a point: 10 to 20")
    diagonal, first, second, curve = calibrated.lines
    assert list(diagonal.get_xdata()) == list(diagonal.get_ydata()) == [0, 1]
    assert list(first.get_ydata()) == pytest.approx([0.237, 0.763], abs=0.001)  # Wilson, 5 of 10
    assert second.get_ydata()[1] == 1.0  # all are right
    assert (list(curve.get_xdata()), list(curve.get_ydata())) == ([0.3, 0.9], [0.5, 1.0])


def test_how_many_predictions_have_a_confidence_stands_below():
    scores = reliability(Bin(0.02, 0.0, 7))
    bars = reliability_plot(CalibrationScores(scores, scores)).axes[3].patches
    assert [bar.get_height() for bar in bars] == [7] + [0] * (BARS - 1)
    assert bars[0].get_x() + bars[0].get_width() / 2 == pytest.approx(0.5 / BARS)
