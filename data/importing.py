"""Foreign files into rows of this project; what cannot become one goes beside them, with reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from data.codebook import Codebook, load_codebook
from data.files import SUFFIXES, Row, atomic, write_rows
from data.importers import FORMATS
from data.importers.labels import STANCE_STANDARDS, plain
from data.importers.mending import mend_row
from data.importers.outcome import ImportOptions, Outcome, Skipped, Unreadable
from data.problems import InputError, Problem, nearest
from data.rows import labels_of, problems_of


@dataclass
class ImportReport:
    """What became of the records of an import."""

    out: Path
    codebook: str
    read: int = 0
    written: int = 0
    mended: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    articles: set[str] = field(default_factory=set)

    @property
    def rejects_file(self) -> Path:
        """Where the rejected records are."""
        return self.out.with_name(f"{self.out.name}.rejects.jsonl")

    def __str__(self) -> str:
        lines = [f"{self.out}: {self.written} rows of {len(self.articles)} articles, "
                 f"codebook {self.codebook}",
                 f"  records read {self.read}, written {self.written}, "
                 f"rejected {self.rejected.total()}, skipped {self.skipped.total()}, "
                 f"texts mended {self.mended}"]
        lines += [f"  skipped {count}: {reason}" for reason, count in self.skipped.most_common()]
        lines += [f"  rejected {count}: {reason}"
                  for reason, count in self.rejected.most_common(10)]
        if self.rejected:
            lines.append(f"  rejected records: {self.rejects_file}")
        lines += [f"  {count:>7} {label}" for label, count in self.labels.most_common()]
        return "\n".join(lines)


def import_options(name: str, codebook: str | None = None, standard: str | None = None,
                   columns: dict[str, str] | None = None) -> ImportOptions:
    """The options of a format, with its own codebook where none is named.

    Raises:
        InputError: no such format, codebook or standard, or the format needs a codebook named.
    """
    if name not in FORMATS:
        raise InputError(Problem(f"format {name}", f"is unknown{nearest(name, list(FORMATS))}",
                                 f"expected one of {', '.join(FORMATS)}"))
    columns = columns or {}
    if codebook is None:
        module = import_module(FORMATS[name])
        codebook = (module.codebook_for(columns.get("label"))
                    if hasattr(module, "codebook_for") else module.CODEBOOK)
    if codebook is None:
        raise InputError(Problem(f"format {name}", "does not say which labels it holds",
                                 "name them with --codebook NAME"))
    book = load_codebook(codebook)
    if standard is not None:
        book.crosswalk(standard)
    return ImportOptions(book, standard, columns)


def import_files(name: str, paths: Sequence[str | Path], out: str | Path,
                 options: ImportOptions) -> ImportReport:
    """Writes the rows of the files to `out` and returns what became of every record.

    Rows that are wrong under the codebook go to `OUT.rejects.jsonl` with file, line and reason.
    Ids are made unique: a row without one is `STEM-LINE`, and a doubled one gets `-2`, `-3`, ….

    Raises:
        InputError: a file that cannot be read, or not one row came out; then `out` is as it was,
            and the rejects are written all the same.
    """
    out, files = Path(out), [Path(path) for path in paths]
    _check_names(out, files)
    report = ImportReport(out, f"{options.codebook.name} {options.codebook.version}")
    rejects = report.rejects_file
    failure: InputError | None = None
    with ExitStack() as stack:
        stream = stack.enter_context(atomic(rejects))
        try:
            write_rows(out, _rows(name, files, options, report, stream))
        except InputError as error:
            failure = error
    if not report.rejected:
        rejects.unlink(missing_ok=True)
    if failure is not None:
        raise failure
    return report


def _check_names(out: Path, files: Sequence[Path]) -> None:
    problems = [Problem(str(path), "no such file") for path in files if not path.is_file()]
    if out.suffix not in SUFFIXES:
        problems.append(Problem(f"--out {out}", f"unknown kind of table '{out.suffix}'",
                                f"expected one of {', '.join(SUFFIXES)}"))
    problems += [Problem(f"--out {out}", "is also a file to read", "name another file")
                 for path in files if path.resolve() == out.resolve()]
    if problems:
        raise InputError(problems)


def _rows(name: str, files: Sequence[Path], options: ImportOptions, report: ImportReport,
          rejects: IO[str]) -> Iterator[Row]:
    read: Any = import_module(FORMATS[name]).read
    taken: dict[str, str] = {}
    for path in files:
        for line, outcome in read(path, options):
            report.read += 1
            row, problems = _judged(outcome, path, line, options.codebook, report)
            for_file = outcome.raw if isinstance(outcome, Unreadable) else row
            if problems:
                report.rejected[_general(problems[0])] += 1
                reason = "; ".join(str(one).removeprefix(f"{one.where}: ") for one in problems)
                record = {"file": str(path), "line": line, "reason": reason, "row": for_file}
                rejects.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")
            elif row is not None:
                yield _counted(row, taken, report)
    if not report.written:
        raise InputError(Problem(", ".join(map(str, files)), f"gave no row in format {name} "
                                 f"({report.read} records read)", _most(report)))


def _judged(outcome: Outcome, path: Path, line: int, codebook: Codebook,
            report: ImportReport) -> tuple[Row | None, list[Problem]]:
    if isinstance(outcome, Problem):
        return None, [outcome]
    if isinstance(outcome, Skipped):
        report.skipped[outcome.reason] += 1
        return None, []
    row, changed, lost = mend_row(outcome)
    where = f"{path}:{line}"
    if row.get("id") in (None, ""):
        row = {"id": f"{path.stem}-{line}"} | {key: row[key] for key in row if key != "id"}
    row = {"id": str(row["id"]), "article_id": None} | row | {"id": str(row["id"])}
    problems = [_with_hint(one, codebook) for one in problems_of(row, codebook, where)]
    if lost is not None:
        problems.append(Problem(where, lost, "expected its span to survive mending"))
    if not problems:
        report.mended += changed
    return row, problems


def _counted(row: Row, taken: dict[str, str], report: ImportReport) -> Row:
    identity, number = row["id"], 1
    while row["id"] in taken:
        number += 1
        row["id"] = f"{identity}-{number}"
    taken[row["id"]] = row["text"]
    if row["article_id"] in (None, ""):
        # The same text again is the same article; another text only has its id by mistake.
        row["article_id"] = identity if taken[identity] == row["text"] else row["id"]
    row["article_id"] = str(row["article_id"])
    report.written += 1
    report.labels.update(labels_of(row) or ["(none)"])
    report.articles.add(row["article_id"])
    return row


def _with_hint(problem: Problem, codebook: Codebook) -> Problem:
    """The problem of a number that several standards read differently says so."""
    label = problem.what.removeprefix("unknown label '").split("'")[0]
    numbers = {code for one in codebook.labels for code in one.crosswalk.values()}
    if codebook.task == "stance" and "unknown label" in problem.what and plain(label) in numbers:
        return Problem(problem.where, problem.what,
                       f"numbers need --standard {'|'.join(STANCE_STANDARDS)}")
    return problem


def _general(problem: Problem) -> str:
    return problem.what + (f" ({problem.expected})" if problem.expected else "")


def _most(report: ImportReport) -> str:
    counts = (report.rejected + report.skipped).most_common(3)
    return "; ".join(f"{count}: {reason}" for reason, count in counts) or "the files are empty"
