"""HTML pages from the templates beside this module; they need nothing beside themselves."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from evaluation.figures.definitions import meaning
from evaluation.figures.interval import interval_of

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


@dataclass(frozen=True)
class Strip:
    """An interval with its figure, to be drawn as a line with a dot.

    Attributes:
        value: the figure; the dot.
        low, high: the interval; the line.
        least, most: what the left and the right edge stand for.
        colour: of both.
        zero: whether 0 is marked.
    """

    value: float
    low: float
    high: float
    least: float
    most: float
    colour: str
    zero: bool = False

    width: ClassVar[int] = 260  # pixels
    height: ClassVar[int] = 22
    edge: ClassVar[int] = 5

    def x(self, value: float) -> float:
        """Returns where a value stands, in pixels from the left."""
        share = (value - self.least) / (self.most - self.least)
        return round(self.edge + (self.width - 2 * self.edge) * share, 1)


def render(template: str, **values: object) -> str:
    """Returns the page that a template of this package makes of the values.

    Every value is escaped; a name that the template reads and that is not given is an error.
    """
    return _templates().get_template(template).render(values)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader("evaluation.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {
        "amount": amount,
        "base64": lambda content: b64encode(content).decode(),
        "interval_of": interval_of,
        "labels": labels,
        "meaning": meaning,
        "number": format,
    }
    return templates


def amount(value: float) -> str:
    """Returns a figure with as many digits as it bears: `0.731`, `2.45`, `36.2`, `1,520`."""
    if abs(value) <= 1:
        return f"{value:.3f}"
    whole = abs(value) >= 1_000 or value == int(value)
    return f"{value:,.0f}" if whole else f"{value:.{2 if abs(value) < 10 else 1}f}"


def labels(joined: str) -> Markup:
    """Returns labels joined by `|` as HTML that may break after an underscore."""
    from markupsafe import Markup

    return Markup("_<wbr>").join((joined.replace("|", ", ") or "(none)").split("_"))


def pictures_in(folder: Path) -> dict[str, bytes]:
    """Returns the PNGs of a folder by their names."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.png"))}
