"""A run as one HTML page that needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data.codebook import Codebook
from evaluation.chance.intervals import Intervals
from evaluation.chance.significance import p_text
from evaluation.evaluation import Evaluation
from evaluation.figures.definitions import is_count
from evaluation.figures.interval import bounds
from evaluation.figures.scores import Scores
from evaluation.pages.markup import Strip, render
from evaluation.plots.report_plots import REPORT_PLOTS
from evaluation.plots.style import BLUE
from evaluation.slices.scores import Slices
from evaluation.slices.types import TypeScores

MOST_MISTAKES = 20
MOST_PAIRS = 20
SECTIONS = ("labels", "confusions", "types", "calibration", "slices")  # that pictures stand in


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
    parts: Sequence[Evaluation]
    facts: Mapping[str, str]
    settings: Mapping[str, str]
    data_head: Sequence[str] = ()
    data: Sequence[Sequence[str]] = ()
    epochs: Sequence[Mapping[str, float]] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def page(run: RunPage) -> str:
    """Returns the page; every text of the data, the settings and the codebook is escaped."""
    return render(
        "run.html.jinja",
        title=run.title,
        summary=run.summary,
        run=run,
        metric_names=_metric_names(run.parts),
        parts=[_part(part, run.codebook) for part in run.parts],
        has_types=any(label.parent for label in run.codebook.labels),
        most_mistakes=MOST_MISTAKES,
        epochs=_epochs(run.epochs),
    )


def _metric_names(parts: Sequence[Evaluation]) -> list[str]:
    """All metrics that a part has a figure of, but those by label and bounds of intervals."""
    return list(
        dict.fromkeys(
            name
            for part in parts
            for name, value in part.metrics.items()
            if not name.startswith("f1/") and not bounds(name) and value == value
        )
    )


def _part(part: Evaluation, codebook: Codebook) -> dict[str, object]:
    """What the template reads of a part."""
    return {
        "name": part.name,
        "metrics": part.metrics,
        "rows": part.scores.rows,
        "articles": part.spread.articles if part.spread else None,
        "labels": _labels(part.scores, part.spread, codebook),
        "confusions": _confusions(part.scores, codebook),
        "types": _types(part.types) if part.types else None,
        "calibrated": part.calibrated,
        "abstention": part.abstention,
        "worst_slices": _worst(part.slices),
        "mistakes": part.mistakes,
        "pictures": _by_section(part.pictures),
    }


def _labels(
    scores: Scores, spread: Intervals | None, codebook: Codebook | None = None
) -> list[dict[str, object]]:
    """The labels that occur, or types, with their intervals, drawn between 0 and 1."""
    intervals = spread.labels if spread else {}
    return [
        {
            "name": label.label,
            "type": codebook.type_of(label.label) if codebook else "",
            "score": label,
            "interval": intervals.get(label.label),
            "strip": Strip(label.f1, *intervals.get(label.label, (label.f1, label.f1)), 0, 1, BLUE),
        }
        for label in scores.labels
        if label.occurs
    ]


def _types(types: TypeScores) -> dict[str, object]:
    return {
        "within": types.within,
        "across": types.across,
        "labels": _labels(types.scores, types.spread),
    }


def _confusions(scores: Scores, codebook: Codebook) -> list[dict[str, object]] | None:
    """The labels taken for one another most often; None where rows may have several labels."""
    if scores.confusion is None:
        return None
    pairs = sorted(
        (
            (count, gold, predicted)
            for gold, row in enumerate(scores.confusion)
            for predicted, count in enumerate(row)
            if count and gold != predicted
        ),
        reverse=True,
    )
    names, types = codebook.names, [codebook.type_of(name) for name in codebook.names]
    return [
        {
            "gold": names[gold],
            "given": names[predicted],
            "rows": count,
            "share": count / sum(scores.confusion[gold]),
            "same_type": types[gold] == types[predicted],
        }
        for count, gold, predicted in pairs[:MOST_PAIRS]
    ]


def _worst(slices: Slices | None) -> list[dict[str, object]]:
    return [
        {
            "name": row.name,
            "figures": row,
            "interval": row.interval,
            "p": "–" if row.p is None else p_text(row.p),
        }
        for row in (slices.worst() if slices else [])
    ]


def _by_section(pictures: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Pictures by the section they stand in; those of no known plot come last, as `further`."""
    sections: dict[str, dict[str, bytes]] = {name: {} for name in (*SECTIONS, "further")}
    section_of = {plot.file: plot.section for plot in REPORT_PLOTS}
    for file, content in pictures.items():
        section = section_of.get(file, "further")
        if section is not None:
            sections[section if section in sections else "further"][file] = content
    return sections


def _epochs(history: Sequence[Mapping[str, float]]) -> list[list[str]]:
    """The metrics of each epoch as a table of text, its head first; empty without epochs."""
    names = list(dict.fromkeys(name for row in history for name in row if name != "epoch"))
    if not names:
        return []

    def cell(row: Mapping[str, float], name: str) -> str:
        if name not in row:
            return "–"
        return format(row[name], ",.0f" if is_count(name) else ".3f")

    return [
        ["epoch", *names],
        *(
            [f"{row.get('epoch', number):g}", *(cell(row, name) for name in names)]
            for number, row in enumerate(history, 1)
        ),
    ]
