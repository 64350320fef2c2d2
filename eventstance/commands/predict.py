"""`eventstance predict INPUT… --out FILE`: articles in, labels out."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from data.problems import InputError, Problem

if TYPE_CHECKING:
    from predict.job import Job, Outcome

DETAILS = """\
examples:
  eventstance predict data/corpus/sample_article.txt --out labels.jsonl \\
      --target "Amber Column=Column" --target "Red Cross" --target "United Nations=UN,U.N."
  eventstance predict articles/ more.parquet --out labels.parquet --task event
  eventstance predict news.csv --text-column body --out labels.csv --targets my_targets.yaml
  eventstance predict texts/ --metadata texts.csv --out labels.jsonl

ids: a record is called by its id; a text file by its path below the folder that holds all inputs.
A record with an id beside its article_id (the project's own rows) is one sentence. Other fields
are kept as columns; one called like a column of the labels gets input_ before its name. A date
at a clear place of a text file's name (2024-08-03_talks.txt) becomes its date.

What cannot be labelled is set aside in OUT.rejects.jsonl, with file, line and reason.
Exit codes: 0 done, also where some records were set aside; 2 nothing could be labelled, the input
is wrong or the output cannot be written; 130 interrupted. But for 0, OUT is as it was.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Gives the parser what `eventstance predict` takes."""
    parser.description = (
        "Labels the sentences of articles: an event type for each, and a stance toward each "
        "target that it names."
    )
    parser.epilog, parser.formatter_class = DETAILS, argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help=".txt or .md (one article a file), .jsonl, .csv, .tsv, .xlsx, "
        ".parquet, or folders of them",
    )
    parser.add_argument(
        "--out",
        required=True,
        metavar="FILE",
        type=Path,
        help="labels: .jsonl, .csv or .parquet; replaced only when all is done",
    )
    parser.add_argument(
        "--task",
        choices=("event", "stance", "both"),
        default=None,
        help="what to label (default: both)",
    )
    stance = parser.add_argument_group("whom stance is labelled for")
    stance.add_argument(
        "--target",
        action="append",
        default=[],
        metavar="NAME=ALIAS,…",
        help='a target with its other names: "Islamic State=IS,ISIS,ISIL"; repeatable',
    )
    stance.add_argument(
        "--targets",
        metavar="FILE",
        help="YAML file of targets; without any, the record's own target, or "
        "those of configs/targets.yaml",
    )
    models = parser.add_argument_group(
        "models", "REF is event@champion, event/3 (a version), runs:/RUN_ID, or a folder"
    )
    models.add_argument("--event-model", metavar="REF", help="default: event@champion")
    models.add_argument("--stance-model", metavar="REF", help="default: stance@champion")
    models.add_argument("--model", metavar="REF", help="only this one; its own task decides")
    models.add_argument(
        "--batch-size",
        type=int,
        default=256,
        metavar="N",
        help="sentences scored at a time (default: 256)",
    )
    tables = parser.add_argument_group("what is in the input")
    tables.add_argument("--text-column", default="text", metavar="NAME")
    tables.add_argument(
        "--title-column", metavar="NAME", help="put this before the text, as a paragraph of its own"
    )
    tables.add_argument(
        "--id-column", metavar="NAME", help="default: id or sentence_id, beside article_id"
    )
    tables.add_argument(
        "--records",
        choices=("auto", "articles", "sentences"),
        default="auto",
        help="split the texts of records, or take each for one sentence "
        "(default: as ids say, see below)",
    )
    tables.add_argument(
        "--metadata",
        metavar="FILE",
        help="table with fields of the articles (date, source, …), which its "
        "column file or id names; they replace fields of the same name",
    )
    tables.add_argument(
        "--encoding",
        metavar="NAME",
        help="of texts and tables, such as cp1252 (default: by byte order mark, else UTF-8)",
    )
    tables.add_argument("--sheet", metavar="NAME", help="of Excel workbooks with several")
    csv = parser.add_argument_group("CSV output")
    csv.add_argument(
        "--csv-raw",
        action="store_true",
        help="leave texts that begin with = + - @ as they are; by default they get "
        "a ' in front, so that no spreadsheet takes them for formulas",
    )
    csv.add_argument(
        "--csv-bom",
        action="store_true",
        help="begin with a byte order mark, by which Excel knows UTF-8",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Labels the articles, and says on standard error what came out.

    Raises:
        OSError: a disk that fills up; it names the output where the system names no file.
        KeyboardInterrupt: with what to say of it.
    """
    from predict.job import label
    from predict.progress import show_progress

    try:
        with show_progress(_say) as on_progress:
            outcome = label(_order(options), on_progress)
    except OSError as error:
        if error.errno is None or error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror, str(options.out)) from error
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt(f"interrupted; {options.out} was not written") from error
    for line in _summary(outcome):
        _say(line)
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _order(options: argparse.Namespace) -> Job:
    from data.articles.article import Columns
    from predict.job import Job
    from predict.writers import CsvStyle

    references = {"event": options.event_model, "stance": options.stance_model}
    if options.model and (options.task or any(references.values())):
        raise InputError(
            Problem(
                "--model",
                "stands beside --task, --event-model or --stance-model",
                "expected --model alone: its own task decides",
            )
        )
    task = options.task or "both"
    unused = [kind for kind, ref in references.items() if ref and task not in (kind, "both")]
    if unused:
        raise InputError(
            Problem(
                f"--{unused[0]}-model",
                f"is given, but the task is {task}",
                "expected --task both, or no such option",
            )
        )
    named = bool(options.target or options.targets)
    ids = {"id": (options.id_column,), "article_id": ()} if options.id_column else {}
    return Job(
        inputs=options.inputs,
        out=options.out,
        model=options.model,
        references={kind: ref for kind, ref in references.items() if task in (kind, "both")},
        targets=options.target,
        target_file=options.targets,
        batch_size=options.batch_size,
        columns=Columns(
            options.text_column,
            options.title_column,
            records=options.records,
            target=not named,
            **ids,
        ),
        encoding=options.encoding,
        sheet=options.sheet,
        metadata=options.metadata,
        csv_style=CsvStyle(options.csv_raw, options.csv_bom),
    )


def _summary(outcome: Outcome) -> list[str]:
    from models.portable.serving import UNCERTAIN
    from predict.progress import counted

    lines = list(outcome.notices)
    speed = outcome.sentences / outcome.seconds if outcome.seconds else 0.0
    lines.append(
        f"{counted(outcome.articles, 'article')}, "
        f"{counted(outcome.sentences, 'sentence')} in {outcome.seconds:.1f} s "
        f"({speed:,.0f} sentences a second)"
    )
    for kind, counts in outcome.labels.items():
        total, asked = counts.total(), outcome.min_precision.get(kind)
        unsure = counts.pop(UNCERTAIN, 0) if asked is not None else 0
        named = ", ".join(
            f"{label or '(none)'} {count:,}" for label, count in counts.most_common(10)
        )
        more = f" and {len(counts) - 10} more labels" if len(counts) > 10 else ""
        nothing = "no sentence names a target" if kind == "stance" else "no sentences"
        lines.append(
            f"{kind} by {outcome.models[kind]}: "
            f"{named or (nothing if not total else 'no label')}{more}"
        )
        if asked is not None and total:
            lines.append(f"{kind}: {unsure:,} of {total:,} {UNCERTAIN} (min_precision {asked:g})")
    if outcome.set_aside:
        lines.append(
            f"{counted(outcome.set_aside, 'record')} set aside, with reasons: {outcome.rejects}"
        )
    lines.append(f"labels: {outcome.out}")
    return lines
