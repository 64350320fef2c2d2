"""The parts that our HTML pages have in common: they need nothing beside themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

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
.text{overflow-wrap:break-word;min-width:360px}
nav{margin:14px 0;line-height:2}nav a{margin-right:14px}a{color:#1f5f8b}
figure{margin:14px 0}img{max-width:100%;height:auto}
"""


def document(title: str, body: Iterable[str]) -> str:
    """Returns a page from its title, which is escaped, and its body, which is HTML already."""
    return "".join([
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
        *body, "</body></html>\n"])


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Returns a table of cells that are HTML already; columns in `right` stand right."""
    numbers = set(right)

    def line(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(
            f'<{tag}{" class=number" if place in numbers else ""}>{cell}</{tag}>'
            for place, cell in enumerate(cells)) + "</tr>"

    return ('<div class="wide"><table><thead>' + line([escape(cell) for cell in head], "th")
            + "</thead><tbody>" + "".join(line(row, "td") for row in rows)
            + "</tbody></table></div>")


def strip(value: float, low: float, high: float, least: float, most: float, colour: str,
          zero: bool = False) -> str:
    """Returns an interval with its figure, drawn between `least` and `most`."""
    def x(at: float) -> float:
        return round(5 + (STRIP_WIDTH - 10) * (at - least) / (most - least), 1)

    middle = STRIP_HEIGHT // 2
    line = (f'<line x1="{x(0)}" y1="0" x2="{x(0)}" y2="{STRIP_HEIGHT}" stroke="#c9ced6"/>'
            if zero else "")
    return (f'<svg width="{STRIP_WIDTH}" height="{STRIP_HEIGHT}" role="img" '
            f'aria-label="{value:.3f}, {low:.3f} to {high:.3f}">{line}'
            f'<line x1="{x(low)}" y1="{middle}" x2="{x(high)}" y2="{middle}" stroke="{colour}" '
            f'stroke-width="3" stroke-linecap="round" stroke-opacity="0.45"/>'
            f'<circle cx="{x(value)}" cy="{middle}" r="4.5" fill="{colour}"/></svg>')


def with_interval(value: float, pair: tuple[float, float] | None, apart: str = "<br>") -> str:
    """Returns a figure, and its interval in small type if there is one."""
    return f"{value:.3f}" + ("" if pair is None else (
        f'{apart}<span class="quiet small">[{pair[0]:.3f}, {pair[1]:.3f}]</span>'))


def labels(joined: str) -> str:
    """Returns labels joined by `|` as text that may break after an underscore."""
    return escape(joined.replace("|", ", ")).replace("_", "_<wbr>") or "(none)"
