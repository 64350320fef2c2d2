"""Any table: CSV, TSV, JSONL or Parquet, with columns named on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from data.files import Row, read_rows
from data.importers.labels import put_labels
from data.importers.outcome import ImportOptions, Outcome
from data.importers.tsv import tsv_rows
from data.problems import InputError, Problem

CODEBOOK = None


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every row, in order; columns that are not named are kept as they are.

    A label cell may hold several: a list, a JSON list, or names parted by `|`.

    Raises:
        InputError: a column named on the command line is in no row.
    """
    renamed = {column: field for field, column in options.columns.items()}
    missing = set(renamed)
    table = tsv_rows(path, tuple(renamed)) if path.suffix == ".tsv" else read_rows(path)
    rows = 0
    for line, record in table:
        if isinstance(record, Problem):
            yield line, record
            continue
        rows += 1
        missing -= record.keys()
        yield line, _row(record, renamed, options)
    if rows and missing:
        raise InputError(Problem(str(path), f"no column {', '.join(sorted(missing))} in any row",
                                 "name the columns as the file does"))


def _row(record: Row, renamed: dict[str, str], options: ImportOptions) -> Row:
    fields = set(renamed.values())
    row = {renamed.get(key, key): value for key, value in record.items()
           if key in renamed or key not in fields}
    labels = row.pop("labels", None)
    label = row.pop("label", None)
    found = labels if labels is not None else label
    if isinstance(found, str) and (found.lstrip().startswith("[") or options.codebook.several):
        found = _parted(found)
    if found is None:
        return row
    return put_labels(row, found if isinstance(found, list) else [found], options.codebook,
                      options.standard)


def _parted(cell: str) -> list[str]:
    try:
        values = json.loads(cell)
    except ValueError:
        values = None
    if isinstance(values, list):
        return [str(value) for value in values]
    return [part.strip() for part in cell.split("|") if part.strip()]
