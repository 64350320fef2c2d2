"""Tab-separated files, one row a line, with or without quoting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from data.files import Row
from data.importers.outcome import Unreadable
from data.problems import InputError, Problem

_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def tsv_cells(path: Path) -> Iterator[tuple[int, list[str] | Problem]]:
    """Yields (line, cells) for every line that is not blank, in order.

    A cell in quotes is unquoted only where it holds doubled quotes or a tab, or where all cells
    of its line are quoted: a sentence that begins and ends with a quotation mark keeps both.

    Raises:
        InputError: no such file.
    """
    if not path.is_file():
        raise InputError(Problem(str(path), "no such file", "expected a tab-separated file"))
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError as error:
                yield number, Unreadable(f"{path}:{number}", f"is not UTF-8 ({error.reason})",
                                         "expected UTF-8 text", raw.decode("latin-1").rstrip())
            else:
                yield number, _cells(line)


def tsv_rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, Row | Problem]]:
    """Yields (line, row) by the names in the first line; columns without a name are left out.

    Raises:
        InputError: no such file, or a needed column is not in the first line.
    """
    names: list[str] | None = None
    for line, cells in tsv_cells(path):
        if isinstance(cells, Problem):
            yield line, cells
        elif names is None:
            names = cells
            if missing := [name for name in needed if name not in names]:
                raise InputError(Problem(
                    f"{path}:{line}", f"no column {', '.join(missing)}",
                    f"expected a first line that names it; found {', '.join(filter(None, names))}"))
        elif len(cells) != len(names):
            yield line, Unreadable(f"{path}:{line}", f"has {len(cells)} cells",
                                   f"expected {len(names)}, as in the first line",
                                   "\t".join(cells))
        else:
            yield line, {name: cell for name, cell in zip(names, cells, strict=True) if name}


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
    return inside.replace('""', '"') if everywhere or '""' in inside or "\t" in inside else cell
