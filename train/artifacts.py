"""What a run leaves beside its model: figures with intervals, reports, plots, predictions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from data.codebook import Codebook
from data.files import write_rows
from evaluation import plots
from evaluation.intervals import Intervals, intervals, shown
from evaluation.metrics import score
from evaluation.predictions import CODEBOOK, PREDICTIONS, predictions
from evaluation.report import misclassified, text_report
from evaluation.scores import Scores
from train.config import RunConfig
from train.data import Part, RunData

HEADLINE = ("macro_f1", "weighted_f1", "accuracy", "micro_f1", "example_f1", "f_avg",
            "macro_f1_unseen_targets")


@dataclass(frozen=True)
class Measured:
    """The predictions of a model on one part, and how good they are.

    Attributes:
        part, codebook: what was labelled, with which labels.
        probabilities: shape `(n_rows, n_labels)`.
        thresholds: shape `(n_labels,)`; None for one label a row.
        scores: the metrics.
        spread: their intervals; None for fewer than two articles.
    """

    part: Part
    codebook: Codebook
    probabilities: np.ndarray
    thresholds: np.ndarray | None
    scores: Scores
    spread: Intervals | None

    def metrics(self) -> dict[str, float]:
        """Returns all metrics and the bounds of the averages, named `<part>/…`."""
        values = self.scores.flat() | (self.spread.flat() if self.spread else {})
        return {f"{self.part.name}/{name}": value for name, value in values.items()}


def measure(
    part: Part,
    codebook: Codebook,
    probabilities: np.ndarray,
    thresholds: np.ndarray | None,
    train_targets: set[str],
) -> Measured:
    """Returns the metrics of `probabilities` on a part, with intervals resampled by article."""
    scores = score(codebook, part.gold, probabilities, thresholds=thresholds,
                   targets=part.targets, train_targets=train_targets)
    spread = intervals(codebook, part.gold, probabilities,
                       [row.article_id for row in part.examples], thresholds=thresholds,
                       targets=part.targets, train_targets=train_targets)
    return Measured(part, codebook, probabilities, thresholds, scores, spread)


def write_part(folder: Path, measured: Measured) -> None:
    """Writes the report, the predictions, the errors among them, and the plots of a part."""
    folder.mkdir(parents=True)
    part, codebook, scores = measured.part, measured.codebook, measured.scores
    (folder / "report.txt").write_text(text_report(scores, measured.spread), encoding="utf-8")
    given = part.rows, part.gold, measured.probabilities, codebook, measured.thresholds
    write_rows(folder / PREDICTIONS, predictions(*given))
    write_rows(folder / "misclassified.jsonl", misclassified(*given))
    if scores.confusion is not None:
        plots.confusion_matrix(scores, codebook).savefig(folder / "confusion_matrix.png")
    plots.per_label_f1(scores, codebook, measured.spread).savefig(folder / "per_label_f1.png")


def write_run(
    folder: Path, config: RunConfig, data: RunData, epochs: Sequence[Mapping[str, float]]
) -> None:
    """Writes what the run was: configuration, codebook, split, and its curves over epochs."""
    for name, content in (("config.yaml", config.resolved()),
                          (CODEBOOK, data.codebook.model_dump(mode="json"))):
        (folder / name).write_text(
            yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    (folder / "split.json").write_text(json.dumps(
        {part.name: [row.get("id") for row in part.rows] for part in data.parts}),
        encoding="utf-8")
    if data.report:
        (folder / "split.txt").write_text(data.report + "\n", encoding="utf-8")
    if len(epochs) > 1:
        plots.epoch_curves(epochs).savefig(folder / "epochs.png")


def description(config: RunConfig, data: RunData, metrics: Mapping[str, float]) -> str:
    """Returns the run's short report in Markdown: headline figures with intervals, speed, size."""
    parts = [part.name for part in (data.dev, data.test) if part.rows]
    names = [name for name in HEADLINE if f"dev/{name}" in metrics]
    sizes = ", ".join(f"{len(part.rows)} {part.name}" for part in data.parts)
    return "\n".join([
        f"**{config.model.family}** on {config.task} "
        f"(codebook {data.codebook.name} {data.codebook.version}); rows: {sizes}.", "",
        "| | " + " | ".join(parts) + " |", "|---" * (len(parts) + 1) + "|",
        *(f"| {name} | " + " | ".join(_figure(metrics, f"{part}/{name}") for part in parts) + " |"
          for name in names), "",
        "In brackets: 95 % bootstrap intervals, resampled by article.", "",
        f"{metrics['train_seconds']:.0f} s of training, "
        f"{metrics['sentences_per_second']:.0f} sentences a second when served, "
        f"{metrics['model_megabytes']:.1f} MB. Artifacts: config.yaml and codebook.yaml; for each "
        "split report.txt, predictions.jsonl, misclassified.jsonl and plots."])


def _figure(metrics: Mapping[str, float], name: str) -> str:
    if name not in metrics:
        return "–"
    low, high = metrics.get(f"{name}_low"), metrics.get(f"{name}_high")
    return shown(metrics[name], None if low is None or high is None else (low, high))
