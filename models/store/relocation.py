"""The recorded folders of a sqlite store, rewritten to where its files are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.problems import InputError, Problem
from models.store import database
from models.store.connection import check, tracking_uri
from models.store.errors import WHERE, StoreError, without_password
from models.store.locations import (
    COLUMNS,
    EXPERIMENTS,
    Locations,
    as_location,
    exists,
    local_path,
)

NAMES = {
    "experiments": "experiments",
    "runs": "runs",
    "logged_models": "models",
    "model_versions": "versions",
}


@dataclass(frozen=True)
class Change:
    """A recorded folder that is elsewhere: table, column, the old and the new text."""

    table: str
    column: str
    old: str
    new: str


@dataclass(frozen=True)
class Relocation:
    """What is rewritten in a store.

    Attributes:
        file: the store.
        changes: each distinct folder.
        left: recorded folders of another place that exist there, and nowhere else.
        backup: the store as it was; None while nothing is written.
    """

    file: Path
    changes: tuple[Change, ...]
    left: tuple[str, ...]
    backup: Path | None = None

    def lines(self) -> list[str]:
        """What is or would be done, for a terminal."""
        if not self.changes:
            lines = [f"{self.file}: nothing to rewrite"]
        else:
            verb = "rewritten" if self.backup else "to be rewritten"
            counts = ", ".join(
                f"{name} {sum(change.table == table for change in self.changes)}"
                for table, name in NAMES.items()
            )
            lines = [f"{self.file}: folders {verb}: {counts}"]
            lines += [
                f"  {old} is now {new}"
                for old, new in dict.fromkeys(_roots(change) for change in self.changes)
            ]
        if self.left:
            lines.append(
                f"{len(self.left)} folders of another place are there, and not beside "
                f"this store: they stay recorded as they are ({self.left[0]}, say)"
            )
        return lines + ([f"the store as it was: {self.backup}"] if self.backup else [])


def relocate(to: str | None = None, dry: bool = False) -> Relocation:
    """Records the folders of experiments, runs, models and versions where they are.

    All in one transaction, after a copy of the store was put beside it.

    Args:
        to: the folder that the artifacts are in; `mlruns` beside the store if None.
        dry: write nothing.

    Raises:
        InputError: no sqlite store, a folder that is missing, or the store cannot be written.
    """
    uri = tracking_uri()
    if not uri.startswith("sqlite"):
        raise StoreError(
            Problem(
                WHERE,
                f"{without_password(uri)} is no sqlite store",
                "run it where the server's store lies",
            )
        )
    check(uri)
    file = database.file_of(uri) or Path()  # check has seen that there is one
    database.prepare(file, make=False)
    if not dry:
        database.check_writable(file)
    if to is not None and not Path(to).is_dir():
        raise InputError(
            Problem(
                "--to",
                f"{to} is no folder",
                "expected the folder that holds the artifacts of the experiments",
            )
        )
    plan = _planned(Locations(file), None if to is None else Path(to).resolve())
    if dry or not plan.changes:
        return plan
    try:
        return _written(plan)
    except sqlite3.Error as error:
        raise StoreError(database.problem(uri, error)) from error


def _planned(locations: Locations, to: Path | None) -> Relocation:
    targets = {
        root: to or (now if now != root else locations.home if locations.trouble(root) else root)
        for root, now in locations.roots.items()
    }
    changes: list[Change] = []
    left: list[str] = []
    with database.reading(locations.file) as connection:
        for table, column in (EXPERIMENTS, *COLUMNS):
            for (old,) in connection.execute(f"SELECT DISTINCT {column} FROM {table}"):
                path = local_path(old or "")
                root = next(
                    (target for target in targets if path and path.is_relative_to(target)), None
                )
                if path is None or root is None or targets[root] == root:
                    continue
                new = targets[root] / path.relative_to(root)
                # Of a store that was copied alone, old runs keep their files in the other place;
                # new ones are to have their own.
                if table == EXPERIMENTS[0] or exists(new) or not exists(path):
                    changes.append(Change(table, column, old, as_location(new)))
                else:
                    left.append(old)
    return Relocation(locations.file, tuple(changes), tuple(left))


def _roots(change: Change) -> tuple[Path, Path]:
    """What differs between the old and the new folder, without what both end in."""
    old, new = local_path(change.old), local_path(change.new)
    if old is None or new is None:
        return Path(change.old), Path(change.new)
    while old.name == new.name and old.name:
        old, new = old.parent, new.parent
    return old, new


def _written(plan: Relocation) -> Relocation:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    backup = plan.file.with_name(f"{plan.file.name}.before-{stamp}")
    with closing(sqlite3.connect(plan.file, timeout=20, isolation_level=None)) as store:
        store.execute("BEGIN IMMEDIATE")  # nobody writes between the copy and the changes
        try:
            with database.reading(plan.file) as source, closing(sqlite3.connect(backup)) as copy:
                source.backup(copy)
            for change in plan.changes:
                store.execute(
                    f"UPDATE {change.table} SET {change.column} = ? WHERE {change.column} = ?",
                    (change.new, change.old),
                )
            store.execute("COMMIT")
        except BaseException:
            store.execute("ROLLBACK")
            raise
    return Relocation(plan.file, plan.changes, plan.left, backup)
