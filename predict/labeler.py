"""Sentences of articles with their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from data.articles import Article
from data.examples import Example, Mention, Sentence, Span, Target
from data.problems import InputError, Problem
from data.sentences import is_quoted, split_sentences
from data.targets import Gazetteer, as_targets

if TYPE_CHECKING:
    from models.serving import ServedModel

Task = Literal["event", "stance"]
Row = dict[str, Any]
KEPT_METADATA = ("date", "source")


@dataclass(frozen=True, slots=True)
class _Item:
    """A sentence on its way, with what its rows repeat and whom it names."""

    sentence: Sentence
    id: str
    metadata: dict[str, Any]
    mentions: tuple[Mention, ...]


class Labeler:
    """Labels sentences with an event type, and with a stance toward each target they name.

    A reference such as `event@champion` is resolved once, when it is first needed; the same
    version labels everything after that. Give None for a task that is not wanted.

    Example:
        >>> labeler = Labeler(targets=["Islamic State=IS,ISIS,ISIL"])
        >>> rows = labeler.label_sentences(["IS lost the town."])
    """

    def __init__(
        self,
        event: str | ServedModel | None = "event@champion",
        stance: str | ServedModel | None = "stance@champion",
        targets: Sequence[Target | str] = (),
        *,
        batch_size: int = 256,
    ) -> None:
        """Takes references (`event@champion`, `event/3`, `runs:/RUN_ID`, a folder) or models.

        Args:
            event: the model of event types.
            stance: the model of stance.
            targets: whom stance is labelled for, as `Target` or `NAME=ALIAS,ALIAS`; without
                any there are no stance rows.
            batch_size: sentences, and pairs of sentence and target, scored at a time.

        Raises:
            InputError: targets that share a name, or a batch size below 1.
        """
        if batch_size < 1:
            raise InputError(Problem("batch size", f"is {batch_size}", "expected 1 or more"))
        self.gazetteer = Gazetteer(as_targets(targets))
        self.batch_size = batch_size
        self.sentences = 0  # taken in by label_articles so far
        self._event, self._stance = event, stance

    @cached_property
    def event_model(self) -> ServedModel | None:
        """The loaded model of event types; None if not wanted.

        Raises:
            InputError: there is no such model, or it is one of stance.
        """
        return _load(self._event, "event")

    @cached_property
    def stance_model(self) -> ServedModel | None:
        """The loaded model of stance; None if not wanted. Raises as `event_model`."""
        return _load(self._stance, "stance")

    def label_articles(self, articles: Iterable[Article]) -> Iterator[Row]:
        """Yields the rows of each article's sentences, in order, holding one batch at a time.

        A sentence has one row of kind `event`, then one of kind `stance` for each target it
        names (the target's first mention). `probability` is that of the label; where a sentence
        may have several, the highest among its labels, or of all if it has none. A model that
        abstains says `uncertain` where it is not sure, with the highest of all. No articles,
        and articles without sentences, give no rows.

        Raises:
            InputError: at the first row, if a model cannot be loaded.
        """
        batch: list[_Item] = []
        for article in articles:
            metadata = {name: article.metadata[name] for name in KEPT_METADATA
                        if article.metadata.get(name) is not None}
            for sentence in split_sentences(article.text, article.id):
                batch.append(self._item(
                    sentence, f"{article.id}:{sentence.position}", metadata, self.gazetteer))
                self.sentences += 1
                if len(batch) == self.batch_size:
                    yield from self._label(batch)
                    batch = []
        yield from self._label(batch)

    def label_sentences(
        self, texts: Sequence[str], targets: Sequence[Target | str] | None = None
    ) -> list[Row]:
        """Returns the rows of sentences that stand alone, as `label_articles` gives them.

        Position and sentence_id are the place in `texts`, article_id is empty. A text is taken
        for one sentence, whatever it holds. No texts give no rows.

        Args:
            texts: the sentences.
            targets: for this call, in place of the labeler's own.
        """
        gazetteer = self.gazetteer if targets is None else Gazetteer(as_targets(targets))
        rows: list[Row] = []
        for start in range(0, len(texts), self.batch_size):
            rows += self._label([
                self._item(Sentence(text, "", place, 0, len(text), is_quoted(text)), str(place),
                           {}, gazetteer)
                for place, text in enumerate(texts[start: start + self.batch_size], start)])
        return rows

    def _item(
        self, sentence: Sentence, identity: str, metadata: dict[str, Any], gazetteer: Gazetteer
    ) -> _Item:
        mentions = gazetteer.first_mentions(sentence.text) if self._stance is not None else []
        return _Item(sentence, identity, metadata, tuple(mentions))

    def _label(self, items: Sequence[_Item]) -> Iterator[Row]:
        """Yields the rows of a batch of sentences."""
        if not items:
            return
        events: list[Row] = []
        if self.event_model is not None:
            events = self._outcomes(
                self.event_model, [Example(item.sentence.text) for item in items])
        pairs = [(item, mention) for item in items for mention in item.mentions]
        stances: list[Row] = []
        if pairs and self.stance_model is not None:
            stances = self._outcomes(self.stance_model, [
                Example(item.sentence.text, mention.target, Span(mention.start, mention.end))
                for item, mention in pairs])
        remaining = iter(stances)
        for place, item in enumerate(items):
            if events:
                yield _row(item, "event", None, events[place])
            if stances:
                for mention in item.mentions:
                    yield _row(item, "stance", mention, next(remaining))

    def _outcomes(self, model: ServedModel, examples: Sequence[Example]) -> list[Row]:
        """The fields that a model adds to each example's row."""
        outcomes: list[Row] = []
        for start in range(0, len(examples), self.batch_size):
            scored = model.predict_proba(examples[start: start + self.batch_size])
            for values, labels in zip(scored, model.label_rows(scored), strict=True):
                known = [name for name in labels if name in model.labels]  # not `uncertain`
                probabilities = {name: round(float(value), 6)
                                 for name, value in zip(model.labels, values, strict=True)}
                outcome: Row = {"label": "|".join(labels)}
                if model.several:
                    outcome["labels"] = labels
                outcomes.append(outcome | {
                    "probability": max(probabilities[name] for name in known or probabilities),
                    "probabilities": probabilities,
                    "model": model.name,
                    "model_version": model.version,
                })
        return outcomes


def _row(item: _Item, kind: Task, mention: Mention | None, outcome: Row) -> Row:
    sentence = item.sentence
    return {
        "article_id": sentence.article_id,
        "sentence_id": item.id,
        "position": sentence.position,
        "start": sentence.start,
        "end": sentence.end,
        "quoted": sentence.quoted,
        "text": sentence.text,
        "kind": kind,
        "target": mention.target if mention else None,
        "target_start": mention.start if mention else None,
        "target_end": mention.end if mention else None,
        **outcome,
        **item.metadata,
    }


def _load(ref: str | ServedModel | None, task: Task) -> ServedModel | None:
    if ref is None:
        return None
    if isinstance(ref, str):
        from models.resolve import load_model

        model = load_model(ref)
    else:
        model = ref
    if model.task != task:
        raise InputError(Problem(str(ref) if isinstance(ref, str) else model.name,
                                 f"is a model of {model.task}", f"expected one of {task}"))
    return model
