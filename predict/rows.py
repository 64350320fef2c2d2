"""A row of the output: one sentence, with its event type or its stance toward one target."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from data.examples import Example, Sentence, Span

Kind = Literal["event", "stance"]
Row = dict[str, Any]

OWN = (
    "article_id",
    "sentence_id",
    "position",
    "start",
    "end",
    "quoted",
    "text",
    "kind",
    "target",
    "target_start",
    "target_end",
    "label",
    "labels",
    "probability",
    "probabilities",
    "model",
    "model_version",
)
COLUMNS = (*OWN, "date", "source")  # the first columns of every table; metadata follows
_TAKEN = re.compile(rf"(?:input_)*(?:{'|'.join(OWN)})")


def metadata_columns(metadata: Mapping[str, Any]) -> Row:
    """Returns an article's metadata under the names of their columns.

    A field called like a column of ours, such as `label`, becomes `input_label`; so that nothing
    is lost, `input_label` then becomes `input_input_label`.
    """
    return {
        f"input_{name}" if _TAKEN.fullmatch(name) else name: value
        for name, value in metadata.items()
    }


@dataclass(frozen=True, slots=True)
class Aim:
    """Whom a stance is toward, and where in the sentence, if it names them."""

    target: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence to label, with what its rows repeat and whom its stance rows are about."""

    sentence: Sentence
    id: str
    metadata: Row
    aims: tuple[Aim, ...] = ()

    def example(self, aim: Aim | None = None) -> Example:
        """The sentence as a model receives it."""
        text = self.sentence.text
        return Example(text) if aim is None else Example(text, aim.target, aim.span)

    def row(self, kind: Kind, outcome: Row, aim: Aim | None = None) -> Row:
        """Returns the row with what a model said of it."""
        sentence, span = self.sentence, aim.span if aim else None
        return {
            "article_id": sentence.article_id,
            "sentence_id": self.id,
            "position": sentence.position,
            "start": sentence.start,
            "end": sentence.end,
            "quoted": sentence.quoted,
            "text": sentence.text,
            "kind": kind,
            "target": aim.target if aim else None,
            "target_start": span.start if span else None,
            "target_end": span.end if span else None,
            **outcome,
            **self.metadata,
        }
