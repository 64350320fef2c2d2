"""The rows of a run: read once, checked, split."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook, load_codebook
from data.examples import Labelled
from data.fields import SPLITS
from data.files import Row, check_table
from data.formats.disk_table import TableRows
from data.paths import find
from data.problems import InputError, Problem, attempt
from data.quality.table import HELD, as_dataset, digest, load_many
from data.rows import article_of, labelled
from data.splitting.overlap import overlap_warnings
from models.portable.serving import UNCERTAIN
from train.config import RunConfig
from train.data_config import DataConfig
from train.splitting import ANEW, BY_FILES, BY_ROWS, SplitUsed, other_roles, split_used

if TYPE_CHECKING:
    from datasets import Dataset

Rows = list[Row] | TableRows[Row]


@dataclass(frozen=True)
class Part:
    """The rows of one split, as a table.

    Rows and examples of a large table are read from it each time, by the block.
    """

    name: str
    table: Dataset

    @cached_property
    def rows(self) -> Sequence[Row]:
        """The rows of the table, in order; fields that a row lacks are None."""
        if len(self.table) > HELD:
            return TableRows(self.table)
        rows: list[Row] = self.table.to_list()
        return rows

    @cached_property
    def examples(self) -> Sequence[Labelled]:
        """The rows as labelled examples, in order."""
        if isinstance(self.rows, TableRows):
            return self.rows.of_each(labelled)
        return [labelled(row) for row in self.rows]

    @cached_property
    def gold(self) -> list[tuple[str, ...]]:
        """The labels of each row."""
        shared: dict[tuple[str, ...], tuple[str, ...]] = {}  # of millions of rows only a few
        rows = (tuple(labels or ()) for labels in self._column("labels"))
        return [shared.setdefault(labels, labels) for labels in rows]

    @cached_property
    def targets(self) -> list[str | None]:
        """The target of each row."""
        return [str(target) if target else None for target in self._column("target")]

    def _column(self, name: str) -> Iterable[Any]:
        if isinstance(self.rows, TableRows):
            return self.rows.column(name)
        return (row.get(name) for row in self.rows)

    @cached_property
    def digest(self) -> str:
        """Sha256 (16 hex digits) of what a model sees of these rows."""
        return digest(self.rows)


@dataclass(frozen=True)
class RunData:
    """A codebook and the three parts; `test` may be empty.

    Attributes:
        codebook: of the labels.
        train, dev, test: the parts.
        split: how rows came into them.
    """

    codebook: Codebook
    train: Part
    dev: Part
    test: Part
    split: SplitUsed

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Train, dev and test."""
        return self.train, self.dev, self.test

    @cached_property
    def digest(self) -> str:
        """Sha256 (16 hex digits) of all three parts."""
        return digest(row for part in self.parts for row in part.rows)

    @cached_property
    def identity(self) -> str:
        """Sha256 (12 hex digits) of the rows, of where dev begins and ends, and of the labels."""
        content = f"{self.digest} {self.dev.digest} {self.codebook.digest}"
        return hashlib.sha256(content.encode()).hexdigest()[:12]


class Loader:
    """Loads the data of runs, each distinct `data` section once."""

    def __init__(self) -> None:
        self._loaded: dict[str, RunData] = {}

    def load(self, config: RunConfig, where: str) -> RunData:
        """Returns the run's data.

        Raises:
            InputError: with every problem of files and codebook, of a split without train or dev
                rows, or of a label that only dev or test have.
        """
        key = f"{config.codebook} {config.data.model_dump_json()}"
        if key not in self._loaded:
            codebook = load_codebook(config.codebook)
            if codebook.task != config.task:
                raise InputError(
                    Problem(
                        f"{where}: codebook",
                        f"{codebook.name} is for the task '{codebook.task}'",
                        f"expected one for '{config.task}'",
                    )
                )
            self._loaded[key] = _load(config.data, codebook, where)
        _check_uncertain(config, self._loaded[key].codebook, where)
        return self._loaded[key]


def _check_uncertain(config: RunConfig, codebook: Codebook, where: str) -> None:
    own = [name for name in codebook.names if name.casefold() == UNCERTAIN]
    if own and config.min_precision is not None:
        raise InputError(
            Problem(
                f"{where}: min_precision",
                f"codebook {codebook.name} has a label '{own[0]}', which is "
                "what a model says that abstains",
                "rename the label, or leave min_precision out",
            )
        )


