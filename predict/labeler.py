"""Sentences of articles with their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.articles.article import Article
from data.examples import Example, Sentence, Span, Target
from data.problems import InputError, Problem
from data.sentences import is_quoted, split_sentences
from data.targets import as_targets
from data.text.gazetteer import Gazetteer
from predict.inputs import as_articles, as_sentences
from predict.rows import Aim, Answer, Item, Kind, Row, metadata_columns

if TYPE_CHECKING:
    from models.portable.serving import ServedModel


class Labeler:
    """Labels sentences with an event type, and with a stance toward each target they name.

    A reference such as `event@champion` is resolved once, when it is first needed; the same
    version labels everything after that. Give None for a task that is not wanted.

    Attributes:
        sentences: how many `label_articles` has taken in so far.

    Example:
        >>> labeler = Labeler(targets=["Islamic State=IS,ISIS,ISIL"])
        >>> rows = labeler.label_sentences(["IS lost the town."])
    """

    def __init__(
        self,
        event: str | Path | ServedModel | None = "event@champion",
        stance: str | Path | ServedModel | None = "stance@champion",
        targets: Sequence[Target | str] = (),
        *,
        batch_size: int = 256,
        store: str | Path | None = None,
    ) -> None:
        """Takes references (`event@champion`, `event/3`, `runs:/RUN_ID`, a folder) or models.

        Args:
            event: the model of event types.
            stance: the model of stance.
            targets: whom stance is labelled for, as `Target` or `NAME=ALIAS,ALIAS`; without
                any there are no stance rows, but for records that name their own target.
            batch_size: sentences, and pairs of sentence and target, scored at a time.
            store: address of the MLflow store, or the file of a sqlite one, that references are
                resolved in; None for that of `MLFLOW_TRACKING_URI` or the working folder.

        Raises:
            InputError: targets that share a name, or a batch size below 1.
        """
        if batch_size < 1:
            raise InputError(Problem("batch size", f"is {batch_size}", "expected 1 or more"))
        self.gazetteer = _gazetteer(targets)
        self.batch_size = batch_size
        self.sentences = 0
        self._event, self._stance, self._store = event, stance, store

    @cached_property
    def event_model(self) -> ServedModel | None:
        """The loaded model of event types; None if not wanted.

        Raises:
            InputError: there is no such model, or it is one of stance.
        """
        return _load(self._event, "event", self._store)

    @cached_property
    def stance_model(self) -> ServedModel | None:
        """The loaded model of stance; None if not wanted. Raises as `event_model`."""
        return _load(self._stance, "stance", self._store)

    def label_articles(self, articles: Iterable[Article] | Any) -> Iterator[Row]:
        """Yields the rows of each article's sentences, in order, holding one batch at a time.

        A sentence has one row of kind `event`, then one of kind `stance` for each target it
        names (the target's first mention). `probability` is that of the label; where a sentence
        may have several, the highest among its labels, or of all if it has none. A model that
        abstains says `uncertain` where it is not sure, with the highest of all. The article's
        metadata follow, those named like a field of the row with `input_` before their name. Of
        articles with one id the positions count on. No articles, and articles without sentences,
        give no rows.

        Args:
            articles: articles, or records with `text` and `id` (as mappings or a data frame).

        Raises:
            InputError: a text or one article in place of a list, at once; at the first row, if a
                model cannot be loaded; in its turn, an element that is no article.
        """
        return self._label_all(as_articles(articles), self.gazetteer)

    def label_sentences(
        self, texts: Sequence[str] | Any, targets: Sequence[Target | str] | None = None
    ) -> list[Row]:
        """Returns the rows of sentences that stand alone, as `label_articles` gives them.

        A text is taken for one sentence, whatever it holds. Position and sentence_id are the place
        in `texts`, article_id is empty; a record's `id` and `article_id` stand in their place, and
        its `target` (with `target_start`, `target_end`, if it has them) in place of targets that
        are looked for. No texts give no rows.

        Args:
            texts: the sentences, or records with `text` (as mappings or a data frame).
            targets: for this call, in place of the labeler's own and the records'.

        Raises:
            InputError: a text in place of a list, or elements that are no sentences, by place.
        """
        sentences = as_sentences(texts)
        if targets is None:
            return list(self._label_all(sentences, self.gazetteer))
        return list(
            self._label_all(
                [replace(sentence, target=None) for sentence in sentences], _gazetteer(targets)
            )
        )

    def _label_all(self, articles: Iterable[Article], gazetteer: Gazetteer) -> Iterator[Row]:
        items = self._items(articles, gazetteer)
        while batch := list(islice(items, self.batch_size)):
            yield from self._label(batch)

    def _items(self, articles: Iterable[Article], gazetteer: Gazetteer) -> Iterator[Item]:
        """The sentences of articles, each with the targets that it names."""
        positions: dict[str, int] = {}
        for article in articles:
            first = positions.get(article.id, 0)
            sentences = (
                [_whole(article)]
                if article.sentence_id is not None
                else (split_sentences(article.text, article.id))
            )
            positions[article.id] = first + len(sentences)
            metadata = metadata_columns(article.metadata)
            for position, sentence in enumerate(sentences, first):
                self.sentences += 1
                yield Item(
                    replace(sentence, position=position) if first else sentence,
                    f"{article.id}:{position}"
                    if article.sentence_id is None
                    else article.sentence_id,
                    metadata,
                    self._aims(article, sentence, gazetteer),
                )

    def _aims(self, article: Article, sentence: Sentence, gazetteer: Gazetteer) -> tuple[Aim, ...]:
        if self._stance is None:
            return ()
        if article.target is not None:
            return (Aim(article.target, article.target_span),)
        return tuple(
            Aim(mention.target, Span(mention.start, mention.end))
            for mention in gazetteer.first_mentions(sentence.text)
        )

    def _label(self, items: Sequence[Item]) -> Iterator[Row]:
        """Yields the rows of a batch of sentences."""
        events: list[Answer] = []
        if self.event_model is not None:
            events = self._answers(self.event_model, [item.example() for item in items])
        pairs = [(item, aim) for item in items for aim in item.aims]
        stances: list[Answer] = []
        if pairs and self.stance_model is not None:
            stances = self._answers(self.stance_model, [item.example(aim) for item, aim in pairs])
        remaining = iter(stances)
        for place, item in enumerate(items):
            if events:
                yield item.row("event", events[place])
            if stances:
                for aim in item.aims:
                    yield item.row("stance", next(remaining), aim)

    def _answers(self, model: ServedModel, examples: Sequence[Example]) -> list[Answer]:
        """What a model says of each example."""
        answers: list[Answer] = []
        for start in range(0, len(examples), self.batch_size):
            proba = model.predict_proba(examples[start : start + self.batch_size])
            for values, labels in zip(proba, model.label_rows(proba), strict=True):
                probabilities = {
                    label: round(float(value), 6)
                    for label, value in zip(model.labels, values, strict=True)
                }
                answers.append(Answer(model, labels, probabilities))
        return answers


def _whole(article: Article) -> Sentence:
    """An article that is one sentence."""
    return Sentence(article.text, article.id, 0, 0, len(article.text), is_quoted(article.text))


def _gazetteer(targets: Sequence[Target | str]) -> Gazetteer:
    if isinstance(targets, (str, Target)):  # a text would be read letter by letter
        raise InputError(
            Problem(
                "targets",
                f"is one target ({targets!r})",
                'expected a list: ["Islamic State=IS,ISIS,ISIL"]',
            )
        )
    return Gazetteer(as_targets(targets))


def _load(
    ref: str | Path | ServedModel | None, task: Kind, store: str | Path | None
) -> ServedModel | None:
    if ref is None:
        return None
    if isinstance(ref, (str, Path)):
        from models.registry.resolve import load_model
        from models.store.process_state import undisturbed

        with undisturbed(store):
            model = load_model(str(ref))
    elif hasattr(ref, "predict_proba"):
        model = ref
    else:
        raise InputError(
            Problem(
                task,
                f"is one {type(ref).__name__}",
                "expected a reference or a loaded model; that of a finished run is run.load()",
            )
        )
    if model.task != task:
        raise InputError(
            Problem(
                str(ref) if isinstance(ref, (str, Path)) else model.name,
                f"is a model of {model.task}",
                f"expected one of {task}",
            )
        )
    return model
