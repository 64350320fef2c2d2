"""What a labelled sentence is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, in characters: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence as a classifier receives it.

    Attributes:
        text: the sentence.
        target: whom a stance is about, or whom an act is done to; None where the task has none.
        target_span: where the target stands in `text`; None when it is not named there.
        actor_span: where the doer of an act stands in `text` (data coded by source and target).
    """

    text: str
    target: str | None = None
    target_span: Span | None = None
    actor_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """An example with its labels: exactly one for a single-label task, any number otherwise."""

    example: Example
    labels: tuple[str, ...]
    id: str
    article_id: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article.

    Attributes:
        text: the sentence, `article[start:end]`.
        article_id: the article it stands in.
        position: 0 for the first sentence of the article.
        start: offset of the first character in the article.
        end: offset after the last character.
        quoted: whether half of it or more stands between quotation marks.
    """

    text: str
    article_id: str
    position: int
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody or something a stance can be about: a canonical name and its other names."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A target found in a sentence; offsets are in the sentence."""

    target: str
    start: int
    end: int
