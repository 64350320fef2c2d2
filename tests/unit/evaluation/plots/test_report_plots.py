"""Which plots a part of a run has, and that one more is one more entry."""

from types import SimpleNamespace

import numpy as np
import pytest

from data.codebook import Codebook
from evaluation.chance.intervals import intervals
from evaluation.figures.calibration import calibration
from evaluation.figures.metrics import score
from evaluation.pages.run_page import SECTIONS
from evaluation.plots import report_plots as module
from evaluation.plots.report_plots import REPORT_PLOTS, ReportPlot, report_plots
from evaluation.slices.columns import groups
from evaluation.slices.scores import slices


def evaluated(rows=40, labels_per_row="single", genres=("wire", "paper")):
    codebook = Codebook.model_validate(
        {
            "name": "acts",
            "version": "1",
            "task": "event",
            "labels_per_row": labels_per_row,
            "labels": [{"name": "kill"}, {"name": "arrest"}],
        }
    )
    gold = [(codebook.names[row % 2],) for row in range(rows)]
    values = np.tile([0.6, 0.4], (rows, 1))
    articles = [f"a{row // 4}" for row in range(rows)]
    columns = [{"text": "words", "genre": genres[row // 4 % len(genres)]} for row in range(rows)]
    return SimpleNamespace(
        codebook=codebook,
        gold=gold,
        probabilities=values,
        thresholds=None,
        scores=score(codebook, gold, values),
        spread=intervals(codebook, gold, values, articles),
        calibration=calibration(codebook, gold, values, values),
        slices=slices(codebook, gold, values, articles, groups(columns, articles)),
    )


def test_a_part_has_every_plot_that_there_is_something_to_draw_for():
    assert [file for file, _ in report_plots(evaluated())] == [plot.file for plot in REPORT_PLOTS]
    several = [file for file, _ in report_plots(evaluated(labels_per_row="several"))]
    assert "confusion_matrix.png" not in several
    assert "precision_recall.png" in several
    assert "slices.png" not in dict(report_plots(evaluated(genres=("wire",), rows=4)))


def test_sections_are_those_of_the_page_and_files_are_no_other_plots():
    assert {plot.section for plot in REPORT_PLOTS} <= {*SECTIONS, "further", None}
    files = [plot.file for plot in REPORT_PLOTS]
    assert len(set(files)) == len(files)


@pytest.mark.parametrize("drawn", ["figure", None])
def test_a_new_plot_is_one_entry(drawn, monkeypatch):
    entry = ReportPlot("own.png", "labels", lambda of: drawn)
    monkeypatch.setattr(module, "REPORT_PLOTS", (entry,))
    assert list(report_plots(evaluated())) == ([("own.png", "figure")] if drawn else [])
