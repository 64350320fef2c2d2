"""ConfliBERT's sets: text and a class number, or text and one 0/1 column for each label."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from data.files import Row
from data.foreign.interface import ImportOptions, Outcome
from data.formats.tab_separated import tsv_cells
from data.problems import Problem, Unreadable

CODEBOOK = None  # the files do not say what their columns mean


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every line, in order; class numbers are the codebook's columns.

    The files name no articles, so each row is its own.
    """
    names = options.codebook.names
    multilabel = options.codebook.multilabel
    width = 1 + len(names) if multilabel else 2
    for line, cells in tsv_cells(path, options.encoding, width):
        where = f"{path}:{line}"
        if isinstance(cells, Problem):
            yield line, cells
            continue
        if len(cells) != width:
            yield (
                line,
                Unreadable(
                    where,
                    f"has {len(cells)} cells",
                    f"expected {width}: text and "
                    + (
                        f"a 0/1 column for each of {', '.join(names)}"
                        if multilabel
                        else "a class number"
                    ),
                    "\t".join(cells),
                ),
            )
            continue
        row: Row = {"text": cells[0].strip()}
        values = [cell.strip() for cell in cells[1:]]
        classes = {"0", "1"} if multilabel else {str(number) for number in range(len(names))}
        if unknown := [value for value in values if value not in classes]:
            yield (
                line,
                Unreadable(
                    where,
                    f"holds '{unknown[0]}' where a class should be",
                    "expected " + ("0 or 1" if multilabel else f"0 to {len(names) - 1}"),
                    "\t".join(cells),
                ),
            )
        elif multilabel:
            yield (
                line,
                row
                | {
                    "labels": [
                        name for name, value in zip(names, values, strict=True) if value == "1"
                    ]
                },
            )
        else:
            label = names[int(values[0])]
            options.renamed[values[0], label] += 1
            yield line, row | {"label": label}
