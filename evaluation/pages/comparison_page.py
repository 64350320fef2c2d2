"""A comparison as one HTML page that needs nothing beside itself: no scripts, fonts or pictures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from data.files import Row, atomic
from evaluation.chance.significance import p_text
from evaluation.comparing.compare import Comparison, Pair
from evaluation.figures.interval import shown
from evaluation.pages.markup import document, labels, strip, table, with_interval

MOST_ROWS = 200  # of each side; the JSON file has all
ONE, TWO, GREY = "#1f5f8b", "#c8553d", "#8a8f98"
SIDES = ("first", "second")


def write_html(comparison: Comparison, path: str | Path) -> None:
    """Writes the page, whole or not at all."""
    with atomic(path) as stream:
        stream.write(page(comparison))


def log_html(comparison: Comparison) -> tuple[list[tuple[str, str]], list[str]]:
    """Attaches the page to the models' runs; returns (run id, artifact) of each, and who has none.

    The same comparison logged again takes the place of the earlier page.
    """
    from models.store.artifacts import log_text
    from models.store.connection import connect

    place = f"comparisons/{comparison.metric}-{comparison.digest}.html"
    runs = dict.fromkeys(model.run_id for model in comparison.candidates.models if model.run_id)
    if runs:
        log_text(connect(), runs, page(comparison), place)
    return (
        [(run_id, place) for run_id in runs],
        [model.ref for model in comparison.candidates.models if not model.run_id],
    )


def page(comparison: Comparison) -> str:
    """Returns the page: models, then every pair with its labels and the rows that changed sides.

    At most 200 rows of each side are listed.
    """
    data, scores = comparison.candidates.data, comparison.scores[0]
    codebook = comparison.candidates.codebook
    rows = data["path"] if "path" in data else f"the runs' {data['split']} rows"
    title = f"{len(comparison.scores)} models compared by {comparison.metric}"
    mapped = f", names of {data['mapped_to']}" if data.get("mapped_to") else ""
    return document(
        title,
        [
            f"<h1>{escape(title)}</h1>",
            f'<p class="quiet">On {escape(str(rows))}: {scores.rows:,} rows of '
            f"{comparison.spreads[0].articles:,} articles; codebook {escape(codebook.name)} "
            f"{escape(codebook.version)}{escape(mapped)}.</p>",
            _models(comparison),
            *_remembered(comparison),
            *map(_pair_section, [comparison.metric] * len(comparison.pairs), comparison.pairs),
            f'<h2>How</h2><p class="small quiet">{escape(comparison.method)}</p>',
        ],
    )


def _remembered(comparison: Comparison) -> list[str]:
    """That models were trained on some of the rows, and what holds for the others."""
    warning, rest = comparison.trained_warning(), comparison.untrained
    if not warning:
        return []
    return [
        f'<p class="verdict">{escape(warning[0].upper() + warning[1:])}.</p>',
        *(
            [
                _models(rest),
                *(f"<p>{escape(verdict(pair, rest.metric))}</p>" for pair in rest.pairs),
            ]
            if rest
            else []
        ),
    ]


def verdict(pair: Pair, metric: str) -> str:
    """Returns in one sentence which of two models is better, or that nothing shows it."""
    apart = shown(abs(pair.difference), None)
    if pair.better:
        other = pair.second if pair.better == pair.first else pair.first
        return f"{pair.better} is better than {other} by {apart} {metric}."
    if not pair.difference:
        return f"{pair.first} and {pair.second} have the same {metric}."
    return f"{pair.first} and {pair.second} differ by {apart} {metric}; this can be luck."


def _models(comparison: Comparison) -> str:
    names = [comparison.metric, *(name for name in comparison.names if name != comparison.metric)]
    bounds = [spread.averages[comparison.metric] for spread in comparison.spreads]
    least, most = min(low for low, _ in bounds), max(high for _, high in bounds)
    room = max(most - least, 0.01) * 0.05
    rows = []
    for model, scores, spread in zip(
        comparison.candidates.models, comparison.scores, comparison.spreads, strict=True
    ):
        values = scores.averages()
        low, high = spread.averages[comparison.metric]
        seeds = len(model.of_seeds)
        rows.append(
            [
                escape(model.name)
                + (
                    f'<br><span class="quiet small">mean of {seeds} seeds</span>'
                    if seeds > 1
                    else ""
                ),
                strip(values[comparison.metric], low, high, least - room, most + room, ONE),
                *(with_interval(values[name], spread.averages[name]) for name in names),
            ]
        )
    return table(
        ["model", f"{least:.2f} to {most:.2f}", *names], rows, right=range(2, 2 + len(names))
    )


def _pair_section(metric: str, pair: Pair) -> str:
    side = {pair.first: " first", pair.second: " second"}.get(pair.better, "")
    changed = ((pair.first, pair.only_first), (pair.second, pair.only_second))
    return "".join(
        [
            f'<h2><span class="one">{escape(pair.first)}</span> against '
            f'<span class="two">{escape(pair.second)}</span></h2>',
            f'<p class="verdict{side}">{escape(verdict(pair, metric))}</p>',
            table(
                [
                    f"difference in {metric}",
                    "95 % interval",
                    "p",
                    "p (Holm)",
                    "ahead in resamples",
                    "labels won, lost",
                    "rows only first right",
                    "rows only second right",
                ],
                [
                    [
                        f"{pair.difference:+.3f}",
                        f"{pair.low:+.3f} to {pair.high:+.3f}",
                        p_text(pair.p),
                        p_text(pair.p_holm),
                        f"{pair.ahead:.1%}",
                        f"{pair.wins}, {pair.losses}",
                        str(len(pair.only_first)),
                        str(len(pair.only_second)),
                    ]
                ],
                right=range(8),
            ),
            "<h3>Labels</h3>",
            _labels(pair),
            "<h3>Rows that changed sides</h3>",
            *(_changed(f"only {name} is right", rows) for name, rows in changed),
        ]
    )


def _labels(pair: Pair) -> str:
    if not pair.labels:
        return '<p class="quiet">No label occurs.</p>'
    edge = max(0.05, *(max(abs(label.low), abs(label.high)) for label in pair.labels))
    rows = []
    for label in sorted(pair.labels, key=lambda label: -label.difference):
        colour = GREY if not label.clear else ONE if label.difference > 0 else TWO
        mark = "" if not label.clear else ' class="one"' if label.difference > 0 else ' class="two"'
        rows.append(
            [
                f"<span{mark}>{escape(label.label)}</span>",
                str(label.support),
                f"{label.first:.3f}",
                f"{label.second:.3f}",
                f'{label.difference:+.3f} <span class="quiet small">[{label.low:+.3f}, '
                f"{label.high:+.3f}]</span>",
                strip(label.difference, label.low, label.high, -edge, edge, colour, zero=True),
            ]
        )
    return table(
        [
            "label",
            "rows",
            "F1 first",
            "F1 second",
            "difference",
            f"−{edge:.2f} … 0 … +{edge:.2f}; in colour: the interval leaves out 0",
        ],
        rows,
        right=range(1, 5),
    )


def _changed(title: str, rows: Sequence[Row]) -> str:
    if not rows:
        return f'<p class="quiet">{escape(title)}: no row.</p>'
    target = any(row.get("target") for row in rows)
    kept = rows[:MOST_ROWS]
    more = f" (the first {MOST_ROWS} of them are listed)" if len(rows) > MOST_ROWS else ""
    head = ["id", "text", *(["target"] if target else []), "gold", "first says", "second says"]
    cells = [
        [
            escape(str(row["id"])),
            f'<div class="text">{escape(str(row["text"]))}</div>',
            *([escape(str(row.get("target") or ""))] if target else []),
            _said(row["gold"]),
            *(
                _said(row[side], row[f"{side}_probability"], row.get(f"{side}_right"))
                for side in SIDES
            ),
        ]
        for row in kept
    ]
    return (
        f"<details><summary>{escape(title)}: {len(rows):,} rows{more}</summary>"
        f"{table(head, cells)}</details>"
    )


def _said(joined: str, probability: float | None = None, right: float | None = None) -> str:
    of = "" if right is None else f"; {right:.0%} of the seeds right"
    sure = "" if probability is None else f' <span class="quiet small">{probability:.2f}{of}</span>'
    return labels(joined) + sure
