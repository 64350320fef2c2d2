"""What rows of dev and test have in common with the rows of train."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from itertools import islice

from data.fields import HELD_OUT
from data.files import Row
from data.rows import article_of
from data.text.words import same_text

_SHOWN = 60  # characters of a text in a message


def overlap_warnings(rows: Collection[Row], splits: Sequence[str]) -> list[str]:
    """A sentence for what dev and test share with train: texts, and articles; none if nothing.

    Texts are the same if their words are, whatever case and punctuation. For stance the same text
    about another target counts as well: its words were trained on.

    Args:
        rows: with `text`, and `article_id` or `id`; gone through several times.
        splits: `train`, `dev` or `test` for each row.
    """
    warnings = []
    same, articles = _shared(rows, splits, (_words, article_of))
    if same:
        row = next(islice(rows, next(iter(same)), None))
        text = " ".join(str(row.get("text", "")).split())
        short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        warnings.append(
            f"{_row_counts(splits[at] for at in same)} have a text that also stands in "
            f"train, word for word (id {row.get('id')}: “{short}”)"
        )
    if articles:
        names = list(dict.fromkeys(map(str, articles.values())))
        warnings.append(
            f"{_row_counts(splits[at] for at in articles)} are of {len(names)} articles that "
            f"also stand in train ({', '.join(names[:3])}{', …' if names[3:] else ''})"
        )
    return warnings


def _words(row: Row) -> Hashable:
    return same_text(str(row.get("text", "")))


def _shared(
    rows: Collection[Row], splits: Sequence[str], readers: Sequence[Callable[[Row], Hashable]]
) -> list[dict[int, Hashable]]:
    """For each reader the held-out rows, by place, whose value a train row has as well.

    Of the train rows, which may be many, only these values are kept.
    """
    held_out: list[dict[int, Hashable]] = [{} for _ in readers]
    for at, (row, split) in enumerate(zip(rows, splits, strict=True)):
        if split in HELD_OUT:
            for values, read in zip(held_out, readers, strict=True):
                values[at] = read(row)
    unseen = [set(values.values()) for values in held_out]
    trained: list[set[Hashable]] = [set() for _ in readers]
    for row, split in zip(rows, splits, strict=True) if any(unseen) else ():
        if split == "train":
            for wanted, shared, read in zip(unseen, trained, readers, strict=True):
                if (value := read(row)) in wanted:
                    shared.add(value)
    return [
        {at: value for at, value in values.items() if value in shared}
        for values, shared in zip(held_out, trained, strict=True)
    ]


def _row_counts(splits: Iterable[str]) -> str:
    counts = Counter(splits)
    return " and ".join(
        f"{counts[name]} row{'s' * (counts[name] > 1)} of {name}"
        for name in HELD_OUT
        if counts[name]
    )
