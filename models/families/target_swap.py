"""Training rows whose targets bear other names, so that a model reads what is said of them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from data.examples import Example, Labelled, Span

# A pronoun that opens a sentence has a capital letter, too.
PRONOUNS = frozenset(
    (
        "i",
        "he",
        "she",
        "it",
        "we",
        "you",
        "they",
        "him",
        "her",
        "us",
        "them",
        "his",
        "its",
        "their",
        "our",
        "my",
        "me",
        "this",
        "that",
        "these",
        "those",
        "who",
        "which",
        "one",
    )
)


def swapped(rows: Sequence[Labelled], share: float, seed: int) -> list[Labelled]:
    """Returns the rows in order, a share of those with a named target under another's name.

    A target of one article tends to have one stance throughout; a model can learn that by its
    name and read no further. The new name is drawn from the other rows' targets with as many
    words; pronouns and descriptions in lower case ("the minister") stay, because their words
    tell something. No rows give an empty list.

    Args:
        rows: training rows.
        share: of the rows with a name, 0 to 1.
        seed: of the draw; one seed gives one result.
    """
    drawn = random.Random(seed)
    names: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if name := _name(row.example):
            names[len(name.split())].append(name)
    return [
        replace(row, example=_renamed(row.example, drawn.choice(names[len(name.split())])))
        if (name := _name(row.example)) and drawn.random() < share
        else row
        for row in rows
    ]


def _name(example: Example) -> str:
    """The mention of the target if it is a name, else an empty string."""
    if example.target_span is None:
        return ""
    mention = example.text[example.target_span.start : example.target_span.end]
    last = mention.split()[-1] if mention.split() else ""
    acronym = len(last) > 1 and last.isupper()  # "US" is no "us"
    return mention if last[:1].isupper() and (acronym or last.lower() not in PRONOUNS) else ""


def _renamed(example: Example, name: str) -> Example:
    assert example.target_span is not None
    start, end = example.target_span.start, example.target_span.end
    longer = len(name) - (end - start)
    actor = example.actor_span
    if actor is not None and actor.start >= end:
        actor = Span(actor.start + longer, actor.end + longer)
    elif actor is not None and actor.end > start:  # one within the other: leave both as they are
        return example
    return Example(
        example.text[:start] + name + example.text[end:],
        name,
        Span(start, start + len(name)),
        actor,
    )
