"""Mojibake mended, with offsets that stay on their mentions."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from data.files import Row
from data.text.names import is_whole_word

# A UTF-8 quotation mark read as Windows-1252 and then folded to ASCII: “ became â€œ became aEURoe.
_FOLDED = re.compile(r'aEUR(oe|~|\(tm\)|"|C/|)|^\(tm\)')
_MEANT = {"oe": "“", "~": "‘", "(tm)": "’", '"': "—", "C/": "•", "": "”", None: "’"}


@cache
def _settings() -> Any:
    import ftfy

    # Quotes, ligatures and wide characters are the writer's own: only what was broken is mended.
    return ftfy.TextFixerConfig(
        uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False
    )


def mend(text: str) -> str:
    """The text with its mojibake undone, ASCII-folded quotation marks (`aEURoe`) included.

    Both dashes fold to the same mark and come back as `—`; a text that starts with `(tm)` is the
    second half of a cut `’`.
    """
    import ftfy

    text = _FOLDED.sub(lambda match: _MEANT[match[1]], text)
    return str(ftfy.fix_text(text, _settings()))


def find_mention(text: str, mention: str, near: int) -> int | None:
    """Where `mention` starts in `text`, nearest to offset `near`; None if it is not there.

    A place where it is a word of its own comes before all others.
    """
    if not mention:
        return None
    places: list[int] = []
    at = text.find(mention)
    while at >= 0:
        places.append(at)
        at = text.find(mention, at + 1)
    whole = [place for place in places if is_whole_word(text, place, place + len(mention))]
    return min(whole or places, key=lambda place: abs(place - near), default=None)


def mend_row(row: Row) -> tuple[Row, bool, str | None]:
    """Returns the row with text, names and offsets mended, whether it changed, and what was lost.

    The last is None, or says which span cannot be found in the mended text.
    """
    text = row.get("text")
    if not isinstance(text, str) or (mended := mend(text)) == text:
        return row, False, None
    fixed = {**row, "text": mended}
    for role in ("target", "actor"):
        if isinstance(name := row.get(role), str):
            fixed[role] = mend(name)
        start, end = row.get(f"{role}_start"), row.get(f"{role}_end")
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
            continue  # the check says what is wrong with such offsets
        mention = mend(text[start:end])
        place = find_mention(mended, mention, len(mend(text[:start])))
        if place is None:
            return row, False, f"{role} '{text[start:end]}' is not in the mended text"
        fixed[f"{role}_start"], fixed[f"{role}_end"] = place, place + len(mention)
    return fixed, True, None
