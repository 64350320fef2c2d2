"""What rows of dev and test have in common with the rows of train."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from itertools import islice
from typing import TypeVar

from data.files import Row
from data.rows import article_of
from data.text.words import same_text

HELD_OUT = ("dev", "test")
Value = TypeVar("Value", bound=Hashable)
_SHOWN = 60  # characters of a text in a message


def overlap_warnings(rows: Collection[Row], splits: Sequence[str]) -> list[str]:
    """A sentence for what dev and test share with train: texts, and articles; none if nothing.

    Texts are the same if their words are, whatever case and punctuation. For stance the same text
    about another target counts as well: its words were trained on.

    Args:
        rows: with `text`, and `article_id` or `id`; gone through several times.
        splits: `train`, `dev` or `test` for each row.
    """
    found = []
    if same := _shared(rows, splits, lambda row: same_text(str(row.get("text", "")))):
        row = next(islice(rows, next(iter(same)), None))
        text = " ".join(str(row.get("text", "")).split())
        short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        found.append(
            f"{_counted(splits[at] for at in same)} have a text that also stands in "
            f"train, word for word (id {row.get('id')}: “{short}”)"
        )
    if articles := _shared(rows, splits, article_of):
        names = list(dict.fromkeys(articles.values()))
        found.append(
            f"{_counted(splits[at] for at in articles)} are of {len(names)} articles that "
            f"also stand in train ({', '.join(names[:3])}{', …' if names[3:] else ''})"
        )
    return found


def _shared(
    rows: Collection[Row], splits: Sequence[str], value_of: Callable[[Row], Value]
) -> dict[int, Value]:
    """The places of the held-out rows whose value a train row has as well, and the values.

    Of the train rows, which may be many, only these values are kept.
    """
    held_out = {
        at: value_of(row)
        for at, (row, split) in enumerate(zip(rows, splits, strict=True))
        if split in HELD_OUT
    }
    values = set(held_out.values())
    trained = {
        value
        for row, split in zip(rows, splits, strict=True)
        if split == "train" and (value := value_of(row)) in values
    }
    return {at: value for at, value in held_out.items() if value in trained}


def _counted(splits: Iterable[str]) -> str:
    counts = Counter(splits)
    return " and ".join(
        f"{counts[name]} row{'s' * (counts[name] > 1)} of {name}"
        for name in HELD_OUT
        if counts[name]
    )
