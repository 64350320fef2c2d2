"""The rows of a run: read once, checked, split."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from data.codebook import Codebook, load_codebook
from data.examples import Labelled
from data.files import Row
from data.paths import find
from data.problems import InputError, Problem
from data.rows import SPLITS, labelled
from data.split import split_rows
from data.table import as_dataset, digest, load_rows
from models.serving import UNCERTAIN
from train.config import RunConfig
from train.data_config import DataConfig

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
    """A codebook and the three parts; `test` may be empty."""

    codebook: Codebook
    train: Part
    dev: Part
    test: Part
    report: str

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Train, dev and test."""
        return self.train, self.dev, self.test

    @cached_property
    def digest(self) -> str:
        """Sha256 (16 hex digits) of all three parts."""
        return digest([row for part in self.parts for row in part.rows])


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
                raise InputError(Problem(
                    f"{where}: codebook", f"{codebook.name} is for the task '{codebook.task}'",
                    f"expected one for '{config.task}'"))
            self._loaded[key] = _load(config.data, codebook, where)
        _check_uncertain(config, self._loaded[key].codebook, where)
        return self._loaded[key]


def _check_uncertain(config: RunConfig, codebook: Codebook, where: str) -> None:
    own = [name for name in codebook.names if name.casefold() == UNCERTAIN]
    if own and config.min_precision is not None:
        raise InputError(Problem(
            f"{where}: min_precision", f"codebook {codebook.name} has a label '{own[0]}', which is "
            "what a model says that abstains", "rename the label, or leave min_precision out"))


def _load(config: DataConfig, codebook: Codebook, where: str) -> RunData:
    parts: dict[str, list[Row]] = {name: [] for name in SPLITS}
    report = ""
    if config.path:
        rows = _rows(config.path, codebook)
        splits, report = _splits(rows, config, where)
        for row, split in zip(rows, splits, strict=True):
            parts[split].append(row)
    else:
        parts["train"] = _rows(config.train, codebook)
        if config.split:
            splits, report = _splits(parts["train"], config, where)
            rows, parts["train"] = parts["train"], []
            for row, split in zip(rows, splits, strict=True):
                parts[split].append(row)
        else:
            parts["dev"] = _rows(config.dev, codebook)
        parts["test"] += _rows(config.test, codebook) if config.test else []
    parts["train"] = _share(parts["train"], config.share)
    for name in ("train", "dev"):
        if not parts[name]:
            raise InputError(Problem(f"{where}: data", f"leaves no {name} rows",
                                     f"expected at least one; set data.split.{name} or files"))
    _check_labels(parts, where)
    train, dev, test = (Part(name, as_dataset(parts[name])) for name in SPLITS)
    return RunData(codebook, train, dev, test, report)


def _rows(paths: Sequence[str], codebook: Codebook) -> list[Row]:
    return load_rows([find(path) for path in paths], codebook)


def _splits(rows: list[Row], config: DataConfig, where: str) -> tuple[list[str], str]:
    if config.split is None:
        missing = sum(row.get("split") is None for row in rows)
        if missing:
            raise InputError(Problem(
                f"{where}: data.split", f"is missing, and {missing} of {len(rows)} rows have no "
                "'split' field", "give data.split, or rows with a split each"))
        return [str(row["split"]) for row in rows], "split as the rows say"
    split = config.split
    result = split_rows(rows, by=split.by, dev=split.dev, test=split.test, seed=split.seed)
    return list(result.splits), result.report()


def _share(rows: list[Row], share: float) -> list[Row]:
    """The rows of that share of articles; decided by each article's hash, so shares nest."""
    if share == 1:
        return rows

    def place(row: Row) -> float:
        article = str(row.get("article_id") or row.get("id"))
        return int(hashlib.sha256(f"share {article}".encode()).hexdigest()[:12], 16) / 16**12

    return [row for row in rows if place(row) < share]


def _check_labels(parts: dict[str, list[Row]], where: str) -> None:
    trained = {label for row in parts["train"] for label in row["labels"]}
    absent: dict[str, str] = {}
    for name in ("dev", "test"):
        for row in parts[name]:
            for label in row["labels"]:
                if label not in trained:
                    absent.setdefault(label, name)
    if absent:
        listed = ", ".join(f"{label} ({name})" for label, name in sorted(absent.items()))
        raise InputError(Problem(
            f"{where}: data", f"labels that no training row has: {listed}",
            "add training rows of them, leave them out, or split otherwise (data.split.seed)"))
