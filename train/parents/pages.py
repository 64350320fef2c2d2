"""What the report pages of parent runs are made from: their children, data and settings."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import yaml

from data.fields import HELD_OUT
from evaluation.comparing.candidates import kept_rows
from evaluation.comparing.seed_agreement import Agreement, agreement
from evaluation.comparing.seed_summary import SeedSummary
from evaluation.figures.definitions import headline
from evaluation.figures.interval import interval_of
from evaluation.pages.seed_page import RunOfSeed, SeedPage
from evaluation.pages.sweep_page import SweepPage, SweepRun
from evaluation.plots.sweeps import by_settings
from train.data_facts import data_facts
from train.parents.parent_runs import Child, Parent, Planned, by_recipe
from train.rows import RunData
from train.tracking.origin import settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DATA_HEAD = ("part", "rows", "articles", "targets", "digest")


def seeds_page(
    parent: Parent,
    children: Sequence[Child],
    figures: SeedSummary,
    ranked: Sequence[Child],
    pictures: Mapping[str, bytes],
) -> SeedPage:
    """Returns what the page of a parent of seeds tells.

    Args:
        parent: of the seeds.
        children: all of them.
        figures: of the finished ones.
        ranked: the finished ones, the best first.
        pictures: file name to PNG.

    Raises:
        InputError: the children's predictions are gone, or of different rows.
    """
    config, data = parent.runs[0].config, parent.runs[0].data
    failed = [child for child in children if not child.run_id]
    return SeedPage(
        title=f"{config.task}: {parent.name}",
        summary=f"{config.model.family}, codebook {data.codebook.name} {data.codebook.version}, "
        f"{len(figures.seeds)} of {len(children)} seeds, chosen by {config.select_by}",
        codebook=data.codebook,
        figures=figures,
        headline=[f"{part}/{name}" for name in headline() for part in HELD_OUT],
        select_by=config.select_by,
        runs=[
            RunOfSeed(
                child.seed,
                child.name,
                child.run_id,
                child.metrics.get(config.select_by),
                child.error,
            )
            for child in (*ranked, *failed)
        ],
        agreement=_agreement([child for child in children if child.run_id], data),
        settings=_shared(parent.runs),
        data_head=DATA_HEAD,
        data=data_rows(data),
        pictures=pictures,
    )


def _agreement(done: Sequence[Child], data: RunData) -> dict[str, Agreement]:
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        return {
            part.name: agreement(
                [child.seed for child in done],
                kept_rows(
                    [child.run_id for child in done],
                    part.name,
                    data.codebook,
                    (done[0].run_id, "parent"),
                    scratch,
                ),
            )
            for part in (data.dev, data.test)
            if part.rows
        }


def sweep_page(
    parent: Parent, children: Sequence[Child], pictures: Mapping[str, bytes]
) -> SweepPage:
    """Returns what the page of a sweep tells; `children` stand in the order of its groups."""
    config, data = parent.runs[0].config, parent.runs[0].data
    groups, values_of = by_recipe(parent.runs), varied(parent.runs)
    runs = [
        SweepRun(
            child.name,
            child.run_id,
            "complete" if child.run_id else "failed",
            {key: values[place] for key, values in values_of.items()},
            child.metrics.get(config.select_by),
            child.metrics.get("train_seconds"),
            child.metrics,
            child.error,
        )
        for place, child in enumerate(children)
    ]
    done = sorted(
        (place for place, child in enumerate(children) if child.run_id),
        key=lambda place: -children[place].metrics.get(config.select_by, float("-inf")),
    )
    best = groups[done[0]][0].config.resolved() if done else None
    return SweepPage(
        title=f"{config.task}: {parent.name}",
        summary=f"{config.model.family}, codebook {data.codebook.name} {data.codebook.version}, "
        f"{len(done)} of {len(children)} finished, the best by {config.select_by} first",
        metric=config.select_by,
        runs=runs,
        headline=headline(),
        best=yaml.safe_dump(best, sort_keys=False, allow_unicode=True) if best else "",
        commands=[
            (
                "Is the best better than the next, or lucky?",
                "eventstance evaluation compare "
                + " ".join(children[place].run_id for place in done[:2]),
            )
        ]
        if len(done) > 1
        else [],
        space={key: " | ".join(dict.fromkeys(values)) for key, values in values_of.items()},
        settings=_shared(parent.runs),
        data_head=DATA_HEAD,
        data=data_rows(data),
        pictures=pictures,
    )


def sweep_plot(parent: Parent, children: Sequence[Child]) -> Figure:
    """Returns the plot of a sweep's figure by setting, of the children that have one."""
    select = parent.runs[0].config.select_by
    done = [place for place, child in enumerate(children) if select in child.metrics]
    return by_settings(
        {
            key.removeprefix("model."): [_number(values[place]) for place in done]
            for key, values in varied(parent.runs).items()
        },
        [children[place].metrics[select] for place in done],
        [interval_of(children[place].metrics, select) for place in done],
        select,
    )


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def varied(runs: Sequence[Planned]) -> dict[str, list[str]]:
    """Returns the settings that a sweep varied, but the seed, and their value in each group.

    What follows from such a setting (of another family, say) is none of them.
    """
    firsts = [group[0] for group in by_recipe(runs)]
    configs = [run.config.flat() for run in firsts]
    keys = [
        key
        for key in dict.fromkeys(key for config in configs for key in config)
        if key != "seed" and len({config.get(key) for config in configs}) > 1
    ]
    named = set(re.findall(r"(?:^| )([\w.]+)=", " ".join(run.varied for run in firsts)))
    own = [
        key
        for key in keys
        if any(f"{key.removeprefix('model.')}.".startswith(f"{name}.") for name in named)
    ]
    return {key: [config.get(key, "null") for config in configs] for key in own or keys}


def _shared(runs: Sequence[Planned]) -> dict[str, str]:
    """The settings that all runs have."""
    first, *rest = [settings(run.config, run.data) for run in runs]
    return {
        key: value
        for key, value in first.items()
        if all(further.get(key) == value for further in rest)
    }


def data_rows(data: RunData) -> list[list[str]]:
    """Returns the cells below `DATA_HEAD` for each part that has rows."""
    return [
        [name, *(f"{facts[key]:,}" for key in ("rows", "articles", "targets")), facts["digest"]]
        for name, facts in data_facts(data).items()
    ]
