"""Precision against recall of every label, as numbers and as small multiples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.codebook import Codebook
from evaluation.figures.metrics import decide, indicators
from evaluation.plots.label_plots import grouped
from evaluation.plots.style import BLUE, FAINT, INK, LINE, RED, SMALL, TITLE, WIDTH, canvas

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MICRO = "all labels together"
ACROSS = 1.18  # from one small plot to the next, each being 1 wide
COLUMNS = 7
LINE_HEIGHT = 0.15  # inches of a line of text


@dataclass(frozen=True)
class Curve:
    """How precision falls as more rows are taken, by falling probability.

    Attributes:
        name: the label.
        recall, precision: one entry for each distinct probability, the highest first.
        average: average precision, Σ (recall_n − recall_n-1) · precision_n.
        support: rows that have the label.
        decided: (recall, precision) of the labels as they were given; None if none was.
    """

    name: str
    recall: np.ndarray
    precision: np.ndarray
    average: float
    support: int
    decided: tuple[float, float] | None


def curves(
    codebook: Codebook,
    gold: Sequence[tuple[str, ...]],
    probabilities: np.ndarray,
    thresholds: np.ndarray | None = None,
) -> list[Curve]:
    """Returns the curve of all decisions together, then that of each label that a row has.

    Each label is set against all others, also where a row has one label only. Labels of one
    type stand side by side. No rows give none.
    """
    if not len(gold):
        return []
    right, predicted = indicators(codebook, gold), decide(codebook, probabilities, thresholds)
    return [
        _curve(MICRO, right.ravel(), probabilities.ravel(), predicted.ravel()),
        *(
            _curve(codebook.names[j], right[:, j], probabilities[:, j], predicted[:, j])
            for j in grouped(codebook)
            if right[:, j].any()
        ),
    ]


def _curve(name: str, right: np.ndarray, values: np.ndarray, predicted: np.ndarray) -> Curve:
    import numpy as np

    order = np.argsort(-values, kind="stable")
    values, hits = values[order], np.cumsum(right[order])
    last = np.append(values[1:] != values[:-1], True)  # equal probabilities are taken together
    precision = (hits / np.arange(1, len(hits) + 1))[last]
    support = int(right.sum())
    recall = hits[last] / max(support, 1)
    hit_count, predicted_count = int((right * predicted).sum()), int(predicted.sum())
    return Curve(
        name,
        recall,
        precision,
        float(np.sum(np.diff(recall, prepend=0) * precision)),
        support,
        (hit_count / max(support, 1), hit_count / predicted_count) if predicted_count else None,
    )


def precision_recall_plot(curves: Sequence[Curve]) -> Figure:
    """Returns a small plot for each curve, with its average precision and its rows.

    The dot is where the labels stand as they were given; it may lie off the curve where rows take
    their most probable label. The dotted line is the label's share of the rows, which guessing
    would reach.
    """
    across = min(COLUMNS, max(len(curves), 3))
    wide = WIDTH / COLUMNS if across == COLUMNS else 2.6  # inches from one to the next
    names = [_broken(curve.name) for curve in curves]
    lines = 1 + max((name.count("\n") + 1 for name in names), default=1)
    above = 0.1 + lines * LINE_HEIGHT * ACROSS / wide
    down = -(-max(len(curves), 1) // across)
    bottom, top = -(down - 1) * (1.12 + above) - 0.12, 1 + above
    high = (top - bottom) * wide / ACROSS + 0.35
    figure = canvas(wide * across, high, False)
    axes = figure.add_axes((0, 0, 1, 1 - 0.35 / high))
    axes.set_axis_off()
    axes.set_xlim(-0.09, across * ACROSS - 0.09)
    axes.set_ylim(bottom, top)
    places = [((n % across) * ACROSS, -(n // across) * (1.12 + above)) for n in range(len(curves))]
    _frames(axes, places)
    for (x, y), name, curve in zip(places, names, curves, strict=True):
        _cell(axes, x, y, name, curve)
    labels = [curve.average for curve in curves[1:]]
    mean = f"; mean average precision (AP) {sum(labels) / len(labels):.3f}" if labels else ""
    figure.suptitle(
        "Precision (up) against recall (right)" + mean, y=1 - 0.12 / high, va="top", fontsize=TITLE
    )
    return figure


def _frames(axes: Axes, places: Sequence[tuple[float, float]]) -> None:
    """All frames and grid lines at once: one axes for each plot would take seconds."""
    from matplotlib.collections import LineCollection, PolyCollection

    axes.add_collection(
        LineCollection(
            [
                line
                for x, y in places
                for line in ([(x, y + 0.5), (x + 1, y + 0.5)], [(x + 0.5, y), (x + 0.5, y + 1)])
            ],
            colors=FAINT,
            linewidths=0.6,
        )
    )
    axes.add_collection(
        PolyCollection(
            [[(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)] for x, y in places],
            facecolors="none",
            edgecolors=LINE,
            linewidths=0.7,
        )
    )


def _cell(axes: Axes, x: float, y: float, name: str, curve: Curve) -> None:
    import numpy as np

    recall = np.concatenate([[0], curve.recall])
    precision = np.concatenate([curve.precision[:1], curve.precision])
    axes.fill_between(x + recall, y, y + precision, step="pre", color=BLUE, alpha=0.15, linewidth=0)
    axes.step(x + recall, y + precision, where="pre", color=BLUE, linewidth=1.3)
    share = float(curve.precision[-1])
    axes.plot([x, x + 1], [y + share] * 2, color=INK, linewidth=0.8, linestyle=":")
    if curve.decided:
        axes.plot(
            [x + curve.decided[0]],
            [y + curve.decided[1]],
            "o",
            color=RED,
            markersize=4.5,
            markeredgecolor="white",
            markeredgewidth=0.6,
        )
    axes.text(
        x,
        y + 1.06,
        f"{name}\nAP {curve.average:.2f}, {curve.support} rows",
        fontsize=SMALL,
        va="bottom",
        linespacing=1.1,
        fontweight="bold" if curve.name == MICRO else "normal",
    )


def _broken(name: str, most: int = 19) -> str:
    """The name on two lines if it is long, broken after an underscore."""
    if len(name) <= most:
        return name
    at = max(name.rfind("_", 0, most), name.rfind(" ", 0, most))
    return f"{name[: at + 1]}\n{name[at + 1 :]}" if at > 0 else name
