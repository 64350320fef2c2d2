"""CSV in the dialects that tools write: which character parts the cells, where quotes close.

No row is ever taken into the cell of another: a quotation mark that does not close, or closes where
no cell ends, costs its own line only.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.formats.lines import NumberedLines, encoding_advice, encoding_fault, legible, open_text
from data.problems import InputError, Problem, Unreadable

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
MOST_LINES = 5_000  # of one cell; beyond it a quotation mark counts as not closed
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
Cells = dict[str, str]


class _NotClosedError(Exception):
    """A quoted cell goes on for longer than any text does."""


class _RecordLines(NumberedLines):
    def __next__(self) -> str:
        if len(self.taken) > MOST_LINES:
            raise _NotClosedError
        return super().__next__()


@dataclass(frozen=True, slots=True)
class _Header:
    """The names in the first line, and what parts them.

    Attributes:
        names: of the columns; one without a name is `column_N`.
        named: how many columns have a name of their own, up to the last that has.
        delimiter: between cells.
        blanks: whether a blank follows each delimiter and is part of no cell.
    """

    names: tuple[str, ...]
    named: int
    delimiter: str
    blanks: bool


def read_delimited(
    path: Path, encoding: str | None = None
) -> Iterator[tuple[int, Cells | Problem]]:
    """Yields (line, row) for every record of a CSV file, in order; empty cells are left out.

    The header says which of comma, semicolon, tab and vertical bar parts the cells; a first line
    `sep=;` is understood. Names are taken without blanks around them. A record that cannot be read
    gives a problem with the line it starts on, and reading goes on at the next line; blank records
    are passed over. An empty file yields nothing.

    Raises:
        InputError: no such file, bytes that are no text, or a header that names a column twice.
    """
    csv.field_size_limit(sys.maxsize)
    with open_text(path, encoding) as stream:
        lines = _RecordLines(stream)
        header = _header(lines, path, encoding)
        if header is None:
            return
        while (cells := _record(lines, header.delimiter, header.blanks)) is not None:
            if (
                len(lines.taken) > 1
                and isinstance(cells, list)
                and _swallows(lines.taken, cells, header)
            ):
                lines.give_back()
                cells = "opens a quotation mark that closes in another row"
            start = lines.number - len(lines.taken) + 1
            record = _row(cells, lines.taken, start, header, path, encoding)
            if isinstance(record, Problem):
                yield int(record.where.rpartition(":")[2]), record
            elif record:
                yield start, record


def _record(lines: NumberedLines, delimiter: str, blanks: bool = False) -> list[str] | str | None:
    """The cells of the next record, or what is wrong with its quotes; None at the end."""
    lines.begin()
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=blanks)
    try:
        return next(reader)
    except StopIteration:
        return None
    except (csv.Error, _NotClosedError):
        if len(lines.taken) > 1 or _opens_at_end(lines.taken[0], delimiter):
            lines.give_back()
            return "opens a quotation mark that does not close"
        return "has a quotation mark inside a quoted cell"


def _opens_at_end(line: str, delimiter: str) -> bool:
    """Whether the line ends inside a quoted cell."""
    try:
        next(csv.reader([line, '"'], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return False
    return True


def _header(lines: NumberedLines, path: Path, encoding: str | None) -> _Header | None:
    first = next((line for line in lines if line.strip()), None)
    if first is not None and (separator := _SEPARATOR_LINE.fullmatch(first)):
        delimiter = separator[1]
    elif first is not None:
        delimiter = _delimiter(first)
        lines.give_back(len(lines.taken) - 1)
    else:
        return None
    cells = _record(lines, delimiter, blanks=True)
    where = f"{path}:{lines.number}"
    text = "".join(lines.taken)
    if (fault := encoding_fault(text, encoding)) is not None:
        raise InputError(Problem(where, fault, encoding_advice(encoding)))
    if not isinstance(cells, list):
        raise InputError(
            Problem(
                where,
                f"the header {cells or 'is missing'}",
                "expected a first line with the names of the columns",
            )
        )
    names = [cell.strip() for cell in cells]
    named = max((number for number, name in enumerate(names, 1) if name), default=0)
    for number, name in enumerate(names):
        if name and name in names[:number]:
            raise InputError(
                Problem(
                    where,
                    f"the header names '{name}' twice (columns {names.index(name) + 1} and "
                    f"{number + 1})",
                    "give each column a name of its own",
                )
            )
    return _Header(
        tuple(name or f"column_{number}" for number, name in enumerate(names, 1)),
        named,
        delimiter,
        blanks=len(cells) > 1 and all(cell[:1].isspace() for cell in text.split(delimiter)[1:]),
    )


def _delimiter(line: str) -> str:
    def cells(delimiter: str) -> int:
        return len(next(csv.reader([line], delimiter=delimiter), []))

    return max(DELIMITERS, key=cells)


def _row(
    cells: list[str] | str,
    lines: Sequence[str],
    start: int,
    header: _Header,
    path: Path,
    encoding: str | None,
) -> Cells | Problem:
    """The row in a record; empty where all cells are; or a problem."""
    text = "".join(lines)
    where = f"{path}:{start}"
    for number, line in enumerate(lines, start):
        if (fault := encoding_fault(line, encoding)) is not None:
            return Unreadable(f"{path}:{number}", fault, encoding_advice(encoding), legible(text))
    if "\0" in text:
        return Unreadable(where, "holds a NUL character", "expected text", legible(text))
    if isinstance(cells, str):
        cells = _other_quotes(text, header) or cells
    if isinstance(cells, str):
        return Unreadable(
            where,
            cells,
            'close it, and write a quotation mark inside a quoted cell as ""',
            legible(text),
        )
    while len(cells) > len(header.names) and not cells[-1].strip():
        cells.pop()
    if not any(cell.strip() for cell in cells):
        return {}
    if len(cells) > len(header.names):
        cells = _other_quotes(text, header) or cells
    if len(cells) > len(header.names) or len(cells) < min(2, header.named):
        count = f"{len(cells)} cells" if len(cells) > 1 else "1 cell"
        return Unreadable(
            where,
            f"has {count}",
            f"expected {header.named}, as in the header; quote cells that "
            f"hold {DELIMITERS.get(header.delimiter, header.delimiter)} or line breaks",
            legible(text),
        )
    return {name: cell for name, cell in zip(header.names, cells, strict=False) if cell != ""}


def _other_quotes(text: str, header: _Header) -> list[str] | None:
    r"""The cells of a line by two looser rules, where one gives as many as the header has.

    Blanks before an opening quotation mark (`1, "a"`), and quotation marks written as `\"`.
    """
    for rules in ({"skipinitialspace": True}, {"escapechar": "\\", "doublequote": False}):
        if ' "' not in text if "skipinitialspace" in rules else '\\"' not in text:
            continue
        try:
            cells = next(csv.reader([text], delimiter=header.delimiter, strict=True, **rules))
        except (csv.Error, StopIteration):
            continue
        if len(cells) == len(header.names):
            return cells
    return None


def _swallows(lines: Sequence[str], cells: Sequence[str], header: _Header) -> bool:
    """Whether a further line of a record looks like a record of its own.

    It does with as many cells as the header has and a first cell formed like the record's own: a
    number, or the same letters with a number. A text may wrap so by chance; it is then reported,
    which costs a row that somebody can mend, where the reverse would cost rows unseen.
    """
    if header.named < 2 or not _NUMBER.search(cells[0]) or re.search(r"\s", cells[0]):
        return False
    form = _NUMBER.sub("0", cells[0])
    for line in lines[1:]:
        apart = next(csv.reader([line.rstrip("\r\n")], delimiter=header.delimiter), [])
        if len(apart) == len(header.names) and _NUMBER.sub("0", apart[0]) == form:
            return True
    return False
