"""Tables for a terminal: as wide as it is, nothing cut; whole in a pipe."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.table import Table

WHOLE = 1_000  # columns in a pipe: who reads on with a program misses nothing
EDGE, LEAST = 3, 12  # what a column takes beside its cells; the narrowest that text is folded to


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: its head.
        right: numbers, which stand to the right.
        folds: text that may go on in a further line.
        rank: 0 stays; where there is no room, the highest is left out first.
        narrow: a narrower form of a cell, tried before anything is left out.
        least: the narrowest that a column that folds becomes before others are left out.
    """

    name: str
    right: bool = False
    folds: bool = False
    rank: int = 0
    narrow: Callable[[str], str] | None = None
    least: int = LEAST


@dataclass
class Grid:
    """A table that fits its terminal; what is left out for that is named below it.

    Attributes:
        title: above it.
        columns: from left to right.
        rows: a cell for each column; None for a line between rows.
    """

    title: str
    columns: Sequence[Column]
    rows: list[Sequence[str] | None] = field(default_factory=list)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Gives rich the table for the width that there is."""
        from rich.text import Text

        kept, cells = self._fitted(options.max_width)
        yield Text(self.title, style="italic")
        yield self._table(kept, cells, options.max_width)
        left_out = [column.name.replace("\n", " ") for column in self.columns if column not in kept]
        if left_out:
            yield Text(f"(left out here: {', '.join(left_out)}; a wider window or a pipe has them)")

    def _fitted(self, width: int) -> tuple[list[Column], list[list[str] | None]]:
        """The columns that there is room for, and the cells of each row in them."""
        kept = list(self.columns)
        cells = self._cells(kept, True)
        while _width(kept, cells, folded=True) > width and any(column.rank for column in kept):
            kept.remove(max(kept, key=lambda column: column.rank))
            cells = self._cells(kept, True)
        wide = self._cells(kept, False)
        return kept, wide if _width(kept, wide) <= width else cells

    def _cells(self, kept: Sequence[Column], narrow: bool) -> list[list[str] | None]:
        return [
            None
            if row is None
            else [
                column.narrow(cell) if narrow and column.narrow else cell
                for column, cell in zip(self.columns, row, strict=True)
                if column in kept
            ]
            for row in self.rows
        ]

    def _table(
        self, kept: Sequence[Column], cells: Sequence[list[str] | None], width: int
    ) -> Table:
        from rich.table import Table
        from rich.text import Text

        table = Table()
        fits = _width(kept, cells, folded=True) <= width
        for column in kept:
            table.add_column(
                Text(column.name),
                justify="right" if column.right else "left",
                no_wrap=fits and not column.folds,
                overflow="fold",
            )
        for row in cells:
            if row is None:
                table.add_section()
            else:
                table.add_row(*map(Text, row))  # a label in brackets is no markup
        return table


def _width(
    columns: Sequence[Column], rows: Sequence[Sequence[str] | None], folded: bool = False
) -> int:
    """How wide a table is: as its cells are, or with columns that fold as narrow as they become."""
    from rich.cells import cell_len

    widest = [max(map(cell_len, column.name.split("\n"))) for column in columns]
    for row in rows:
        for place, cell in enumerate(row or ()):
            lines = cell.split("\n")
            widest[place] = max(widest[place], *map(cell_len, lines))
    return 1 + sum(
        EDGE + (min(size, column.least) if column.folds and folded else size)
        for column, size in zip(columns, widest, strict=True)
    )


def interval_below(cell: str) -> str:
    """A figure with its interval in a second line."""
    return cell.replace(" [", "\n[")


def say(*lines: str) -> None:
    """Prints lines whole, as the tables between them; quietly where nobody reads any more."""
    for line in lines:
        console().print(line, highlight=False, markup=False, soft_wrap=True)


def console() -> Console:
    """The console of standard output: as wide as the terminal, or as COLUMNS says; else whole."""
    from rich.console import Console

    named = os.environ.get("COLUMNS", "")
    is_known = sys.stdout.isatty() or (named.isdecimal() and int(named) > 0)
    # Not rich's own answer: it takes COLUMNS=0, of terminals without a size, at its word.
    return Console(width=shutil.get_terminal_size().columns if is_known else WHOLE)
