"""Slices and types as text: sections of a run's report, tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from data.terminal import Column, Grid, interval_below
from evaluation.chance.significance import p_text
from evaluation.figures.definitions import of_types
from evaluation.figures.hierarchy import ACROSS, WITHIN
from evaluation.figures.interval import Interval, bounds, shown
from evaluation.slices.columns import ARTICLES, ROWS
from evaluation.slices.scores import TESTED, Slice, Slices
from evaluation.slices.types import TypeScores

COLUMNS = (
    "rows",
    "articles",
    "macro_f1 [95 %]",
    "accuracy",
    "all others",
    "difference [95 %]",
    "p (Holm)",
)
RANKS = {"accuracy": 2, "all others": 1, "articles": 3}  # what is left out of narrow tables
WIDEST = 40  # characters of a value
NOTHING = f"none: no column has two values or more of {ROWS} rows and {ARTICLES} articles each"


def slices_text(slices: Slices) -> str:
    """Returns the worst ten slices, then all of them by column, as a section of a report."""
    if not slices.entries:
        return f"slices\n\n{NOTHING}\n"
    worst = [["worst", *COLUMNS], *([_short(row.name), *_cells(row)] for row in slices.worst())]
    lines = ["slices", "", *_note(slices), "", *_aligned(worst)]
    if len(worst) == 1:
        lines.append("none lies below the rest")
    table = [["all", *COLUMNS]]
    for column, rows in groupby(slices.entries, lambda row: row.slice):
        table += [
            [column, *[""] * len(COLUMNS)],
            *([f"  {_short(row.value)}", *_cells(row)] for row in rows),
        ]
    return "\n".join([*lines, "", *_aligned(table)]) + "\n"


def types_text(types: TypeScores, errors: Mapping[str, Interval] | None = None) -> str:
    """Returns the figures of the types and the most frequent confusions, as such a section.

    `errors` has the 95 % intervals of the shares of mistakes, if there are any.
    """
    rows, errors = types.scores.rows, errors or {}
    pairs = types.bounds()
    lines = [
        "types (the parents of the labels)",
        "",
        *_aligned(
            [
                *(
                    [name, shown(value, pairs.get(name), digits=4)]
                    for name, value in of_types(types.scores.figures).items()
                ),
                *(
                    [
                        name,
                        f"{shown(share, errors.get(name), digits=4)} ({round(share * rows)} rows)",
                    ]
                    for name, share in (
                        (f"errors_{WITHIN}", types.within),
                        (f"errors_{ACROSS}", types.across),
                    )
                ),
            ],
            left=2,
        ),
        "",
    ]
    label_intervals = types.spread.labels if types.spread else {}
    table = [["type", "f1 [95 %]", "support", "predicted"]]
    for label in types.scores.labels:
        f1 = shown(label.f1, label_intervals.get(label.label)) if label.occurs else "-"
        table.append([label.label, f1, str(label.support), str(label.predicted)])
    lines += _aligned(table)
    if types.confusions:
        confusions = [
            ["gold", "predicted", "mistake", "rows"],
            *(
                [pair.gold, pair.predicted, pair.mistake, str(pair.rows)]
                for pair in types.confusions
            ),
        ]
        lines += ["", *_aligned(confusions, left=3)]
    return "\n".join(lines) + "\n"


def slices_table(slices: Slices, worst: bool) -> Grid:
    """Returns the worst ten slices, or all of them, for a terminal."""
    table = Grid(
        "worst slices" if worst else "slices",
        [
            Column("slice", folds=True, least=20),
            *(
                Column(name, right=True, rank=RANKS.get(name, 0), narrow=interval_below)
                for name in COLUMNS
            ),
        ],
    )
    before = ""
    for row in slices.worst() if worst else slices.entries:
        if not worst and before not in ("", row.slice):
            table.rows.append(None)
        before = row.slice
        table.rows.append([_short(row.name), *_cells(row)])
    return table


def slices_lines(slices: Slices) -> list[str]:
    """Returns what to know when reading the table."""
    return [f"[{line}]" for line in _note(slices)] if slices.entries else [f"[slices: {NOTHING}]"]


def types_lines(types: TypeScores, errors: Mapping[str, Interval]) -> list[str]:
    """Returns a line for each figure of the types, with its interval.

    `errors` as for `types_text`.
    """
    pairs = types.bounds()
    return [
        f"{name:<24} " + shown(value, errors.get(name, pairs.get(name)), digits=4)
        for name, value in types.flat().items()
        if not bounds(name)
    ]


def worst_tag(slices: Slices) -> dict[str, str]:
    """Returns the tag `worst_slice`: its name, and how far below the rest; none without one."""
    worst = slices.worst(1)
    return (
        {"worst_slice": f"{worst[0].name}: {slices.figure} {_difference(worst[0])} to all others"}
        if worst
        else {}
    )


def _note(slices: Slices) -> list[str]:
    clear = sum(row.clear and row.difference < 0 for row in slices.entries)
    return [
        f"difference: {slices.figure} of the slice minus that of all other rows; p by Holm "
        f"for the {slices.tested} slices looked at; {clear} clearly below the rest (*)",
        f"a slice has {ROWS} rows of {ARTICLES} articles or more; from {TESTED} articles on "
        "it is set beside the rest",
    ]


def _cells(row: Slice) -> list[str]:
    return [
        str(row.rows),
        str(row.articles),
        shown(row.macro_f1, row.interval),
        f"{row.accuracy:.3f}",
        f"{row.rest:.3f}",
        _difference(row),
        "-" if row.p is None else p_text(row.p) + (" *" if row.clear else "  "),
    ]


def _difference(row: Slice) -> str:
    pair = row.difference_interval
    return f"{row.difference:+.3f}" + (f" [{pair[0]:+.3f}, {pair[1]:+.3f}]" if pair else "")


def _short(name: str) -> str:
    return name if len(name) <= WIDEST else name[: WIDEST - 1] + "…"


def _aligned(table: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """Lines of a table, the first `left` columns to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
