"""What a run leaves beside its model: figures with intervals, reports, plots, predictions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from data.codebook import Codebook
from data.files import Row, write_rows
from evaluation.chance.intervals import Intervals, intervals, shown
from evaluation.chance.row_intervals import row_intervals
from evaluation.figures.abstention import Abstention, abstention, abstention_text
from evaluation.figures.calibration import CalibrationScores, calibration, calibration_text, told
from evaluation.figures.hierarchy import TypeScores, type_scores
from evaluation.figures.metrics import score
from evaluation.figures.scores import Scores
from evaluation.plots.label_plots import confusion_matrix, per_label_f1
from evaluation.plots.precision_recall import curves, precision_recall_plot
from evaluation.plots.reliability import reliability_plot
from evaluation.plots.slices import forest
from evaluation.plots.style import save
from evaluation.predictions import predictions
from evaluation.report import misclassified, text_report
from evaluation.slices.columns import groups
from evaluation.slices.report import slices_text, types_text, worst_tag
from evaluation.slices.scores import Slices, slices
from models.portable.serving import ServedModel
from models.store.artifact_names import (
    CODEBOOK,
    CONFIG,
    MISTAKES,
    PREDICTIONS,
    SLICES,
    SPLIT,
    SPLIT_TEXT,
    TEXT_REPORT,
)
from train.config import RunConfig
from train.data_facts import write_data_facts
from train.rows import Part, RunData
from train.tracking.surroundings import write_surroundings

HEADLINE = (
    "macro_f1",
    "weighted_f1",
    "accuracy",
    "micro_f1",
    "example_f1",
    "f_avg",
    "macro_f1_unseen_targets",
    "ece",
    "coverage",
    "precision_when_certain",
)


@dataclass(frozen=True)
class Measured:
    """The predictions of a model on one part, and how good they are.

    Attributes:
        part, codebook: what was labelled, with which labels.
        probabilities: shape `(n_rows, n_labels)`.
        thresholds: shape `(n_labels,)`; None for one label a row.
        scores: the metrics.
        spread: their intervals; None for fewer than two articles.
        kept: the rows with what was predicted, as `evaluation.predictions` makes them.
        calibration: how far the probabilities can be believed, and `calibrated` by what.
        calibrated: how the model is calibrated, in words.
        abstention: how often the model is certain; None if it never abstains.
        slices: the figures by genre, source, length and the rows' other columns.
        types: the figures of the types above the labels; None where there are none.
    """

    part: Part
    codebook: Codebook
    probabilities: np.ndarray
    thresholds: np.ndarray | None
    scores: Scores
    spread: Intervals | None
    kept: list[Row]
    calibration: CalibrationScores
    calibrated: str
    abstention: Abstention | None
    slices: Slices
    types: TypeScores | None

    def metrics(self) -> dict[str, float]:
        """Returns all metrics and the bounds of the averages, named `<part>/…`."""
        values = self.scores.flat() | (self.spread.flat() if self.spread else {})
        values |= self.calibration.flat() | (self.abstention.flat() if self.abstention else {})
        values |= self.slices.metrics() | (self.types.flat() if self.types else {})
        return {f"{self.part.name}/{name}": value for name, value in values.items()}

    def tags(self) -> dict[str, str]:
        """Returns the worst slice as a tag, `<part>_worst_slice`; none where there is none."""
        return {f"{self.part.name}_{name}": text for name, text in worst_tag(self.slices).items()}


def measure(
    part: Part,
    codebook: Codebook,
    model: ServedModel,
    probabilities: np.ndarray,
    uncalibrated: np.ndarray,
) -> Measured:
    """Returns the metrics of a model's `probabilities` on a part, intervals by article."""
    thresholds = None if model.thresholds is None else np.asarray(model.thresholds)
    train_targets = set(model.train_targets)
    scores = score(
        codebook,
        part.gold,
        probabilities,
        thresholds=thresholds,
        targets=part.targets,
        train_targets=train_targets,
    )
    articles = [row.article_id for row in part.examples]
    spread = intervals(
        codebook,
        part.gold,
        probabilities,
        articles,
        thresholds=thresholds,
        targets=part.targets,
        train_targets=train_targets,
    )
    certain = (
        None
        if model.certain_from is None
        else abstention(
            codebook,
            part.gold,
            probabilities,
            model.certain_from,
            model.min_precision or 0.0,
            thresholds,
        )
    )
    kept = predictions(
        part.rows, part.gold, probabilities, codebook, thresholds, model.certain_from
    )
    if spread:
        spread = spread.beside(row_intervals([kept], codebook))
    return Measured(
        part,
        codebook,
        probabilities,
        thresholds,
        scores,
        spread,
        kept,
        calibration(codebook, part.gold, probabilities, uncalibrated),
        told(model),
        certain,
        slices(
            codebook,
            part.gold,
            probabilities,
            articles,
            groups(part.rows, articles, train_targets=train_targets),
            thresholds=thresholds,
        ),
        type_scores(codebook, part.gold, probabilities, articles, thresholds=thresholds),
    )


