"""Plots of scores and of training, as matplotlib figures that nobody has to close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook
from data.problems import InputError, Problem
from evaluation.intervals import Intervals
from evaluation.scores import Scores

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 150
WIDTH = 12.0  # inches; text of 9 points is then 9 px high where the picture is shown 900 px wide
COLOURS = ("#1f5f8b", "#c8553d", "#5a8f3c", "#8a5fa8", "#b8860b", "#4a4a4a", "#2a9d8f")


def confusion_matrix(scores: Scores, codebook: Codebook) -> Figure:
    """Returns gold labels by row against predictions by column, with counts in the cells.

    Colour is the share of the row, so that rare labels can be read as well as frequent ones;
    labels stand in the codebook's order, a line between its parents.

    Raises:
        InputError: the rows may have several labels; there is no such matrix.
    """
    import numpy as np
    from matplotlib.figure import Figure

    if scores.confusion is None:
        raise InputError(Problem("confusion matrix", "rows have several labels",
                                 "expected a single-label codebook"))
    counts = np.array(scores.confusion)
    order = _grouped(codebook)
    counts = counts[np.ix_(order, order)]
    names = [codebook.names[j] for j in order]
    support = counts.sum(axis=1)
    shares = counts / np.maximum(support, 1)[:, None]
    few = len(names) <= 8
    figure = Figure(figsize=(7.5, 6.2) if few else (WIDTH, WIDTH * 0.98), dpi=DPI,
                    layout="constrained")
    axes = figure.add_subplot()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    size = 13 if few else 9
    _write_counts(axes, counts, shares, size)
    axes.set_xticks(range(len(names)), names, rotation=0 if few else 90, fontsize=size)
    axes.set_yticks(range(len(names)), [f"{name} ({count})" for name, count in
                                        zip(names, support, strict=True)], fontsize=size)
    axes.set_xlabel("predicted", fontsize=size + 2)
    axes.set_ylabel("gold (rows)", fontsize=size + 2)
    axes.tick_params(length=0)
    _part_parents(axes, [codebook.parent_of(name) for name in names])
    bar = figure.colorbar(image, ax=axes, fraction=0.03, pad=0.01)
    bar.set_label("share of the gold rows", fontsize=size)
    bar.ax.tick_params(labelsize=size)
    axes.set_title(f"{scores.rows} rows, macro-F1 {scores.macro_f1:.3f}, "
                   f"accuracy {scores.accuracy:.3f}", fontsize=size + 3)
    return figure


def per_label_f1(
    scores: Scores, codebook: Codebook, spread: Intervals | None = None
) -> Figure:
    """Returns the F1 of every label that occurs as bars, with its support beside the name.

    With `spread`, whiskers span the labels' 95 % intervals and a band that of macro-F1.
    """
    from matplotlib.figure import Figure

    order = [j for j in _grouped(codebook) if scores.labels[j].occurs]
    labels = [scores.labels[j] for j in order]
    parents = [codebook.parent_of(label.label) for label in labels]
    shades = {parent: COLOURS[place % len(COLOURS)]
              for place, parent in enumerate(dict.fromkeys(parents))}
    grouped = any(label.parent for label in codebook.labels)
    figure = Figure(figsize=(9, 1.4 + 0.3 * max(len(labels), 2)), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    places = range(len(labels))
    axes.barh(places, [label.f1 for label in labels], height=0.72, alpha=0.6 if spread else 1,
              color=[shades[parent] if grouped else COLOURS[0] for parent in parents])
    for place, label in enumerate(labels):
        low, high = spread.labels[label.label] if spread else (label.f1, label.f1)
        if spread:
            axes.plot([low, high], [place, place], color="#222222", linewidth=1.1, marker="|",
                      markersize=5)
        axes.text(max(label.f1, high) + 0.012, place, f"{label.f1:.2f}", va="center", fontsize=9,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
    axes.set_yticks(places, [f"{label.label} ({label.support})" for label in labels], fontsize=9)
    axes.axvline(scores.macro_f1, color="#333333", linewidth=1, linestyle="--")
    if spread:
        axes.axvspan(*spread.averages["macro_f1"], color="#333333", alpha=0.12, linewidth=0,
                     zorder=0)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(0, 1.08)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axes.set_xlabel("F1 (dashed: macro-F1" + ("; whiskers and band: 95 % intervals by article)"
                                              if spread else ")"), fontsize=10)
    axes.set_title(f"F1 by label; {scores.rows} rows, macro-F1 {scores.macro_f1:.3f}", fontsize=11)
    _plain(axes)
    return figure


def epoch_curves(history: Sequence[Mapping[str, float]]) -> Figure:
    """Returns losses and the other metrics over epochs, side by side.

    Args:
        history: one mapping for each epoch, with `epoch` (or counted from 1) and any metrics;
            names with `loss` in them go to the left, the rest, which lie in 0 to 1, to the right.
            A metric may be absent in some epochs.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    names = list(dict.fromkeys(name for row in history for name in row if name != "epoch"))
    sides = [side for side in ([name for name in names if "loss" in name],
                               [name for name in names if "loss" not in name]) if side]
    figure = Figure(figsize=(5.2 * max(len(sides), 1) + 0.6, 4.2), dpi=DPI, layout="constrained")
    for place, side in enumerate(sides, 1):
        axes = figure.add_subplot(1, len(sides), place)
        for shade, name in enumerate(side):
            points = [(row.get("epoch", number), row[name])
                      for number, row in enumerate(history, 1) if name in row]
            axes.plot(*zip(*points, strict=True), marker="o", markersize=4, label=name,
                      color=COLOURS[shade % len(COLOURS)])
        axes.set_xlabel("epoch", fontsize=10)
        axes.set_title("loss" if "loss" in side[0] else "metrics", fontsize=11)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(fontsize=9, frameon=False)
        axes.grid(axis="y", color="#dddddd", linewidth=0.6)
        _plain(axes)
    if not sides:
        figure.text(0.5, 0.5, "no epochs", ha="center", fontsize=11)
    return figure


def _grouped(codebook: Codebook) -> list[int]:
    """The codebook's columns with the labels of one parent side by side, else in its order."""
    parents = list(dict.fromkeys(codebook.parent_of(name) for name in codebook.names))
    return sorted(range(len(codebook.names)),
                  key=lambda j: parents.index(codebook.parent_of(codebook.names[j])))


def _write_counts(axes: Axes, counts: Any, shares: Any, size: float) -> None:
    for row in range(len(counts)):
        for column in range(len(counts)):
            if counts[row, column]:
                axes.text(column, row, f"{counts[row, column]:d}", ha="center", va="center",
                          fontsize=size if counts[row, column] < 1_000 else size - 2.5,
                          color="white" if shares[row, column] > 0.55 else "#222222")


def _part_parents(axes: Axes, parents: Sequence[str]) -> None:
    if len(set(parents)) == len(parents):
        return
    for place in range(1, len(parents)):
        if parents[place] != parents[place - 1]:
            axes.axhline(place - 0.5, color="#777777", linewidth=0.8)
            axes.axvline(place - 0.5, color="#777777", linewidth=0.8)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
