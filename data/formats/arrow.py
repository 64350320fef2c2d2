"""Parquet, Arrow and saved `datasets` folders; numbers of named classes become their names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from data.fields import split_named
from data.formats.json_values import without_nan
from data.problems import InputError, Problem, Unreadable

Record = dict[str, Any]
Decode = Callable[[Any], Any]
_ONE, _BOTH = "dataset_info.json", "dataset_dict.json"


def read_parquet(path: Path) -> Iterator[tuple[int, Record | Problem]]:
    """Yields (number, row) for every row of a Parquet file, from 1; nulls and NaN are left out.

    A column that Hugging Face's metadata calls a `ClassLabel` holds the names of its classes, and
    nothing where it says -1.

    Raises:
        InputError: the file is no Parquet.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as table:
            yield from _rows(table.iter_batches(1_000), table.schema_arrow, path)
    except pyarrow.ArrowException as error:
        raise InputError(Problem(str(path), f"cannot be read as Parquet ({error})")) from error


def read_arrow(path: Path, first: int = 1) -> Iterator[tuple[int, Record | Problem]]:
    """Yields (number, row) for every row of an Arrow or Feather file, as `read_parquet` does.

    Raises:
        InputError: the file is no Arrow.
    """
    import pyarrow

    try:
        with _arrow_file(path) as table:
            batches = (
                table
                if isinstance(table, pyarrow.RecordBatchStreamReader)
                else (table.get_batch(at) for at in range(table.num_record_batches))
            )
            yield from _rows(batches, table.schema, path, first)
    except pyarrow.ArrowException as error:
        raise InputError(Problem(str(path), f"cannot be read as Arrow ({error})")) from error


@contextmanager
def _arrow_file(path: Path) -> Iterator[Any]:
    import pyarrow

    with pyarrow.memory_map(str(path)) as source:
        try:
            table = pyarrow.ipc.open_file(source)
        except pyarrow.ArrowInvalid:
            source.seek(0)
            table = pyarrow.ipc.open_stream(source)
        with table:
            yield table


def is_dataset(path: Path) -> bool:
    """Whether a folder is one that `datasets` saved with `save_to_disk`."""
    return (path / _ONE).is_file() or (path / _BOTH).is_file()


def read_dataset(path: Path) -> Iterator[tuple[int, Record | Problem]]:
    """Yields (number, row) for every row of a saved dataset, or of all its splits one by one.

    The name of a split becomes the row's `split` (validation is dev) where the rows have no such
    column.

    Raises:
        InputError: the folder's own files are missing or broken.
    """
    number = 0
    for folder, split in _parts(path):
        for file in _files(folder):
            for _, row in read_arrow(file, number + 1):
                number += 1
                yield (
                    number,
                    row
                    if isinstance(row, Problem) or split is None
                    else ({**row, "split": row.get("split", split)}),
                )


def numbered(table: Any, prefix: str = "") -> Any:
    """A `Dataset` with a column `id`: its own, else the prefix and the row's number from 0."""
    if "id" in table.column_names:
        return table
    return table.add_column("id", [f"{prefix}{number}" for number in range(len(table))])


def _parts(path: Path) -> list[tuple[Path, str | None]]:
    if not (path / _BOTH).is_file():
        return [(path, None)]
    names = _json(path / _BOTH).get("splits", [])
    if unknown := [name for name in names if split_named(name) is None]:
        raise InputError(
            Problem(
                str(path),
                f"has a split '{unknown[0]}'",
                "expected train, validation and test; or name one folder of it",
            )
        )
    return [(path / name, split_named(name)) for name in names]


def _files(folder: Path) -> list[Path]:
    return [folder / entry["filename"] for entry in _json(folder / "state.json")["_data_files"]]


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            Problem(
                str(path),
                f"cannot be read ({error})",
                "expected a folder as save_to_disk writes it",
            )
        ) from error
    return content if isinstance(content, dict) else {}


def _rows(
    batches: Any, schema: Any, path: Path, first: int = 1
) -> Iterator[tuple[int, Record | Problem]]:
    decoders = _decoders(schema)
    number = first - 1
    for batch in batches:
        for row in batch.to_pylist():
            number += 1
            try:
                decoded = {
                    key: _text(decoders[key](value) if key in decoders else value)
                    for key, value in row.items()
                }
            except IndexError as error:
                yield (
                    number,
                    Unreadable(
                        f"{path}:{number}", str(error), "expected the number of a class", row
                    ),
                )
                continue
            yield (
                number,
                {key: value for key, value in without_nan(decoded).items() if value is not None},
            )


def _text(value: Any) -> Any:
    """Bytes as text where they are: some tools write their texts without saying that they are."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value
    return value


def _decoders(schema: Any) -> dict[str, Decode]:
    kept = (schema.metadata or {}).get(b"huggingface")
    try:
        features = json.loads(kept)["info"]["features"] if kept else {}
    except (ValueError, KeyError, TypeError):
        return {}
    decoders = {name: _decoder(name, feature) for name, feature in features.items()}
    return {name: decode for name, decode in decoders.items() if decode is not None}


def _decoder(column: str, feature: Any) -> Decode | None:
    """How the values of a feature become names; None where it has no classes."""
    if isinstance(feature, list) and len(feature) == 1:
        feature = {"_type": "List", "feature": feature[0]}
    if not isinstance(feature, dict):
        return None
    if feature.get("_type") == "ClassLabel":
        names = feature.get("names") or []

        def name(value: Any) -> Any:
            if not isinstance(value, int) or value == -1:
                return None if value == -1 else value
            if not 0 <= value < len(names):
                raise IndexError(f"{column} is class {value}, and the file names {len(names)}")
            return names[value]

        return name
    inner = _decoder(column, feature.get("feature"))
    if inner is None:
        return None
    return lambda values: values if values is None else [inner(value) for value in values]
