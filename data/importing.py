"""Foreign files into rows of this project; what cannot become one goes beside them, with reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from data.codebook import load_codebook
from data.files import Row, check_out, kind_of, write_rows
from data.foreign.adjudication import Annotations
from data.foreign.interface import ImportOptions
from data.foreign.labels import parse_label_map
from data.foreign.pipeline import ImportPipeline
from data.foreign.report import ImportReport
from data.formats.arrow import is_dataset
from data.formats.writing import atomic
from data.importers import FORMATS
from data.problems import InputError, Problem, nearest


def import_options(
    name: str,
    codebook: str | None = None,
    standard: str | None = None,
    columns: dict[str, str] | None = None,
    *,
    label_map: Sequence[str] = (),
    encoding: str | None = None,
    sheet: str | None = None,
) -> ImportOptions:
    """The options of a format, with its own codebook where none is named.

    Args:
        name: of the format.
        codebook: name or file; None for the format's own.
        standard: the file's labels are named in.
        columns: field of a row to its column.
        label_map: `LABEL OF THE FILE=LABEL OF THE CODEBOOK`, each.
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
    return ImportOptions(book, standard, columns, parse_label_map(label_map, book), encoding, sheet)


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
    with atomic(rejects) as stream:
        try:
            pipeline = ImportPipeline(import_module(FORMATS[name]).read, options, report, stream)
            write_rows(out, _rows(pipeline, files, annotations, name))
        except InputError as error:
            failure = error
    if not report.rejected:
        rejects.unlink(missing_ok=True)
    if failure is not None:
        raise failure
    return report


def _check_names(out: Path, files: Sequence[Path]) -> None:
    problems = [
        Problem(str(path), "is a folder", "expected a file, or a folder that `datasets` saved")
        if path.is_dir()
        else Problem(str(path), "no such file")
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
    pipeline: ImportPipeline, files: Sequence[Path], annotations: Annotations, name: str
) -> Iterator[Row]:
    """The rows to write; an error if there is none, so that no empty table is written."""
    yield from pipeline.rows(files, annotations)
    report = pipeline.report
    if not report.written:
        raise InputError(
            Problem(
                ", ".join(map(str, files)),
                f"gave no row in format {name} ({report.read} records read)",
                report.commonest_reasons(),
            )
        )
