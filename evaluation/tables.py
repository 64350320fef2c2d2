"""Scores and comparisons as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.compare import Comparison
from evaluation.comparison_page import p_text
from evaluation.intervals import shown
from evaluation.score import ModelScores
from evaluation.slice_report import types_lines
from evaluation.trained_rows import TrainedRows

if TYPE_CHECKING:
    from rich.table import Table


def labels_table(result: ModelScores) -> Table:
    """Returns precision, recall, F1 (with its interval), support and predictions of each label."""
    from rich.table import Table

    model, rows = result.model, result.data
    table = Table(
        title=f"{model['name']} {model['version']} on {rows['path']} ({rows['rows']} rows)")
    table.add_column("label", overflow="fold")
    for column in ("precision", "recall", "F1", "support", "predicted"):
        table.add_column(column, justify="right")
    spread = result.intervals.labels if result.intervals else {}
    for label in result.scores.labels:
        figures = ([f"{label.precision:.3f}", f"{label.recall:.3f}",
                    shown(label.f1, spread.get(label.label))] if label.occurs else ["-"] * 3)
        table.add_row(label.label, *figures, str(label.support), str(label.predicted))
    return table


def averages_lines(result: ModelScores) -> list[str]:
    """Returns a line for each average, with its interval; then without rows trained on."""
    spread = result.intervals.averages if result.intervals else {}
    lines = [f"{name:<24} " + (f"{value:.0f}" if name.endswith("_rows")
                               else shown(value, spread.get(name), digits=4))
             for name, value in result.scores.averages().items()]
    lines += [f"{name:<24} " + shown(value, spread.get(name), digits=4)
              for name, value in result.trust().items()]
    lines += types_lines(result.types, spread) if result.types else []
    if result.intervals:
        lines.append(f"[95 % intervals: {result.intervals.articles} articles resampled "
                     f"{result.intervals.resamples} times]")
    return [*lines, *(_untrained_lines(result.trained) if result.trained else ())]


def _untrained_lines(trained: TrainedRows) -> list[str]:
    """The averages of the rows that the model was not trained on; none where it was on all."""
    if trained.scores is None:
        return []
    spread = trained.spread.averages if trained.spread else {}
    return [f"without the {trained.rows} rows it was trained on, {trained.scores.rows} rows:",
            *(f"  {name:<22} {shown(value, spread.get(name), digits=4)}"
              for name, value in trained.scores.averages().items()
              if not name.endswith("_rows"))]


def models_table(comparison: Comparison) -> Table:
    """Returns the averages of every model with their intervals; means where it has seeds."""
    from rich.table import Table

    names = list(comparison.scores[0].averages())
    table = Table(title=f"{comparison.scores[0].rows} rows of "
                        f"{comparison.spreads[0].articles} articles")
    table.add_column("model", overflow="fold")
    for name in ("seeds", *names):
        table.add_column(name, justify="right")
    for model, seeds, scores, spread in zip(comparison.candidates.models, comparison.seeds,
                                            comparison.scores, comparison.spreads, strict=True):
        values = scores.averages()
        table.add_row(model.name, str(seeds),
                      *(shown(values[name], spread.averages[name]) for name in names))
    return table


def pairs_table(comparison: Comparison) -> Table:
    """Returns every two models: difference, p, labels won and lost, rows that changed sides."""
    from rich.table import Table

    table = Table(title=f"first minus second, {comparison.metric}")
    for column in ("first", "second"):
        table.add_column(column, overflow="fold")
    for column in ("difference [95 %]", "p", "p (Holm)", "labels won:lost",
                   "rows only first:second right"):
        table.add_column(column, justify="right")
    for pair in comparison.pairs:
        table.add_row(
            pair.first, pair.second, shown(pair.difference, (pair.low, pair.high)),
            p_text(pair.p), p_text(pair.p_holm), f"{pair.wins}:{pair.losses}",
            f"{len(pair.only_first)}:{len(pair.only_second)}")
    return table
