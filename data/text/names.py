"""How a name may be written in a text, and where it stands there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from data.text.words import UNSPACED

SHORT = 3  # letters; capitals as short as this may be an ordinary word
LONG_ACRONYM = 5  # letters; the press writes these as a name: Unicef

WORD = re.compile(r"\w+")
APOSTROPHES = "'’‘‛`´ʹʻʼʽʾʿˈ′＇"  # and the marks that stand for ayn and hamza
HYPHENS = "-‐‑‒–−﹣－"
STROKES = {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"}
RAISED = "¹²³⁰⁴⁵⁶⁷⁸⁹"
ACCENTS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"  # combining marks
UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u0640"
BREAK = r"(?:\r\n|[\n\r\u0085\u2028])"
CONTRACTED = r"(?i:(?:[stdm]|re|ve|ll)\b)"  # what follows an apostrophe that is no letter

# A text without the first has one reading, which is the text; one without the second, its own fold.
UNUSUAL = re.compile("[^ -&(-_a-~\t“”—–…\u00a0£€«»„]")
ODD = re.compile("[^\x00-_a-\x7f’“”—–…\u00a0£€«»„]")
INNER = rf"['’](?<=[^\W\d_][^\W\d_].)(?!{CONTRACTED})(?=[^\W\d_])"  # inside a word
UNEVEN = re.compile(
    rf"(?P<unseen>[{ACCENTS}{UNSEEN}]+)(?P<unseen_break>\s*{BREAK}\s*)?"
    r"|(?P<ligature>[\ufb00-\ufb06])"
    rf"|(?P<broken>(?<=[^\W\d_])-[ \t]*{BREAK}\s*(?=[^\W\d_]))"
    rf"|(?P<inner>{INNER})"
)
MARKED = re.compile(INNER)
SELDOM = re.compile(f"[{ACCENTS}{UNSEEN}\ufb00-\ufb06\n\r\u0085\u2028]")
ARABIC_ARTICLES = ("al", "an", "ar", "as", "ash", "at", "az", "el", "ul")
ARTICLES = (*ARABIC_ARTICLES, "la", "las", "le", "les", "los", "the")
DOTTED = re.compile(r"(?:[^\W\d_]\.){2,}")
ADDRESS = re.compile(r"://|www\.|\w@\w|\.[a-z]{2,6}/")
LONGEST_ADDRESS = 300  # characters on either side
DEMONYM = re.compile(rf"[-‐]\s*{BREAK}\s*(?:ians?|ans?|ns?|ese|is?|ish)\b")


class _Fold(dict[int, str]):
    """A character to the one that it is compared as: without accent, marks and hyphens alike."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter in APOSTROPHES:
            plain = "'"
        elif letter in HYPHENS:
            plain = "-"
        elif letter in RAISED:  # a footnote's, no part of the word
            plain = "*"
        else:
            plain = re.sub(f"[{ACCENTS}]", "", unicodedata.normalize("NFKD", letter))
            plain = STROKES.get(plain, plain) if len(plain) == 1 else letter
        self[code] = plain
        return plain


FOLD = _Fold()