def _load(config: DataConfig, codebook: Codebook, where: str) -> RunData:
    _check_files(config)
    parts: dict[str, Rows] = {name: [] for name in SPLITS}
    used, warnings = SplitUsed(BY_FILES, "as the files are given"), []
    if config.path or config.split:
        rows = _rows(config.path or config.train, codebook)
        splits, used = split_used(rows, config, where)
        for name in SPLITS:
            parts[name] = _at(rows, [place for place, split in enumerate(splits) if split == name])
    else:
        parts["train"], parts["dev"] = _rows(config.train, codebook), _rows(config.dev, codebook)
        warnings += [*other_roles(parts["train"], "train"), *other_roles(parts["dev"], "dev")]
    if config.test:
        test = _rows(config.test, codebook)
        parts["test"] = [*parts["test"], *test] if len(parts["test"]) else test
        warnings += other_roles(test, "test")
    parts["train"] = _share(parts["train"], config.share)
    for name in ("train", "dev"):
        if not len(parts[name]):
            raise InputError(_empty(name, config, used, where))
    _check_labels(parts, config, where)
    warnings += overlap_warnings(*_flat(parts, _unseen(config, used)))
    train, dev, test_part = (Part(name, _table(parts[name])) for name in SPLITS)
    return RunData(
        codebook,
        train,
        dev,
        test_part,
        replace(used, warnings=tuple(dict.fromkeys((*used.warnings, *warnings)))),
    )


def _check_files(config: DataConfig) -> None:
    """Raises InputError with every file that is missing or is no table, before any is read."""
    problems: list[Problem] = []
    for name in dict.fromkeys((*config.path, *config.train, *config.dev, *config.test)):
        attempt(problems, partial(_check_file, name))
    if problems:
        raise InputError(problems)


def _check_file(name: str) -> None:
    check_table(find(name))


def _unseen(config: DataConfig, used: SplitUsed) -> Sequence[str]:
    """The parts that nobody has looked at yet for what they share: of dealt rows, a file's test."""
    if used.way in (BY_ROWS, BY_FILES):
        return SPLITS
    return ("train", "test") if config.test else ()


class _Together(Collection[Row]):
    """The rows of several parts, one part after the other."""

    def __init__(self, parts: Sequence[Rows]) -> None:
        self.parts = parts

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[Row]:
        return chain.from_iterable(self.parts)

    def __contains__(self, row: object) -> bool:
        return any(row in part for part in self.parts)


def _flat(parts: Mapping[str, Rows], names: Sequence[str]) -> tuple[Collection[Row], list[str]]:
    """The rows of the parts of these names, and the part of each."""
    return (
        _Together([parts[name] for name in names]),
        [name for name in names for _ in range(len(parts[name]))],
    )


def _empty(name: str, config: DataConfig, used: SplitUsed, where: str) -> Problem:
    """What to do where a part that must have rows has none."""
    what = f"leaves no {name} rows"
    if name == "train" and config.share < 1:
        return Problem(f"{where}: data.share", f"{config.share:g} {what}", "expected a larger one")
    if used.way == BY_ROWS:
        return Problem(f"{where}: data", what, f"no row says that its split is {name}; {ANEW}")
    return Problem(f"{where}: data", what, "expected at least one; set data.split.dev, or files")


def _rows(paths: Sequence[str], codebook: Codebook) -> Rows:
    return load_many([find(path) for path in paths], codebook)


def _at(rows: Rows, places: Sequence[int]) -> Rows:
    """The rows at these places."""
    return rows.at(places) if isinstance(rows, TableRows) else [rows[place] for place in places]


def _table(rows: Rows) -> Dataset:
    return rows.table if isinstance(rows, TableRows) else as_dataset(rows)


def _labels(rows: Rows) -> Iterable[Sequence[str]]:
    """The labels of each row."""
    return rows.column("labels") if isinstance(rows, TableRows) else (row["labels"] for row in rows)


def _share(rows: Rows, share: float) -> Rows:
    """The rows of that share of articles; decided by each article's hash, so shares nest."""
    if share == 1:
        return rows

    def place(row: Row) -> float:
        digest_of = hashlib.sha256(f"share {article_of(row)}".encode()).hexdigest()
        return int(digest_of[:12], 16) / 16**12

    return _at(rows, [at for at, row in enumerate(rows) if place(row) < share])


def _check_labels(parts: Mapping[str, Rows], config: DataConfig, where: str) -> None:
    trained = {label for labels in _labels(parts["train"]) for label in labels}
    absent: dict[str, str] = {}
    for name in ("dev", "test"):
        for labels in _labels(parts[name]):
            for label in labels:
                if label not in trained:
                    absent.setdefault(label, name)
    if absent:
        listed = ", ".join(f"{label} ({name})" for label, name in sorted(absent.items()))
        raise InputError(
            Problem(
                f"{where}: data",
                f"labels that no training row has: {listed}",
                "take a larger data.share"
                if config.share < 1
                else "add training rows of them, leave "
                "them out, or split otherwise (data.split.seed)",
            )
        )
