"""Which stretches of a text stand between quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from operator import itemgetter

Bounds = tuple[int, int]

UNSEEN = re.compile(r"[\s\u200b\ufeff]+")
# Marks that open a quotation, and what ends it: its own mark, or one that is written for it where
# no blank stands before. Marks that may also close one open only before a word.
OWN = {
    "“": "[”]",
    "„": "[“”]",
    "‟": "[”]",
    "«": "[»]",
    "‹": "[›]",
    "「": "[」]",
    "『": "[』]",
    "〝": "[〞〟]",
    '"': '["]',
    "＂": "[＂]",
    "″": "[″]",
    "”": "[”]",
    "»": "[«»]",
    "›": "[‹›]",
    "``": "''",
    "''": "''",
    "<<": ">>",
    ",,": "[“”\"]|''",
    "‚": r"[‘’](?!\w)",
}
SLIPS = r"""(?<=\S)(?:["”“″＂]|'')(?!\w)"""
BEFORE = r"""(?<![\w.,!?…:;"'”’»])"""
MARK = re.compile("[`“„‟«‹「『〝'”»›″\"＂‚‘]|<<|,,")
OPENING = re.compile(
    r"``|[“„‟«‹「『〝]|<<(?=\S)|(?<!\w),,(?=\w)"
    rf"|{BEFORE}(?:''|[”»›″])(?=[\w¿¡(\[])"
    r"|(?<!\w)[\"＂](?=\S)"
    rf"|{BEFORE}‚(?=\w)"
    r"|(?<!\w)‘(?=\w)"
    rf"|{BEFORE}[`'](?=\w)(?!\d\ds?\b|(?:em|[nN]|s|re|til|tis|twas|cause)\b)"
)
# A closing mark for which nothing was opened: the quotation began before the text.
CLOSING = re.compile(r"""[”»"'](?:(?<=[^\s\d(\[][”»])|(?<=[,.!?…]")|(?<=[,.!?…]')')(?!\w)""")
LONGEST = 2_000  # characters of a quotation in single marks
SINGLE = {"‘": "’", "'": "'", "`": "'"}


def quotations(text: str) -> list[Bounds]:
    """The quotations of a text, in order, with their marks; often none.

    One that is not closed runs to the end of the text. A mark that closes without an opening one
    stands for a quotation that began before the text. Straight single marks count where one
    closes after punctuation; all others are apostrophes.
    """
    spans: list[Bounds] = []
    place = 0
    while mark := MARK.search(text, place):
        place = mark.end()
        opener = OPENING.match(text, mark.start())
        if opener and (end := _closed(text, opener.end(), opener[0])):
            spans.append((opener.start(), end))
            place = end
    if closing := CLOSING.search(text, 0, spans[0][0] if spans else len(text)):
        spans.insert(0, (0, closing.end()))
    return spans


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _closed(text: str, start: int, opener: str) -> int | None:
    if opener in SINGLE:
        return _single_closed(text, start, opener)
    own = _compiled(OWN[opener])
    closer = own.search(text, start)
    again = _compiled(rf"(?<=\s){re.escape(opener)}(?=\w)").search(
        text, start, closer.start() if closer else len(text)
    )
    if again or not closer:  # the next one opens first: closed by a mark written for the right one?
        closer = (
            _compiled(SLIPS).search(text, start, again.start() if again else len(text)) or closer
        )
    return closer.end() if closer else len(text)


def _single_closed(text: str, start: int, opener: str) -> int | None:
    """The end of a quotation whose closing mark is also the apostrophe."""
    mark = SINGLE[opener]
    first = _compiled(rf"{mark}(?!\w)").search(text, start, start + LONGEST)
    if first is None:
        return None
    if re.match(rf"s{mark}\s+[a-z]", text[first.start() - 1 : first.end() + 4]):
        # A plural possessive perhaps: a mark after punctuation is the better end.
        later = _compiled(rf"[^{opener}]*?[.,!?;…]{mark}(?!\w)").match(text, first.end())
        if later is None and opener == "'":
            return None
        first = later or first
    return first.end()


def mostly_quoted(text: str, start: int, end: int, spans: Sequence[Bounds]) -> bool:
    """Whether half or more of `text[start:end]`, blanks aside, lies in the spans."""

    def solid(first: int, last: int) -> int:
        return len(UNSEEN.sub("", text[first:last])) if first < last else 0

    inside = 0
    for first, last in spans[bisect_right(spans, start, key=itemgetter(1)) :]:
        if first >= end:
            break
        inside += solid(max(start, first), min(end, last))
    return inside > 0 and 2 * inside >= solid(start, end)