class Reading:
    """A text as names are looked for in it.

    Attributes:
        text: folded, perhaps without characters that are not seen.
        places: the offset in the text as given of each character, and of the end; None where
            they are the same.
    """

    def __init__(self, text: str, places: list[int] | None = None) -> None:
        self.text, self.places = text, places

    def bounds(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the text as given."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def readings(text: str) -> list[Reading]:
    """The one or two ways to read a text.

    Accents, kinds of apostrophes and hyphens, and what is not seen (soft hyphens, marks of
    direction, …) never count. The second reading also joins words that a line's end has broken,
    and leaves out marks inside words (`Qa'ida`); the first takes such marks and the hyphen for
    the end of a word.
    """
    if not UNUSUAL.search(text):
        return [Reading(text)]
    plain = text.translate(FOLD) if ODD.search(text) else text
    if not SELDOM.search(plain) and not MARKED.search(plain):  # UNEVEN alone is slow
        return [Reading(plain)]
    first, second = _read(plain, joined=False), _read(plain, joined=True)
    return [first] if first.text == second.text else [first, second]


def _read(plain: str, joined: bool) -> Reading:
    letters: list[str] = []
    places: list[int] = []
    place = 0
    for match in UNEVEN.finditer(plain):
        letters.append(plain[place : match.start()])
        places += range(place, match.start())
        place = match.end()
        replacement = _normalised(match, plain, joined)
        letters.append(replacement)
        places += (
            [*range(match.start(), match.end())]
            if replacement == match[0]
            else ([match.start()] * len(replacement))
        )
    letters.append(plain[place:])
    places += range(place, len(plain) + 1)
    return Reading("".join(letters), places)


def _normalised(match: re.Match[str], plain: str, joined: bool) -> str:
    """What stands for an uneven place of a text in a reading."""
    if match["ligature"]:
        return unicodedata.normalize("NFKD", match[0])
    if match["broken"] or match["inner"]:
        return "" if joined else match[0]
    if match["unseen_break"] and "\u00ad" not in match["unseen"]:
        return match["unseen_break"]
    if "\u200b" in match["unseen"] and plain[match.end() : match.end() + 1].isupper():
        return " "
    return ""


def forms_of(name: str) -> list[str]:
    """The forms of a name that are looked for in readings: with and without inner marks."""
    forms = [reading.text for reading in readings(name)]
    forms += [re.sub(rf"['’](?!{CONTRACTED})", "", form) for form in forms]
    return list(dict.fromkeys(form for form in forms if WORD.search(form)))


def key_of(name: str) -> str:
    """What two names share that cannot be told apart in a text."""
    return re.sub(r"[\s-]+", " ", forms_of(name)[-1]).casefold() if forms_of(name) else ""


def letters_in(name: str) -> int:
    """How many letters a name has."""
    return sum(map(str.isalpha, name))


def spellings_of(form: str) -> list[str]:
    """The ways that a form's capitals may be written, beside what `pattern_of` leaves free."""
    spelled = [form]
    if letters_in(form) > SHORT:
        spelled.append(form.upper())
    if form.isupper() and form.isalpha() and len(form) >= LONG_ACRONYM:
        spelled.append(form.capitalize())
    return list(dict.fromkeys(spelled))


def has_free_first_letter(form: str) -> bool:
    """Whether a form's first letter may be small or capital: `al-Qaeda`, `the Front`."""
    first = WORD.search(form)
    return first is not None and (
        form[first.start()].islower() or (first[0].lower() in ARTICLES and first.end() < len(form))
    )


@lru_cache(maxsize=20_000)
def pattern_of(form: str, any_case: bool = False) -> re.Pattern[str]:
    """The pattern of a form in a reading; `is_whole_word` says whether a hit is a word."""
    return re.compile(
        "|".join("".join(_pattern(spelling)) for spelling in spellings_of(form)),
        re.IGNORECASE if any_case or form == form.lower() else 0,
    )


def _pattern(form: str) -> Iterator[str]:
    """The pattern of one spelling, piece by piece."""
    if DOTTED.fullmatch(form):
        yield r"\.\s?".join(map(re.escape, form[:-1].split("."))) + r"\.?(?!\.?\w)"
        return
    first = WORD.search(form)
    free = first.start() if first and has_free_first_letter(form) else -1
    word = ""
    for match in re.finditer(r"\s+|['’]|[-–]|.", form, re.DOTALL):
        piece = match[0]
        article = word.lower() in ARABIC_ARTICLES
        if piece.isspace():
            yield r"(?:\s+|[-–]\s*)" if article else r"\s+"
        elif piece in "-–":
            yield r"(?:[-–]\s*|\s+)" if article else rf"[-–](?:\s*{BREAK}\s*)?"
        elif piece in "'’":
            yield "['’]"
        elif match.start() == free:
            yield f"[{re.escape(piece.lower())}{re.escape(piece.upper())}]"
        else:
            yield re.escape(piece)
        word = word + piece if piece.isalnum() else ""


def is_whole_word(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` is no part of a longer word, sum of money or address.

    Where a script puts no blanks between words, any place will do.
    """
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if _continues(before, text[start]) or _continues(after, text[end - 1]):
        return False
    if _is_money(before) or _is_money(after.lstrip("-") or text[end + 1 : end + 2]):
        return False
    return not DEMONYM.match(text, end) and not _in_address(text, start)


def _continues(beside: str, edge: str) -> bool:
    """Whether the character beside a name's edge makes one word with it."""
    if not beside or UNSPACED.match(edge):
        return False
    return beside == "_" or beside.isalnum() or unicodedata.category(beside)[0] == "M"


def _is_money(mark: str) -> bool:
    return bool(mark) and unicodedata.category(mark) == "Sc"


def _in_address(text: str, start: int) -> bool:
    """Whether a link or mail address runs over an offset."""
    if "/" not in text and "@" not in text and "www." not in text:
        return False
    left, right = (
        text[max(0, start - LONGEST_ADDRESS) : start],
        text[start : start + LONGEST_ADDRESS],
    )
    head = "" if left[-1:].isspace() or not left else left.split()[-1]
    return ADDRESS.search(head + right.split()[0]) is not None


def find_name(text: str, name: str | None) -> tuple[int, int] | None:
    """The first place of a name in a text as a word of its own, or None.

    As it is written there; else in another way of writing it (accents, marks, hyphens, broken
    words); else ignoring case, but not for capitals of up to three letters, since `US` is not
    `us`. An empty name is nowhere.
    """
    if not name or not name.strip():
        return None
    if not SELDOM.search(text):  # what is not seen may go on after a name
        start = text.find(name)
        while start >= 0:
            if is_whole_word(text, start, start + len(name)):
                return start, start + len(name)
            start = text.find(name, start + 1)
    ways, forms = readings(text), forms_of(name)
    for any_case in (False, True):
        if any_case and name.isupper() and letters_in(name) <= SHORT:
            return None
        for way in ways:
            for form in forms:
                for match in pattern_of(form, any_case).finditer(way.text):
                    if is_whole_word(way.text, *match.span()):
                        return way.bounds(*match.span())
    return None
