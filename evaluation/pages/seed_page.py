"""Several seeds of one configuration as one HTML page that needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from data.codebook import Codebook
from data.fields import HELD_OUT
from evaluation.comparing.seed_agreement import Agreement
from evaluation.comparing.seed_summary import SeedSummary
from evaluation.figures.definitions import Group, group
from evaluation.figures.scores import label_metric
from evaluation.pages.markup import Strip, amount, render
from evaluation.plots.style import BLUE

MOST_ROWS = 30  # divided rows of a part
MOST_SWAPS = 10
MOST_NAMED = 5  # labels
ALIKE = (
    "All seeds gave the same predictions, so nothing in this training depends on the seed: "
    "one run says as much."
)


@dataclass(frozen=True)
class RunOfSeed:
    """How the run of a seed ended: `value` is its figure by `select_by`, None if it failed."""

    seed: int
    name: str
    run_id: str
    value: float | None
    error: str = ""


@dataclass(frozen=True)
class SeedPage:
    """What the page tells.

    Attributes:
        title: the parent run's name.
        summary: a sentence below it.
        codebook: the labels.
        figures: of each seed, and of all together.
        headline: the metrics that stand first, with `dev/` and `test/`.
        select_by: what the runs are ranked by.
        runs: finished ones, the best first, then those that failed.
        agreement: of each part, where the seeds say the same.
        settings: name to value, as text.
        data: a row of cells for each part of the data, below `data_head`.
        pictures: file name to PNG.
    """

    title: str
    summary: str
    codebook: Codebook
    figures: SeedSummary
    headline: Sequence[str]
    select_by: str
    runs: Sequence[RunOfSeed]
    agreement: Mapping[str, Agreement]
    settings: Mapping[str, str]
    data_head: Sequence[str] = ()
    data: Sequence[Sequence[str]] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def page(seeds: SeedPage) -> str:
    """Returns the page; every text of the data, the settings and the codebook is escaped."""
    summary = seeds.figures
    labels = {part: _labels(seeds, part) for part in HELD_OUT}
    return render(
        "seeds.html.jinja",
        title=seeds.title,
        summary=seeds.summary,
        seeds=seeds,
        alike=ALIKE if summary.alike else "",
        seed_names=[f"seed {seed}" for seed in summary.seeds],
        headline=[_figure(summary, name) for name in seeds.headline if name in summary.values],
        all_figures=_all_figures(summary),
        labels=[
            {
                "name": part,
                "labels": rows,
                "most": [row["name"] for row in rows[:MOST_NAMED] if row["varies"]],
            }
            for part, rows in labels.items()
            if rows
        ],
        agreements=[
            _agreement(part, agreement)
            for part, agreement in seeds.agreement.items()
            if agreement.rows
        ],
        most_rows=MOST_ROWS,
    )


def _figure(summary: SeedSummary, name: str) -> dict[str, object]:
    """A metric over the seeds, formatted where that takes more than digits."""
    values, sd = summary.values[name], summary.sd(name)
    low, high = amount(min(values)), amount(max(values))
    return {
        "name": name,
        "values": values,
        "mean": summary.mean(name),
        "interval": summary.spread.get(name),
        "sd": "–" if sd is None else "0" if not sd else f"{sd:.4f}" if sd < 1 else amount(sd),
        "span": low if low == high else f"{low} … {high}",
    }


def _all_figures(summary: SeedSummary) -> list[dict[str, object]]:
    """All metrics but those by label, by what they are of; those of no part are costs."""
    parts = [
        part for part in HELD_OUT if any(name.startswith(f"{part}/") for name in summary.values)
    ]
    grouped: dict[str, list[str]] = {name: [] for name in get_args(Group)}
    for name in summary.values:
        part, _, bare = name.partition("/")
        if part in parts and not bare.startswith("f1/") and bare not in grouped[group(bare)]:
            grouped[group(bare)].append(bare)
    costs = [name for name in summary.values if name.partition("/")[0] not in parts]
    blocks = [_block(summary, grouped, parts)]
    if costs:
        blocks.append(_block(summary, {"training and cost": costs}, [""]))
    return blocks


def _block(
    summary: SeedSummary, groups: Mapping[str, Sequence[str]], parts: Sequence[str]
) -> dict[str, object]:
    """A table of figures: three columns for each part, or for the mean where there are none."""

    def cell(name: str) -> dict[str, object] | str | None:
        if name not in summary.values:
            return None
        values = summary.values[name]
        if "/" not in name and len(set(values)) == 1 and values[0] == int(values[0]):
            return f"{values[0]:,.0f}"  # epochs, rows that were cut: the same for each seed
        return _figure(summary, name) | {
            "interval": summary.spread.get(name) or summary.over_seeds(name)
        }

    return {
        "columns": [name for part in parts for name in (part or "mean", "sd", "of the seeds")],
        "groups": {
            group: [
                {
                    "name": name,
                    "cells": [cell(f"{part}/{name}" if part else name) for part in parts],
                }
                for name in names
            ]
            for group, names in groups.items()
            if names
        },
    }


def _labels(seeds: SeedPage, part: str) -> list[dict[str, object]]:
    """F1 of the labels, those first that vary most by seed."""
    summary = seeds.figures
    names = {f"{part}/{label_metric(label)}": label for label in seeds.codebook.names}
    support = seeds.agreement[part].support if part in seeds.agreement else {}
    return [
        _figure(summary, metric)
        | {
            "name": names[metric],
            "rows": support.get(names[metric], 0),
            "varies": bool(summary.sd(metric)),
            "strip": Strip(
                summary.mean(metric),
                min(summary.values[metric]),
                max(summary.values[metric]),
                0,
                1,
                BLUE,
            ),
        }
        for metric in sorted(
            (metric for metric in names if metric in summary.values),
            key=lambda metric: -(summary.sd(metric) or 0),
        )
    ]


def _agreement(part: str, agreement: Agreement) -> dict[str, object]:
    return {
        "name": part,
        "rows": agreement.rows,
        "counts": {
            "all seeds are right": agreement.right,
            "all say the same, and wrong": agreement.wrong,
            "they are divided": len(agreement.divided),
        },
        "swaps": agreement.swaps()[:MOST_SWAPS],
        "divided": agreement.divided,
    }
