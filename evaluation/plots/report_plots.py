"""The plots of a part in a run's report: their files, where they stand, what draws them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from data.codebook import Codebook
from evaluation.chance.intervals import Intervals
from evaluation.figures.calibration import CalibrationScores
from evaluation.figures.scores import Scores
from evaluation.plots.label_plots import confusion_matrix, per_label_f1
from evaluation.plots.precision_recall import curves, precision_recall_plot
from evaluation.plots.reliability import reliability_plot
from evaluation.plots.slices import forest
from evaluation.slices.scores import Slices

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure


class Evaluated(Protocol):
    """What is drawn: the predictions of a model on one part, and how good they are.

    Attributes:
        codebook: the labels.
        gold: of each row.
        probabilities: shape `(n_rows, n_labels)`.
        thresholds: shape `(n_labels,)`; None for one label a row.
        scores: the figures of the labels; calibration, slices: None where they are not known.
        spread: intervals of the scores; None for fewer than two articles.
    """

    @property
    def codebook(self) -> Codebook: ...  # noqa: D102
    @property
    def gold(self) -> Sequence[tuple[str, ...]]: ...  # noqa: D102
    @property
    def probabilities(self) -> np.ndarray: ...  # noqa: D102
    @property
    def thresholds(self) -> np.ndarray | None: ...  # noqa: D102
    @property
    def scores(self) -> Scores: ...  # noqa: D102
    @property
    def spread(self) -> Intervals | None: ...  # noqa: D102
    @property
    def calibration(self) -> CalibrationScores | None: ...  # noqa: D102
    @property
    def slices(self) -> Slices | None: ...  # noqa: D102


@dataclass(frozen=True)
class ReportPlot:
    """A plot of a part.

    Attributes:
        file: its name in the part's folder among the artifacts.
        section: of the report page that it stands in: `labels`, `confusions`, `types`,
            `calibration`, `slices`, or `further` for a place below all of them; None keeps it
            out of the page.
        draw: returns the plot, or None where there is nothing to draw.
    """

    file: str
    section: str | None
    draw: Callable[[Evaluated], Figure | None]


def _confusions(evaluated: Evaluated) -> Figure | None:
    return (
        None
        if evaluated.scores.confusion is None
        else confusion_matrix(evaluated.scores, evaluated.codebook)
    )


def _precision_recall(evaluated: Evaluated) -> Figure:
    return precision_recall_plot(
        curves(evaluated.codebook, evaluated.gold, evaluated.probabilities, evaluated.thresholds)
    )


def _reliability(evaluated: Evaluated) -> Figure | None:
    return None if evaluated.calibration is None else reliability_plot(evaluated.calibration)


def _slices(evaluated: Evaluated) -> Figure | None:
    return (
        None if evaluated.slices is None or not evaluated.slices.found else forest(evaluated.slices)
    )


REPORT_PLOTS = (
    ReportPlot("confusion_matrix.png", "confusions", _confusions),
    # None: the page has its figures as a table.
    ReportPlot(
        "per_label_f1.png",
        None,
        lambda evaluated: per_label_f1(evaluated.scores, evaluated.codebook, evaluated.spread),
    ),
    ReportPlot("precision_recall.png", "labels", _precision_recall),
    ReportPlot("reliability.png", "calibration", _reliability),
    ReportPlot("slices.png", "slices", _slices),
)


def report_plots(evaluated: Evaluated) -> Iterator[tuple[str, Figure]]:
    """Yields file name and plot of each of a part's plots that there is something to draw for."""
    for plot in REPORT_PLOTS:
        figure = plot.draw(evaluated)
        if figure is not None:
            yield plot.file, figure
