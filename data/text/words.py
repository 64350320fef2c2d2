"""The words of a text: where they begin and end, and what they are whatever their typography."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

# Scripts that part words by nothing: each character counts as a word (Thai to Khmer, kana, Han).
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+")
NUMBER = "0"
# Scripts that put no blanks between words: a name ends anywhere.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without punctuation, accents and invisible characters.

    So two spellings of one text have the same words: composed or decomposed letters, straight or
    curly quotes, wide or narrow blanks, digits of another script. A text without a word has none.
    """
    if not text.isascii():
        text = "".join(
            str(unicodedata.decimal(letter, letter))
            for letter in unicodedata.normalize("NFKD", text)
            if unicodedata.category(letter) not in ("Mn", "Cf")
        )
    return tuple(_WORD.findall(text.casefold()))


def same_text(text: str) -> tuple[str, ...]:
    """What two texts have in common that say the same: their words, or else what stands there."""
    return words_of(text) or (text.strip(),)


def without_numbers(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with every run of numbers as one `0`: a toll that rose makes no other text."""
    kept: list[str] = []
    for number, run in groupby(words, str.isdigit):
        kept += [NUMBER] if number else run
    return tuple(kept)


def cuts_word(text: str, at: int) -> bool:
    """Whether an offset into a text lies inside a word."""
    return (
        0 < at < len(text)
        and text[at - 1].isalnum()
        and text[at].isalnum()
        and not UNSPACED.search(text[at - 1 : at + 1])
    )


def span_cuts_word(text: str, start: int, end: int) -> bool:
    """Whether a span begins or ends inside a word, or with a blank."""
    words = text[start:end]
    return words != words.strip() or cuts_word(text, start) or cuts_word(text, end)
