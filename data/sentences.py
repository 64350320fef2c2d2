"""Articles cut into sentences, with offsets into the article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from data.examples import Sentence
from data.text.quotations import Bounds, mostly_quoted, quotations
from data.text.sentence_ends import BLANK, CLOSERS, MARKS, NOTE, is_title, sentence_ends

BLANKS = re.compile(f"{BLANK}+")
LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]*(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]|$)")
BULLET = re.compile(r"[-*•·‣▪◦●○■□►▶➢➤✓✔→⁃∙]\s|[–—]\s+[^\s\W\d_]|\(?\d{1,2}[.)]\s")
FINAL = re.compile(rf"[{MARKS}:;]{CLOSERS}{NOTE}*{CLOSERS}$")
BROKEN = re.compile(r"[^\W\d_][-\u2010\u00ad]$")  # a word that goes on in the next line
MIN_WIDTH, MAX_WIDTH = 40, 120  # of lines that a mail program or an agency feed has wrapped


def split_sentences(text: str, article_id: str) -> list[Sentence]:
    """Returns the sentences of an article, in order; none for an empty or blank text.

    `text[start:end]` is the sentence's text, without blanks around it; every character that is
    not blank is in exactly one sentence. Blank lines end a sentence. A single line break ends
    one too, unless it is inside a text of wrapped lines or the next line goes on in lower case.
    """
    sentences: list[Sentence] = []
    for start, end in _paragraphs(text):
        block = text[start:end]
        quotes = quotations(block)
        for first, last in _pieces(block):
            sentences.append(
                Sentence(
                    text=block[first:last],
                    article_id=article_id,
                    position=len(sentences),
                    start=start + first,
                    end=start + last,
                    quoted=mostly_quoted(block, first, last, quotes),
                )
            )
    return sentences


def is_quoted(sentence: str) -> bool:
    """Whether half of a sentence's characters or more stand between quotation marks.

    Blanks do not count. What marks count: `data/text/quotations.py`.
    """
    return mostly_quoted(sentence, 0, len(sentence), quotations(sentence))


def _paragraphs(text: str) -> Iterator[Bounds]:
    """The stretches inside which sentences are looked for."""
    lines = [_trimmed(text, *match.span()) for match in LINE.finditer(text)]
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
    word = BLANKS.split(text[after[0] : after[1]], maxsplit=1)[0]
    return line[1] - line[0] + 1 + len(word) > width


def _goes_on(text: str, line: Bounds, after: Bounds, width: int) -> bool:
    tail = text[max(line[0], line[1] - 60) : line[1]]
    titled = is_title(tail)
    ended = FINAL.search(tail) and not titled
    if (bullet := BULLET.match(text, *after)) and not (
        width and not ended and (bullet[0][0] in "–—(" or bullet[0][0].isdigit())
    ):
        return False
    if titled or (BROKEN.search(tail) and text[after[0]].isalpha()):
        return True
    if width:
        return text[after[0]].islower() or _is_full(text, line, after, width)
    return text[after[0]].islower() and not ended


def _pieces(block: str) -> Iterator[Bounds]:
    """The bounds of the sentences in a paragraph."""
    start = 0
    for end in (*sentence_ends(block), len(block)):
        if bounds := _trimmed(block, start, end):
            yield bounds
        start = end
