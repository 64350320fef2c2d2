"""Words that a line's end or an invisible hyphen broke, made whole before a model reads them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

DEHYPHENATION = 1  # which rules; a model says what it was trained with, 0 if it says nothing

SUSPICIOUS = re.compile("[\u00ad\u200b\u2060\ufeff\ufb00-\ufb06\n\r\u0085\u2028]")
LINE_END = r"[ \t]*(?:\r\n|[\n\r\u0085\u2028])\s*"
BROKEN = re.compile(
    rf"(?P<unseen>\u00ad{LINE_END}(?=\w)|[\u00ad\u200b\u2060\ufeff]+)"
    r"|(?P<ligature>[\ufb00-\ufb06])"
    rf"|(?<=[^\W\d_])[-\u2010]{LINE_END}(?=[^\W\d_])"
)
# "state-\nrun" is a compound; of the shorter words many are parts: "shel-\nled", "with-\nheld".
COMPOUND = re.compile(
    r"(?:affiliated|aligned|allied|armed|backed|based|controlled|dominated|funded"
    r"|held|led|linked|made|occupied|old|owned|related|ruled|run|style|trained)\b"
)
LONG = 5  # letters
# Prefixes that the press hyphenates; those after which parts of words come too, before these only.
PREFIX = re.compile(r"(?:anti|non|self|counter)$")
OTHER_PREFIX = re.compile(r"(?:pro|ex|post|pre|mid)$")
PREFIXED = re.compile(
    r"(?:government|regime|democracy|independence|military|opposition|war|coup"
    r"|election|rebels?|fighters?|soldiers?|president|minister|combatants?)\b"
)
LAST_WORD = re.compile(r"(?:^|(?P<before>.))(?P<word>[^\W\d_]+)$", re.DOTALL)
OPENING_WORD = re.compile(r"(?:^|[.!?…:][\"'”’»)]*\s+)[\"'“‘«(]*$")


def dehyphenate(
    text: str, bounds: Sequence[tuple[int, int] | None] = ()
) -> tuple[str, list[tuple[int, int] | None]]:
    r"""Returns a text with its broken words made whole, and where its stretches stand in it.

    A hyphen at a line's end goes if both parts are in small letters ("ar-\nrested"), the capital
    of a sentence's first word aside; else it stays and the line's end goes ("Israeli-\nbacked"),
    as after a prefix of its own ("anti-\ngovernment").
    Soft hyphens and blanks without width go, ligatures become letters. A text without any of
    these comes back as it is.
    """
    if not SUSPICIOUS.search(text):
        return text, list(bounds)
    parts: list[str] = []
    places: list[int] = []  # of each character, and of the end
    length = end = 0
    for broken in [*BROKEN.finditer(text), None]:
        start = broken.start() if broken else len(text)
        parts.append(text[end:start])
        places += range(length, length + start - end)
        length += start - end
        if broken:
            mending, end = _mended(text, broken), broken.end()
            parts.append(mending)
            places += [length] + [length + len(mending)] * (end - start - 1)
            length += len(mending)
    places.append(length)
    return "".join(parts), [at and (places[at[0]], places[at[1]]) for at in bounds]


def _mended(text: str, broken: re.Match[str]) -> str:
    """What stands for a break."""
    if broken["ligature"]:
        return unicodedata.normalize("NFKD", broken[0])
    if broken["unseen"]:
        separates = "\u200b" in broken[0] and text[broken.end() : broken.end() + 1].isupper()
        return " " if separates else ""
    head = LAST_WORD.search(text, max(0, broken.start() - 40), broken.start())
    first, second = (head["word"] if head else ""), text[broken.end() :]
    if text.isupper():
        first, second = first.lower(), second.lower()
    elif head and OPENING_WORD.search(text, 0, head.start("word")):
        first = first[:1].lower() + first[1:]
    if head and head["before"] in ("-", "\u2010"):  # "door-to-\ndoor"
        return "-"
    if len(first) >= LONG and COMPOUND.match(second):
        return "-"
    if PREFIX.match(first) or (OTHER_PREFIX.match(first) and PREFIXED.match(second)):
        return "-"
    return "" if first.islower() and second[:1].islower() else "-"
