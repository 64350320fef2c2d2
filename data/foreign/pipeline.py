"""From the records of foreign files to rows: mended, checked, one annotation a text, own ids."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from data.fields import as_text
from data.files import Row
from data.foreign.adjudication import (
    Annotations,
    ImportedRow,
    adjudicate,
    count_disagreements,
    name_annotators,
)
from data.foreign.interface import ImportOptions, Outcome, Skipped
from data.foreign.labels import explain_unknown_label
from data.foreign.mojibake import mend_row
from data.foreign.report import ImportReport
from data.problems import Problem, Unreadable
from data.rows import labels_of, normal, problems_of

Read = Callable[[Path, ImportOptions], Iterator[tuple[int, Outcome]]]


@dataclass(frozen=True, slots=True)
class ImportPipeline:
    """An import under way.

    Attributes:
        read: what yields the records of a file, each with its line.
        options: how to read.
        report: counts what becomes of every record.
        rejects: takes the records that give no row, a line of JSON each.
    """

    read: Read
    options: ImportOptions
    report: ImportReport
    rejects: IO[str]

    def rows(self, paths: Sequence[Path], annotations: Annotations) -> Iterator[Row]:
        """Yields the rows to keep, in order, each under an id of its own.

        All are read first, since annotations of one text are compared.
        """
        rows = list(self._imported(paths))
        for annotator, count in name_annotators(rows, paths).items():
            self.report.notes[f"annotator '{annotator}' by the file's name, rows"] += count
        if annotations == "truth" and (divided := count_disagreements(rows)):
            self.report.notes[
                "texts that have different labels, all kept; "
                "--annotations vote keeps one label a text"
            ] = divided
        texts: dict[str, str] = {}
        for row, verdict in adjudicate(rows, annotations):
            if isinstance(verdict, Problem):
                self._reject([verdict], row.path, row.line, row.fields)
            elif verdict is not None:
                self.report.skipped[verdict] += 1
            else:
                kept = _identified(row.fields, texts)
                self.report.count_row(kept["article_id"], labels_of(kept))
                yield kept

    def _imported(self, paths: Sequence[Path]) -> Iterator[ImportedRow]:
        for path in paths:
            for line, outcome in self.read(path, self.options):
                self.report.read += 1
                row, problems = self._checked(outcome, path, line)
                if problems:
                    raw = outcome.raw if isinstance(outcome, Unreadable) else row
                    self._reject(problems, path, line, raw)
                elif row is not None:
                    has_id = isinstance(outcome, dict) and normal(outcome).get("id") is not None
                    yield ImportedRow(row, path, line, has_id)

    def _checked(self, outcome: Outcome, path: Path, line: int) -> tuple[Row | None, list[Problem]]:
        """The mended row with an id; and what is wrong with it, or with the record."""
        if isinstance(outcome, Problem):
            return None, [outcome]
        if isinstance(outcome, Skipped):
            self.report.skipped[outcome.reason] += 1
            return None, []
        row, changed, lost = mend_row(normal(outcome))
        where = f"{path}:{line}"
        if row.get("id") is None:
            row = {"id": f"{path.stem}-{line}"} | row
        identity = row["id"] if isinstance(row["id"], (list, dict)) else as_text(row["id"])
        row = {"id": identity, "article_id": None} | row | {"id": identity}
        problems = [
            self._explained(problem, row)
            for problem in problems_of(row, self.options.codebook, where)
        ]
        if lost is not None:
            problems.append(Problem(where, lost, "expected its span to survive mending"))
        if not problems:
            self.report.mended += changed
        return row, problems

    def _explained(self, problem: Problem, row: Row) -> Problem:
        """The problem of a label that may mean several says which, and how to choose."""
        if not problem.what.startswith("unknown label"):
            return problem
        label_problem = self.options.codebook.label_problem
        for label in labels_of(row):
            if problem == label_problem(label, problem.where):
                return explain_unknown_label(label, problem, self.options)
        return problem

    def _reject(self, problems: Sequence[Problem], path: Path, line: int, raw: object) -> None:
        self.report.reject(problems[0])
        reason = "; ".join(str(problem).removeprefix(f"{problem.where}: ") for problem in problems)
        record = {"file": str(path), "line": line, "reason": reason, "row": raw}
        try:
            text = json.dumps(record, ensure_ascii=False, default=str, allow_nan=False)
        except ValueError:  # an infinite number
            text = json.dumps(record | {"row": str(raw)}, ensure_ascii=False)
        self.rejects.write(text + "\n")


def _identified(row: Row, texts: dict[str, str]) -> Row:
    """The row under an id that none has before it; `texts` (id to text) notes it."""
    identity, number = row["id"], 1
    while row["id"] in texts:
        number += 1
        row["id"] = f"{identity}-{number}"
    texts[row["id"]] = row["text"]
    if row["article_id"] in (None, ""):
        # The same text again is the same article; another text only has its id by mistake.
        row["article_id"] = identity if texts[identity] == row["text"] else row["id"]
    row["article_id"] = as_text(row["article_id"])
    return row
