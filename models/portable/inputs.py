"""What a saved model scores: a sentence with its target, and the text that TF-IDF makes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.portable.dehyphenation import dehyphenate

TARGET_WORD, ACTOR_WORD = "TARGETNAME", "ACTORNAME"
MASKING = 2  # 1, of models that say nothing of it, garbled a target and an actor that overlap

SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, as broken JSON may hold

Bounds = tuple[int, int]


class ModelError(ValueError):
    """A model folder that cannot be served: what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Input:
    """A sentence to score; bounds are characters of `text`, None where there is none.

    Halves of characters, which neither tokenizers nor files take, become U+FFFD; so bounds hold.
    """

    text: str
    target: str | None = None
    target_at: Bounds | None = None
    actor_at: Bounds | None = None

    def __post_init__(self) -> None:
        """Mends the text and the target."""
        object.__setattr__(self, "text", SURROGATE.sub("\ufffd", self.text))
        if self.target:
            object.__setattr__(self, "target", SURROGATE.sub("\ufffd", self.target))


def as_input(example: Any) -> Input:
    """An `Input` from an example of the project (spans with `start` and `end`)."""
    bounds = [
        (span.start, span.end) if span is not None else None
        for span in (example.target_span, example.actor_span)
    ]
    return Input(example.text, example.target, bounds[0], bounds[1])


def prepared(rows: Sequence[Input], spec: dict[str, Any]) -> list[Input]:
    """The rows as the model of a description reads them: with whole words, unless it is older."""
    if not spec.get("words"):
        return list(rows)
    inputs = []
    for row in rows:
        text, (target, actor) = dehyphenate(row.text, (row.target_at, row.actor_at))
        name = row.target and dehyphenate(row.target)[0]
        inputs.append(
            row if text == row.text and name == row.target else Input(text, name, target, actor)
        )
    return inputs


def masked(row: Input, masking: int = MASKING) -> str:
    """The sentence with its target and actor replaced by fixed words.

    Of an actor that overlaps the target, what stands before it is replaced, else what follows it.
    """
    text = row.text
    actor = row.actor_at if masking == 1 else _outside(row.actor_at, row.target_at)
    spans = [(row.target_at, TARGET_WORD), (actor, ACTOR_WORD)]
    replaced = [(at, word) for at, word in spans if at is not None]
    for at, word in sorted(replaced, reverse=True):
        text = f"{text[: at[0]]} {word} {text[at[1] :]}"
    return text


def _outside(span: Bounds | None, hole: Bounds | None) -> Bounds | None:
    """What of `span` stands before `hole`, else after it; None if nothing does."""
    if span is None or hole is None or span[1] <= hole[0] or hole[1] <= span[0]:
        return span
    if span[0] < hole[0]:
        return span[0], hole[0]
    return (hole[1], span[1]) if span[1] > hole[1] else None


def window(row: Input, words: int) -> str:
    """The words around the target, `words` on each side; the whole sentence if it has none."""
    if row.target_at is None:
        return row.text
    before = row.text[: row.target_at[0]].split()[-words:] if words else []
    after = row.text[row.target_at[1] :].split()[:words]
    return " ".join([*(f"L_{word}" for word in before), *(f"R_{word}" for word in after)])


def columns_of_text(rows: Sequence[Input], spec: dict[str, Any]) -> np.ndarray:
    """Object array (n, 2): the masked sentence and the window; (n, 1) without a window."""
    masking = spec.get("masking", 1)
    table = [
        [masked(row, masking), window(row, spec["window"])]
        if spec["window"]
        else [masked(row, masking)]
        for row in prepared(rows, spec)
    ]
    return np.array(table, dtype=object).reshape(len(rows), 2 if spec["window"] else 1)
