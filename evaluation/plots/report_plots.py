"""The plots of a part in a run's report: their files, where they stand, what draws them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.evaluation import Evaluation
from evaluation.plots.label_plots import confusion_matrix, per_label_f1
from evaluation.plots.precision_recall import curves, precision_recall_plot
from evaluation.plots.reliability import reliability_plot
from evaluation.plots.slices import forest

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
    draw: Callable[[Evaluation], Figure | None]


def _confusions(evaluation: Evaluation) -> Figure | None:
    return (
        None
        if evaluation.scores.confusion is None
        else confusion_matrix(evaluation.scores, evaluation.codebook)
    )


def _precision_recall(evaluation: Evaluation) -> Figure:
    return precision_recall_plot(
        curves(
            evaluation.codebook, evaluation.gold, evaluation.probabilities, evaluation.thresholds
        )
    )


def _reliability(evaluation: Evaluation) -> Figure | None:
    return None if evaluation.calibration is None else reliability_plot(evaluation.calibration)


def _slices(evaluation: Evaluation) -> Figure | None:
    return (
        None
        if evaluation.slices is None or not evaluation.slices.entries
        else forest(evaluation.slices)
    )


REPORT_PLOTS = (
    ReportPlot("confusion_matrix.png", "confusions", _confusions),
    # None: the page has its figures as a table.
    ReportPlot(
        "per_label_f1.png",
        None,
        lambda evaluation: per_label_f1(evaluation.scores, evaluation.codebook, evaluation.spread),
    ),
    ReportPlot("precision_recall.png", "labels", _precision_recall),
    ReportPlot("reliability.png", "calibration", _reliability),
    ReportPlot("slices.png", "slices", _slices),
)


def report_plots(evaluation: Evaluation) -> Iterator[tuple[str, Figure]]:
    """Yields file name and plot of each of a part's plots that there is something to draw for."""
    for plot in REPORT_PLOTS:
        figure = plot.draw(evaluation)
        if figure is not None:
            yield plot.file, figure
