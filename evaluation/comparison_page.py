"""A comparison as one HTML page that needs nothing beside itself: no scripts, fonts or pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from data.files import Row, atomic
from evaluation.compare import METHOD, Comparison, Pair
from evaluation.intervals import shown

MOST_ROWS = 200  # of each side; the JSON file has all
ONE, TWO, GREY = "#1f5f8b", "#c8553d", "#8a8f98"
WIDTH, HEIGHT = 260, 22  # of a strip, in pixels
STYLE = """
body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;
 color:#1d2430;background:#fff;max-width:960px;margin:0 auto;padding:28px 20px 60px}
h1{font-size:25px;line-height:1.25;margin:0 0 4px}h2{font-size:19px;margin:38px 0 8px;
 padding-top:14px;border-top:1px solid #dfe3e8}h3{font-size:15px;margin:22px 0 6px}
p{margin:6px 0}.quiet{color:#5b6472}.small{font-size:13px}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px;margin:8px 0}
th,td{text-align:left;padding:5px 10px 5px 0;border-bottom:1px solid #eceff2;vertical-align:top}
th{font-weight:600;color:#5b6472;border-bottom-color:#c9ced6}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th.number{white-space:normal;vertical-align:bottom}th{vertical-align:bottom}
svg{display:block}.one{color:#1f5f8b}.two{color:#c8553d}.one,.two{font-weight:600}
summary{cursor:pointer;padding:4px 0;font-weight:600}details{margin:8px 0}
.verdict{background:#f4f6f8;border-left:4px solid #8a8f98;padding:10px 14px;margin:12px 0}
.verdict.first{border-color:#1f5f8b}.verdict.second{border-color:#c8553d}
.text{overflow-wrap:break-word;min-width:360px}
"""


def write_html(comparison: Comparison, path: str | Path) -> None:
    """Writes the page, whole or not at all."""
    with atomic(path) as stream:
        stream.write(page(comparison))


def log_html(comparison: Comparison) -> tuple[list[tuple[str, str]], list[str]]:
    """Attaches the page to the models' runs; returns (run id, artifact) of each, and who has none.

    The same comparison logged again takes the place of the earlier page.
    """
    from models.store import connect

    place = f"comparisons/{comparison.metric}-{comparison.digest}.html"
    runs = dict.fromkeys(model.run_id for model in comparison.candidates.models if model.run_id)
    if runs:
        client = connect()
        for run_id in runs:
            client.log_text(run_id, page(comparison), place)
    return ([(run_id, place) for run_id in runs],
            [model.ref for model in comparison.candidates.models if not model.run_id])


def page(comparison: Comparison) -> str:
    """Returns the page: models, then every pair with its labels and the rows that changed sides.

    At most 200 rows of each side are listed.
    """
    data, scores = comparison.candidates.data, comparison.scores[0]
    codebook = comparison.candidates.codebook
    rows = data["path"] if "path" in data else f"the runs' {data['split']} rows"
    title = f"{len(comparison.scores)} models compared by {comparison.metric}"
    mapped = f", names of {data['mapped_to']}" if data.get("mapped_to") else ""
    return "".join([
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        f'<p class="quiet">On {escape(str(rows))}: {scores.rows:,} rows of '
        f"{comparison.spreads[0].articles:,} articles; codebook {escape(codebook.name)} "
        f"{escape(codebook.version)}{escape(mapped)}.</p>",
        _models(comparison), *map(_pair_section, [comparison.metric] * len(comparison.pairs),
                                  comparison.pairs),
        f'<h2>How</h2><p class="small quiet">{escape(METHOD)}</p></body></html>\n'])


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
    names = list(comparison.scores[0].averages())
    names = [comparison.metric, *(name for name in names if name != comparison.metric)]
    bounds = [spread.averages[comparison.metric] for spread in comparison.spreads]
    least, most = min(low for low, _ in bounds), max(high for _, high in bounds)
    room = max(most - least, 0.01) * 0.05
    rows = []
    for model, scores, spread in zip(
            comparison.candidates.models, comparison.scores, comparison.spreads, strict=True):
        values = scores.averages()
        low, high = spread.averages[comparison.metric]
        rows.append([
            escape(model.name),
            _strip(values[comparison.metric], low, high, least - room, most + room, ONE),
            *(_figures(values[name], spread.averages[name]) for name in names)])
    return _table(["model", f"{least:.2f} to {most:.2f}", *names], rows,
                  right=range(2, 2 + len(names)))


def _pair_section(metric: str, pair: Pair) -> str:
    side = {pair.first: " first", pair.second: " second"}.get(pair.better, "")
    changed = ((pair.first, pair.only_first), (pair.second, pair.only_second))
    return "".join([
        f'<h2><span class="one">{escape(pair.first)}</span> against '
        f'<span class="two">{escape(pair.second)}</span></h2>',
        f'<p class="verdict{side}">{escape(verdict(pair, metric))}</p>',
        _table(
            [f"difference in {metric}", "95 % interval", "p", "p (Holm)", "ahead in resamples",
             "labels won, lost", "rows only first right", "rows only second right"],
            [[f"{pair.difference:+.3f}", f"{pair.low:+.3f} to {pair.high:+.3f}",
              p_text(pair.p), p_text(pair.p_holm), f"{pair.ahead:.1%}",
              f"{pair.wins}, {pair.losses}", str(len(pair.only_first)),
              str(len(pair.only_second))]],
            right=range(8)),
        "<h3>Labels</h3>", _labels(pair), "<h3>Rows that changed sides</h3>",
        *(_changed(f"only {name} is right", rows) for name, rows in changed)])


def _labels(pair: Pair) -> str:
    if not pair.labels:
        return '<p class="quiet">No label occurs.</p>'
    edge = max(0.05, *(max(abs(label.low), abs(label.high)) for label in pair.labels))
    rows = []
    for label in sorted(pair.labels, key=lambda label: -label.difference):
        colour = GREY if not label.clear else ONE if label.difference > 0 else TWO
        mark = "" if not label.clear else ' class="one"' if label.difference > 0 else ' class="two"'
        rows.append([
            f"<span{mark}>{escape(label.label)}</span>", str(label.support),
            f"{label.first:.3f}", f"{label.second:.3f}",
            f"{label.difference:+.3f} <span class=\"quiet small\">[{label.low:+.3f}, "
            f"{label.high:+.3f}]</span>",
            _strip(label.difference, label.low, label.high, -edge, edge, colour, zero=True)])
    return _table(["label", "rows", "F1 first", "F1 second", "difference",
                   f"−{edge:.2f} … 0 … +{edge:.2f}; in colour: the interval leaves out 0"],
                  rows, right=range(1, 5))


def _changed(title: str, rows: Sequence[Row]) -> str:
    if not rows:
        return f'<p class="quiet">{escape(title)}: no row.</p>'
    target = any(row.get("target") for row in rows)
    kept = rows[:MOST_ROWS]
    more = f" (the first {MOST_ROWS} of them are listed)" if len(rows) > MOST_ROWS else ""
    head = ["id", "text", *(["target"] if target else []), "gold", "first says", "second says"]
    cells = [[escape(str(row["id"])), f'<div class="text">{escape(str(row["text"]))}</div>',
              *([escape(str(row.get("target") or ""))] if target else []),
              _said(row["gold"]), _said(row["first"], row["first_probability"]),
              _said(row["second"], row["second_probability"])] for row in kept]
    return (f"<details><summary>{escape(title)}: {len(rows):,} rows{more}</summary>"
            f"{_table(head, cells)}</details>")


def _said(labels: str, probability: float | None = None) -> str:
    sure = "" if probability is None else f' <span class="quiet small">{probability:.2f}</span>'
    return (escape(labels.replace("|", ", ")).replace("_", "_<wbr>") or "(none)") + sure


def _strip(value: float, low: float, high: float, least: float, most: float, colour: str,
           zero: bool = False) -> str:
    """An interval with its figure, drawn between `least` and `most`."""
    def x(at: float) -> float:
        return round(5 + (WIDTH - 10) * (at - least) / (most - least), 1)

    middle = HEIGHT // 2
    line = (f'<line x1="{x(0)}" y1="0" x2="{x(0)}" y2="{HEIGHT}" stroke="#c9ced6"/>'
            if zero else "")
    return (f'<svg width="{WIDTH}" height="{HEIGHT}" role="img" '
            f'aria-label="{value:.3f}, {low:.3f} to {high:.3f}">{line}'
            f'<line x1="{x(low)}" y1="{middle}" x2="{x(high)}" y2="{middle}" stroke="{colour}" '
            f'stroke-width="3" stroke-linecap="round" stroke-opacity="0.45"/>'
            f'<circle cx="{x(value)}" cy="{middle}" r="4.5" fill="{colour}"/></svg>')


def _figures(value: float, pair: tuple[float, float]) -> str:
    return (f"{value:.3f}<br><span class=\"quiet small\">[{pair[0]:.3f}, {pair[1]:.3f}]</span>")


def p_text(p: float) -> str:
    """Returns a p-value as text; below 0.001 as such."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """A table of cells that are HTML already; columns in `right` stand right."""
    numbers = set(right)

    def line(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(
            f'<{tag}{" class=number" if place in numbers else ""}>{cell}</{tag}>'
            for place, cell in enumerate(cells)) + "</tr>"

    return ('<div class="wide"><table><thead>' + line([escape(cell) for cell in head], "th")
            + "</thead><tbody>" + "".join(line(row, "td") for row in rows)
            + "</tbody></table></div>")
