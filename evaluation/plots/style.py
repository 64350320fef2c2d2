"""How every plot looks: size, colours and type, in one place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from data.formats.writing import atomic

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 120
WIDTH = 12.0  # inches; text of 9 points is then 9 px high where the picture is shown 900 px wide
NARROW = 9.0  # inches; the same for text of 7 points
BLUE, RED, GREEN, VIOLET, GOLD, DARK, TEAL = COLOURS = (
    "#1f5f8b",
    "#c8553d",
    "#5a8f3c",
    "#8a5fa8",
    "#b8860b",
    "#4a4a4a",
    "#2a9d8f",
)
INK, LINE, FAINT = "#222222", "#777777", "#dddddd"
SHARES = ("#ffffff", "#cfe0ec", "#8fb8d3", "#4485ae", BLUE, "#0d3148")  # from 0 to 1
SMALL, NORMAL, TITLE = 9, 10, 11  # points
LONGEST_TITLE = 88  # characters that fit above a narrow plot
SHADES = 128  # colours of a picture


def save(figure: Figure, path: str | Path) -> None:
    """Writes a figure as PNG of 128 colours: a quarter of the bytes and of the time of all."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text
    from PIL import Image

    # Labels and names of columns are no formulas, whatever dollar signs they hold.
    for text in figure.findobj(Text):
        text.set_parse_math(False)
    drawn = FigureCanvasAgg(figure)
    with rc_context({"text.parse_math": False}):
        drawn.draw()
    picture = (
        Image.frombuffer("RGBA", drawn.get_width_height(), drawn.buffer_rgba())
        .convert("RGB")
        .quantize(SHADES, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    )
    # A palette of averages has no pure white; beside the page's, what is nearly white looks dirty.
    palette = picture.getpalette() or []
    picture.putpalette(
        [
            255 if min(palette[at - at % 3 : at - at % 3 + 3]) > 249 else value
            for at, value in enumerate(palette)
        ]
    )
    with atomic(path, "wb") as stream:
        picture.save(stream, format="PNG", dpi=(DPI, DPI))


def width(figure: Figure, texts: Iterable[str], size: float) -> float:
    """Returns how wide the widest of some texts is at that type size, in inches; 0 for none.

    A layout from this is made in a fraction of the time of one that measures every text.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.font_manager import FontProperties

    renderer, font = FigureCanvasAgg(figure).get_renderer(), FontProperties(size=size)
    return max(
        (renderer.get_text_width_height_descent(text, font, False)[0] / DPI for text in texts),
        default=0.0,
    )


def canvas(width: float, height: float, laid_out: bool = True) -> Figure:
    """Returns an empty figure of that size in inches.

    It is laid out so that no text is cut, unless `laid_out` is false and the caller does so.
    """
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DPI, layout="constrained" if laid_out else None)


def plain(axes: Axes, grid: Literal["", "x", "y", "both"] = "") -> None:
    """Takes the frame's upper and right edge away; draws faint lines across `grid`."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=SMALL)
    if grid:
        axes.grid(axis=grid, color=FAINT, linewidth=0.6)
        axes.set_axisbelow(True)
