"""The plot of a parent of seeds: each seed's figure, their mean and its interval."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from evaluation.comparing.seed_summary import SeedSummary
from evaluation.plots.style import (
    BLUE,
    DARK,
    FAINT,
    INK,
    LONGEST_TITLE,
    NARROW,
    NORMAL,
    RED,
    SMALL,
    TITLE,
    canvas,
    plain,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PARTS = {"dev": BLUE, "test": RED}
ERRORS = ("ece", "brier")  # how names begin of figures that are best at 0: far from F1 on an axis
ROW = 0.72  # inches
GAP = 0.13  # between the points of neighbouring seeds, in rows
NUMBERED = 5  # seeds: more are not told apart in so little room


def seeds_plot(summary: SeedSummary, names: Sequence[str], title: str) -> Figure:
    """Returns a row for each metric and part: the seeds as points, mean and interval below them.

    Args:
        summary: the figures.
        names: the metrics to show, without `dev/` or `test/`; those that have no interval are
            left out, unless none has. Errors of calibration have an axis of their own.
        title: above the plot.
    """
    metrics = summary.spread or summary.values
    rows = [(name, part) for name in names for part in PARTS if f"{part}/{name}" in metrics]
    panels = [
        panel
        for panel in (
            [row for row in rows if not row[0].startswith(ERRORS)],
            [row for row in rows if row[0].startswith(ERRORS)],
        )
        if panel
    ] or [[]]
    figure = canvas(NARROW, 1.3 + 0.5 * len(panels) + ROW * max(len(rows), 1))
    all_axes = figure.subplots(
        len(panels), squeeze=False, height_ratios=[max(len(panel), 1) for panel in panels]
    )[:, 0]
    for axes, panel in zip(all_axes, panels, strict=True):
        _panel(axes, panel, summary)
    all_axes[-1].set_xlabel(
        "points: seeds"
        + (" (numbered)" if len(summary.seeds) <= NUMBERED else "")
        + "; bar and figures: the mean with its 95 % interval over articles and seeds",
        fontsize=NORMAL,
    )
    figure.suptitle(fill(title, LONGEST_TITLE), fontsize=TITLE)
    return figure


def _panel(axes: Axes, rows: Sequence[tuple[str, str]], summary: SeedSummary) -> None:
    for place, (name, part) in enumerate(rows):
        _row(axes, place, summary, f"{part}/{name}", PARTS[part])
        if place and rows[place - 1][0] != name:
            axes.axhline(place - 0.5, color=FAINT, linewidth=0.8)
    axes.set_yticks(range(len(rows)), [f"{name}, {part}" for name, part in rows])
    axes.set_ylim(len(rows) - 0.45, -0.55)
    axes.margins(x=0.04)
    plain(axes, "x")
    axes.tick_params(axis="y", length=0, labelsize=NORMAL)


def _row(axes: Axes, place: int, summary: SeedSummary, name: str, colour: str) -> None:
    values, middle = summary.values[name], summary.mean(name)
    low, high = summary.spread.get(name, (middle, middle))
    axes.plot(
        [low, high], [place + 0.26] * 2, color=colour, linewidth=5, alpha=0.3, solid_capstyle="butt"
    )
    axes.plot([middle] * 2, [place + 0.16, place + 0.36], color=colour, linewidth=2)
    sd = summary.sd(name)
    bounds = f" [{low:.3f}, {high:.3f}]" if name in summary.spread else ""
    axes.annotate(
        f"{middle:.3f}" + ("" if sd is None else f" ± {sd:.3f}") + bounds,
        (1.01, place),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize=SMALL,
        color=INK,
    )
    # Seeds with equal figures would hide each other: they stand one above the other.
    for order, (seed, value) in enumerate(zip(summary.seeds, values, strict=True)):
        at = place - 0.14 + GAP * (order - (len(values) - 1) / 2) * min(1, 4 / len(values))
        axes.plot(
            [value],
            [at],
            marker="o",
            markersize=4.5,
            color=colour,
            linestyle="",
            markeredgecolor="white",
            markeredgewidth=0.5,
        )
        if len(values) <= NUMBERED:
            axes.annotate(
                str(seed),
                (value, at),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontsize=7,
                color=DARK,
            )
