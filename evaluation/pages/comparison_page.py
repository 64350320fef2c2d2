"""A comparison as one HTML page that needs nothing beside itself: no scripts, fonts or pictures."""

from __future__ import annotations

from pathlib import Path

from data.formats.writing import atomic
from evaluation.chance.significance import LabelDifference, p_text
from evaluation.comparing.compare import Comparison, Pair
from evaluation.figures.interval import shown
from evaluation.pages.markup import Strip, render

MOST_ROWS = 200  # of each side; the JSON file has all
COLOURS = {"one": "#1f5f8b", "two": "#c8553d", "": "#8a8f98"}  # by the model that is ahead


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
    warning, untrained = comparison.trained_warning(), comparison.untrained
    return render(
        "comparison.html.jinja",
        title=f"{len(comparison.scores)} models compared by {comparison.metric}",
        summary=_summary(comparison),
        metric=comparison.metric,
        models=_models(comparison),
        warning=warning[:1].upper() + warning[1:],
        untrained=untrained
        and {
            "models": _models(untrained),
            "verdicts": [verdict(pair, untrained.metric) for pair in untrained.pairs],
        },
        pairs=[_pair(pair, comparison.metric) for pair in comparison.pairs],
        method=comparison.method,
        most_rows=MOST_ROWS,
    )


def _summary(comparison: Comparison) -> str:
    data, codebook = comparison.candidates.data, comparison.candidates.codebook
    rows = data["path"] if "path" in data else f"the runs' {data['split']} rows"
    mapped = f", names of {data['mapped_to']}" if data.get("mapped_to") else ""
    return (
        f"On {rows}: {comparison.scores[0].rows:,} rows of {comparison.spreads[0].articles:,} "
        f"articles; codebook {codebook.name} {codebook.version}{mapped}."
    )


def verdict(pair: Pair, metric: str) -> str:
    """Returns in one sentence which of two models is better, or that nothing shows it."""
    apart = shown(abs(pair.difference), None)
    if pair.better:
        other = pair.second if pair.better == pair.first else pair.first
        return f"{pair.better} is better than {other} by {apart} {metric}."
    if not pair.difference:
        return f"{pair.first} and {pair.second} have the same {metric}."
    return f"{pair.first} and {pair.second} differ by {apart} {metric}; this can be luck."


def _models(comparison: Comparison) -> dict[str, object]:
    """Every model with its figures, that of the comparison first and drawn."""
    metric = comparison.metric
    names = [metric, *(name for name in comparison.names if name != metric)]
    bounds = [spread.averages[metric] for spread in comparison.spreads]
    least, most = min(low for low, _ in bounds), max(high for _, high in bounds)
    room = max(most - least, 0.01) * 0.05
    rows = []
    for model, scores, spread in zip(
        comparison.candidates.models, comparison.scores, comparison.spreads, strict=True
    ):
        values = scores.averages()
        rows.append(
            {
                "name": model.name,
                "seeds": len(model.of_seeds),
                "strip": Strip(
                    values[metric],
                    *spread.averages[metric],
                    least - room,
                    most + room,
                    COLOURS["one"],
                ),
                "figures": [(values[name], spread.averages[name]) for name in names],
            }
        )
    return {"names": names, "axis": f"{least:.2f} to {most:.2f}", "rows": rows}


def _pair(pair: Pair, metric: str) -> dict[str, object]:
    edge = max([0.05, *(max(abs(label.low), abs(label.high)) for label in pair.labels)])
    return {
        "first": pair.first,
        "second": pair.second,
        "side": {pair.first: " first", pair.second: " second"}.get(pair.better, ""),
        "verdict": verdict(pair, metric),
        "difference": pair,
        "p": p_text(pair.p),
        "p_holm": p_text(pair.p_holm),
        "edge": edge,
        "labels": [
            _label(label, edge)
            for label in sorted(pair.labels, key=lambda label: -label.difference)
        ],
    }


def _label(label: LabelDifference, edge: float) -> dict[str, object]:
    side = "" if not label.clear else "one" if label.difference > 0 else "two"
    return {
        "f1": label,
        "side": side,
        "strip": Strip(
            label.difference, label.low, label.high, -edge, edge, COLOURS[side], zero=True
        ),
    }
