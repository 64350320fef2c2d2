"""Foreign files into rows of this project; what cannot become one goes beside them, with reason."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from data.codebook import Codebook, load_codebook
from data.fields import as_text
from data.files import Row, atomic, check_out, kind_of, write_rows
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
from data.formats.arrow import is_dataset
from data.importers import FORMATS
from data.problems import InputError, Problem, Unreadable, nearest
from data.rows import labels_of, normal, problems_of


def import_options(
    name: str,
    codebook: str | None = None,
    standard: str | None = None,
    columns: dict[str, str] | None = None,
    *,
    meant: Sequence[str] = (),
    encoding: str | None = None,
    sheet: str | None = None,
) -> ImportOptions:
    """The options of a format, with its own codebook where none is named.

    Args:
        name: of the format.
        codebook: name or file; None for the format's own.
        standard: the file's labels are named in.
        columns: field of a row to its column.
        meant: `LABEL OF THE FILE=LABEL OF THE CODEBOOK`, each.
        encoding: of text files.
        sheet: of Excel workbooks.

    Raises:
        InputError: no such format, codebook, standard or label, or the format needs a codebook
            named.
    """
    if name not in FORMATS:
        raise InputError(
            Problem(
                f"format {name}",
                f"is unknown{nearest(name, list(FORMATS))}",
                f"expected one of {', '.join(FORMATS)}",
            )
        )
    columns = columns or {}
    if codebook is None:
        module = import_module(FORMATS[name])
        codebook = (
            module.codebook_for(columns.get("label"))
            if hasattr(module, "codebook_for")
            else module.CODEBOOK
        )
    if codebook is None:
        raise InputError(
            Problem(
                f"format {name}",
                "does not say which labels it holds",
                "name them with --codebook NAME",
            )
        )
    book = load_codebook(codebook)
    if standard is not None:
        book.crosswalk(standard)
    return ImportOptions(book, standard, columns, _label_map(meant, book), encoding, sheet)


def _label_map(pairs: Sequence[str], codebook: Codebook) -> dict[str, str]:
    names: dict[str, str] = {}
    problems = []
    for text in pairs:
        label, sign, name = (part.strip() for part in text.rpartition("="))
        if not sign or not label:
            problems.append(
                Problem(
                    f"--map {text}",
                    "names no label",
                    "expected LABEL=NAME, the file's and the codebook's",
                )
            )
        elif name not in codebook.columns:
            problems.append(codebook.label_problem(name, f"--map {text}"))
        names[label] = name
    if problems:
        raise InputError(problems)
    return names


def import_files(
    name: str,
    paths: Sequence[str | Path],
    out: str | Path,
    options: ImportOptions,
    annotations: Annotations = "truth",
) -> ImportReport:
    """Writes the rows of the files to `out` and returns what became of every record.

    Rows that are wrong under the codebook go to `OUT.rejects.jsonl` with file, line and reason.
    Ids are made unique: a row without one is `STEM-LINE`, and a doubled one gets `-2`, `-3`, ….
    Rows without annotator are by the file, where several files label the same texts.

    Args:
        name: of the format.
        paths: files of that format.
        out: the table to write; a file of that name is replaced.
        options: how to read.
        annotations: which to keep of several annotations of one text; see `adjudicate`.

    Raises:
        InputError: a file that cannot be read, or not one row came out; then `out` is as it was,
            and the rejects are written all the same.
    """
    out, files = Path(out), [Path(path) for path in paths]
    _check_names(out, files)
    report = ImportReport(
        out,
        f"{options.codebook.name} {options.codebook.version}",
        renamed=options.renamed,
        notes=options.notes,
        replaced=out.exists(),
    )
    rejects = report.rejects_file
    failure: InputError | None = None
    with ExitStack() as stack:
        stream = stack.enter_context(atomic(rejects))
        try:
            write_rows(out, _rows(name, files, options, annotations, report, stream))
        except InputError as error:
            failure = error
    if not report.rejected:
        rejects.unlink(missing_ok=True)
    if failure is not None:
        raise failure
    return report


def _check_names(out: Path, files: Sequence[Path]) -> None:
    problems = [
        Problem(str(path), "no such file")
        for path in files
        if not path.is_file() and not is_dataset(path)
    ]
    problems += [
        Problem(
            str(path), "is an old Excel or an OpenDocument workbook", "save it as .xlsx or .csv"
        )
        for path in files
        if kind_of(path) in (".xls", ".ods")
    ]
    try:
        check_out(out, "--out")
    except InputError as error:
        problems += error.problems
    problems += [
        Problem(f"--out {out}", "is also a file to read", "name another file")
        for path in files
        if path.resolve() == out.resolve()
    ]
    if problems:
        raise InputError(problems)


def _rows(
    name: str,
    files: Sequence[Path],
    options: ImportOptions,
    annotations: Annotations,
    report: ImportReport,
    rejects: IO[str],
) -> Iterator[Row]:
    """The rows to keep, with their ids; all are read first, since annotations are compared."""
    rows = list(_read(name, files, options, report, rejects))
    for who, count in name_annotators(rows, files).items():
        report.notes[f"annotator '{who}' by the file's name, rows"] += count
    if annotations == "truth" and (divided := count_disagreements(rows)):
        report.notes[
            "texts that have different labels, all kept; --annotations vote keeps one label a text"
        ] = divided
    texts: dict[str, str] = {}
    for imported, verdict in adjudicate(rows, annotations):
        if isinstance(verdict, Problem):
            _reject(
                verdict, [verdict], imported.path, imported.line, imported.fields, report, rejects
            )
        elif verdict is not None:
            report.skipped[verdict] += 1
        else:
            yield _identified(imported.fields, texts, report)
    if not report.written:
        raise InputError(
            Problem(
                ", ".join(map(str, files)),
                f"gave no row in format {name} ({report.read} records read)",
                _commonest_reasons(report),
            )
        )


def _read(
    name: str, files: Sequence[Path], options: ImportOptions, report: ImportReport, rejects: IO[str]
) -> Iterator[ImportedRow]:
    read: Any = import_module(FORMATS[name]).read
    for path in files:
        for line, outcome in read(path, options):
            report.read += 1
            row, problems = _checked(outcome, path, line, options, report)
            if problems:
                raw = outcome.raw if isinstance(outcome, Unreadable) else row
                _reject(problems[0], problems, path, line, raw, report, rejects)
            elif row is not None:
                has_id = isinstance(outcome, dict) and normal(outcome).get("id") is not None
                yield ImportedRow(row, path, line, has_id)


def _reject(
    first: Problem,
    problems: Sequence[Problem],
    path: Path,
    line: int,
    raw: object,
    report: ImportReport,
    rejects: IO[str],
) -> None:
    report.reject(first)
    reason = "; ".join(str(problem).removeprefix(f"{problem.where}: ") for problem in problems)
    record = {"file": str(path), "line": line, "reason": reason, "row": raw}
    try:
        text = json.dumps(record, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:  # an infinite number
        text = json.dumps(record | {"row": str(raw)}, ensure_ascii=False)
    rejects.write(text + "\n")


def _checked(
    outcome: Outcome, path: Path, line: int, options: ImportOptions, report: ImportReport
) -> tuple[Row | None, list[Problem]]:
    if isinstance(outcome, Problem):
        return None, [outcome]
    if isinstance(outcome, Skipped):
        report.skipped[outcome.reason] += 1
        return None, []
    row, changed, lost = mend_row(normal(outcome))
    where = f"{path}:{line}"
    if row.get("id") is None:
        row = {"id": f"{path.stem}-{line}"} | row
    identity = row["id"] if isinstance(row["id"], (list, dict)) else as_text(row["id"])
    row = {"id": identity, "article_id": None} | row | {"id": identity}
    problems = [
        _explained(problem, row, options) for problem in problems_of(row, options.codebook, where)
    ]
    if lost is not None:
        problems.append(Problem(where, lost, "expected its span to survive mending"))
    if not problems:
        report.mended += changed
    return row, problems


def _explained(problem: Problem, row: Row, options: ImportOptions) -> Problem:
    """The problem of a label that may mean several says which, and how to choose."""
    if not problem.what.startswith("unknown label"):
        return problem
    label = next(
        (
            label
            for label in labels_of(row)
            if problem == options.codebook.label_problem(label, problem.where)
        ),
        None,
    )
    return problem if label is None else explain_unknown_label(label, problem, options)


def _identified(row: Row, texts: dict[str, str], report: ImportReport) -> Row:
    identity, number = row["id"], 1
    while row["id"] in texts:
        number += 1
        row["id"] = f"{identity}-{number}"
    texts[row["id"]] = row["text"]
    if row["article_id"] in (None, ""):
        # The same text again is the same article; another text only has its id by mistake.
        row["article_id"] = identity if texts[identity] == row["text"] else row["id"]
    row["article_id"] = as_text(row["article_id"])
    report.written += 1
    report.labels.update(labels_of(row) or ["(none)"])
    report.articles.add(row["article_id"])
    return row


def _commonest_reasons(report: ImportReport) -> str:
    counts = (report.rejected + report.skipped).most_common(3)
    return (
        "; ".join(
            f"{count}: {reason}"
            + (f" [at {report.first[reason]}]" if reason in report.first else "")
            for reason, count in counts
        )
        or "the files are empty"
    )
