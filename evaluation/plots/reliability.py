"""Confidence against accuracy, before and after calibration, as a matplotlib figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.figures.calibration import BARS, CalibrationScores, Reliability
from evaluation.plots import style
from models.thresholds import wilson_low

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TWO_SIDED = 1.96  # standard deviations of a 95 % interval


def reliability_plot(scores: CalibrationScores) -> Figure:
    """Returns accuracy over confidence by bins, before and after calibration side by side.

    A point is a bin of predictions of like confidence, its whisker the 95 % interval of its
    accuracy (Wilson), the diagonal what honest probabilities give: points above it are too
    modest, points below it too sure of themselves. Underneath, how many predictions have which
    confidence.
    """
    figure = style.canvas(style.NARROW, 5.6)
    upper, lower = figure.subplots(
        2, 2, sharex=True, sharey="row", gridspec_kw={"height_ratios": [3, 1]}
    )
    for top, bottom, name, side, colour in (
        (upper[0], lower[0], "before calibration", scores.before, style.LINE),
        (upper[1], lower[1], "after calibration", scores.after, style.BLUE),
    ):
        _curve(top, side, colour)
        counts = [bin.count for bin in side.bins]
        sizes = " to ".join(str(count) for count in dict.fromkeys((min(counts), max(counts))))
        top.set_title(
            f"{name}: ECE {side.ece:.3f}, Brier {side.brier:.3f}\npredictions a point: {sizes}",
            fontsize=style.TITLE,
        )
        bottom.bar(
            [(place + 0.5) / BARS for place in range(BARS)],
            side.histogram,
            width=0.9 / BARS,
            color=colour,
        )
        bottom.set_xlabel("confidence", fontsize=style.NORMAL)
        style.plain(top, grid="both")
        style.plain(bottom)
    upper[0].set_ylabel("share that is right", fontsize=style.NORMAL)
    lower[0].set_ylabel("predictions", fontsize=style.NORMAL)
    return figure


def _curve(axes: Axes, side: Reliability, colour: str) -> None:
    axes.plot([0, 1], [0, 1], color=style.LINE, linewidth=1, linestyle="--", zorder=1)
    for bin in side.bins:
        hits = bin.accuracy * bin.count
        ends = (
            wilson_low(hits, bin.count, TWO_SIDED),
            1 - wilson_low(bin.count - hits, bin.count, TWO_SIDED),
        )
        axes.plot([bin.confidence] * 2, ends, color=colour, linewidth=1.2, alpha=0.6)
    axes.plot(
        [bin.confidence for bin in side.bins],
        [bin.accuracy for bin in side.bins],
        color=colour,
        marker="o",
        markersize=5,
        linewidth=1.4,
    )
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.03)
