"""Runs with different settings, a sweep or a search, as one HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from evaluation.figures.interval import interval_of
from evaluation.pages.markup import (
    amount,
    contents,
    document,
    figure,
    heading,
    pairs,
    pictures,
    strip,
    table,
    texts,
    with_interval,
)
from evaluation.plots.style import BLUE, RED

PARTS = ("dev", "test")
METHOD = (
    "In brackets: 95 % intervals, resampled by article. The best of many looks better than "
    "it is: it was chosen for its dev figure."
)


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


def page(told: SweepPage) -> str:
    """Returns the page; every text of the data and the settings is escaped.

    Runs with a figure stand first, the best on top, then those that were given up or failed.
    """
    ranked = sorted(
        (run for run in told.runs if run.value is not None and run.state == "complete"),
        key=lambda run: -(run.value or 0.0),
    )
    others = [run for run in told.runs if run not in ranked]
    places = [
        f"{told.kind}s",
        *(["figures"] if ranked else []),
        *(["best"] if told.best else []),
        "what varied",
        "data",
        "settings",
    ]
    return document(
        told.title,
        [
            f"<h1>{escape(told.title)}</h1>",
            f'<p class="quiet">{escape(told.summary)}</p>',
            contents(places),
            heading(places[0]),
            _runs(told, ranked, others),
            _lost(told, others),
            f'<p class="small quiet">{METHOD}</p>',
            pictures(told.pictures, told.pictures),
            *([heading("figures"), *_figures(told, ranked)] if ranked else []),
            *([heading("best"), *_best(told)] if told.best else []),
            heading("what varied"),
            pairs(told.space),
            heading("data"),
            texts(told.data_head, told.data),
            heading("settings"),
            pairs(told.settings),
        ],
    )


def _runs(told: SweepPage, ranked: Sequence[SweepRun], others: Sequence[SweepRun]) -> str:
    keys = list(dict.fromkeys(key for run in told.runs for key in run.settings))
    ends = [
        end
        for run in ranked
        for end in interval_of(run.metrics, told.metric) or (run.value or 0.0,)
    ]
    least, most = (min(ends), max(ends)) if ends else (0.0, 1.0)
    room = max(most - least, 0.01) * 0.05

    def line(run: SweepRun) -> list[str]:
        pair, value = interval_of(run.metrics, told.metric), run.value
        drawn = (
            ""
            if value is None or run.state != "complete"
            else strip(
                value,
                *(pair or (value, value)),
                least - room,
                most + room,
                RED if run is ranked[0] else BLUE,
            )
        )
        return [
            f'{escape(run.name)}<br><code class="small quiet">{escape(run.run_id)}</code>',
            "–"
            if value is None
            else figure(run.metrics, told.metric)
            if told.metric in run.metrics
            else with_interval(value, None),
            *(escape(run.settings.get(key, "–")) for key in keys),
            "–" if run.seconds is None else f"{run.seconds:,.0f} s",
            escape(run.state),
            drawn,
        ]

    head = [
        told.kind,
        told.metric,
        *(key.removeprefix("model.") for key in keys),
        "training",
        "state",
        f"{least:.3f} to {most:.3f}",
    ]
    return table(head, map(line, [*ranked, *others]), right=range(1, 3 + len(keys)))


def _lost(told: SweepPage, others: Sequence[SweepRun]) -> str:
    """What is to be said of runs that failed, or that were equal to others."""
    lines = [f"{escape(run.name)}: {escape(run.note)}" for run in told.runs if run.note]
    failed = sum(run.state == "failed" for run in others)
    if not lines:
        return ""
    side = " second" if failed else ""
    return f'<p class="verdict{side}">{"<br>".join(lines)}</p>'


def _figures(told: SweepPage, ranked: Sequence[SweepRun]) -> Iterator[str]:
    """The headline figures and the cost of every run that has them."""
    for part in PARTS:
        names = [
            name for name in told.headline if any(f"{part}/{name}" in run.metrics for run in ranked)
        ]
        if names:
            yield f"<h3>{part}</h3>" + table(
                [told.kind, *names],
                [
                    [escape(run.name), *(figure(run.metrics, f"{part}/{name}") for name in names)]
                    for run in ranked
                    if run.metrics
                ],
                right=range(1, 1 + len(names)),
            )
    costs = [
        name
        for name in ("train_seconds", "sentences_per_second", "model_megabytes")
        if any(name in run.metrics for run in ranked)
    ]
    if costs:
        yield "<h3>Cost</h3>" + table(
            [told.kind, *(name.replace("_", " ") for name in costs)],
            [
                [
                    escape(run.name),
                    *(amount(run.metrics[name]) if name in run.metrics else "–" for name in costs),
                ]
                for run in ranked
                if run.metrics
            ],
            right=range(1, 1 + len(costs)),
        )


def _best(told: SweepPage) -> Iterator[str]:
    for words, command in told.commands:
        yield f"<p>{escape(words)}</p><pre>{escape(command)}</pre>"
    yield f"<p>Its whole configuration:</p><pre>{escape(told.best)}</pre>"
