"""Runs with different settings, a sweep or a search, as one HTML page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data.fields import HELD_OUT
from evaluation.figures.definitions import costs
from evaluation.figures.interval import interval_of
from evaluation.pages.markup import Strip, render
from evaluation.plots.style import BLUE, RED


@dataclass(frozen=True)
class SweepRun:
    """How one of the runs ended.

    Attributes:
        name: readable, and of all runs of the page this one's.
        run_id: in MLflow; empty if it never came to a run.
        state: `complete`, `pruned`, `failed` or `running`.
        settings: key to value, as text, of what varied.
        value: the figure by which the runs are ranked; None if there is none.
        seconds: of its training, if known.
        metrics: by name, those that are known.
        note: why it failed, for instance.
    """

    name: str
    run_id: str
    state: str
    settings: Mapping[str, str]
    value: float | None = None
    seconds: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class SweepPage:
    """What the page tells.

    Attributes:
        title: the parent run's name.
        summary: a sentence below it.
        metric: by which the runs are ranked.
        runs: in any order.
        headline: the metrics of which all runs are shown, without `dev/` and `test/`.
        best: the whole configuration of the best as YAML; empty if there is none.
        commands: what to do next: words, then a command.
        space: what varied, and how; or where and how it was drawn.
        settings: that all runs share.
        data: a row of cells for each part of the data, below `data_head`.
        pictures: file name to PNG.
        kind: what a run is called, `run` or `trial`.
    """

    title: str
    summary: str
    metric: str
    runs: Sequence[SweepRun]
    headline: Sequence[str]
    best: str
    commands: Sequence[tuple[str, str]]
    space: Mapping[str, str]
    settings: Mapping[str, str]
    data_head: Sequence[str] = ()
    data: Sequence[Sequence[str]] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    kind: str = "run"


def page(sweep: SweepPage) -> str:
    """Returns the page; every text of the data and the settings is escaped.

    Runs with a figure stand first, the best on top, then those that were given up or failed.
    """
    ranked = sorted(
        (run for run in sweep.runs if run.value is not None and run.state == "complete"),
        key=lambda run: -(run.value or 0.0),
    )
    unranked = [run for run in sweep.runs if run not in ranked]
    keys = list(dict.fromkeys(key for run in sweep.runs for key in run.settings))
    strips, axis = _strips(ranked, sweep.metric)
    return render(
        "sweep.html.jinja",
        title=sweep.title,
        summary=sweep.summary,
        sweep=sweep,
        ranked=ranked,
        setting_names=[key.removeprefix("model.") for key in keys],
        axis=axis,
        rows=[
            {"run": run, "settings": [run.settings.get(key, "–") for key in keys], "strip": strip}
            for run, strip in [
                *zip(ranked, strips, strict=True),
                *((run, None) for run in unranked),
            ]
        ],
        notes=[(run.name, run.note) for run in sweep.runs if run.note],
        failed=any(run.state == "failed" for run in unranked),
        part_metrics=_part_metrics(sweep.headline, ranked),
        costs=[name for name in costs() if any(name in run.metrics for run in ranked)],
    )


def _strips(ranked: Sequence[SweepRun], metric: str) -> tuple[list[Strip], str]:
    """Each run's figure and interval to be drawn, the best in red; and from where to where."""
    values = [run.value or 0.0 for run in ranked]
    intervals = [
        interval_of(run.metrics, metric) or (value, value)
        for run, value in zip(ranked, values, strict=True)
    ]
    ends = [end for interval in intervals for end in interval]
    least, most = (min(ends), max(ends)) if ends else (0.0, 1.0)
    room = max(most - least, 0.01) * 0.05
    strips = [
        Strip(value, *interval, least - room, most + room, BLUE if place else RED)
        for place, (value, interval) in enumerate(zip(values, intervals, strict=True))
    ]
    return strips, f"{least:.3f} to {most:.3f}"


def _part_metrics(headline: Sequence[str], ranked: Sequence[SweepRun]) -> dict[str, list[str]]:
    """The headline metrics that a run has, of each part that has any."""
    names_of = {
        part: [name for name in headline if any(f"{part}/{name}" in run.metrics for run in ranked)]
        for part in HELD_OUT
    }
    return {part: names for part, names in names_of.items() if names}
