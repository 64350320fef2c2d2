"""Excel workbooks (.xlsx): the rows of one sheet."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from data.problems import InputError, Problem


def read_spreadsheet(path: Path, sheet: str | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields (line, row) for every row below the header that is not blank; lines as Excel counts.

    Empty cells are left out, a column without a name is `column_N`, dates are `YYYY-MM-DD` (with
    the time where there is one), formulas give the value that was saved with them. The header is
    the first row that is not blank.

    Args:
        path: the workbook.
        sheet: which sheet; may be None where only one has rows.

    Raises:
        InputError: no workbook, no such sheet, several sheets with rows and none named, or a
            header that names a column twice.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise InputError(
            Problem(str(path), f"cannot be read as an Excel workbook ({error})", "expected .xlsx")
        ) from error
    try:
        chosen = _sheet(book, path, sheet)
        names: list[str] | None = None
        for line, cells in _lines(chosen) if chosen is not None else ():
            if names is None:
                names = _names(cells, f"{path}:{line}")
                continue
            yield line, _row(names, cells)
    finally:
        book.close()


def _lines(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """The rows that hold something, with their line."""
    for line, cells in enumerate(sheet.iter_rows(), 1):
        values = [_value(cell) for cell in cells]
        if any(value is not None for value in values):
            yield line, values


def _value(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        return value if value.strip() else None
    return value if value is None or isinstance(value, (int, float)) else str(value)


def _sheet(book: Any, path: Path, name: str | None) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if name is not None:
        if name not in sheets:
            raise InputError(
                Problem(
                    f"--sheet {name}", f"is not in {path}", f"expected one of {', '.join(sheets)}"
                )
            )
        return sheets[name]
    filled = [sheet for sheet in sheets.values() if next(_lines(sheet), None) is not None]
    if len(filled) > 1:
        named = ", ".join(sheet.title for sheet in filled)
        raise InputError(
            Problem(
                str(path),
                f"has {len(filled)} sheets with rows: {named}",
                "name the one to read with --sheet",
            )
        )
    return filled[0] if filled else None


def _names(cells: Sequence[Any], where: str) -> list[str]:
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    if doubled := [name for name in dict.fromkeys(names) if name and names.count(name) > 1]:
        raise InputError(
            Problem(
                where,
                f"the header names '{doubled[0]}' twice",
                "give each column a name of its own",
            )
        )
    return [name or f"column_{number}" for number, name in enumerate(names, 1)]


def _row(names: Sequence[str], cells: Sequence[Any]) -> dict[str, Any]:
    further = [f"column_{number}" for number in range(len(names) + 1, len(cells) + 1)]
    return {
        name: cell
        for name, cell in zip([*names, *further], cells, strict=False)
        if cell is not None
    }
