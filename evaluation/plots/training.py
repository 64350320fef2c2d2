"""Plots of a training: its curves over epochs, and how long its rows are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from evaluation.figures.definitions import is_count
from evaluation.plots.style import (
    COLOURS,
    DARK,
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

BARS = 60  # of the histogram, at most


def epoch_curves(history: Sequence[Mapping[str, float]], best_by: str = "") -> Figure:
    """Returns losses and the other metrics over epochs, side by side.

    Args:
        history: one mapping for each epoch, with `epoch` (or counted from 1) and any metrics;
            names with `loss` in them go to the left, the rest, which lie in 0 to 1, to the right;
            counts of rows are left out. A metric may be absent in some epochs.
        best_by: the metric that chose the epoch kept, which is marked; empty marks none.
    """
    names = [
        name
        for name in dict.fromkeys(name for row in history for name in row)
        if name != "epoch" and not is_count(name)
    ]
    sides = [
        side
        for side in (
            [name for name in names if "loss" in name],
            [name for name in names if "loss" not in name],
        )
        if side
    ]
    figure = canvas(4.5 * max(len(sides), 1), 4.0)
    if not sides:
        figure.text(0.5, 0.5, "no epochs", ha="center", fontsize=NORMAL)
        return figure
    scored = [
        (row[best_by], -row.get("epoch", number))
        for number, row in enumerate(history, 1)
        if best_by in row
    ]
    best = -max(scored)[1] if scored else None
    for place, side in enumerate(sides, 1):
        _curves(figure.add_subplot(1, len(sides), place), history, side, best)
    return figure


def _curves(
    axes: Axes, history: Sequence[Mapping[str, float]], names: Sequence[str], best: float | None
) -> None:
    from matplotlib.ticker import MaxNLocator

    for shade, name in enumerate(names):
        points = {
            row.get("epoch", number): row[name]
            for number, row in enumerate(history, 1)
            if name in row
        }
        value = points.get(max(points) if best is None else best)
        axes.plot(
            list(points),
            list(points.values()),
            marker="o",
            markersize=4,
            label=name if value is None else f"{name}: {value:.3f}",
            color=COLOURS[shade % len(COLOURS)],
        )
    if best is not None:
        axes.axvline(best, color=DARK, linewidth=1, linestyle="--", label=f"epoch kept: {best:g}")
    axes.set_xlabel("epoch", fontsize=NORMAL)
    axes.set_title("loss" if "loss" in names[0] else "dev metrics", fontsize=TITLE)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(fontsize=SMALL, frameon=False)
    plain(axes, "y")


def length_histogram(
    lengths: Mapping[str, Sequence[int]], unit: str, limit: int | None = None
) -> Figure:
    """Returns how long the rows of each part are, and which are cut.

    Args:
        lengths: part (train, dev, test) to the length of each row; parts without rows are left
            out, and no rows at all give an empty picture that says so.
        unit: what a length counts, `tokens` or `words`.
        limit: longest that is read whole; None where nothing is cut.
    """
    import numpy as np

    parts = {name: np.asarray(values) for name, values in lengths.items() if len(values)}
    figure = canvas(NARROW, 3.8)
    if not parts:
        figure.text(0.5, 0.5, "no rows", ha="center", fontsize=NORMAL)
        return figure
    axes = figure.add_subplot()
    longest = max(int(values.max()) for values in parts.values())
    step = max(1, -(-(longest + 1) // BARS))
    edges = np.arange(0, longest + step + 1, step)
    for place, (name, values) in enumerate(parts.items()):
        shares = np.histogram(values, bins=edges)[0] / len(values) * 100
        axes.stairs(
            shares,
            edges,
            fill=not place,
            alpha=1 if place else 0.35,
            color=COLOURS[place % len(COLOURS)],
            linewidth=1.4,
            label=f"{name}: median {np.median(values):g}, longest {values.max()}"
            + _cut(values.tolist(), limit),
        )
    if limit is not None:
        axes.axvline(limit, color=RED, linewidth=1.4)
        axes.axvspan(limit, max(float(edges[-1]), limit * 1.05), color=RED, alpha=0.1, linewidth=0)
    axes.set_xlim(0, max(float(edges[-1]), (limit or 0) * 1.05))
    axes.set_xlabel(
        f"{unit} a row"
        + ("" if limit is None else f" (from the red line on, {limit} {unit}, the rest is cut)"),
        fontsize=NORMAL,
    )
    axes.set_ylabel("% of the part's rows", fontsize=NORMAL)
    axes.set_title(f"Length of the rows in {unit}", fontsize=TITLE)
    axes.legend(fontsize=SMALL, framealpha=0.9, edgecolor="white", loc="upper right")
    plain(axes, "y")
    return figure


def _cut(values: Sequence[int], limit: int | None) -> str:
    if limit is None:
        return ""
    count = sum(int(value) > limit for value in values)
    return f"; {count} of {len(values)} cut ({count / len(values):.1%})"
