"""Articles cut into sentences, with offsets into the article."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import Any

from data.examples import Sentence

Bounds = tuple[int, int]

BLANKS = re.compile(r"[\s\u200b\ufeff]+")
LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]*(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]|$)")
BULLET = re.compile(r"[-*•·‣▪◦●]\s|[–—]\s+[^\s\W\d_]|\(?\d{1,2}[.)]\s")
FINAL = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
MIN_WIDTH, MAX_WIDTH = 40, 120  # of lines that a mail program or an agency feed has wrapped

# What syntok parts and news keeps together, or the other way round.
RANK = re.compile(
    r"(?:^|[\s(“\"])(?:Adm|Brig|Capt|Cdr|Cmdr|Col|Cpl|Dr|Fr|Gen|Gov|Hon|Insp|Lt|Maj|Messrs|Mr|Mrs|"
    r"Ms|Mt|Prof|Pvt|Rep|Rev|Sen|Sgt|Spc|Supt)\.$")
ITEM_NUMBER = re.compile(r"\(?\d{1,3}[.)]$")
SHOUTED = re.compile(r"[!?][”\"’»]$")
SPEAKER = re.compile(
    r"(?:[A-Z][\w.'’-]*\s+){1,4}(?:added|asked|cried|replied|said|says|shouted|told|wrote|yelled)\b")
DASH = re.compile(r"[-–—]")
HOUR = re.compile(
    r"\b[ap]\.m\.\s+(?=[“\"‘]?[A-Z][a-z])(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|"
    r"(?:Central|Eastern|Greenwich|Moscow|Mountain|Pacific)\b)")
QUOTE = re.compile(r"(?<!\w)\"(?=\S)|[“„«]|(?<!\w)‘(?=\w)")
CLOSERS = {'"': '"', "“": "”", "„": "“”", "«": "»"}


def split_sentences(text: str, article_id: str) -> list[Sentence]:
    """Returns the sentences of an article, in order; none for an empty or blank text.

    `text[start:end]` is the sentence's text, without blanks around it; every character that is
    not blank is in exactly one sentence. Blank lines end a sentence. A single line break ends
    one too, unless it is inside a text of wrapped lines or the next line goes on in lower case.
    """
    sentences: list[Sentence] = []
    for start, end in _paragraphs(text):
        block = text[start:end]
        quotes = _quotes(block)
        for first, last in _pieces(block):
            sentences.append(Sentence(
                text=block[first:last], article_id=article_id, position=len(sentences),
                start=start + first, end=start + last,
                quoted=_is_quoted(block, first, last, quotes)))
    return sentences


def is_quoted(sentence: str) -> bool:
    """Whether half of a sentence's characters or more stand between quotation marks.

    Blanks do not count. Straight single quotes are taken for apostrophes.
    """
    return _is_quoted(sentence, 0, len(sentence), _quotes(sentence))


def _paragraphs(text: str) -> Iterator[Bounds]:
    """The stretches inside which sentences are looked for."""
    lines = [_trimmed(text, *found.span()) for found in LINE.finditer(text)]
    width = _wrap_width(text, lines)
    current: Bounds | None = None
    last: Bounds | None = None
    for line in lines:
        if line is None:
            if current:
                yield current
            current = None
        elif current and last and _goes_on(text, last, line, width):
            current = (current[0], line[1])
        else:
            if current:
                yield current
            current = line
        last = line
    if current:
        yield current


def _trimmed(text: str, start: int, end: int) -> Bounds | None:
    """The bounds without the blanks at both ends; None if nothing is left."""
    while start < end and BLANKS.match(text[start]):
        start += 1
    while end > start and BLANKS.match(text[end - 1]):
        end -= 1
    return (start, end) if start < end else None


def _wrap_width(text: str, lines: Sequence[Bounds | None]) -> int:
    """The width at which the text's lines were wrapped; 0 if each line is a paragraph."""
    width = max((line[1] - line[0] for line in lines if line), default=0)
    pairs = [(line, after) for line, after in pairwise(lines) if line and after]
    if not MIN_WIDTH <= width <= MAX_WIDTH or len(pairs) < 2:
        return 0
    full = sum(_is_full(text, line, after, width) for line, after in pairs)
    return width if full >= 2 and full >= 0.6 * len(pairs) else 0


