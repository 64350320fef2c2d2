"""A row of the output: one sentence, with its event type or its stance toward one target.

`COLUMNS` says all of each column: its name, its place, its type and what stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from data.examples import Example, Sentence, Span

if TYPE_CHECKING:
    from models.portable.serving import ServedModel

Kind = Literal["event", "stance"]
Type = Literal["text", "texts", "integer", "number", "truth"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Aim:
    """Whom a stance is toward, and where in the sentence, if it names them."""

    target: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says of a sentence, or of its stance toward a target.

    Attributes:
        model: that says so.
        labels: given to the sentence; `uncertain` alone from a model that abstains.
        probabilities: label to probability, for all labels of the model.
    """

    model: ServedModel
    labels: list[str]
    probabilities: dict[str, float]

    @property
    def probability(self) -> float:
        """The highest of the labels given; of all for `uncertain`, or where none is given."""
        certain = [label for label in self.labels if label in self.probabilities]
        return max(self.probabilities[label] for label in certain or self.probabilities)


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

    def row(self, kind: Kind, answer: Answer, aim: Aim | None = None) -> Row:
        """Returns the row with what a model said of it."""
        source = Source(self, kind, answer, aim)
        row = {
            column.name: value
            for column in COLUMNS
            if (value := column.value(source)) is not None or not column.may_lack
        }
        return row | self.metadata


@dataclass(frozen=True, slots=True)
class Source:
    """What the columns of one row are taken from."""

    item: Item
    kind: Kind
    answer: Answer
    aim: Aim | None

    @property
    def span(self) -> Span | None:
        """Where the target stands in the sentence."""
        return self.aim.span if self.aim else None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the output.

    Attributes:
        name: in every file.
        type: in Parquet, whatever the rows hold.
        value: what stands in it; None for nothing.
        may_lack: rows with nothing in it go without the field.
    """

    name: str
    type: Type
    value: Callable[[Source], Any]
    may_lack: bool = False


COLUMNS = (
    Column("article_id", "text", lambda row: row.item.sentence.article_id),
    Column("sentence_id", "text", lambda row: row.item.id),
    Column("position", "integer", lambda row: row.item.sentence.position),
    Column("start", "integer", lambda row: row.item.sentence.start),
    Column("end", "integer", lambda row: row.item.sentence.end),
    Column("quoted", "truth", lambda row: row.item.sentence.quoted),
    Column("text", "text", lambda row: row.item.sentence.text),
    Column("kind", "text", lambda row: row.kind),
    Column("target", "text", lambda row: row.aim.target if row.aim else None),
    Column("target_start", "integer", lambda row: row.span.start if row.span else None),
    Column("target_end", "integer", lambda row: row.span.end if row.span else None),
    Column("label", "text", lambda row: "|".join(row.answer.labels)),
    Column(
        "labels",
        "texts",
        lambda row: row.answer.labels if row.answer.model.multilabel else None,
        may_lack=True,
    ),
    Column("probability", "number", lambda row: row.answer.probability),
    Column("probabilities", "text", lambda row: row.answer.probabilities),
    Column("model", "text", lambda row: row.answer.model.name),
    Column("model_version", "text", lambda row: row.answer.model.version),
)
# Of the first columns of every table, in their order; the other metadata follow.
TYPES: dict[str, Type] = {
    **{column.name: column.type for column in COLUMNS},
    "date": "text",
    "source": "text",
}
_TAKEN = re.compile(rf"(?:input_)*(?:{'|'.join(column.name for column in COLUMNS)})")


def metadata_columns(metadata: Mapping[str, Any]) -> Row:
    """Returns an article's metadata under the names of their columns.

    A field called like a column of ours, such as `label`, becomes `input_label`; so that nothing
    is lost, `input_label` then becomes `input_input_label`.
    """
    return {
        f"input_{name}" if _TAKEN.fullmatch(name) else name: value
        for name, value in metadata.items()
    }
