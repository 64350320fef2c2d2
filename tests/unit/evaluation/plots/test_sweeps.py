import pytest

from evaluation.plots.sweeps import FEW, LEAST, by_settings


def test_plot_by_setting_has_a_panel_for_each_that_varied():
    figure = by_settings(
        {
            "c": [4.0, 1.0, 4.0],
            "kind": ["a", None, "b"],
            "same": [1, 1, 1],
            "drawn": [1e-3, 0.5, 0.2],
        },
        [0.5, 0.7, 0.6],
        [(0.4, 0.6), None, None],
        "dev/macro_f1",
    )
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_xlabel() for axes in panels] == ["c", "kind", "drawn"]
    assert [label.get_text() for label in panels[0].get_xticklabels()] == ["1", "4"]
    assert [label.get_text() for label in panels[1].get_xticklabels()] == ["a", "null", "b"]
    assert "red: the best; line: mean of a value; bars" in figure.get_suptitle()
    many = [10.0**-place for place in range(FEW + 1)]
    assert by_settings({"c": many}, many, [None] * len(many), "f").axes[0].get_xscale() == "log"


def test_plots_of_what_is_equal_or_alone_are_not_blown_up():
    equal = by_settings({"c": [1.0, 2.0]}, [0.5, 0.5 + 1e-9], [None, None], "f").axes[0]
    low, high = equal.get_ylim()
    assert high - low == pytest.approx(LEAST)
    assert "no setting varied" in by_settings({"c": [1.0]}, [0.5], [None], "f").get_suptitle()
