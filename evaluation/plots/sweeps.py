"""The plot of a figure against each of the settings that varied between runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from evaluation.figures.interval import Interval
from evaluation.plots.style import (
    BLUE,
    DARK,
    NARROW,
    NORMAL,
    RED,
    SMALL,
    TITLE,
    canvas,
    plain,
    width,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 3  # panels side by side
HEIGHT = 2.9  # inches of a panel
FEW = 5  # numbers that stand one beside the other; more lie on an axis
WIDE = 20.0  # the largest value over the smallest, from which the axis is logarithmic
LEAST = 0.02  # of the figure's axis: what is all but equal shall look so
LONGEST = 24  # characters of a value
Value = float | int | str | bool | None


def by_settings(
    settings: Mapping[str, Sequence[Value]],
    values: Sequence[float],
    spread: Sequence[Interval | None],
    metric: str,
) -> Figure:
    """Returns a panel for each setting: every run as a point, the best in red.

    A line joins the means of the values; runs of one value stand side by side. Panels share the
    figure's axis.

    Args:
        settings: key to its value in each run; keys with a single value are left out.
        values: the figure of each run.
        spread: its interval, where there is one.
        metric: what the figure is.
    """
    shown = {
        key: run_settings for key, run_settings in settings.items() if len(set(run_settings)) > 1
    }
    across = min(COLUMNS, max(len(shown), 1))
    down = -(-max(len(shown), 1) // across)
    figure = canvas(NARROW, 0.5 + (HEIGHT * down if shown else 0))
    panels = figure.subplots(down, across, sharey=True, squeeze=False).ravel()
    for axes, (key, run_settings) in zip(panels, shown.items(), strict=False):
        _panel(axes, run_settings, values, spread)
        _ticks(axes, run_settings, (NARROW - 0.8) / across)
        axes.set_xlabel(shorten(key, LONGEST + 16, placeholder="…"), fontsize=NORMAL)
        plain(axes, "y")
    for axes in panels[len(shown) :]:
        axes.set_visible(False)
    for axes in panels[::across]:
        axes.set_ylabel(metric, fontsize=NORMAL)
    low, high = panels[0].get_ylim()
    if shown and high - low < LEAST:
        panels[0].set_ylim((low + high - LEAST) / 2, (low + high + LEAST) / 2)
    figure.suptitle(_title(metric, shown, values, spread), fontsize=TITLE)
    return figure


def _title(
    metric: str,
    shown: Mapping[str, Sequence[Value]],
    values: Sequence[float],
    spread: Sequence[Interval | None],
) -> str:
    if not shown:
        return f"{metric}: no setting varied"
    lines = any(len(order) <= FEW and _numbers(order) for order in map(_order, shown.values()))
    return f"{metric} by setting" + "".join(
        f"; {text}"
        for text, is_drawn in (
            ("red: the best", len(set(values)) > 1),
            ("line: mean of a value", lines),
            ("bars: 95 % intervals", any(spread)),
        )
        if is_drawn
    )


def _panel(
    axes: Axes,
    run_settings: Sequence[Value],
    values: Sequence[float],
    spread: Sequence[Interval | None],
) -> None:
    order = _order(run_settings)
    places = _places(run_settings, order)
    best = max(range(len(values)), key=lambda at: values[at])
    for at, (x, value, pair) in enumerate(zip(places, values, spread, strict=True)):
        colour = RED if at == best and len(set(values)) > 1 else BLUE
        if pair:
            axes.plot([x, x], pair, color=colour, linewidth=3, alpha=0.3, solid_capstyle="butt")
        axes.plot([x], [value], "o", markersize=5, color=colour, zorder=4 if at == best else 3)
    if len(order) <= FEW and _numbers(order):
        axes.plot(
            range(len(order)),
            [
                mean(
                    value for own, value in zip(run_settings, values, strict=True) if own == setting
                )
                for setting in order
            ],
            color=DARK,
            linewidth=1,
            alpha=0.6,
        )
    axes.margins(x=0.08, y=0.1)


def _numbers(values: Sequence[Value]) -> bool:
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)


def _order(run_settings: Sequence[Value]) -> list[Any]:
    values: list[Any] = list(dict.fromkeys(run_settings))
    return sorted(values) if _numbers(values) else values


def _places(run_settings: Sequence[Value], order: Sequence[Any]) -> list[float]:
    """Where each run stands; of few values those with the same one beside each other."""
    if len(order) > FEW and _numbers(order):
        return [float(value or 0) for value in run_settings]
    seen: dict[Any, int] = {}
    places = []
    for value in run_settings:
        count, turn = list(run_settings).count(value), seen.get(value, 0)
        seen[value] = turn + 1
        places.append(order.index(value) + (0.5 * (turn + 0.5) / count - 0.25))
    return places


def _ticks(axes: Axes, run_settings: Sequence[Value], room: float) -> None:
    order = _order(run_settings)
    if len(order) > FEW and _numbers(order):
        if order[0] > 0 and order[-1] / order[0] >= WIDE:
            from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

            axes.set_xscale("log")
            axes.xaxis.set_major_locator(
                LogLocator(subs=(1, 3) if order[-1] / order[0] < 1_000 else (1,))
            )
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axes.xaxis.set_minor_formatter(NullFormatter())
        return
    names = [_name(value) for value in order]
    slanted = width(axes.figure, names, SMALL) * len(names) > room  # type: ignore[arg-type]
    axes.set_xticks(
        range(len(order)),
        names,
        fontsize=SMALL,
        rotation=30 if slanted else 0,
        ha="right" if slanted else "center",
        rotation_mode="anchor",
    )
    axes.set_xlim(-0.5, len(order) - 0.5)


def _name(value: Value) -> str:
    text = (
        "null"
        if value is None
        else str(value).lower()
        if isinstance(value, bool)
        else (f"{value:g}" if isinstance(value, float) else str(value))
    )
    return text if len(text) <= LONGEST else "…" + text[1 - LONGEST :]
