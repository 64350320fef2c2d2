"""ConfliBERT's sets: text and a class number, or text and one 0/1 column for each label."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from data.files import Row
from data.foreign.interface import ImportOptions, Outcome
from data.formats.tab_separated import tsv_cells
from data.problems import Problem, Unreadable

CODEBOOK = None  # the files do not say what their columns mean
Fault = tuple[str, str]


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every line, in order; class numbers are the codebook's columns.

    The files name no articles, so each row is its own.
    """
    multilabel = options.codebook.multilabel
    width = 1 + len(options.codebook.names) if multilabel else 2
    for line, cells in tsv_cells(path, options.encoding, width):
        if isinstance(cells, Problem):
            yield line, cells
            continue
        row = _multilabel_row(cells, options) if multilabel else _row(cells, options)
        if isinstance(row, tuple):
            yield line, Unreadable(f"{path}:{line}", *row, "\t".join(cells))
        else:
            yield line, row


def _row(cells: list[str], options: ImportOptions) -> Row | Fault:
    """The row of a text and a class number; or what is wrong, and what was expected."""
    names = options.codebook.names
    if len(cells) != 2:
        return f"has {len(cells)} cells", "expected 2: text and a class number"
    text, number = map(str.strip, cells)
    if number not in map(str, range(len(names))):
        return f"holds '{number}' where a class should be", f"expected 0 to {len(names) - 1}"
    label = names[int(number)]
    options.renamed[number, label] += 1
    return {"text": text, "label": label}


def _multilabel_row(cells: list[str], options: ImportOptions) -> Row | Fault:
    """The row of a text and a column for each label; or what is wrong, and what was expected."""
    names = options.codebook.names
    if len(cells) != 1 + len(names):
        columns = f"a 0/1 column for each of {', '.join(names)}"
        return f"has {len(cells)} cells", f"expected {1 + len(names)}: text and {columns}"
    text, *values = map(str.strip, cells)
    if unknown := [value for value in values if value not in ("0", "1")]:
        return f"holds '{unknown[0]}' where a class should be", "expected 0 or 1"
    labels = [name for name, value in zip(names, values, strict=True) if value == "1"]
    return {"text": text, "labels": labels}