def _is_full(text: str, line: Bounds, after: Bounds, width: int) -> bool:
    """Whether the next line's first word had no room left on this line."""
    word = BLANKS.split(text[after[0]: after[1]], maxsplit=1)[0]
    return line[1] - line[0] + 1 + len(word) > width


def _goes_on(text: str, line: Bounds, after: Bounds, width: int) -> bool:
    tail = text[max(line[0], line[1] - 12): line[1]]
    ended = FINAL.search(tail) and not RANK.search(tail)
    if (bullet := BULLET.match(text, *after)) and not (
            width and not ended and (bullet[0][0] in "–—(" or bullet[0][0].isdigit())):
        return False
    if RANK.search(tail):
        return True
    if width:
        return text[after[0]].islower() or _is_full(text, line, after, width)
    return text[after[0]].islower() and not ended


@cache
def _tokenizer() -> Any:
    from syntok.tokenizer import Tokenizer

    return Tokenizer(replace_not_contraction=False)


def _pieces(block: str) -> Iterator[Bounds]:
    """The bounds of the sentences in a paragraph."""
    from syntok import segmenter

    starts = [sentence[0].offset for sentence in segmenter.segment(_tokenizer().tokenize(block))]
    starts = [0, *starts[1:]]
    starts = sorted({*starts, *(found.end() for found in HOUR.finditer(block))})
    kept: list[int] = []
    for start, end in pairwise([*starts, len(block)]):
        if not kept or not _belongs(block[kept[-1]:start].rstrip(), block[start:end].strip()):
            kept.append(start)
    for start, end in pairwise([*kept, len(block)]):
        if bounds := _trimmed(block, start, end):
            yield bounds


def _belongs(before: str, after: str) -> bool:
    """Whether `after` was parted wrongly from `before`."""
    tail = before[-12:]
    return bool(
        not re.search(r"\w", before)
        or not re.search(r"\w", after)
        or RANK.search(tail)
        or ITEM_NUMBER.fullmatch(before)
        or (SHOUTED.search(tail) and SPEAKER.match(after))
        or (DASH.match(after) and not re.search(r"[.!?…”\"]$", tail)))


def _quotes(block: str) -> list[Bounds]:
    """The stretches between quotation marks; an unclosed quotation runs to the paragraph's end."""
    spans: list[Bounds] = []
    place = 0
    while found := QUOTE.search(block, place):
        end = _closed(block, found.end(), found[0])
        if end is None:
            place = found.end()
        else:
            spans.append((found.start(), end))
            place = end
    return spans


def _closed(block: str, start: int, opener: str) -> int | None:
    if opener == "‘":
        return _single_closed(block, start)
    found = re.compile(f"[{CLOSERS[opener]}]").search(block, start)
    return found.end() if found else len(block)


def _single_closed(block: str, start: int) -> int | None:
    """The end of a ‘…’ quotation, for its closing mark is also the apostrophe."""
    first = re.compile(r"’(?!\w)").search(block, start)
    if first and re.match(r"s’\s+[a-z]", block[first.start() - 1: first.end() + 4]):
        # A plural possessive perhaps: a mark after punctuation is the better end.
        later = re.compile(r"[^‘]*?[.,!?;…]’(?!\w)").match(block, first.end())
        first = later or first
    return first.end() if first else None


def _is_quoted(block: str, start: int, end: int, quotes: Sequence[Bounds]) -> bool:
    def solid(first: int, last: int) -> int:
        return len(BLANKS.sub("", block[first:last])) if first < last else 0

    inside = 0
    for first, last in quotes[bisect_right(quotes, start, key=itemgetter(1)):]:
        if first >= end:
            break
        inside += solid(max(start, first), min(end, last))
    return inside > 0 and 2 * inside >= solid(start, end)
