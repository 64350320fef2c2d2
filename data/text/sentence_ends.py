"""Where the sentences of a paragraph end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data.text.word_lists import (
    LINKING,
    NAMELIKE,
    NUMBERED,
    OPEN,
    SMALL_IN_HEADLINES,
    SMALL_TITLES,
    STARTERS,
    STATES,
    SUBJECTS,
    TITLES,
)

BLANK = r"[\s\u200b\u200e\u200f\ufeff]"
WIDE = "。！？｡．"  # no blank follows them
MARKS = rf".!?…‼⁇⁈⁉‽\u037e؟۔।॥{WIDE}"
CLOSERS = r"(?:''|[\"'”’»›)\]}」』〟]|[“‘«](?!\w))*"
RAISED_SIGNS = "\u00b9\u00b2\u00b3\u2070\u2074-\u2079"
# Marks of footnotes: [1], [citation needed], ¹, *, (1), and figures that were raised once.
NOTE = (
    r"(?:\[\[?[^\[\]\n]{1,40}\]\]?(?::[ \u00a0]?\d+(?:[–-]\d+)?)?"
    rf"|[{RAISED_SIGNS}*†‡]+(?:[\u207b,–-][{RAISED_SIGNS}]+)*"
    r"|\((?:\d{1,2}|[a-z])\)|\^\d{1,3}|\{\d{1,3}\}|<\d{1,3}>"
    r"|(?:(?<=[^\W\d_][.!?])|(?<=[.!?,][”’\"]))\d{1,3}(?:[,–-]\d{1,3})*(?=\s|$))"
)
LATE_NOTE = rf"(?:{BLANK}?(?:\[(?:\d[\d ,–-]*|citation needed)\]|[{RAISED_SIGNS}]+))"
END = re.compile(
    rf"(?P<stop>[{MARKS}]+|(?<=[\u0370-\u03ff]);)(?P<closers>{CLOSERS})"
    rf"(?P<notes>{NOTE}*{LATE_NOTE}*){CLOSERS}"
)
NEXT = re.compile(rf"(?P<gap>{BLANK}*)(?P<marks>[\W_]{{0,40}})(?P<word>\w[\w’'-]*)?")

OPENERS = re.compile(r"[(\[{“\"‘«„]")
WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*$")
LINK = re.compile(r"://|@\w|\bwww\.|[\w-]{3,}(?:\.[\w-]+)*\.[a-z]{2,6}(?:/\S*)?$|\.[a-z]{2,6}/")
LETTERS = re.compile(r"[^\W\d_](?:[^\W\d_]?(?:\.[^\W\d_]{1,2})+)?")  # U.S, Ph.D, or one letter
ATTACHED = re.compile(r"(?:\w['’-]|\d)$")  # "her aunt's.", "Tada-U.", "7m."
CONSONANTS = re.compile(r"[A-Z][b-df-hj-np-tv-xz]+")  # Ptr, Sgm: titles that no list has
ITEM = re.compile(r"[\W_]*(?:\d{1,3}(?:\.\d{1,2})*|[^\W\d_]|[ivxIVX]{1,4})[.)]+")
SMALL_WORD = re.compile(r"(?<![\w’'.])[a-z][a-z]+\b")

LATE_CAPITAL = re.compile(  # al-Shabaab, iPhones, b) …, a link: no word that goes on
    r"(?:[a-z]{1,5}['’]?-[‘’']?|[a-z]{1,2})[^\W\d_a-z]|[a-z]\)\s|https?:|www\."
)
GLUED = re.compile(r"[A-Z][a-z]*(?=[\s,’'])(?<!Com)(?<!Net)(?<!Org)(?<!Gov)(?<!Pdf)|[“„«][^\W\d_]")
SPEAKER = re.compile(
    r"(?:[A-Z][\w.'’-]*\s+){1,4}(?:added|asked|cried|replied|said|says|shouted|told|wrote|yelled)\b"
)
WITH_HOURS = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"|(?:Central|Eastern|Greenwich|Moscow|Mountain|Pacific)\b|[A-Z]{2,5}\b|\d"
)
REMARK = re.compile(r"\S\s\([\w.]+\.\)$")  # "Gen. Hale (ret.)"
BRACKETED = re.compile(r"\([^()]{1,200}\)|\[[^\[\]]{1,200}\]")
REACH = 60  # characters before a stop that are looked at


def sentence_ends(block: str) -> Iterator[int]:
    """Yields where sentences end inside a paragraph, in order; not the paragraph's own end.

    An offset is behind the last mark of a sentence: closing quotation marks, brackets and marks
    of footnotes go with it. Every sentence holds a letter or digit, and stops inside brackets
    within a sentence do not end it.
    """
    first = 0
    small = block.islower()
    brackets = BRACKETED.finditer(block) if "(" in block or "[" in block else iter(())
    bracket = next(brackets, None)
    for mark in END.finditer(block):
        while bracket and bracket.end() <= mark.start():
            bracket = next(brackets, None)
        if (
            bracket
            and bracket.start() < mark.start()
            and mark.end() < bracket.end()
            and block[first : bracket.start()].strip()
        ):
            continue
        if _ends(block, first, mark, small):
            yield mark.end()
            first = mark.end()


def is_title(text: str) -> bool:
    """Whether a text ends with a title and its stop: `Gen.`, `Mrs.`."""
    word = WORD.search(text[-REACH:-1]) if text.endswith(".") else None
    return bool(word) and _is_title(word[0].rpartition(".")[2])  # type: ignore[index]


def _is_title(word: str) -> bool:
    return (
        word in TITLES
        or word in SMALL_TITLES
        or (len(word) > 1 and word.isupper() and word.capitalize() in TITLES)
    )


def _ends(block: str, first: int, mark: re.Match[str], small: bool) -> bool:
    """Whether a sentence that began at `first` ends with these marks."""
    after = NEXT.match(block, mark.end())
    if not after or not after["word"] or block[mark.start() - 1 : mark.start()] in ("(", "["):
        return False
    place = after.start("word")
    if not after["gap"] and after["marks"][:1] in (",", ";", ":"):
        return False
    if not after["gap"] and not _parts_without_blank(block, mark, after):
        return False
    if after["word"][0].islower() and not small and not LATE_CAPITAL.match(block, place):
        return False
    if not re.search(r"\w", block[first : mark.start()]):
        return False
    if mark["closers"][:1] == ")" and REMARK.search(block, first, mark.end()):
        return False
    if mark["closers"] and mark["stop"][-1] in "!?…" and SPEAKER.match(block, place):
        return False
    if mark["stop"] == "…":  # a pause rather, unless it ends a quotation
        return bool(mark["closers"])
    return mark["stop"] != "." or _stop_ends(block, first, mark, after)


def _parts_without_blank(block: str, mark: re.Match[str], after: re.Match[str]) -> bool:
    """Whether marks that no blank follows can end a sentence: 。, [1] or a blank forgotten."""
    if mark["stop"][-1] in WIDE:  # what follows a quotation may say whose it is
        return not mark["closers"] or after["marks"][:1] in ("「", "『", "“")
    if mark["notes"].endswith("]"):
        return True
    token = _token(block, mark.start())
    return (
        len(token) > 1
        and token.isalpha()
        and token[-2:].islower()
        and GLUED.match(block, mark.end()) is not None
    )


def _token(block: str, end: int) -> str:
    """What stands directly before an offset, back to a blank or an opening mark."""
    near = block[max(0, end - REACH) : end]
    return "" if not near or near[-1].isspace() else OPENERS.split(near.split()[-1])[-1]


def _stop_ends(block: str, first: int, mark: re.Match[str], after: re.Match[str]) -> bool:
    """Whether a single full stop ends a sentence, or belongs to an abbreviation alone."""
    stop, following = mark.start(), after["word"]
    if ITEM.fullmatch(block, first, stop + 1):
        return False
    token = _token(block, stop)
    before = WORD.search(token)
    if before is None or (not token.isalpha() and LINK.search(token)):
        return True
    word = before[0]
    last = word.rpartition(".")[2]
    if ATTACHED.search(token, 0, before.start()) and not _is_title(last):
        return True
    if _is_title(last) or word in LINKING:
        return False
    number = mark["notes"] if mark["notes"][:1].isdigit() else following
    if number[0].isdigit() and (last in NUMBERED or LETTERS.fullmatch(word)):
        return False
    if word.lower() in ("a.m", "p.m"):
        return following in STARTERS or not (after["marks"] or WITH_HOURS.match(following))
    town = block[: stop - len(token)].rstrip().endswith(",")
    if last in STATES and last not in OPEN and not town:
        return True
    if last in OPEN or last in STATES or CONSONANTS.fullmatch(last) or LETTERS.fullmatch(word):
        return _opens(block, first, stop - len(word), len(word) == 1, after)
    return True


def _opens(block: str, first: int, place: int, initial: bool, after: re.Match[str]) -> bool:
    """Whether what follows an abbreviation at `place` can only be a new sentence."""
    if re.search(r"[(\[—–…-]", after["marks"]):
        return False
    rest = block[after.end("word") : after.end("word") + 3]
    word = re.split("['’]", after["word"])[0]
    goes_on_small = re.match(r",?\s+[a-z]", rest) is not None
    before = block[first:place]
    headline = all(small in SMALL_IN_HEADLINES for small in SMALL_WORD.findall(before))
    if headline and (word in SUBJECTS or not goes_on_small or not before.strip()):
        return False
    if word == "I":
        return goes_on_small or word != after["word"]
    if word in SUBJECTS:
        return goes_on_small
    if rest.startswith(".") and word not in ("Mr", "Mrs", "Ms"):
        return False
    if initial and word.capitalize() in NAMELIKE:
        return bool(re.search(r"(?:^|\s)[a-z]+\s$", before))
    return word.capitalize() in STARTERS
