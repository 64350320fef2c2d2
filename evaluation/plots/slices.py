"""Slices as a forest plot."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from evaluation.plots.style import BLUE, DARK, FAINT, NORMAL, RED, SMALL, TITLE, canvas, plain
from evaluation.slices.scores import Slice, Slices

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 70  # slices drawn: more can be read in the report
WIDEST = 34  # characters of a name


def forest(slices: Slices) -> Figure:
    """Returns every slice with its interval: left macro F1, right how far it is from the rest.

    The worst ten stand on top, then all by column, at most 70 (those of most articles). Filled
    red or blue: clearly below or above the rest, corrected for the number of slices; grey: not.
    No slices give an empty picture that says so.
    """
    worst = slices.worst()
    shown = sorted(slices.entries, key=lambda row: -row.articles)[:MOST]
    blocks = [
        ("worst", worst),
        *(
            (column, [row for row in rows if row in shown])
            for column, rows in groupby(slices.entries, lambda row: row.slice)
        ),
    ]
    blocks = [(name, rows) for name, rows in blocks if rows]
    lines = sum(len(rows) + 1 for _, rows in blocks)
    figure = canvas(11, 1.6 + 0.23 * max(lines, 3))
    if not blocks:
        figure.text(0.5, 0.5, "no slices", ha="center", fontsize=NORMAL)
        return figure
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=[1, 1.25])
    ticks: list[tuple[float, str, bool]] = []
    place = 0
    for name, rows in blocks:
        ticks.append((place, name, True))
        for row in rows:
            place += 1
            label = row.name if name == "worst" else row.value
            ticks.append((place, f"{_short(label)}  ({row.rows})", False))
            _draw(left, right, row, place)
        place += 1
        right.axhline(place - 0.5, color=FAINT, linewidth=0.8)
        left.axhline(place - 0.5, color=FAINT, linewidth=0.8)
    _finish(left, right, slices, ticks)
    more = len(slices.entries) - len(shown)
    figure.suptitle(
        f"Slices: {slices.tested} set beside the rest"
        + (f"; {more} of fewest articles not drawn" if more else ""),
        fontsize=TITLE,
    )
    return figure


def _draw(left: Axes, right: Axes, row: Slice, place: int) -> None:
    colour = DARK if not row.clear else RED if row.difference < 0 else BLUE
    face = "white" if not row.clear else colour
    if row.interval:
        left.plot(row.interval, [place, place], color=colour, linewidth=1.2)
    left.plot([row.macro_f1], [place], "o", color=colour, markersize=4.5, markerfacecolor=face)
    if row.difference_interval:
        right.plot(row.difference_interval, [place, place], color=colour, linewidth=1.2)
    right.plot([row.difference], [place], "o", color=colour, markersize=4.5, markerfacecolor=face)


def _finish(
    left: Axes, right: Axes, slices: Slices, ticks: Sequence[tuple[float, str, bool]]
) -> None:
    for axes in (left, right):
        plain(axes, grid="x")
        axes.tick_params(axis="y", length=0)
    left.set_yticks(
        [place for place, _, _ in ticks], [name for _, name, _ in ticks], fontsize=SMALL
    )
    for text, (_, _, head) in zip(left.get_yticklabels(), ticks, strict=True):
        text.set_fontweight("bold" if head else "normal")
    left.set_ylim(ticks[-1][0] + 0.7, -0.7)
    left.set_xlim(0, 1)
    left.set_xlabel("macro F1 with 95 % interval (rows in brackets)", fontsize=SMALL)
    right.axvline(0, color=DARK, linewidth=1, linestyle="--")
    ends = [
        abs(end)
        for row in slices.entries
        for end in (row.difference, *(row.difference_interval or ()))
    ]
    most = max(abs(row.difference) for row in slices.entries)
    # An interval of three articles would press all others flat.
    edge = min(max(ends) + 0.03, 2 * most + 0.05)
    right.set_xlim(-edge, edge)
    right.set_xlabel(
        f"{slices.figure} minus that of all other rows, with 95 % interval; filled: clear",
        fontsize=SMALL,
    )


def _short(name: str) -> str:
    return name if len(name) <= WIDEST else name[: WIDEST - 1] + "…"
