"""Any table that `data.files` reads, with its columns as the user names them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from data.fields import FIELDS
from data.files import Row, read_rows
from data.foreign.interface import ImportOptions, Outcome
from data.foreign.labels import label_text, put_labels, split_labels
from data.problems import InputError, Problem, Unreadable
from data.rows import labels_of, normal

CODEBOOK = None
_SEPARATORS = ("|", ";", ",", "#")  # of labels in one cell


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every row, in order; columns that are not named are kept as they are.

    A label cell may hold several: a list, or names parted by `|`, `;`, `,` or `#`.

    Raises:
        InputError: a column named on the command line, that of the text, or that of the label is
            in no row.
    """
    renamed = {column: field for field, column in options.columns.items()}
    missing = set(renamed)
    lacking = {"text", "label"} - options.columns.keys()
    columns: dict[str, None] = {}
    rows = 0
    for line, record in read_rows(path, options.encoding, options.sheet):
        if isinstance(record, Problem):
            yield line, record
            continue
        rows += 1
        missing -= record.keys()
        columns |= dict.fromkeys(record)
        outcome = _row(record, renamed, options, f"{path}:{line}")
        lacking -= normal(record).keys()
        yield line, outcome
    if "label" in lacking and "labels" in columns:
        lacking.remove("label")
    missing |= lacking
    if rows and missing:
        field = "label" if lacking == {"label"} else "text"
        column = next((name for name in columns if name.casefold() not in FIELDS), "COLUMN")
        raise InputError(
            Problem(
                str(path),
                f"no column {', '.join(sorted(missing))} in any row",
                f"it has {', '.join(columns)}; name the one meant, as in --{field}-column {column}",
            )
        )


def _row(record: Row, renamed: dict[str, str], options: ImportOptions, where: str) -> Outcome:
    fields = set(renamed.values())
    row = normal(
        {
            renamed.get(key, key): value
            for key, value in record.items()
            if key in renamed or key not in fields
        }
    )
    if not any(name in row for name in ("label", "labels")):
        return row
    try:
        labels_of_field = {
            name: _labels({name: row.pop(name)}, options)
            for name in ("label", "labels")
            if name in row
        }
    except ValueError as error:
        return Unreadable(where, f"labels {error}", 'expected ["name", …] or name|name', record)
    labels = labels_of_field.get("labels", labels_of_field.get("label", []))
    names = [label_text(label) for label in labels]
    if stray := [
        label for label in labels_of_field.get("label", []) if label_text(label) not in names
    ]:
        return Unreadable(
            where,
            f"label is {stray[0]}, and labels are {', '.join(names)}",
            "name the column that counts with --label-column",
            record,
        )
    return put_labels(row, labels, options)


def _labels(row: Row, options: ImportOptions) -> list[object]:
    (value,) = row.values()
    if isinstance(value, str):
        is_list = options.codebook.multilabel or value.lstrip().startswith(("[", "{"))
        return [*split_labels(value, options, _SEPARATORS)] if is_list else [value]
    return [*labels_of(row)] if isinstance(value, (list, tuple, dict)) else [value]
