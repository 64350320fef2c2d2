"""Scores and comparisons as tables for a terminal."""

from __future__ import annotations

from data.terminal import Column, Grid, interval_below
from evaluation.chance.significance import p_text
from evaluation.comparing.compare import Comparison
from evaluation.evaluation import Evaluation
from evaluation.figures.definitions import is_count
from evaluation.figures.interval import shown
from evaluation.slices.report import types_lines
from evaluation.trained_rows import TrainedRows


def labels_table(result: Evaluation) -> Grid:
    """Returns precision, recall, F1 (with its interval), support and predictions of each label."""
    model, rows, book = result.model, result.data, result.codebook
    mapped = f", names of {result.mapped_to}" if result.mapped_to else ""
    spread = result.spread.labels if result.spread else {}
    table = Grid(
        f"{model['name']} {model['version']} on {rows['path']} ({rows['rows']} rows), codebook "
        f"{book.name} {book.version}{mapped}",
        [
            Column("label", folds=True, least=20),
            Column("precision", right=True, rank=1),
            Column("recall", right=True, rank=2),
            Column("F1", right=True, narrow=interval_below),
            Column("support", right=True),
            Column("predicted", right=True, rank=3),
        ],
    )
    for label in result.scores.labels:
        figures = (
            [
                f"{label.precision:.3f}",
                f"{label.recall:.3f}",
                shown(label.f1, spread.get(label.label)),
            ]
            if label.occurs
            else ["-"] * 3
        )
        table.rows.append([label.label, *figures, str(label.support), str(label.predicted)])
    return table


def averages_lines(result: Evaluation) -> list[str]:
    """Returns a line for each average, with its interval; then without rows trained on."""
    spread = result.spread.averages if result.spread else {}
    lines = [
        f"{name:<24} "
        + (f"{value:.0f}" if is_count(name) else shown(value, spread.get(name), digits=4))
        for name, value in result.scores.averages().items()
    ]
    lines += [
        f"{name:<24} " + shown(value, spread.get(name), digits=4)
        for name, value in result.trust().items()
    ]
    lines += types_lines(result.types, spread) if result.types else []
    if result.spread:
        lines.append(
            f"[95 % intervals: {result.spread.articles} articles resampled "
            f"{result.spread.resamples} times]"
        )
    return [*lines, *(_untrained_lines(result.trained) if result.trained else ())]


def _untrained_lines(trained: TrainedRows) -> list[str]:
    """The averages of the rows that the model was not trained on; none where it was on all."""
    if trained.scores is None:
        return []
    spread = trained.spread.averages if trained.spread else {}
    return [
        f"without the {trained.rows} rows it was trained on, {trained.scores.rows} rows:",
        *(
            f"  {name:<22} {shown(value, spread.get(name), digits=4)}"
            for name, value in trained.scores.averages().items()
            if not is_count(name)
        ),
    ]


def models_table(comparison: Comparison) -> Grid:
    """Returns the averages of every model with their intervals; means where it has seeds."""
    names, book = comparison.names, comparison.candidates.codebook
    rest = [name for name in names if name != comparison.metric]
    seeds = [Column("seeds", right=True)] if max(comparison.seeds) > 1 else []
    table = Grid(
        f"{comparison.scores[0].rows} rows of {comparison.spreads[0].articles} articles, codebook "
        f"{book.name} {book.version}",
        [
            Column("model", folds=True, least=20),
            *seeds,
            *(
                Column(
                    name,
                    right=True,
                    rank=rest.index(name) + 1 if name in rest else 0,
                    narrow=interval_below,
                )
                for name in names
            ),
        ],
    )
    for model, count, scores, spread in zip(
        comparison.candidates.models,
        comparison.seeds,
        comparison.scores,
        comparison.spreads,
        strict=True,
    ):
        values = scores.averages()
        table.rows.append(
            [
                model.name,
                *([str(count)] if seeds else []),
                *(shown(values[name], spread.averages[name]) for name in names),
            ]
        )
    return table


def pairs_table(comparison: Comparison) -> Grid:
    """Returns every two models: difference, p, labels won and lost, rows that changed sides."""
    return Grid(
        f"first minus second, {comparison.metric}",
        [
            Column("first", folds=True, least=14),
            Column("second", folds=True, least=14),
            Column("difference", right=True, narrow=interval_below),
            Column("p", right=True, rank=2),
            Column("p (Holm)", right=True),
            Column("labels\nwon:lost", right=True, rank=3),
            Column("rows only first:\nsecond right", right=True, rank=1),
        ],
        [
            [
                pair.first,
                pair.second,
                shown(pair.difference, (pair.low, pair.high)),
                p_text(pair.p),
                p_text(pair.p_holm),
                f"{pair.wins}:{pair.losses}",
                f"{len(pair.only_first)}:{len(pair.only_second)}",
            ]
            for pair in comparison.pairs
        ],
    )
