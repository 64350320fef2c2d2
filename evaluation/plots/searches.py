"""Plots of a search over settings: the value of each trial, and which settings mattered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from evaluation.plots.style import BLUE, DARK, NARROW, NORMAL, RED, SMALL, TITLE, canvas, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_LABELS = 30  # names beside bars


def trial_history(points: Sequence[tuple[int, float, bool]], metric: str) -> Figure:
    """Returns the value of each trial in their order, and the best so far as a line.

    Args:
        points: (number, value, pruned) of each trial; a pruned one stands where it was given up
            and does not count for the best. None give an empty frame.
        metric: what the values are.
    """
    from matplotlib.ticker import MaxNLocator

    figure = canvas(NARROW, 4.2)
    axes = figure.add_subplot()
    whole = [(number, value) for number, value, pruned in sorted(points) if not pruned]
    given_up = [(number, value) for number, value, pruned in sorted(points) if pruned]
    if whole:
        numbers, values = zip(*whole, strict=True)
        best = [max(values[: place + 1]) for place in range(len(values))]
        axes.plot(
            numbers, best, drawstyle="steps-post", color=DARK, linewidth=1.2, label="best so far"
        )
        axes.plot(numbers, values, "o", markersize=5, color=BLUE, label="trial")
        top = values.index(max(values))
        axes.annotate(
            f"{values[top]:.3f} (trial {numbers[top]})",
            (numbers[top], values[top]),
            xytext=(0, 7),
            textcoords="offset points",
            fontsize=SMALL,
            ha="right" if top > 0.8 * len(values) > 1 else "left" if not top else "center",
        )
        axes.margins(y=0.15)
    if given_up:
        axes.plot(
            *zip(*given_up, strict=True),
            "x",
            markersize=6,
            color=RED,
            label="pruned (its best epoch)",
        )
    axes.set_xlabel("trial", fontsize=NORMAL)
    axes.set_ylabel(metric, fontsize=NORMAL)
    axes.set_xlim(-0.5, max((number for number, *_ in points), default=0) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    if points:
        axes.legend(fontsize=SMALL, frameon=False, loc="best")
    axes.set_title(
        f"{len(whole)} trial{'' if len(whole) == 1 else 's'} complete, {len(given_up)} pruned",
        fontsize=TITLE,
    )
    plain(axes, "y")
    return figure


def importance(shares: Mapping[str, float], metric: str) -> Figure:
    """Returns each setting's share in the variance of the metric over the trials, as bars.

    Args:
        shares: setting to share, 0 to 1; the largest stands on top.
        metric: what varies.
    """
    names = sorted(shares, key=lambda name: -shares[name])[:MOST_LABELS]
    figure = canvas(NARROW, 1.3 + 0.34 * max(len(names), 1))
    axes = figure.add_subplot()
    axes.barh(range(len(names)), [shares[name] for name in names], height=0.7, color=BLUE)
    for place, name in enumerate(names):
        axes.text(shares[name] + 0.01, place, f"{shares[name]:.2f}", va="center", fontsize=SMALL)
    axes.set_yticks(range(len(names)), names, fontsize=SMALL)
    axes.set_ylim(max(len(names), 1) - 0.4, -0.6)
    axes.set_xlim(0, 1.08)
    axes.set_xlabel(f"share of the variance of {metric} (fANOVA)", fontsize=NORMAL)
    axes.set_title("which settings mattered", fontsize=TITLE)
    plain(axes)
    return figure
