"""Tab-separated files, one row a line, with or without quoting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.formats.lines import NumberedLines, encoding_advice, encoding_fault, legible, open_text
from data.problems import InputError, Problem, Unreadable

MOST_LINES = 200  # of one cell in quotes
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def tsv_cells(
    path: Path, encoding: str | None = None, width: int | None = None
) -> Iterator[tuple[int, list[str] | Problem]]:
    """Yields (line, cells) for every line that is not blank, in order.

    A cell in quotes is unquoted only where it holds doubled quotes, a tab or a line break, or
    where all cells of its line are quoted: a sentence that begins and ends with a quotation mark
    keeps both. A quoted cell may go on over lines where the record then has `width` cells; with
    no width given, that of the first line.

    Raises:
        InputError: no such file, or bytes that are no text.
    """
    with open_text(path, encoding) as stream:
        lines = NumberedLines(stream)
        while True:
            lines.begin()
            if (line := next(lines, None)) is None:
                return
            if not line.strip():
                continue
            number = lines.number
            if (fault := encoding_fault(line, encoding)) is not None:
                yield (
                    number,
                    Unreadable(
                        f"{path}:{number}", fault, encoding_advice(encoding), legible(line).rstrip()
                    ),
                )
                continue
            cells = _cells(line.rstrip("\r\n"))
            if width is not None and len(cells) < width and '"' in line:
                cells = _over_lines(lines, width) or cells
            width = width or len(cells)
            yield number, cells


def _over_lines(lines: NumberedLines, width: int) -> list[str] | None:
    """The cells of a record that goes on over lines; None, and nothing read, if it does not."""
    if not _goes_on(lines.taken[0]):
        return None
    for line in lines:
        text = "".join(lines.taken)
        if len(lines.taken) > MOST_LINES or encoding_fault(line) is not None:
            break
        if '"' in line and len(cells := _cells(text.rstrip("\r\n"))) == width:
            return cells
    lines.give_back()
    return None


def _goes_on(line: str) -> bool:
    return any(
        cell.startswith('"') and not _QUOTED.fullmatch(cell)
        for cell in line.rstrip("\r\n").split("\t")
    )


def tsv_rows(
    path: Path, needed: tuple[str, ...] = (), encoding: str | None = None
) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    """Yields (line, row) by the names in the first line; columns without a name are left out.

    Raises:
        InputError: no such file, a needed column is not in the first line, or a name stands there
            twice.
    """
    names: list[str] | None = None
    for line, cells in tsv_cells(path, encoding):
        if isinstance(cells, Problem):
            yield line, cells
        elif names is None:
            names = [name.strip() for name in cells]
            _check_names(names, needed, f"{path}:{line}")
        elif len(cells) != len(names):
            yield (
                line,
                Unreadable(
                    f"{path}:{line}",
                    f"has {len(cells)} cells",
                    f"expected {len(names)}, as in the first line",
                    "\t".join(cells),
                ),
            )
        else:
            yield line, {name: cell for name, cell in zip(names, cells, strict=True) if name}


def _check_names(names: list[str], needed: tuple[str, ...], where: str) -> None:
    if missing := [name for name in needed if name not in names]:
        raise InputError(
            Problem(
                where,
                f"no column {', '.join(missing)}",
                f"expected a first line that names it; found {', '.join(filter(None, names))}",
            )
        )
    if doubled := sorted({name for name in names if name and names.count(name) > 1}):
        raise InputError(
            Problem(
                where,
                f"the first line names '{doubled[0]}' twice",
                "give each column a name of its own",
            )
        )


def _cells(line: str) -> list[str]:
    cells = line.split("\t")
    if '"' not in line:
        return cells
    if any(cell.startswith('"') and not _QUOTED.fullmatch(cell) for cell in cells):
        cells = _joined(cells)
    everywhere = all(_QUOTED.fullmatch(cell) for cell in cells)
    return [_unquoted(cell, everywhere) for cell in cells]


def _joined(cells: list[str]) -> list[str]:
    """Cells with the tabs inside quotes put back; as they were if a quote never closes."""
    joined: list[str] = []
    waiting: list[str] = []
    for cell in cells:
        if waiting or (cell.startswith('"') and not _QUOTED.fullmatch(cell)):
            waiting.append(cell)
            if _QUOTED.fullmatch("\t".join(waiting)):
                joined.append("\t".join(waiting))
                waiting = []
        else:
            joined.append(cell)
    return cells if waiting else joined


def _unquoted(cell: str, everywhere: bool) -> str:
    if not _QUOTED.fullmatch(cell) or len(cell) < 2:
        return cell
    inside = cell[1:-1]
    return (
        inside.replace('""', '"')
        if everywhere or '""' in inside or "\t" in inside or "\n" in inside
        else cell
    )
