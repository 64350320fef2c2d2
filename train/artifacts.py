"""What a run leaves beside its model: figures with intervals, reports, plots, predictions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from data.files import write_rows
from evaluation.evaluation import Evaluation
from evaluation.figures.abstention import abstention_text
from evaluation.figures.calibration import calibration_text
from evaluation.figures.definitions import headline
from evaluation.figures.interval import metric_text
from evaluation.pages.markup import pictures_in
from evaluation.plots.report_plots import report_plots
from evaluation.plots.style import save
from evaluation.report import text_report
from evaluation.slices.report import slices_text, types_text, worst_tag
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
from train.rows import RunData
from train.tracking.surroundings import write_surroundings


def write_part(folder: Path, evaluation: Evaluation) -> None:
    """Writes the report, the predictions, the errors among them, and the plots of a part."""
    folder.mkdir(parents=True)
    (folder / TEXT_REPORT).write_text("\n".join(_sections(evaluation)), encoding="utf-8")
    write_rows(folder / PREDICTIONS, evaluation.predictions)
    write_rows(folder / MISTAKES, evaluation.mistakes)
    for file, figure in report_plots(evaluation):
        save(figure, folder / file)
    evaluation.pictures.update(pictures_in(folder))
    if evaluation.slices is not None:
        (folder / SLICES).write_text(
            json.dumps(evaluation.slices.as_json(), ensure_ascii=False, indent=2), encoding="utf-8"
        )


def _sections(evaluation: Evaluation) -> Iterator[str]:
    """The sections of the text report."""
    spread = evaluation.spread.averages if evaluation.spread else {}
    yield text_report(evaluation.scores, evaluation.spread)
    if evaluation.types:
        yield types_text(evaluation.types, spread)
    if evaluation.calibration:
        yield calibration_text(evaluation.calibration, evaluation.calibrated, spread)
    if evaluation.abstention:
        yield abstention_text(evaluation.abstention, spread)
    if evaluation.slices is not None:
        yield slices_text(evaluation.slices)


def metrics_of(evaluation: Evaluation) -> dict[str, float]:
    """Returns the metrics of a part that are numbers, named `<part>/…`."""
    return {
        f"{evaluation.name}/{name}": value
        for name, value in evaluation.metrics.items()
        if not math.isnan(value)
    }


def tags_of(evaluation: Evaluation) -> dict[str, str]:
    """Returns the worst slice as a tag, `<part>_worst_slice`; none where there is none."""
    tags = {} if evaluation.slices is None else worst_tag(evaluation.slices)
    return {f"{evaluation.name}_{name}": text for name, text in tags.items()}


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
    names = [name for name in headline() if f"dev/{name}" in metrics]
    sizes = ", ".join(f"{len(part.rows)} {part.name}" for part in data.parts)
    return "\n".join(
        [
            f"**{config.model.family}** on {config.task} "
            f"(codebook {data.codebook.name} {data.codebook.version}); rows: {sizes}, split "
            f"{data.split.summary}. "
            + (f"[Report]({link}): labels, mistakes, slices, calibration, plots." if link else ""),
            "",
            "| | " + " | ".join(parts) + " |",
            "|---" * (len(parts) + 1) + "|",
            *(
                f"| {name} | "
                + " | ".join(metric_text(metrics, f"{part}/{name}") for part in parts)
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
