"""A run's report as one page, with the plots of its training and of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.pages.markup import pictures_in
from evaluation.pages.run_page import PartOfRun, RunPage, page
from evaluation.plots.style import save
from evaluation.plots.training import epoch_curves, length_histogram
from evaluation.report import misclassified
from models.portable.lengths import Lengths, lengths
from models.portable.serving import ServedModel
from models.store.artifact_names import REPORT
from train.artifacts import Measured
from train.config import RunConfig
from train.data_facts import data_facts
from train.rows import RunData
from train.tracking.origin import settings
from train.tracking.surroundings import code_state

DATA_HEAD = ("part", "rows", "articles", "targets", "longest", "cut", "digest")
FACTS = {"train_seconds": ("training", "{:,.0f} s"), "model_megabytes": ("model", "{:,.1f} MB")}


@dataclass(frozen=True)
class Reported:
    """What the report tells of.

    Attributes:
        name: of the run.
        config, data, model: what was trained on what.
        measured: dev, then test if there is one.
        epochs: the metrics of each epoch.
        facts: counts of the training.
    """

    name: str
    config: RunConfig
    data: RunData
    model: ServedModel
    measured: Sequence[Measured]
    epochs: Sequence[Mapping[str, float]]
    facts: Mapping[str, float]


def write_report(folder: Path, run: Reported) -> None:
    """Writes epochs.png, lengths.png and report.html; the plots of the parts are there already.

    Every PNG in the folder of a part comes into the report.
    """
    if run.epochs:
        save(
            epoch_curves(run.epochs, run.config.select_by.removeprefix("dev/")),
            folder / "epochs.png",
        )
    long = {
        part.name: lengths(run.model, [row.example for row in part.examples])
        for part in run.data.parts
        if part.rows
    }
    one = next(iter(long.values()))
    save(
        length_histogram({name: each.values for name, each in long.items()}, one.unit, one.limit),
        folder / "lengths.png",
    )
    (folder / REPORT).write_text(page(_page(folder, run, long)), encoding="utf-8")


def _page(folder: Path, run: Reported, long: Mapping[str, Lengths]) -> RunPage:
    config, codebook = run.config, run.data.codebook
    return RunPage(
        title=f"{config.task}: {run.name}",
        summary=f"{config.model.family}, codebook {codebook.name} {codebook.version}, chosen by "
        f"{config.select_by}",
        codebook=codebook,
        parts=[_part(folder / one.part.name, one) for one in run.measured],
        facts=_facts(run),
        settings=settings(config, run.data),
        data_head=DATA_HEAD,
        data=_data(run, long),
        epochs=run.epochs,
        pictures=pictures_in(folder),
    )


def _part(folder: Path, one: Measured) -> PartOfRun:
    prefix = f"{one.part.name}/"
    return PartOfRun(
        name=one.part.name,
        metrics={name.removeprefix(prefix): value for name, value in one.metrics().items()},
        scores=one.scores,
        spread=one.spread,
        types=one.types,
        abstention=one.abstention,
        slices=one.slices,
        calibrated=one.calibrated,
        mistakes=misclassified(
            one.part.rows, one.part.gold, one.probabilities, one.codebook, one.thresholds
        ),
        pictures=pictures_in(folder),
    )


def _facts(run: Reported) -> dict[str, str]:
    facts = {
        FACTS.get(name, (name.replace("_", " "), ""))[0]: FACTS.get(name, ("", "{:g}"))[1].format(
            value
        )
        for name, value in run.facts.items()
    }
    split = run.data.split
    return (
        facts
        | ({"code": code_state().name} if code_state().name else {})
        | {
            "split": split.told,
            **({"warnings": "; ".join(split.warnings)} if split.warnings else {}),
        }
    )


def _data(run: Reported, long: Mapping[str, Lengths]) -> list[list[str]]:
    return [
        [
            name,
            f"{facts['rows']:,}",
            f"{facts['articles']:,}",
            f"{facts['targets']:,}",
            f"{max(long[name].values)} {long[name].unit}",
            f"{long[name].cut:,}",
            facts["digest"],
        ]
        for name, facts in data_facts(run.data).items()
    ]
