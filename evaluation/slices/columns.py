"""Rows grouped by what their columns say, so that figures can be told apart by it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from data.fields import OFFSET_FIELDS
from data.files import Row
from data.problems import InputError, Problem, nearest
from data.sentences import is_quoted
from evaluation.figures.metrics import unseen_rows

ROWS = 20  # a slice has at least so many rows …
ARTICLES = 2  # … of at least so many articles
VALUES = 30  # slices of one column; the values with fewer rows are counted as other
FEW = 10  # a column of numbers with so few of them is taken as it is, others in quartiles
BANDS = 8  # of dates
NONE, OTHER = "(none)", "(other)"
NO_SLICES = frozenset({"id", "article_id", "text", "label", "labels", "split", *OFFSET_FIELDS})
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?=\D|$|[01]\d[0-3]\d(?!\d))")
MONTH = re.compile(r"\d{4}-\d\d(?!\d)")
WORDS = (
    (10, "1-10 words"),
    (20, "11-20 words"),
    (30, "21-30 words"),
    (40, "31-40 words"),
    (math.inf, "over 40 words"),
)

Groups = dict[str, dict[str, list[int]]]


@dataclass(frozen=True, slots=True)
class Column:
    """For each row the slices that it is in; `order` names them as they follow each other.

    Without an order they stand by their number of rows.
    """

    values: Sequence[Sequence[str]]
    order: Sequence[str] = ()


def groups(
    rows: Sequence[Row],
    articles: Sequence[str],
    *,
    train_targets: set[str] | None = None,
    wanted: Sequence[str] = (),
) -> Groups:
    """Returns column to slice to the places of its rows; no rows give none.

    Made from the rows themselves: `length` (words in bands), `quoted`, `date` (years, bands of
    years where there are more than eight, months of a single year), `hard` (any, none, and each
    kind), `target_seen` in training or unseen. A column of the rows with one of these names is
    taken in its place, but for `date` and `hard`. Then come all other columns:

    - texts: each value is a slice, the rest together `(other)`, rows without one `(none)`;
    - lists: each member is a slice;
    - numbers: quartiles, or each value where there are ten or fewer. Whole numbers that are all
      different number the rows, and are left out.

    A slice has at least 20 rows of two articles, a column at most 30. So ids and comments, of
    which no value has as many, have no slices; nor has a column of which only one is left.

    Args:
        rows: tidy rows.
        articles: the article of each row.
        train_targets: every target of the training rows; None or empty when not known.
        wanted: the columns to take; all when empty.

    Raises:
        InputError: a wanted column is not there, or has no slices; every fault is listed.
    """
    derived = _made(rows, train_targets)
    present = dict.fromkeys(key for row in rows for key in row if key not in NO_SLICES)
    names = [*derived, *(name for name in present if name not in derived)]
    grouped: Groups = {}
    problems = []
    for name in wanted or names:
        if name not in names:
            problems.append(
                Problem(
                    f"slices by '{name}'",
                    f"no such column{nearest(name, names)}",
                    f"expected all, or some of {', '.join(names)}",
                )
            )
            continue
        if name not in derived and not wanted and name.endswith(("_id", "_start", "_end")):
            continue
        column = derived.get(name) or _column([row.get(name) for row in rows], bool(wanted))
        if slices := _kept(column, articles):
            grouped[name] = slices
        elif wanted:
            problems.append(
                Problem(
                    f"slices by '{name}'",
                    "nothing to tell apart",
                    f"expected two values or more of {ROWS} rows and {ARTICLES} articles each",
                )
            )
    if problems:
        raise InputError(problems)
    return grouped


def _made(rows: Sequence[Row], train_targets: set[str] | None) -> dict[str, Column]:
    """The columns that are made from the rows."""
    fields = {key for row in rows for key in row}
    derived: dict[str, Column] = {}
    if "hard" in fields:
        derived["hard"] = Column([_hard(row.get("hard")) for row in rows])
    if "length" not in fields:
        derived["length"] = Column(
            [[_length(str(row["text"]))] for row in rows], [name for _, name in WORDS]
        )
    if "quoted" not in fields:
        derived["quoted"] = Column(
            [["yes" if is_quoted(str(row["text"])) else "no"] for row in rows]
        )
    if "date" in fields:
        derived["date"] = _dates([row.get("date") for row in rows])
    if train_targets and "target" in fields and "target_seen" not in fields:
        targets = [row.get("target") for row in rows]
        unseen = set(unseen_rows(targets, train_targets, len(rows)))
        derived["target_seen"] = Column(
            [
                [] if target is None else ["unseen" if place in unseen else "seen"]
                for place, target in enumerate(targets)
            ]
        )
    return derived


def _missing(value: Any) -> bool:
    return value is None or value != value or not str(value).strip()


def _hard(value: Any) -> list[str]:
    """Any and the kinds in a list, in its text, or parted by commas; a plain yes has no kind."""
    parts = value if isinstance(value, list) else re.split(r"[,;|]", str(value))
    kinds = [kind for part in parts if (kind := str(part).strip(" []'\""))]
    if _missing(value) or {kind.lower() for kind in kinds} <= {"false", "no", "none", "0"}:
        return ["none"]
    named = [kind for kind in kinds if kind.lower() not in ("true", "yes", "1", "any")]
    return list(dict.fromkeys(["any", *named]))


def _length(text: str) -> str:
    words = len(text.split())
    return next(name for most, name in WORDS if words <= most)


def _dates(values: Sequence[Any]) -> Column:
    years = [int(year[0]) if (year := YEAR.search(str(value))) else None for value in values]
    distinct = {year for year in years if year is not None}
    if len(distinct) == 1:
        months = [month[0] if (month := MONTH.match(str(value))) else NONE for value in values]
        return Column([[month] for month in months], [*sorted(set(months) - {NONE}), NONE])
    span = next(
        (
            width
            for width in (1, 2, 5, 10, 20)
            if len({year // width for year in distinct}) <= BANDS
        ),
        50,
    )
    first = {year: year // span * span for year in sorted(distinct)}
    names = {
        year: str(year) if span == 1 else f"{start}-{start + span - 1}"
        for year, start in first.items()
    }
    return Column(
        [[NONE if year is None else names[year]] for year in years],
        [*dict.fromkeys(names.values()), NONE],
    )


def _column(values: Sequence[Any], asked: bool) -> Column:
    """The slices of a column of its own; none at all where numbers only count the rows."""
    if any(isinstance(value, list | tuple) for value in values):
        return Column(
            [
                list(dict.fromkeys(map(str, value))) or [NONE]
                if isinstance(value, list | tuple)
                else [_text(value)]
                for value in values
            ]
        )
    texts = [_text(value) for value in values]
    filled = [text for text in texts if text != NONE]
    if len(set(filled)) > FEW and all(NUMBER.fullmatch(text) for text in filled):
        counts = len(set(filled)) == len(filled) and all(
            float(text).is_integer() for text in filled
        )
        return Column([[] for _ in texts]) if counts and not asked else _quartiles(texts)
    return Column([[text] for text in texts])


def _text(value: Any) -> str:
    if _missing(value):
        return NONE
    return _short(value) if isinstance(value, float) else str(value).strip()


def _quartiles(texts: Sequence[str]) -> Column:
    import numpy as np

    numbers = [float(text) for text in texts if text != NONE]
    cuts = [float(cut) for cut in np.unique(np.quantile(numbers, [0.25, 0.5, 0.75]))]
    names = [
        f"up to {_short(cuts[0])}",
        *(f"over {_short(low)} to {_short(high)}" for low, high in pairwise(cuts)),
        f"over {_short(cuts[-1])}",
    ]
    return Column(
        [
            [text if text == NONE else names[int(np.searchsorted(cuts, float(text)))]]
            for text in texts
        ],
        [*names, NONE],
    )


def _short(number: float) -> str:
    return str(int(number)) if number.is_integer() else f"{number:.4g}"


def _kept(column: Column, articles: Sequence[str]) -> dict[str, list[int]]:
    """The slices that are large enough; none where fewer than two are."""
    places: dict[str, list[int]] = {}
    for place, names in enumerate(column.values):
        for name in names:
            places.setdefault(name, []).append(place)
    large = sorted(
        (name for name in places if _large(places[name], articles)),
        key=lambda name: -len(places[name]),
    )[:VALUES]
    if not set(large) - {NONE}:  # texts that are all different, where there is one
        return {}
    if column.order:
        large.sort(key=list(column.order).index)
    kept = {name: places[name] for name in large}
    others = sorted(
        place for name, places_of in places.items() if name not in kept for place in places_of
    )
    if all(len(names) == 1 for names in column.values) and _large(others, articles):
        kept[OTHER] = others
    kept = {name: places_of for name, places_of in kept.items() if len(places_of) < len(articles)}
    return kept if len(kept) > 1 else {}


def _large(places: Sequence[int], articles: Sequence[str]) -> bool:
    return len(places) >= ROWS and len({articles[place] for place in places}) >= ARTICLES
