"""Plots of scores by label, as matplotlib figures that nobody has to close."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook
from data.problems import InputError, Problem
from evaluation.chance.intervals import Intervals
from evaluation.figures.scores import Scores
from evaluation.plots.style import (
    BLUE,
    COLOURS,
    INK,
    LINE,
    NARROW,
    NORMAL,
    SHARES,
    SMALL,
    TITLE,
    WIDTH,
    canvas,
    plain,
    width,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FEW = 8  # labels that large type fits


def confusion_matrix(scores: Scores, codebook: Codebook) -> Figure:
    """Returns gold labels by row against predictions by column, with counts in the cells.

    Colour is the share of the row, so that rare labels can be read as well as frequent ones.
    Labels of one type stand side by side, framed and with its name, in the codebook's order.

    Raises:
        InputError: the rows may have several labels; there is no such matrix.
    """
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap

    if scores.confusion is None:
        raise InputError(
            Problem(
                "confusion matrix", "rows have several labels", "expected a single-label codebook"
            )
        )
    order = grouped(codebook)
    counts = np.array(scores.confusion)[np.ix_(order, order)]
    names = [codebook.names[j] for j in order]
    support = counts.sum(axis=1)
    shares = counts / np.maximum(support, 1)[:, None]
    few = len(names) <= FEW
    size = 13 if few else SMALL
    rows = [f"{name} ({count})" for name, count in zip(names, support, strict=True)]
    figure = canvas(7.5, 5.8) if few else canvas(WIDTH, 2.6 + 0.25 * len(names), False)
    axes = figure.add_subplot()
    axes.imshow(
        shares,
        cmap=LinearSegmentedColormap.from_list("shares", SHARES),
        vmin=0,
        vmax=1,
        aspect="auto",
    )
    _write_counts(axes, counts, shares, size)
    axes.set_xticks(range(len(names)), names, rotation=0 if few else 90, fontsize=size)
    axes.set_yticks(range(len(names)), rows, fontsize=size)
    axes.set_xlabel("predicted", fontsize=size + 2)
    axes.set_ylabel("gold (rows)", fontsize=size + 2)
    axes.tick_params(length=0)
    beside = _frame_types(axes, [codebook.type_of(name) for name in names])
    if not few:
        _lay_out(figure, rows, names, beside)
    axes.set_title(
        f"{scores.rows} rows, macro-F1 {scores.macro_f1:.3f}, accuracy "
        f"{scores.accuracy:.3f}; colour: share of its row",
        fontsize=TITLE,
    )
    return figure


def per_label_f1(scores: Scores, codebook: Codebook, spread: Intervals | None = None) -> Figure:
    """Returns the F1 of every label that occurs as bars, with its support beside the name.

    With `spread`, whiskers span the labels' 95 % intervals and a band that of macro-F1.
    """
    order = [j for j in grouped(codebook) if scores.labels[j].occurs]
    labels = [scores.labels[j] for j in order]
    types = [codebook.type_of(label.label) for label in labels]
    shades = {
        name: COLOURS[place % len(COLOURS)] for place, name in enumerate(dict.fromkeys(types))
    }
    has_types = any(label.parent for label in codebook.labels)
    names = [f"{label.label} ({label.support})" for label in labels]
    high = 1.2 + 0.3 * max(len(labels), 2)
    figure = canvas(NARROW, high, False)
    figure.subplots_adjust(
        left=(width(figure, names, SMALL) + 0.15) / NARROW,
        right=0.99,
        bottom=0.55 / high,
        top=1 - 0.35 / high,
    )
    axes = figure.add_subplot()
    places = range(len(labels))
    axes.barh(
        places,
        [label.f1 for label in labels],
        height=0.72,
        alpha=0.6 if spread else 1,
        color=[shades[name] if has_types else BLUE for name in types],
    )
    for place, label in enumerate(labels):
        low, high = spread.labels[label.label] if spread else (label.f1, label.f1)
        if spread:
            axes.plot(
                [low, high], [place, place], color=INK, linewidth=1.1, marker="|", markersize=5
            )
        axes.text(
            max(label.f1, high) + 0.012,
            place,
            f"{label.f1:.2f}",
            va="center",
            fontsize=SMALL,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )
    axes.axvline(scores.macro_f1, color=INK, linewidth=1, linestyle="--")
    if spread:
        axes.axvspan(*spread.averages["macro_f1"], color=INK, alpha=0.12, linewidth=0, zorder=0)
    axes.set_yticks(places, names)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(0, 1.08)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axes.set_xlabel(
        "F1; dashed: macro-F1"
        + ("; whiskers and band: 95 % intervals by article" if spread else ""),
        fontsize=NORMAL,
    )
    axes.set_title(
        f"F1 by label (rows); {scores.rows} rows, macro-F1 {scores.macro_f1:.3f}", fontsize=TITLE
    )
    plain(axes)
    return figure


def grouped(codebook: Codebook) -> list[int]:
    """Returns the codebook's columns with the labels of one type side by side, else in order."""
    types = list(dict.fromkeys(codebook.type_of(name) for name in codebook.names))
    return sorted(
        range(len(codebook.names)),
        key=lambda j: types.index(codebook.type_of(codebook.names[j])),
    )


def _write_counts(axes: Axes, counts: Any, shares: Any, size: float) -> None:
    for row, column in zip(*counts.nonzero(), strict=True):
        count = counts[row, column]
        axes.text(
            column,
            row,
            f"{count:d}",
            ha="center",
            va="center",
            clip_on=True,
            fontsize=size if count < 1_000 else size - 2.5,
            color="white" if shares[row, column] > 0.55 else INK,
        )


def _frame_types(axes: Axes, types: Sequence[str]) -> list[str]:
    """Lines between the types, a frame round the own square of each; its name at the right.

    Returns the lines of the names.
    """
    if len(set(types)) in (1, len(types)):
        return []
    from matplotlib.patches import Rectangle

    start, beside = 0, []
    for name, labels in groupby(types):
        size = len(list(labels))
        axes.add_patch(
            Rectangle(
                (start - 0.5, start - 0.5), size, size, fill=False, edgecolor=INK, linewidth=1.2
            )
        )
        # An inch holds four lines of this size, a label a quarter of it.
        lines = wrap(name.replace("_", " "), 15, max_lines=max(size, 1), placeholder=" …")
        axes.text(
            len(types) - 0.2,
            start + size / 2 - 0.5,
            "\n".join(lines),
            va="center",
            fontsize=SMALL,
            color=LINE,
        )
        beside += lines
        start += size
        if start < len(types):
            axes.axhline(start - 0.5, color=LINE, linewidth=0.6)
            axes.axvline(start - 0.5, color=LINE, linewidth=0.6)
    return beside


def _lay_out(
    figure: Figure, rows: Sequence[str], columns: Sequence[str], beside: Sequence[str]
) -> None:
    """Leaves room for the labels at the left and below, and for the types at the right."""
    wide, high = figure.get_size_inches()
    figure.subplots_adjust(
        left=(width(figure, rows, SMALL) + 0.45) / wide,
        top=1 - 0.35 / high,
        right=1 - (width(figure, beside, SMALL) + 0.25) / wide,
        bottom=(width(figure, columns, SMALL) + 0.45) / high,
    )
