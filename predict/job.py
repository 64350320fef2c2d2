"""A run of `eventstance predict`: models chosen, articles read, labels and rejects written."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from data.articles.article import Article, Columns
from data.articles.files import KINDS
from data.articles.reader import ArticleReader, read_articles
from data.examples import Target
from data.files import check_out, kind_of
from data.formats.writing import check_writable
from data.problems import InputError, Problem, attempt
from data.targets import load_targets, parse_target
from data.text.gazetteer import Gazetteer
from predict.labeler import Labeler
from predict.rejects import Rejects
from predict.writers import CsvStyle, open_writer

if TYPE_CHECKING:
    from models.portable.serving import ServedModel

DEFAULT_TARGETS = Path(__file__).resolve().parent.parent / "configs" / "targets.yaml"


@dataclass(frozen=True, slots=True)
class Job:
    """What the user asked for.

    Attributes:
        inputs: files and folders of articles.
        out: where the labels go.
        references: task to the model wanted for it; None stands for the task's champion.
        model: one model whose own task decides; then `references` does not count.
        targets: as given by `--target`.
        target_file: as given by `--targets`; without any target the project's own file counts.
        columns: which fields of a record hold what.
        encoding: of the inputs; None for that of their byte order mark, or UTF-8.
        sheet: of Excel workbooks.
        metadata: a table with fields of the articles.
        csv_style: how CSV is written.
        batch_size: sentences scored at a time.
    """

    inputs: Sequence[str]
    out: Path
    references: dict[str, str | None]
    model: str | None = None
    targets: Sequence[str] = ()
    target_file: str | None = None
    columns: Columns = field(default_factory=Columns)
    encoding: str | None = None
    sheet: str | None = None
    metadata: str | None = None
    csv_style: CsvStyle = field(default_factory=CsvStyle)
    batch_size: int = 256


@dataclass(slots=True)
class Outcome:
    """What came of it, as far as it has come: counts, by kind of row where they are of labels.

    Attributes:
        out: the labels.
        rejects: the records that were set aside.
        articles: how many were read, by id.
        sentences: how many were taken in.
        whole: how many records were taken for one sentence each.
        set_aside: how many records, and rows, were not labelled or not written.
        done: the share of the input that was read.
        seconds: without the loading of models.
        labels: kind of row to label to rows.
        min_precision: of the kinds whose model abstains; its label `uncertain` says that it did.
        models: kind of row to name and version of its model.
        notices: what else the user should know.
    """

    out: Path
    rejects: Path
    articles: int = 0
    sentences: int = 0
    whole: int = 0
    set_aside: int = 0
    done: float = 0.0
    seconds: float = 0.0
    labels: dict[str, Counter[str]] = field(default_factory=dict)
    min_precision: dict[str, float] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def label(job: Job, on_progress: Callable[[Outcome], None] = lambda outcome: None) -> Outcome:
    """Labels the articles and returns the counts; calls `on_progress` with those so far.

    Raises:
        InputError: what the user gave is wrong (everything that can be told before models are
            loaded at once), there is no model, or no article could be read. There is no output
            then, and an older one is as it was. UnwritableError, if the output cannot be written.
    """
    rejects = Rejects(job.out)
    targets, reader = _checked(job, rejects)
    outcome = Outcome(job.out, rejects.path)
    on_progress(outcome)
    models = _models(job, outcome)
    labeler = Labeler(models.get("event"), models.get("stance"), targets, batch_size=job.batch_size)
    outcome.models = {
        task: f"{model.name} {model.version}".strip() for task, model in models.items()
    }
    outcome.labels = {task: Counter() for task in models}
    outcome.min_precision = {
        task: model.min_precision
        for task, model in models.items()
        if model.min_precision is not None
    }
    started = time.monotonic()
    with rejects, open_writer(job.out, job.csv_style) as writer:
        for row in labeler.label_articles(_readable(reader, rejects, outcome)):
            try:
                writer.write(row)
                outcome.labels[row["kind"]][row["label"]] += 1
            except InputError as error:
                rejects.add(error.problems[0])
            outcome.sentences, outcome.done = labeler.sentences, reader.done
            outcome.set_aside = len(rejects)
            outcome.seconds = time.monotonic() - started
            on_progress(outcome)
        outcome.sentences, outcome.set_aside = labeler.sentences, len(rejects)
        outcome.notices += reader.notices()
        if outcome.whole and job.columns.records == "auto":
            outcome.notices.append(
                f"records that have an id beside their article's, labelled as "
                f"one sentence each: {outcome.whole:,}"
            )
        if not outcome.articles:
            raise InputError(_nothing(job, rejects, reader))
    outcome.seconds = time.monotonic() - started
    return outcome


def _readable(reader: ArticleReader, rejects: Rejects, outcome: Outcome) -> Iterator[Article]:
    ids: set[str] = set()
    for article in reader:
        if isinstance(article, Problem):
            rejects.add(article)
        else:
            ids.add(article.id)
            outcome.articles = len(ids)
            outcome.whole += article.sentence_id is not None
            yield article


def _checked(job: Job, rejects: Rejects) -> tuple[list[Target], ArticleReader]:
    """The targets and the articles to come; every fault that needs no model is raised at once."""
    problems: list[Problem] = []
    for step in (
        partial(check_out, job.out),
        partial(_check_no_input, job),
        partial(check_writable, job.out),
        partial(check_writable, rejects.path),
    ):
        if not problems:
            attempt(problems, step)
    if job.csv_style != CsvStyle() and kind_of(job.out) != ".csv":
        problems.append(
            Problem(
                str(job.out),
                "is no CSV file, but --csv-raw or --csv-bom is given",
                "expected --out FILE.csv",
            )
        )
    targets: list[Target] = [
        target for text in job.targets if (target := attempt(problems, partial(parse_target, text)))
    ]
    if job.target_file or not job.targets:
        targets += attempt(problems, lambda: load_targets(job.target_file or DEFAULT_TARGETS)) or []
    attempt(problems, lambda: Gazetteer(targets))
    reader = attempt(
        problems,
        lambda: read_articles(
            job.inputs,
            job.columns,
            skip=(job.out, rejects.path),
            encoding=job.encoding,
            sheet=job.sheet,
            metadata=job.metadata,
        ),
    )
    if problems or reader is None:
        raise InputError(problems)
    return targets, reader


def _check_no_input(job: Job) -> None:
    written = os.path.realpath(job.out)
    for path in (*job.inputs, job.metadata):
        if path and os.path.realpath(path) == written:
            raise InputError(Problem(str(job.out), "is also an input", "expected another file"))


def _models(job: Job, outcome: Outcome) -> dict[str, ServedModel]:
    """Task to model. A champion that is missing beside another that is there is a notice."""
    from models.registry.resolve import load_model
    from models.store.errors import StoreError

    if job.model:
        model = load_model(job.model)
        return {model.task: model}
    models: dict[str, ServedModel] = {}
    missing: dict[str, list[Problem]] = {}
    for task, ref in job.references.items():
        try:
            models[task] = load_model(ref or f"{task}@champion")
        except StoreError:
            raise  # the store was not read: nothing is known of what it lacks
        except InputError as error:
            missing[task] = error.problems
    if not models or any(job.references[task] for task in missing):
        raise InputError(problem for problems in missing.values() for problem in problems)
    outcome.notices += [
        f"no {task} labels: {problem}" for task, problems in missing.items() for problem in problems
    ]
    return models


def _nothing(job: Job, rejects: Rejects, reader: ArticleReader) -> list[Problem]:
    """Why there is nothing to label; the rejects file has what is not shown."""
    where = ", ".join(job.inputs)
    passed = "".join(f" ({notice})" for notice in reader.notices())
    if not len(rejects):
        return [
            Problem(
                where, f"holds no articles{passed}", f"expected {', '.join(KINDS)} files with text"
            )
        ]
    more = len(rejects) - len(rejects.first)
    return [
        *rejects.first,
        Problem(
            where,
            f"holds no article that can be read{passed}",
            (f"{more:,} more such records are" if more else "the records are")
            + f" in {rejects.path}",
        ),
    ]
