"""The rows of a run: read once, checked, split."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from data.codebook import Codebook, load_codebook
from data.examples import Labelled
from data.fields import SPLITS
from data.files import Row, check_table
from data.paths import find
from data.problems import InputError, Problem, attempt
from data.rows import article_of, labelled
from data.splitting.overlap import overlap_warnings
from data.table import as_dataset, digest, load_rows
from models.portable.serving import UNCERTAIN
from train.config import RunConfig
from train.data_config import DataConfig
from train.splitting import ANEW, BY_FILES, BY_ROWS, SplitUsed, other_roles, split_used

if TYPE_CHECKING:
    from datasets import Dataset


@dataclass(frozen=True)
class Part:
    """The rows of one split, as a table."""

    name: str
    table: Dataset

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of the table, in order; fields that a row lacks are None."""
        rows: list[Row] = self.table.to_list()
        return rows

    @cached_property
    def examples(self) -> list[Labelled]:
        """The rows as labelled examples, in order."""
        return [labelled(row) for row in self.rows]

    @cached_property
    def gold(self) -> list[tuple[str, ...]]:
        """The labels of each row."""
        return [row.labels for row in self.examples]

    @cached_property
    def targets(self) -> list[str | None]:
        """The target of each row."""
        return [row.example.target for row in self.examples]

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
        return digest([row for part in self.parts for row in part.rows])

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
    parts: dict[str, list[Row]] = {name: [] for name in SPLITS}
    used, warnings = SplitUsed(BY_FILES, "as the files are given"), []
    if config.path or config.split:
        rows = _rows(config.path or config.train, codebook)
        splits, used = split_used(rows, config, where)
        for row, split in zip(rows, splits, strict=True):
            parts[split].append(row)
    else:
        parts["train"], parts["dev"] = _rows(config.train, codebook), _rows(config.dev, codebook)
        warnings += [*other_roles(parts["train"], "train"), *other_roles(parts["dev"], "dev")]
    if config.test:
        test = _rows(config.test, codebook)
        parts["test"] += test
        warnings += other_roles(test, "test")
    parts["train"] = _share(parts["train"], config.share)
    for name in ("train", "dev"):
        if not parts[name]:
            raise InputError(_empty(name, config, used, where))
    _check_labels(parts, config, where)
    warnings += overlap_warnings(*_flat(parts, _unseen(config, used)))
    train, dev, test_part = (Part(name, as_dataset(parts[name])) for name in SPLITS)
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
        attempt(problems, partial(check_table, find(name)))
    if problems:
        raise InputError(problems)


def _unseen(config: DataConfig, used: SplitUsed) -> Sequence[str]:
    """The parts that nobody has looked at yet for what they share: of dealt rows, a file's test."""
    if used.way in (BY_ROWS, BY_FILES):
        return SPLITS
    return ("train", "test") if config.test else ()


def _flat(parts: Mapping[str, list[Row]], names: Sequence[str]) -> tuple[list[Row], list[str]]:
    """The rows of the parts of these names, and the part of each."""
    return (
        [row for name in names for row in parts[name]],
        [name for name in names for _ in parts[name]],
    )


def _empty(name: str, config: DataConfig, used: SplitUsed, where: str) -> Problem:
    """What to do where a part that must have rows has none."""
    what = f"leaves no {name} rows"
    if name == "train" and config.share < 1:
        return Problem(f"{where}: data.share", f"{config.share:g} {what}", "expected a larger one")
    if used.way == BY_ROWS:
        return Problem(f"{where}: data", what, f"no row says that its split is {name}; {ANEW}")
    return Problem(f"{where}: data", what, "expected at least one; set data.split.dev, or files")


def _rows(paths: Sequence[str], codebook: Codebook) -> list[Row]:
    return load_rows([find(path) for path in paths], codebook)


def _share(rows: list[Row], share: float) -> list[Row]:
    """The rows of that share of articles; decided by each article's hash, so shares nest."""
    if share == 1:
        return rows

    def place(row: Row) -> float:
        digest_of = hashlib.sha256(f"share {article_of(row)}".encode()).hexdigest()
        return int(digest_of[:12], 16) / 16**12

    return [row for row in rows if place(row) < share]


def _check_labels(parts: dict[str, list[Row]], config: DataConfig, where: str) -> None:
    trained = {label for row in parts["train"] for label in row["labels"]}
    absent: dict[str, str] = {}
    for name in ("dev", "test"):
        for row in parts[name]:
            for label in row["labels"]:
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
