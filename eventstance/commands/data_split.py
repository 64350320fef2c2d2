"""`eventstance data split`: the rows of a file dealt to train, dev and test."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from data.files import SUFFIXES, Row, check_out, check_table, kind_of, read_rows, write_rows
from data.problems import InputError, Problem
from data.splitting.assignment import STRATEGIES
from eventstance.commands.data_import import TABLES, add_reading


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `split` to the commands of `eventstance data`."""
    command = commands.add_parser(
        "split",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        help="deal rows to train, dev and test",
        description="Rows of one article and near-duplicates stay together.",
        epilog="eventstance data split rows.jsonl --by article",
    )
    command.add_argument("file", metavar="FILE", help=TABLES)
    command.add_argument(
        "--by",
        choices=tuple(STRATEGIES),
        default="article",
        help="; ".join(f"{name}: {strategy.purpose}" for name, strategy in STRATEGIES.items())
        + " (default %(default)s)",
    )
    command.add_argument(
        "--dev", type=float, default=0.15, metavar="FRACTION", help="default %(default)s"
    )
    command.add_argument(
        "--test", type=float, default=0.15, metavar="FRACTION", help="default %(default)s"
    )
    command.add_argument("--seed", type=int, default=0, help="default %(default)s")
    command.add_argument("--codebook", help="check the rows under it first")
    command.add_argument(
        "--allow-missing", action="store_true", help="accept labels that no train row has"
    )
    command.add_argument("--out", help="default: FILE with .split before its suffix")
    command.add_argument(
        "--force", action="store_true", help="replace a file that is there; it may be FILE itself"
    )
    add_reading(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Writes the rows of a file with their split, and prints how they are dealt."""
    from data.splitting.split import split_rows

    path = Path(options.file)
    kind = path.suffix if kind_of(path) in SUFFIXES else SUFFIXES[0]
    out = Path(options.out) if options.out else path.with_suffix(f".split{kind}")
    check_table(path)
    check_out(out, "--out")
    if out.exists() and not options.force:
        raise InputError(
            Problem(
                f"--out {out}",
                "is the file to read" if out.resolve() == path.resolve() else "is there already",
                "name another file, or replace it with --force",
            )
        )
    rows, places = _rows(path, options)
    result = split_rows(
        rows,
        by=options.by,
        dev=options.dev,
        test=options.test,
        seed=options.seed,
        allow_missing=options.allow_missing,
        places=places,
    )
    before = sum("split" in row for row in rows)
    write_rows(out, ({**row, "split": name} for row, name in zip(rows, result.splits, strict=True)))
    note = f"\n{before} rows had a split already; it was replaced" if before else ""
    print(
        f"{out}: split by {options.by}, seed {options.seed}\n{result.report()}{note}\n"
        f"to train on it as it is: eventstance train CONFIG.yaml data.path={out}"
    )
    return 0


def _rows(path: Path, options: argparse.Namespace) -> tuple[list[Row], list[str]]:
    """The rows as they stand in the file, and where, checked under the codebook if one is named."""
    from data.rows import normal

    if options.codebook is not None:
        from data.codebook import load_codebook
        from data.quality.table import load_rows

        load_rows([path], load_codebook(options.codebook), None, options.encoding, options.sheet)
    rows: list[Row] = []
    places: list[str] = []
    problems: list[Problem] = []
    for line, record in read_rows(path, options.encoding, options.sheet):
        place = f"{path}:{line}"
        row = record if isinstance(record, Problem) else normal(record)
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
    from data.rows import article_of, labels_of

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
