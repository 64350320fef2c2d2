"""The command line of predict: `python -m predict INPUT… --out FILE`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from data.problems import InputError, Problem

if TYPE_CHECKING:
    from predict.labelling import Order, Outcome

EXAMPLES = """\
examples:
  python -m predict data/corpus/sample_article.txt --out labels.jsonl \\
      --target "Amber Column=Column" --target "Red Cross" --target "United Nations=UN,U.N."
  python -m predict articles/ more.parquet --out labels.parquet --task event
  python -m predict news.csv --text-column body --out labels.csv --targets my_targets.yaml

Records that cannot be read are set aside in OUT.rejects.jsonl.
Exit codes: 0 done, 2 nothing could be labelled or the input is wrong, 130 interrupted.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, 2 when the input is wrong, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    try:
        from predict.labelling import label

        order = _order(options)
        with _progress() as on_progress:
            outcome = label(order, on_progress)
    except InputError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"interrupted; {options.out} was not written", file=sys.stderr)
        return 130
    _summarise(outcome)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m predict",
        description="Labels the sentences of articles: an event type for each, and a stance "
                    "toward each target that it names.",
        epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="+", metavar="INPUT",
                        help=".txt or .md (one article a file), .jsonl, .csv, .parquet, or folders")
    parser.add_argument("--out", required=True, metavar="FILE", type=Path,
                        help="labels: .jsonl, .csv or .parquet; replaced only when all is done")
    parser.add_argument("--task", choices=("event", "stance", "both"), default=None,
                        help="what to label (default: both)")
    stance = parser.add_argument_group("whom stance is labelled for")
    stance.add_argument("--target", action="append", default=[], metavar="NAME=ALIAS,…",
                        help='a target with its other names: "Islamic State=IS,ISIS,ISIL"; '
                             "repeatable")
    stance.add_argument("--targets", metavar="FILE",
                        help="YAML file of targets; without any, configs/targets.yaml")
    models = parser.add_argument_group(
        "models", "REF is event@champion, event/3 (a version), runs:/RUN_ID, or a folder")
    models.add_argument("--event-model", metavar="REF", help="default: event@champion")
    models.add_argument("--stance-model", metavar="REF", help="default: stance@champion")
    models.add_argument("--model", metavar="REF", help="only this one; its own task decides")
    models.add_argument("--batch-size", type=int, default=256, metavar="N",
                        help="sentences scored at a time (default: 256)")
    tables = parser.add_argument_group("tables")
    tables.add_argument("--text-column", default="text", metavar="NAME")
    tables.add_argument("--title-column", metavar="NAME",
                        help="put this before the text, as a paragraph of its own")
    tables.add_argument("--id-column", metavar="NAME", help="default: article_id, else id")
    return parser


def _order(options: argparse.Namespace) -> Order:
    from data.articles import Columns
    from predict.labelling import Order

    given = {"event": options.event_model, "stance": options.stance_model}
    if options.model and (options.task or any(given.values())):
        raise InputError(Problem("--model", "stands beside --task, --event-model or "
                                            "--stance-model", "expected --model alone: its own "
                                                              "task decides"))
    task = options.task or "both"
    unused = [kind for kind, ref in given.items() if ref and task not in (kind, "both")]
    if unused:
        raise InputError(Problem(f"--{unused[0]}-model", f"is given, but the task is {task}",
                                 "expected --task both, or no such option"))
    ids = {"id": (options.id_column,)} if options.id_column else {}
    return Order(
        inputs=options.inputs, out=options.out, model=options.model,
        references={kind: ref for kind, ref in given.items() if task in (kind, "both")},
        targets=options.target, target_file=options.targets, batch_size=options.batch_size,
        columns=Columns(options.text_column, options.title_column, **ids))


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Gives what shows progress: a line on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console

    with Console(stderr=True).status("loading models") as status:
        yield lambda articles, sentences: status.update(
            f"{articles:,} articles, {sentences:,} sentences")


def _summarise(outcome: Outcome) -> None:
    from models.serving import UNCERTAIN

    lines = list(outcome.notices)
    speed = outcome.sentences / outcome.seconds if outcome.seconds else 0.0
    articles = "1 article" if outcome.articles == 1 else f"{outcome.articles:,} articles"
    lines.append(f"{articles}, {outcome.sentences:,} sentences in "
                 f"{outcome.seconds:.1f} s ({speed:,.0f} sentences a second)")
    for kind, counts in outcome.labels.items():
        total, asked = counts.total(), outcome.min_precision.get(kind)
        unsure = counts.pop(UNCERTAIN, 0) if asked is not None else 0
        named = ", ".join(f"{label or '(none)'} {count:,}" for label, count in
                          counts.most_common(10))
        more = f" and {len(counts) - 10} more labels" if len(counts) > 10 else ""
        nothing = "no sentence names a target" if kind == "stance" else "no sentences"
        lines.append(f"{kind} by {outcome.models[kind]}: "
                     f"{named or (nothing if not total else 'no label')}{more}")
        if asked is not None and total:
            lines.append(f"{kind}: {unsure:,} of {total:,} {UNCERTAIN} (min_precision {asked:g})")
    if outcome.set_aside:
        lines.append(f"{outcome.set_aside:,} records set aside, with reasons: {outcome.rejects}")
    lines.append(f"labels: {outcome.out}")
    print("\n".join(lines), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
