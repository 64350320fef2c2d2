"""What rows of dev and test have in common with the rows of train."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from data.files import Row
from data.rows import article_of
from data.text.words import same_text

HELD_OUT = ("dev", "test")
_SHOWN = 60  # characters of a text in a message


def overlap_warnings(rows: Sequence[Row], splits: Sequence[str]) -> list[str]:
    """A sentence for what dev and test share with train: texts, and articles; none if nothing.

    Texts are the same if their words are, whatever case and punctuation. For stance the same text
    about another target counts as well: its words were trained on.

    Args:
        rows: with `text`, and `article_id` or `id`.
        splits: `train`, `dev` or `test` for each row.
    """
    texts = [same_text(str(row.get("text", ""))) for row in rows]
    warnings = []
    if same := _shared(texts, splits):
        row = rows[same[0]]
        text = " ".join(str(row.get("text", "")).split())
        short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        warnings.append(
            f"{_row_counts(splits[at] for at in same)} have a text that also stands in "
            f"train, word for word (id {row.get('id')}: “{short}”)"
        )
    articles = [article_of(row) for row in rows]
    if same := _shared(articles, splits):
        names = list(dict.fromkeys(articles[at] for at in same))
        warnings.append(
            f"{_row_counts(splits[at] for at in same)} are of {len(names)} articles that "
            f"also stand in train ({', '.join(names[:3])}{', …' if names[3:] else ''})"
        )
    return warnings


def _shared(values: Sequence[object], splits: Sequence[str]) -> list[int]:
    """The places of the held-out rows whose value a train row has as well."""
    trained = {value for value, split in zip(values, splits, strict=True) if split == "train"}
    return [
        at
        for at, (value, split) in enumerate(zip(values, splits, strict=True))
        if split in HELD_OUT and value in trained
    ]


def _row_counts(splits: Iterable[str]) -> str:
    counts = Counter(splits)
    return " and ".join(
        f"{counts[name]} row{'s' * (counts[name] > 1)} of {name}"
        for name in HELD_OUT
        if counts[name]
    )
