"""A run's report as one page, with the plots of its training and of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.evaluation import Evaluation
from evaluation.pages.markup import pictures_in
from evaluation.pages.run_page import RunPage, page
from evaluation.plots.style import save
from evaluation.plots.training import epoch_curves, length_histogram
from models.portable.lengths import Lengths, lengths
from models.portable.serving import ServedModel
from models.store.artifact_names import REPORT
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
        evaluations: of dev, then of test if there is one.
        epochs: the metrics of each epoch.
        facts: counts of the training.
    """

    name: str
    config: RunConfig
    data: RunData
    model: ServedModel
    evaluations: Sequence[Evaluation]
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
    lengths_of = {
        part.name: lengths(run.model, [row.example for row in part.examples])
        for part in run.data.parts
        if part.rows
    }
    first = next(iter(lengths_of.values()))
    save(
        length_histogram(
            {name: of_part.values for name, of_part in lengths_of.items()}, first.unit, first.limit
        ),
        folder / "lengths.png",
    )
    (folder / REPORT).write_text(page(_page(folder, run, lengths_of)), encoding="utf-8")


def _page(folder: Path, run: Reported, lengths_of: Mapping[str, Lengths]) -> RunPage:
    config, codebook = run.config, run.data.codebook
    return RunPage(
        title=f"{config.task}: {run.name}",
        summary=f"{config.model.family}, codebook {codebook.name} {codebook.version}, chosen by "
        f"{config.select_by}",
        codebook=codebook,
        parts=run.evaluations,
        facts=_facts(run),
        settings=settings(config, run.data),
        data_head=DATA_HEAD,
        data=_data(run, lengths_of),
        epochs=run.epochs,
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
            "split": split.summary,
            **({"warnings": "; ".join(split.warnings)} if split.warnings else {}),
        }
    )


def _data(run: Reported, lengths_of: Mapping[str, Lengths]) -> list[list[str]]:
    return [
        [
            name,
            f"{facts['rows']:,}",
            f"{facts['articles']:,}",
            f"{facts['targets']:,}",
            f"{max(lengths_of[name].values)} {lengths_of[name].unit}",
            f"{lengths_of[name].cut:,}",
            facts["digest"],
        ]
        for name, facts in data_facts(run.data).items()
    ]
