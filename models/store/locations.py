"""Where a sqlite store says that its files lie, and where they are.

MLflow records the folders of runs and models with their whole paths. After a project was moved
or copied, those are of the old place.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from data.problems import Problem
from models.store import database
from models.store.database import ROOT
from models.store.errors import WHERE, StoreError

# Tables and columns that hold such folders: those of experiments lead to all others.
EXPERIMENTS = ("experiments", "artifact_location")
COLUMNS = (
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "storage_location"),
    ("model_versions", "source"),
)


def local_path(location: str) -> Path | None:
    """The folder that a recorded location names; None if it is on no file system."""
    scheme = urlsplit(location).scheme
    if scheme == "file":
        return Path(unquote(urlsplit(location).path))
    return Path(location) if not scheme else None


def exists(path: Path) -> bool:
    """Whether something is there that may be seen: the home of another user may not."""
    try:
        return path.exists()
    except OSError:
        return False


def as_location(path: Path) -> str:
    """A folder as MLflow records it; as an address where its name would be cut as one."""
    text = str(path)
    return f"file://{quote(text)}" if re.search("[#?%]", text) else text


@dataclass(frozen=True)
class Locations:
    """The recorded folders of a sqlite store.

    Attributes:
        file: the store.
    """

    file: Path

    @property
    def home(self) -> Path:
        """Where the files of new experiments go: `mlruns` beside the store."""
        return self.file.resolve().parent / ROOT

    def of_experiment(self, name: str) -> str:
        """The location to record for a new experiment."""
        slug = re.sub(r"[^\w.-]+", "-", name).strip("-.")
        if slug != name:
            slug += f"-{sha256(name.encode()).hexdigest()[:8]}"
        return as_location(self.home / slug)

    @cached_property
    def roots(self) -> dict[Path, Path]:
        """The folders that experiments are recorded under, and where each one's files are now.

        A root beside the store, or whose files are not found elsewhere, stands for itself.
        """
        with database.reading(self.file) as connection:
            recorded = {path.parent for path in _paths(connection, *EXPERIMENTS)}
            recorded |= {
                path.parents[2] for path in _paths(connection, *COLUMNS[0]) if len(path.parents) > 3
            }  # ROOT/experiment/run/artifacts
            inner = sorted(recorded, key=lambda root: -len(root.parts))  # before those around them
            return {root: self._now(connection, root) for root in inner}

    def _now(self, connection: sqlite3.Connection, root: Path) -> Path:
        if self._beside(root):
            return root
        folder = self.home.parent
        for place in dict.fromkeys(
            (folder / root.name, Path.cwd() / root.name, folder.parent / root.name)
        ):
            if place != root and any(
                exists(place / path.relative_to(root))
                for column in COLUMNS[:2]
                for path in _paths(connection, *column)
                if path.is_relative_to(root)
            ):
                return place
        return root

    def _beside(self, root: Path) -> bool:
        resolved = root.resolve()
        return resolved.parent == self.home.parent or resolved == self.home

    def present(self, location: str) -> Path | None:
        """Where the files recorded at `location` are; None if they are on no file system.

        Those that are nowhere have the folder that they should be in.
        """
        path = local_path(location)
        if path is None:
            return None
        for root, now in self.roots.items():
            if now != root and path.is_relative_to(root):
                current = now / path.relative_to(root)
                return current if exists(current) or not exists(path) else path
        return path

    def check_own(self, location: str) -> None:
        """Raises StoreError where writing to `location` would write into another place's files."""
        path = local_path(location)
        if path is None:
            return
        root = next((root for root in self.roots if path.is_relative_to(root)), path.parent)
        if trouble := self.trouble(root):
            raise StoreError(
                Problem(
                    WHERE,
                    f"the store {self.file.absolute()} {trouble}; its artifacts are recorded "
                    f"under {root}",
                    "nothing is written there; eventstance models relocate records "
                    "them where they are",
                )
            )

    def trouble(self, root: Path) -> str:
        """Why files under `root` are not this store's to write; empty if they are."""
        if self._beside(root):
            return ""
        now = self.roots.get(root, root)
        if now != root:
            return f"was moved or copied, with its files in {now}"
        if not exists(root):
            return "was moved, or its files were"
        original = self._original(root)
        return f"is a copy of {original}" if original else ""

    def _original(self, root: Path) -> Path | None:
        """The store beside a root that has the same experiments as this one."""
        own = _experiments(self.file)
        for store in sorted(root.parent.glob("*.db")):
            if not store.samefile(self.file) and own & _experiments(store):
                return store
        return None


def _paths(connection: sqlite3.Connection, table: str, column: str) -> Iterator[Path]:
    """The local folders in a column, the newest first."""
    for (text,) in connection.execute(f"SELECT {column} FROM {table} ORDER BY rowid DESC"):
        if text and (path := local_path(text)):
            yield path


def _experiments(file: Path) -> set[tuple[str, str, int]]:
    """What tells the experiments of a store from those of others; none for another file."""
    try:
        with database.reading(file) as connection:
            return set(
                connection.execute("SELECT experiment_id, name, creation_time FROM experiments")
            )
    except sqlite3.Error:
        return set()
