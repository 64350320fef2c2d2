"""Tables that are larger than memory should hold: written block by block, read from their file."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from datasets import Dataset

Row = dict[str, Any]
Item = TypeVar("Item", covariant=True)
Made = TypeVar("Made")
BLOCK = 1_000  # rows that are read at a time


class TableRows(Sequence[Item], Generic[Item]):
    """The rows of a table, or what is made of each, read anew whenever they are asked for.

    Attributes:
        table: with the rows, in order; it may lie on disk.
    """

    def __init__(self, table: Dataset, read: Callable[[Row], Any] = dict) -> None:
        """Takes what is made of each row; without it the row itself."""
        self.table, self._read = table, read

    def of_each(self, read: Callable[[Row], Made]) -> TableRows[Made]:
        """What `read` makes of each row."""
        return TableRows(self.table, read)

    def at(self, places: Sequence[int]) -> TableRows[Item]:
        """The rows at these places."""
        return TableRows(self.table.select(places), self._read)

    def column(self, name: str) -> Iterator[Any]:
        """Yields the values of a column; None of each row where the table has none of that name."""
        if name not in self.table.column_names:
            return iter([None] * len(self))
        rows: TableRows[Row] = TableRows(self.table.select_columns([name]))
        return (row[name] for row in rows)

    def mapped(
        self,
        make: Callable[[Sequence[Item]], dict[str, list[Any]]],
        key: str,
        folder: Path | None = None,
        progress: bool = False,
    ) -> Dataset:
        """Returns the table that `make` makes of the rows, a block at a time, in a file.

        Args:
            make: columns of a block's rows.
            key: names what is made of these rows, in hex digits; a file of that key in the folder
                is taken as it is.
            folder: for the file; None for one that lasts as long as the process.
            progress: show a bar.
        """
        import datasets

        folder = folder or Path(_folder())
        folder.mkdir(parents=True, exist_ok=True)
        hidden = datasets.are_progress_bars_disabled()
        if not progress:
            datasets.disable_progress_bars()
        try:
            return self.table.map(
                lambda columns: make(self._made(columns)),
                batched=True,
                batch_size=BLOCK,
                remove_columns=self.table.column_names,
                cache_file_name=str(folder / f"{key[:16]}.arrow"),
                new_fingerprint=key[:64],
                load_from_cache_file=True,
            )
        finally:
            if not hidden:
                datasets.enable_progress_bars()

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[Item]:
        for first in range(0, len(self), BLOCK):
            yield from self._block(first, min(first + BLOCK, len(self)))

    @overload
    def __getitem__(self, place: int) -> Item: ...

    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...

    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        if isinstance(place, slice):
            first, last, step = place.indices(len(self))
            return self._block(first, last)[::step] if step > 0 else list(self)[place]
        item: Item = self._read(self.table[place])
        return item

    def _block(self, first: int, last: int) -> list[Item]:
        return self._made(self.table[first:last])

    def _made(self, columns: Mapping[str, list[Any]]) -> list[Item]:
        names = list(columns)
        return [
            self._read(dict(zip(names, values, strict=True)))
            for values in zip(*columns.values(), strict=True)
        ]


def columns_of(rows: Sequence[Row]) -> tuple[dict[str, list[Any]], dict[str, set[type]]]:
    """The values of each field, in order of appearance, and the kinds they are of.

    A field that mixes kinds (a number here, a text there) becomes text, objects become JSON.
    """
    names = list(dict.fromkeys(key for row in rows for key in row))
    columns: dict[str, list[Any]] = {}
    kinds: dict[str, set[type]] = {}
    for name in names:
        values = [row.get(name) for row in rows]
        kinds[name] = {type(value) for value in values if value is not None}
        columns[name] = _of_one_kind(values, kinds[name])
    return columns, kinds


def _of_one_kind(values: list[Any], kinds: set[type]) -> list[Any]:
    if len(kinds) > 1:
        return [value if value is None else str(value) for value in values]
    if kinds == {dict}:
        return [value if value is None else json.dumps(value) for value in values]
    return values


def spooled(blocks: Iterable[Sequence[Row]]) -> Dataset:
    """Returns rows as a table that lies on disk, holding one block at a time.

    It is what `table.as_dataset` makes of all rows together. Whether a field mixes kinds is
    known only at the end, so blocks are written as they come and once more into one file.
    """
    import pyarrow
    from datasets import Dataset

    folder = Path(tempfile.mkdtemp(dir=_folder()))
    kinds: dict[str, set[type]] = {}
    files: list[Path] = []
    schemas: list[Any] = []
    for rows in blocks:
        columns, kinds_here = columns_of(rows)
        for name, kinds_of_field in kinds_here.items():
            kinds.setdefault(name, set()).update(kinds_of_field)
        table = pyarrow.table(columns)
        files.append(folder / f"{len(files)}.arrow")
        schemas.append(table.schema)
        _write(files[-1], table.schema, [table])
    mixed = {name for name, kinds_of_field in kinds.items() if len(kinds_of_field) > 1}
    schema = _schema(schemas, list(kinds), mixed)
    _write(folder / "rows.arrow", schema, (_fitted(file, schema, mixed) for file in files))
    for file in files:
        file.unlink()
    return Dataset.from_file(str(folder / "rows.arrow"))


def _schema(schemas: Sequence[Any], names: Sequence[str], mixed: set[str]) -> Any:
    """The columns of all blocks; those that mix kinds are text."""
    import pyarrow

    plain = [
        pyarrow.schema([field for field in schema if field.name not in mixed]) for schema in schemas
    ]
    schema = pyarrow.unify_schemas(plain, promote_options="permissive")
    return pyarrow.schema(
        [
            pyarrow.field(name, pyarrow.string()) if name in mixed else schema.field(name)
            for name in names
        ]
    )


def _fitted(file: Path, schema: Any, mixed: set[str]) -> Any:
    """A block under the columns of all."""
    import pyarrow

    with pyarrow.memory_map(str(file)) as source:
        table = pyarrow.ipc.open_stream(source).read_all()
        columns = []
        for field in schema:
            if field.name not in table.column_names:
                columns.append(pyarrow.nulls(len(table), field.type))
            elif field.name in mixed:
                values = table[field.name].to_pylist()
                columns.append(
                    pyarrow.array(
                        [value if value is None else str(value) for value in values], field.type
                    )
                )
            else:
                columns.append(table[field.name].cast(field.type))
        return pyarrow.table(columns, schema=schema)


def _write(file: Path, schema: Any, tables: Iterable[Any]) -> None:
    import pyarrow

    with pyarrow.OSFile(str(file), "wb") as sink, pyarrow.ipc.new_stream(sink, schema) as writer:
        for table in tables:
            writer.write_table(table, max_chunksize=BLOCK)


@cache
def _folder() -> str:
    """Where tables lie as long as the process: beside those of `datasets`, on a disk."""
    import datasets

    base = Path(datasets.config.HF_DATASETS_CACHE) / "eventstance"
    base.mkdir(parents=True, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="rows-", dir=base)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
