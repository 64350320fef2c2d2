"""What `python -m data` does: each command returns what to print and the exit code."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from data.files import (
    SUFFIXES,
    Row,
    atomic,
    check_out,
    check_table,
    kind_of,
    read_rows,
    write_rows,
)
from data.problems import InputError, Problem
from data.rows import article_of, labels_of

MAX_WARNINGS = 20
COLUMNS = (
    "text",
    "label",
    "id",
    "target",
    "target_start",
    "target_end",
    "article_id",
    "date",
    "source",
    "annotator",
)


@dataclass
class Answer:
    """Text for standard output, lines for standard error, and the exit code."""

    text: str
    errors: list[str] = field(default_factory=list)
    code: int = 0


def check(args: Namespace) -> Answer:
    """Every problem of the files, and what they hold; 2 if there is a problem."""
    from data.codebook import load_codebook
    from data.quality.checking import check_files

    report = check_files(args.files, load_codebook(args.codebook), args.encoding, args.sheet)
    errors = [str(problem) for problem in report.problems]
    errors += [f"warning: {warning}" for warning in report.warnings[:MAX_WARNINGS]]
    if (more := len(report.warnings) - MAX_WARNINGS) > 0:
        errors.append(f"warning: {more} more")
    return Answer(report.summary(), errors, 2 if report.problems else 0)


def import_(args: Namespace) -> Answer:
    """Rows from files of a foreign format, written to one table."""
    from data.importing import import_files, import_options

    columns = {
        name: column
        for name in COLUMNS
        if (column := getattr(args, f"{name}_column", None)) is not None
    }
    options = import_options(
        args.format,
        args.codebook,
        args.standard,
        columns,
        meant=args.map,
        encoding=args.encoding,
        sheet=args.sheet,
    )
    return Answer(str(import_files(args.format, args.files, args.out, options, args.annotations)))


def split(args: Namespace) -> Answer:
    """The rows of a file with their split."""
    from data.splitting.split import split_rows

    path = Path(args.file)
    kind = path.suffix if kind_of(path) in SUFFIXES else SUFFIXES[0]
    out = Path(args.out) if args.out else path.with_suffix(f".split{kind}")
    check_table(path)
    check_out(out, "--out")
    if out.exists() and not args.force:
        raise InputError(
            Problem(
                f"--out {out}",
                "is the file to read" if out.resolve() == path.resolve() else "is there already",
                "name another file, or replace it with --force",
            )
        )
    rows, places = _rows(path, args)
    result = split_rows(
        rows,
        by=args.by,
        dev=args.dev,
        test=args.test,
        seed=args.seed,
        allow_missing=args.allow_missing,
        places=places,
    )
    before = sum("split" in row for row in rows)
    write_rows(out, ({**row, "split": name} for row, name in zip(rows, result.splits, strict=True)))
    note = f"\n{before} rows had a split already; it was replaced" if before else ""
    return Answer(
        f"{out}: split by {args.by}, seed {args.seed}\n{result.report()}{note}\n"
        f"to train on it as it is: python -m train CONFIG.yaml data.path={out}"
    )


def _rows(path: Path, args: Namespace) -> tuple[list[Row], list[str]]:
    """The rows as they stand in the file, and where, checked under the codebook if one is named."""
    from data.rows import normal

    if args.codebook is not None:
        from data.codebook import load_codebook
        from data.table import load_rows

        load_rows([path], load_codebook(args.codebook), None, args.encoding, args.sheet)
    rows: list[Row] = []
    places: list[str] = []
    problems: list[Problem] = []
    for line, found in read_rows(path, args.encoding, args.sheet):
        place = f"{path}:{line}"
        row = found if isinstance(found, Problem) else normal(found)
        if unfit := [row] if isinstance(row, Problem) else list(_unfit(row, place)):
            problems += unfit
        elif not isinstance(row, Problem):
            rows.append(row)
            places.append(place)
    if not rows and not problems:
        problems.append(Problem(str(path), "holds no rows", "expected labelled rows"))
    if problems:
        raise InputError(problems)
    return rows, places


def _unfit(row: Row, place: str) -> Iterator[Problem]:
    """What keeps a row from being split."""
    if not isinstance(row.get("text"), str) or not row["text"].strip():
        yield Problem(place, "text is missing", "expected the sentence in field 'text'")
    if not article_of(row):
        yield Problem(
            place, "has neither article_id nor id", "expected the article the sentence stands in"
        )
    try:
        labels_of(row)
    except ValueError as error:
        yield Problem(place, f"labels {error}", 'expected ["name", …] or name|name')


def agreement(args: Namespace) -> Answer:
    """How far the annotators of the files agree."""
    from data.codebook import load_codebook
    from data.quality.agreement import measure
    from data.quality.annotations import read_annotations

    codebook = load_codebook(args.codebook) if args.codebook else None
    units, passed_over = read_annotations(args.files, codebook)
    result = measure(units)
    text = str(result)
    if passed_over:
        text += f"\n{passed_over} second labels by one annotator for one row were passed over"
    if args.json:
        with atomic(args.json) as stream:
            json.dump(result.as_json(), stream, ensure_ascii=False, indent=2)
            stream.write("\n")
        text += f"\n{args.json}: the same as JSON"
    return Answer(text)


def corpus_check(args: Namespace) -> Answer:
    """Every figure of a corpus with its bound; 1 if one is out of bounds."""
    from data.paths import find
    from data.quality.corpus_check import check_corpus

    figures = check_corpus(find(args.folder))
    failed = [figure for figure in figures if not figure.ok]
    return Answer(
        "\n".join(map(str, figures)),
        [f"out of bounds: {figure.name}" for figure in failed],
        1 if failed else 0,
    )