def write_part(folder: Path, measured: Measured) -> None:
    """Writes the report, the predictions, the errors among them, and the plots of a part."""
    folder.mkdir(parents=True)
    part, codebook, scores = measured.part, measured.codebook, measured.scores
    spread = measured.spread.averages if measured.spread else {}
    sections = [
        text_report(scores, measured.spread),
        calibration_text(measured.calibration, measured.calibrated, spread),
    ]
    if measured.types:
        sections.insert(1, types_text(measured.types, spread))
    if measured.abstention:
        sections.append(abstention_text(measured.abstention, spread))
    sections.append(slices_text(measured.slices))
    (folder / TEXT_REPORT).write_text("\n".join(sections), encoding="utf-8")
    given = part.rows, part.gold, measured.probabilities, codebook, measured.thresholds
    write_rows(folder / PREDICTIONS, measured.kept)
    write_rows(folder / MISTAKES, misclassified(*given))
    if scores.confusion is not None:
        save(confusion_matrix(scores, codebook), folder / "confusion_matrix.png")
    save(per_label_f1(scores, codebook, measured.spread), folder / "per_label_f1.png")
    save(
        precision_recall_plot(
            curves(codebook, part.gold, measured.probabilities, measured.thresholds)
        ),
        folder / "precision_recall.png",
    )
    save(reliability_plot(measured.calibration), folder / "reliability.png")
    (folder / SLICES).write_text(
        json.dumps(measured.slices.as_json(), ensure_ascii=False, indent=2), encoding="utf-8"
    )
    if measured.slices.found:
        save(forest(measured.slices), folder / "slices.png")


def write_run(folder: Path, config: RunConfig, data: RunData) -> None:
    """Writes what the run was: configuration, codebook, split, data, machine, code."""
    for name, content in (
        (CONFIG, config.resolved()),
        (CODEBOOK, data.codebook.model_dump(mode="json")),
    ):
        (folder / name).write_text(
            yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8"
        )
    (folder / SPLIT).write_text(
        json.dumps({part.name: [row.get("id") for row in part.rows] for part in data.parts}),
        encoding="utf-8",
    )
    write_surroundings(folder, config)
    write_data_facts(folder, data)
    (folder / SPLIT_TEXT).write_text(data.split.text(), encoding="utf-8")


def description(
    config: RunConfig, data: RunData, metrics: Mapping[str, float], link: str = ""
) -> str:
    """Returns the run's short report in Markdown: headline figures with intervals, speed, size.

    `link` leads to the whole report, if there is one.
    """
    parts = [part.name for part in (data.dev, data.test) if part.rows]
    names = [name for name in HEADLINE if f"dev/{name}" in metrics]
    sizes = ", ".join(f"{len(part.rows)} {part.name}" for part in data.parts)
    return "\n".join(
        [
            f"**{config.model.family}** on {config.task} "
            f"(codebook {data.codebook.name} {data.codebook.version}); rows: {sizes}, split "
            f"{data.split.told}. "
            + (f"[Report]({link}): labels, mistakes, slices, calibration, plots." if link else ""),
            "",
            "| | " + " | ".join(parts) + " |",
            "|---" * (len(parts) + 1) + "|",
            *(
                f"| {name} | "
                + " | ".join(_figure(metrics, f"{part}/{name}") for part in parts)
                + " |"
                for name in names
            ),
            "",
            "In brackets: 95 % bootstrap intervals, resampled by article.",
            "",
            *(line for warning in data.split.warnings for line in (f"Warning: {warning}.", "")),
            f"{metrics['train_seconds']:.0f} s of training, "
            f"{metrics['sentences_per_second']:.0f} sentences a second when served, "
            f"{metrics['model_megabytes']:.1f} MB.",
        ]
    )


def _figure(metrics: Mapping[str, float], name: str) -> str:
    if name not in metrics:
        return "–"
    low, high = metrics.get(f"{name}_low"), metrics.get(f"{name}_high")
    return shown(metrics[name], None if low is None or high is None else (low, high))
