"""How long rows are for a model, and how much of them it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.examples import Example
from models.portable.backends import OnnxBackend
from models.portable.inputs import as_input
from models.portable.serving import ServedModel
from models.portable.tokens import tokenize

UNCUT = 10**9  # tokens


@dataclass(frozen=True)
class Lengths:
    """The length of each row.

    Attributes:
        unit: `tokens`, with special tokens and markers, or `words`.
        values: in the order of the rows.
        limit: longest that the model reads whole; None where it reads all.
    """

    unit: str
    values: list[int]
    limit: int | None

    @property
    def cut(self) -> int:
        """How many rows are cut."""
        return 0 if self.limit is None else sum(value > self.limit for value in self.values)


def lengths(model: ServedModel, examples: Sequence[Example]) -> Lengths:
    """Returns the length of every row: in the model's tokens if it has a limit, else in words.

    No rows give no values.
    """
    backend = model.backend
    if not isinstance(backend, OnnxBackend):
        return Lengths("words", [len(example.text.split()) for example in examples], None)
    rows = [as_input(example) for example in examples]
    whole = tokenize(backend.tokenizer, rows, backend.spec | {"max_tokens": UNCUT})
    return Lengths("tokens", [len(row.ids) for row in whole], backend.spec["max_tokens"])
