"""A run as one HTML page that needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from data.codebook import Codebook
from data.files import Row
from evaluation.chance.intervals import Intervals
from evaluation.figures.abstention import Abstention
from evaluation.figures.glossary import MEANINGS, bounds
from evaluation.figures.hierarchy import TypeScores
from evaluation.figures.scores import LabelScore, Scores
from evaluation.pages.comparison_page import p_text
from evaluation.pages.markup import (
    contents,
    document,
    figure,
    heading,
    labels,
    pairs,
    pictures,
    strip,
    table,
    texts,
    with_interval,
)
from evaluation.plots.style import BLUE
from evaluation.slices.scores import Slice, Slices

MOST_MISTAKES = 20
MOST_PAIRS = 20
IN_TABLES = ("per_label_f1.png",)  # plots whose figures stand in a table of the page
METHOD = (
    "In brackets: 95 % bootstrap intervals; whole articles are drawn, since their sentences "
    "are alike. A label that neither occurs nor was given is in no average."
)


@dataclass(frozen=True)
class PartOfRun:
    """What a run did on one part of its rows.

    Attributes:
        name: `dev` or `test`.
        metrics: by name, without the part; bounds of intervals end in `_low` and `_high`.
        scores, spread: by label; no intervals for fewer than two articles.
        types, abstention, slices: None where there is nothing of the kind.
        calibrated: how the model is calibrated, in words.
        mistakes: rows as `evaluation.report.misclassified` gives them, the surest first.
        pictures: file name to PNG.
    """

    name: str
    metrics: Mapping[str, float]
    scores: Scores
    spread: Intervals | None
    types: TypeScores | None
    abstention: Abstention | None
    slices: Slices | None
    calibrated: str
    mistakes: Sequence[Row]
    pictures: Mapping[str, bytes]


@dataclass(frozen=True)
class RunPage:
    """What the page tells.

    Attributes:
        title: the run's name.
        summary: a sentence below it.
        codebook: the labels.
        parts: dev, then test if there is one.
        facts, settings: name to value, as text.
        data: a row of cells for each part of the data, below `data_head`.
        epochs: metrics of each epoch.
        pictures: of the whole run; file name to PNG.
    """

    title: str
    summary: str
    codebook: Codebook
    parts: Sequence[PartOfRun]
    facts: Mapping[str, str]
    settings: Mapping[str, str]
    data_head: Sequence[str] = ()
    data: Sequence[Sequence[str]] = ()
    epochs: Sequence[Mapping[str, float]] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def page(run: RunPage) -> str:
    """Returns the page; every text of the data, the settings and the codebook is escaped."""
    places = ["figures", *(part.name for part in run.parts), "training", "data", "settings"]
    return document(
        run.title,
        [
            f"<h1>{escape(run.title)}</h1>",
            f'<p class="quiet">{escape(run.summary)}</p>',
            contents(places),
            heading("figures"),
            _figures(run.parts),
            f'<p class="small quiet">{escape(METHOD)}</p>',
            *(_part(part, run.codebook) for part in run.parts),
            heading("training"),
            pairs(run.facts),
            _epochs(run.epochs),
            pictures(run.pictures, run.pictures),
            heading("data"),
            texts(run.data_head, run.data),
            heading("settings"),
            pairs(run.settings),
        ],
    )


def _figures(parts: Sequence[PartOfRun]) -> str:
    """All metrics but those by label: a column for each part, and what each means."""
    names = dict.fromkeys(
        name
        for part in parts
        for name, value in part.metrics.items()
        if not name.startswith("f1/") and not bounds(name) and value == value
    )
    rows = [
        [
            escape(name),
            *(figure(part.metrics, name) for part in parts),
            f'<span class="quiet small">{escape(MEANINGS.get(name, ""))}</span>',
        ]
        for name in names
    ]
    return table(
        ["metric", *(part.name for part in parts), "what it says"],
        rows,
        right=range(1, 1 + len(parts)),
    )


def _part(part: PartOfRun, codebook: Codebook) -> str:
    articles = f" of {part.spread.articles:,} articles" if part.spread else ""
    left = dict.fromkeys(part.pictures, True)  # plots that no section has taken yet

    def drawn(*names: str) -> str:
        return pictures(part.pictures, [name for name in names if left.pop(name, None)])

    return "".join(
        [
            heading(part.name),
            f"<p>{part.scores.rows:,} rows{articles}.</p>",
            f"<h3>Labels, {escape(part.name)}</h3>",
            _labels(part, codebook),
            drawn("precision_recall.png"),
            f"<h3>Mistaken for each other, {escape(part.name)}</h3>",
            _confusions(part, codebook),
            drawn("confusion_matrix.png"),
            _types(part),
            f"<h3>Calibration, {escape(part.name)}</h3>",
            _certainty(part),
            drawn("reliability.png"),
            f"<h3>Slices, {escape(part.name)}</h3>",
            _slices(part.slices),
            drawn("slices.png"),
            drawn(*[name for name in left if name not in IN_TABLES]),
            f"<h3>The surest mistakes, {escape(part.name)}</h3>",
            _mistakes(part.mistakes),
        ]
    )


def _labels(part: PartOfRun, codebook: Codebook) -> str:
    bounds_of = part.spread.labels if part.spread else {}
    parents = any(label.parent for label in codebook.labels)

    def line(one: LabelScore) -> list[str]:
        low, high = bounds_of.get(one.label, (one.f1, one.f1))
        return [
            labels(one.label),
            *([labels(codebook.type_of(one.label))] if parents else []),
            str(one.support),
            str(one.predicted),
            f"{one.precision:.3f}",
            f"{one.recall:.3f}",
            with_interval(one.f1, bounds_of.get(one.label), " "),
            strip(one.f1, low, high, 0, 1, BLUE),
        ]

    head = [
        "label",
        *(["type"] if parents else []),
        "rows",
        "given",
        "precision",
        "recall",
        "F1",
        "0 … F1 … 1",
    ]
    return table(
        head,
        [line(one) for one in part.scores.labels if one.occurs],
        right=range(1 + parents, 6 + parents),
    )


def _confusions(part: PartOfRun, codebook: Codebook) -> str:
    counts = part.scores.confusion
    if counts is None:
        return (
            '<p class="quiet">Rows may have several labels: nobody can say which missed label '
            "a wrong one was taken for.</p>"
        )
    pairs = sorted(
        (
            (count, gold, given)
            for gold, row in enumerate(counts)
            for given, count in enumerate(row)
            if count and gold != given
        ),
        reverse=True,
    )
    if not pairs:
        return '<p class="quiet">None: every row is right.</p>'
    parents = [codebook.type_of(name) for name in codebook.names]
    rows = [
        [
            labels(codebook.names[gold]),
            labels(codebook.names[given]),
            str(count),
            f"{count / sum(counts[gold]):.0%}",
            "the same" if parents[gold] == parents[given] else "another",
        ]
        for count, gold, given in pairs[:MOST_PAIRS]
    ]
    wide = 5 if part.types else 4
    return table(
        ["gold", "given", "rows", "of the gold rows", "type"][:wide],
        [row[:wide] for row in rows],
        right=(2, 3),
    )


def _types(part: PartOfRun) -> str:
    if part.types is None:
        return ""
    found = part.types
    bounds_of = found.spread.labels if found.spread else {}
    return (
        f"<h3>Types, {escape(part.name)}</h3><p>{found.within:.1%} of the rows have a wrong "
        f"label of the right type, {found.across:.1%} one of another type.</p>"
        + table(
            ["type", "rows", "given", "F1"],
            [
                [
                    labels(one.label),
                    str(one.support),
                    str(one.predicted),
                    with_interval(one.f1, bounds_of.get(one.label), " "),
                ]
                for one in found.scores.labels
                if one.occurs
            ],
            right=(1, 2, 3),
        )
    )


def _certainty(part: PartOfRun) -> str:
    certain = (
        ""
        if part.abstention is None
        else (
            f" For a precision of {part.abstention.min_precision:g} a label is given in "
            f"{part.abstention.coverage:.1%} of the cases; the others are said to be uncertain."
        )
    )
    return f"<p>{escape(f'Fitted on dev: {part.calibrated}.{certain}')}</p>"


def _slices(found: Slices | None) -> str:
    worst = found.worst() if found else []
    if not worst:
        return '<p class="quiet">No slice lies below the rest, or none is large enough.</p>'

    def line(one: Slice) -> list[str]:
        pair = None if one.low is None or one.high is None else (one.low, one.high)
        return [
            escape(one.name),
            str(one.rows),
            str(one.articles),
            with_interval(one.macro_f1, pair, " "),
            f"{one.accuracy:.3f}",
            f"{one.difference:+.3f}",
            "–" if one.p is None else escape(p_text(one.p)),
        ]

    return "<p>The worst first.</p>" + table(
        ["slice", "rows", "articles", "macro F1", "accuracy", "against all others", "p (Holm)"],
        map(line, worst),
        right=range(1, 7),
    )


def _mistakes(rows: Sequence[Row]) -> str:
    if not rows:
        return '<p class="quiet">None.</p>'
    target = any(row.get("target") for row in rows)
    head = ["text", *(["target"] if target else []), "gold", "given", "sure"]
    return table(
        head,
        [
            [
                f'<div class="text">{escape(str(row["text"]))}<br>'
                f'<span class="quiet small">{escape(str(row["id"]))}</span></div>',
                *([escape(str(row.get("target") or ""))] if target else []),
                labels(str(row["gold"])),
                labels(str(row["predicted"])),
                "–" if row.get("probability") is None else f"{row['probability']:.2f}",
            ]
            for row in rows[:MOST_MISTAKES]
        ],
        right=[len(head) - 1],
    )


def _epochs(history: Sequence[Mapping[str, float]]) -> str:
    names = list(dict.fromkeys(name for row in history for name in row if name != "epoch"))
    if not names:
        return '<p class="quiet">This family trains in one go: there are no epochs.</p>'
    return table(
        ["epoch", *names],
        [
            [
                f"{row.get('epoch', number):g}",
                *(
                    "–"
                    if name not in row
                    else f"{row[name]:,.0f}"
                    if name.endswith("_rows")
                    else f"{row[name]:.3f}"
                    for name in names
                ),
            ]
            for number, row in enumerate(history, 1)
        ],
        right=range(1, 1 + len(names)),
    )
