"""Where words begin and end, for offsets that people and tools wrote."""

from __future__ import annotations

import re

# Scripts that put no blanks between words: a name ends anywhere.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def cuts_word(text: str, at: int) -> bool:
    """Whether an offset into a text lies inside a word."""
    return (
        0 < at < len(text)
        and text[at - 1].isalnum()
        and text[at].isalnum()
        and not UNSPACED.search(text[at - 1 : at + 1])
    )


def cuts(text: str, start: int, end: int) -> bool:
    """Whether a span begins or ends inside a word, or with a blank."""
    words = text[start:end]
    return words != words.strip() or cuts_word(text, start) or cuts_word(text, end)
