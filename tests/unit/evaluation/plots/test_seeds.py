import pytest

from evaluation.comparing.seed_summary import SeedSummary
from evaluation.plots.seeds import NUMBERED, seeds_plot


def summary(seeds=(4, 9), **values):
    metrics = {f"dev/{name}": figures for name, figures in values.items()}
    return SeedSummary(seeds, metrics, dict.fromkeys(metrics, (0.0, 1.0)), False)


def test_errors_of_calibration_have_an_axis_of_their_own():
    figure = seeds_plot(
        summary(macro_f1=(0.7, 0.72), ece=(0.04, 0.05)), ("ece", "macro_f1"), "words (2 seeds)"
    )
    assert [[tick.get_text() for tick in axes.get_yticklabels()] for axes in figure.axes] == [
        ["macro_f1, dev"],
        ["ece, dev"],
    ]
    assert "points: seeds (numbered)" in figure.axes[-1].get_xlabel()
    assert figure.get_suptitle() == "words (2 seeds)"


def test_seeds_of_equal_figures_stand_one_above_the_other():
    (axes,) = seeds_plot(summary(accuracy=(0.5, 0.5)), ("accuracy",), "words").axes
    points = [line for line in axes.lines if line.get_marker() == "o"]
    assert [point.get_xdata()[0] for point in points] == [0.5, 0.5]
    assert points[0].get_ydata()[0] < points[1].get_ydata()[0]


def test_a_mean_stands_in_its_bar_and_beside_it_in_words():
    (axes,) = seeds_plot(summary(accuracy=(0.4, 0.6)), ("accuracy",), "words").axes
    bar, middle = axes.lines[:2]
    assert (list(bar.get_xdata()), list(middle.get_xdata())) == ([0.0, 1.0], [0.5, 0.5])
    assert "0.500 ± 0.141 [0.000, 1.000]" in [text.get_text() for text in axes.texts]


def test_many_seeds_are_not_numbered():
    seeds = tuple(range(NUMBERED + 1))
    (axes,) = seeds_plot(
        summary(seeds, accuracy=tuple(seed / 10 for seed in seeds)), ("accuracy",), "words"
    ).axes
    assert len(axes.texts) == 1
    assert "numbered" not in axes.get_xlabel()


@pytest.mark.parametrize("names", [(), ("f_avg",)])
def test_metrics_that_no_seed_has_leave_an_empty_frame(names):
    (axes,) = seeds_plot(summary(accuracy=(0.4, 0.6)), names, "words").axes
    assert list(axes.lines) == []
