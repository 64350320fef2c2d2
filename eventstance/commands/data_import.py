"""`eventstance data import`: rows from files of a foreign format."""

from __future__ import annotations

import argparse

from data.importers import FORMATS

TABLES = "JSONL, JSON, CSV, TSV, Excel, Parquet, Arrow, or a folder that datasets saved"
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


def add_reading(command: argparse.ArgumentParser) -> None:
    """Gives a command the options of how files of text and workbooks are read."""
    command.add_argument(
        "--encoding", help="of text files, where it is not UTF-8 (cp1252, utf-16-le, …)"
    )
    command.add_argument("--sheet", help="of an Excel workbook with several")


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `import` to the commands of `eventstance data`."""
    command = commands.add_parser(
        "import",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        help="turn a foreign format into rows",
        description="Writes rows; what is wrong goes to OUT.rejects.jsonl.",
        epilog="eventstance data import label-studio export.json --codebook stance "
        "--out rows.jsonl",
    )
    command.add_argument("format", metavar="FORMAT", help=", ".join(FORMATS))
    command.add_argument("files", nargs="+", metavar="FILE", help="files of that format")
    command.add_argument("--out", required=True, help="rows, as .jsonl, .csv or .parquet")
    command.add_argument("--codebook", help="name or YAML file; some formats have their own")
    command.add_argument(
        "--standard",
        help="how the file names its labels, where numbers or "
        "foreign names would be ambiguous: semeval, tweeteval, vast, newsmtsc, "
        "sentiment for stance; acled, case2021, plover, cameo for events",
    )
    command.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="LABEL=NAME",
        help="a label of the file and the codebook's name for it; repeat it",
    )
    command.add_argument(
        "--annotations",
        choices=("truth", "vote", "all"),
        default="truth",
        help="of several annotations of one text, truth: the one marked as "
        "ground truth, if any, else all; vote: that one, else the label that "
        "most gave; all: every one, as agreement needs them (default "
        "%(default)s)",
    )
    add_reading(command)
    for name in COLUMNS:
        command.add_argument(
            f"--{name.replace('_', '-')}-column",
            metavar="COLUMN",
            help=f"column that holds {name}"
            + (", or question of Label Studio" if name == "label" else ""),
        )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Writes rows from files of a foreign format to one table, and prints how many."""
    from data.importing import import_files, import_options

    columns = {
        name: column
        for name in COLUMNS
        if (column := getattr(options, f"{name}_column", None)) is not None
    }
    import_as = import_options(
        options.format,
        options.codebook,
        options.standard,
        columns,
        label_map=options.map,
        encoding=options.encoding,
        sheet=options.sheet,
    )
    print(import_files(options.format, options.files, options.out, import_as, options.annotations))
    return 0
