"""The parts that our HTML pages have in common: they need nothing beside themselves."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from evaluation.figures.interval import interval_of

STRIP_WIDTH, STRIP_HEIGHT = 260, 22  # in pixels
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
.number+:not(.number){padding-left:10px}svg{display:block}.one{color:#1f5f8b}.two{color:#c8553d}.one,.two{font-weight:600}
summary{cursor:pointer;padding:4px 0;font-weight:600}details{margin:8px 0}
.verdict{background:#f4f6f8;border-left:4px solid #8a8f98;padding:10px 14px;margin:12px 0}
.verdict.first{border-color:#1f5f8b}.verdict.second{border-color:#c8553d}
.text{overflow-wrap:break-word;min-width:360px}.said{min-width:300px}
nav{margin:14px 0;line-height:2}nav a{margin-right:14px}a{color:#1f5f8b}
figure{margin:14px 0}img{max-width:100%;height:auto}
pre{background:#f4f6f8;padding:10px 14px;font-size:13px;user-select:all;
 white-space:pre-wrap;overflow-wrap:anywhere}
@media print{nav{display:none}.wide{overflow:visible}tr,figure{break-inside:avoid}}
"""


def document(title: str, body: Iterable[str]) -> str:
    """Returns a page from its title, which is escaped, and its body, which is HTML already."""
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
            *body,
            "</body></html>\n",
        ]
    )


def contents(names: Sequence[str]) -> str:
    """Returns links to the headings of these names."""
    links = "".join(f'<a href="#{_place(name)}">{escape(name)}</a>' for name in names)
    return f"<nav>{links}</nav>"


def heading(name: str) -> str:
    """Returns a heading that `contents` leads to."""
    return f'<h2 id="{_place(name)}">{escape(name.capitalize())}</h2>'


def _place(name: str) -> str:
    return escape(name.replace(" ", "-"))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Returns a table of cells that are HTML already; columns in `right` stand right."""
    numbers = set(right)

    def line(cells: Sequence[str], tag: str) -> str:
        return (
            "<tr>"
            + "".join(
                f"<{tag}{' class=number' if place in numbers else ''}>{cell}</{tag}>"
                for place, cell in enumerate(cells)
            )
            + "</tr>"
        )

    return (
        '<div class="wide"><table><thead>'
        + line([escape(cell) for cell in head], "th")
        + "</thead><tbody>"
        + "".join(line(row, "td") for row in rows)
        + "</tbody></table></div>"
    )


def texts(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a table of plain text, which is escaped; all but the first column stand right."""
    return table(head, [[escape(cell) for cell in row] for row in rows], range(1, len(head)))


def pairs(values: Mapping[str, str]) -> str:
    """Returns names beside their values, both plain text, which is escaped."""
    return table(
        ["", ""],
        [
            [escape(name), f'<span class="text">{escape(value)}</span>']
            for name, value in values.items()
        ],
    )


def pictures(contents_of: Mapping[str, bytes], names: Iterable[str]) -> str:
    """Returns PNGs inside the page, for MLflow shows a page without what lies beside it.

    Args:
        contents_of: each picture by its file's name.
        names: those to show, in order; the name says what is seen.
    """
    return "".join(
        f'<figure><img alt="{escape(name.rsplit(".", 1)[0].replace("_", " "))}" '
        f'src="data:image/png;base64,{b64encode(contents_of[name]).decode()}"></figure>'
        for name in names
    )


def pictures_in(folder: Path) -> dict[str, bytes]:
    """Returns the PNGs of a folder by their names."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.png"))}


def strip(
    value: float,
    low: float,
    high: float,
    least: float,
    most: float,
    colour: str,
    zero: bool = False,
) -> str:
    """Returns an interval with its figure, drawn between `least` and `most`."""

    def x(at: float) -> float:
        return round(5 + (STRIP_WIDTH - 10) * (at - least) / (most - least), 1)

    middle = STRIP_HEIGHT // 2
    line = (
        f'<line x1="{x(0)}" y1="0" x2="{x(0)}" y2="{STRIP_HEIGHT}" stroke="#c9ced6"/>'
        if zero
        else ""
    )
    return (
        f'<svg width="{STRIP_WIDTH}" height="{STRIP_HEIGHT}" role="img" '
        f'aria-label="{value:.3f}, {low:.3f} to {high:.3f}">{line}'
        f'<line x1="{x(low)}" y1="{middle}" x2="{x(high)}" y2="{middle}" stroke="{colour}" '
        f'stroke-width="3" stroke-linecap="round" stroke-opacity="0.45"/>'
        f'<circle cx="{x(value)}" cy="{middle}" r="4.5" fill="{colour}"/></svg>'
    )


def with_interval(value: float, pair: tuple[float, float] | None, apart: str = "<br>") -> str:
    """Returns a figure, and its interval in small type if there is one."""
    return amount(value) + (
        ""
        if pair is None
        else (f'{apart}<span class="quiet small">[{amount(pair[0])}, {amount(pair[1])}]</span>')
    )


def figure(metrics: Mapping[str, float], name: str) -> str:
    """Returns a metric, with its deviation between seeds and its interval if they are there."""
    if name not in metrics:
        return "–"
    if name.endswith("_rows"):
        return f"{metrics[name]:,.0f}"
    sd, pair = metrics.get(f"{name}_sd"), interval_of(metrics, name)
    seeds = "" if sd is None else f' <span class="quiet small">± {sd:.3f}</span>'
    return with_interval(metrics[name], pair, f"{seeds} ") + ("" if pair else seeds)


def amount(value: float) -> str:
    """Returns a figure with as many digits as it bears: `0.731`, `2.45`, `36.2`, `1,520`."""
    if abs(value) <= 1:
        return f"{value:.3f}"
    whole = abs(value) >= 1_000 or value == int(value)
    return f"{value:,.0f}" if whole else f"{value:.{2 if abs(value) < 10 else 1}f}"


def labels(joined: str) -> str:
    """Returns labels joined by `|` as text that may break after an underscore."""
    return escape(joined.replace("|", ", ")).replace("_", "_<wbr>") or "(none)"
