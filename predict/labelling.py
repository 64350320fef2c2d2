"""A run of `python -m predict`: models chosen, articles read, labels and rejects written."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.articles import Article, Columns, read_articles
from data.examples import Target
from data.problems import InputError, Problem
from data.targets import Gazetteer, load_targets, parse_target
from predict.labeler import Labeler
from predict.writers import Rejects, check_out, open_writer

if TYPE_CHECKING:
    from models.serving import ServedModel

DEFAULT_TARGETS = Path(__file__).resolve().parent.parent / "configs" / "targets.yaml"


@dataclass(frozen=True, slots=True)
class Order:
    """What the user asked for.

    Attributes:
        inputs: files and folders of articles.
        out: where the labels go.
        references: task to the model wanted for it; None stands for the task's champion.
        model: one model whose own task decides; then `references` does not count.
        targets: as given by `--target`.
        target_file: as given by `--targets`; without any target the project's own file counts.
        columns: which fields of a table hold an article.
        batch_size: sentences scored at a time.
    """

    inputs: Sequence[str]
    out: Path
    references: dict[str, str | None]
    model: str | None = None
    targets: Sequence[str] = ()
    target_file: str | None = None
    columns: Columns = field(default_factory=Columns)
    batch_size: int = 256


@dataclass(slots=True)
class Outcome:
    """What came of it: counts, by kind of row where they are of labels, and seconds.

    `min_precision` has the kinds whose model abstains; its label `uncertain` says that it did.
    """

    out: Path
    rejects: Path
    articles: int = 0
    sentences: int = 0
    set_aside: int = 0
    seconds: float = 0.0
    labels: dict[str, Counter[str]] = field(default_factory=dict)
    min_precision: dict[str, float] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def label(order: Order, on_progress: Callable[[int, int], None] = lambda *_: None) -> Outcome:
    """Labels the articles and returns the counts; calls `on_progress(articles, sentences)`.

    Raises:
        InputError: what the user gave is wrong (everything that can be told before models are
            loaded at once), there is no model, or no article could be read. There is no output
            then, and an older one is as it was.
    """
    rejects = Rejects(order.out)
    targets, articles = _checked(order, rejects)
    outcome = Outcome(order.out, rejects.path)
    models = _models(order, outcome)
    labeler = Labeler(models.get("event"), models.get("stance"), targets,
                      batch_size=order.batch_size)
    outcome.models = {task: f"{model.name} {model.version}".strip()
                      for task, model in models.items()}
    outcome.labels = {task: Counter() for task in models}
    outcome.min_precision = {task: model.min_precision for task, model in models.items()
                             if model.min_precision is not None}
    started = time.monotonic()

    def readable() -> Iterator[Article]:
        for article in articles:
            if isinstance(article, Problem):
                rejects.add(article)
            else:
                outcome.articles += 1
                yield article

    with open_writer(order.out) as writer:
        for row in labeler.label_articles(readable()):
            writer.write(row)
            outcome.labels[row["kind"]][row["label"]] += 1
            on_progress(outcome.articles, labeler.sentences)
        rejects.write()
        if not outcome.articles:
            raise InputError(_nothing(order, rejects))
    outcome.sentences, outcome.set_aside = labeler.sentences, len(rejects)
    outcome.seconds = time.monotonic() - started
    return outcome


def _checked(
    order: Order, rejects: Rejects
) -> tuple[list[Target], Iterator[Article | Problem]]:
    """The targets and the articles to come; every fault that needs no model is raised at once."""
    problems: list[Problem] = []

    def attempt(step: Callable[[], Any]) -> Any:
        try:
            return step()
        except InputError as error:
            problems.extend(error.problems)
            return None

    attempt(lambda: check_out(order.out))
    if order.out.resolve() in {Path(path).resolve() for path in order.inputs}:
        problems.append(Problem(str(order.out), "is also an input", "expected another file"))
    targets: list[Target] = [target for text in order.targets
                             if (target := attempt(partial(parse_target, text)))]
    if order.target_file or not order.targets:
        targets += attempt(lambda: load_targets(order.target_file or DEFAULT_TARGETS)) or []
    attempt(lambda: Gazetteer(targets))
    articles = attempt(lambda: read_articles(
        order.inputs, order.columns, skip=(order.out, rejects.path)))
    if problems:
        raise InputError(problems)
    return targets, articles


def _models(order: Order, outcome: Outcome) -> dict[str, ServedModel]:
    """Task to model. A champion that is missing beside another that is there is a notice."""
    from models.resolve import load_model
    from models.store_error import StoreError

    if order.model:
        model = load_model(order.model)
        return {model.task: model}
    models: dict[str, ServedModel] = {}
    missing: dict[str, list[Problem]] = {}
    for task, ref in order.references.items():
        try:
            models[task] = load_model(ref or f"{task}@champion")
        except StoreError:
            raise  # the store was not read: nothing is known of what it lacks
        except InputError as error:
            missing[task] = error.problems
    if not models or any(order.references[task] for task in missing):
        raise InputError(problem for problems in missing.values() for problem in problems)
    outcome.notices += [f"no {task} labels: {problem}"
                        for task, problems in missing.items() for problem in problems]
    return models


def _nothing(order: Order, rejects: Rejects, shown: int = 20) -> list[Problem]:
    """Why there is nothing to label; the rejects file has what is not shown."""
    if not len(rejects):
        return [Problem(", ".join(order.inputs), "holds no articles",
                        "expected .txt, .md, .jsonl, .csv or .parquet files with text")]
    more = len(rejects) - shown
    return [*rejects.first(shown), Problem(
        ", ".join(order.inputs), "holds no article that can be read",
        (f"{more} more such records are" if more > 0 else "the records are")
        + f" in {rejects.path}")]
