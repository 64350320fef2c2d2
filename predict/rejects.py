"""Records that could not be labelled, with the reason."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO

from data.articles.article import legible
from data.formats.writing import atomic, remove_leftovers
from data.problems import InputError, Problem

SHOWN = 20  # told in the terminal where nothing could be labelled


class Rejects:
    """Keeps rejected records beside the labels, as `OUT.rejects.jsonl`.

    Each has file, line (null for a file of one article) and reason. A context: the file is there
    after a run that had rejects, also one that could label nothing; after one that had none, an
    older file is removed. Where a run is broken off, an older file stays.

    Attributes:
        path: of the file.
        first: the first 20 rejects.
    """

    def __init__(self, out: Path) -> None:
        self.path = out.parent / f"{out.name}.rejects.jsonl"  # `.` has no name
        self.first: list[Problem] = []
        self._count = 0
        self._stack = ExitStack()
        self._stream: IO[str] | None = None

    def __len__(self) -> int:
        return self._count

    def __enter__(self) -> Rejects:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None or (issubclass(kind, InputError) and not issubclass(kind, OSError)):
            self._stack.close()
            if not self._count and kind is None:
                self.path.unlink(missing_ok=True)
                remove_leftovers(self.path)
        else:
            self._stack.__exit__(kind, error, trace)

    def add(self, problem: Problem) -> None:
        """Keeps a record with the reason it was set aside."""
        if self._stream is None:
            self._stream = self._stack.enter_context(atomic(self.path))
        self._count += 1
        if self._count <= SHOWN:
            self.first.append(problem)
        where = legible(problem.where)
        file, _, line = where.rpartition(":")
        position = (
            {"file": file, "line": int(line)}
            if file and line.isdecimal()
            else {"file": where, "line": None}
        )
        reason = legible(str(problem)).removeprefix(f"{where}: ")
        self._stream.write(json.dumps(position | {"reason": reason}, ensure_ascii=False) + "\n")
