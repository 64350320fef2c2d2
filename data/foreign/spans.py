"""Where a marked span stands in its text, whatever the tool that marked it counts.

Browsers count UTF-16 units (an emoji is two), some tools whole characters as a reader sees them,
and most show a text with its line ends made one character. The words of the span decide where the
export has them; where it has not, the reading that cuts no word does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, Literal

from data.fields import whole_number
from data.files import Row
from data.foreign.interface import ImportOptions
from data.foreign.mojibake import find_mention
from data.text.words import span_cuts_word

Unit = Literal["characters", "UTF-16 units", "visible letters"]
Widths = Callable[[str], list[int]]


def _characters(text: str) -> list[int]:
    return [1] * len(text)


def _utf16(text: str) -> list[int]:
    return [2 if ord(letter) > 0xFFFF else 1 for letter in text]


def _graphemes(text: str) -> list[int]:
    """One for each letter, none for what joins it: accents, variation marks, joined emoji."""
    widths: list[int] = []
    joined = False
    for letter in text:
        further = (
            joined
            or unicodedata.combining(letter)
            or letter in "\ufe0f\u200d"
            or ("\U0001f3fb" <= letter <= "\U0001f3ff")
        )
        widths.append(0 if further and widths else 1)
        joined = letter == "\u200d"
    return widths


_WIDTHS: dict[Unit, Widths] = {
    "characters": _characters,
    "UTF-16 units": _utf16,
    "visible letters": _graphemes,
}


def locate(
    text: str, start: Any, end: Any, words: Any, unit: Unit, options: ImportOptions
) -> tuple[int, int] | str:
    """Where a span stands in `text`, as (start, end) in characters; or what is wrong with it.

    Args:
        text: in which it was marked.
        start: its offset as the tool says it.
        end: where it ends, likewise.
        words: what the tool says stands there; None where it does not say.
        unit: what the tool usually counts.
        options: notes what was read otherwise.
    """
    first, last = whole_number(start), whole_number(end)
    words = words if isinstance(words, str) and words.strip() else None
    if first is None or last is None:
        return f"the span {start!r} to {end!r} has no whole numbers"
    readings = list(_readings(text, first, last, unit))
    if words is not None:
        return _by_words(text, words, readings, first, options)
    if not readings:
        return f"the span {first} to {last} is not inside the text of {len(text)} characters"
    place, how = next(
        (reading for reading in readings if not span_cuts_word(text, *reading[0])), readings[0]
    )
    if how != unit:
        if len({reading[0] for reading in readings if not span_cuts_word(text, *reading[0])}) > 1:
            return f"the span {first} to {last} cuts a word, '{text[slice(*readings[0][0])]}'"
        options.notes[f"offsets of spans were read as {how}"] += 1
    return place


def _by_words(
    text: str,
    words: str,
    readings: Sequence[tuple[tuple[int, int], str]],
    near: int,
    options: ImportOptions,
) -> tuple[int, int] | str:
    for (first, last), how in readings:
        if _same(text[first:last], words):
            if how != readings[0][1]:
                options.notes[f"offsets of spans were read as {how}"] += 1
            return first, last
    words = words.strip()
    place = find_mention(text, words, near)
    if place is None:
        return f"the text does not hold the span '{words}'"
    options.notes["spans were found by their words, not at their offsets"] += 1
    return place, place + len(words)


def _same(stretch: str, words: str) -> bool:
    return stretch.split() == words.replace("\\n", " ").split()


def _readings(text: str, first: int, last: int, unit: Unit) -> list[tuple[tuple[int, int], str]]:
    """The places that offsets may mean, each once, the most usual first."""
    readings: dict[tuple[int, int], str] = {}
    units: list[Unit] = [unit, *(name for name in _WIDTHS if name != unit)]
    for one_line_end in (False, True):
        for counted in units:
            widths = _WIDTHS[counted](text)
            if one_line_end:
                widths = [
                    0 if text[at - 1 : at + 1] == "\r\n" else width
                    for at, width in enumerate(widths)
                ]
            places = _places(widths, first, last)
            if places is not None:
                readings.setdefault(
                    places,
                    counted + " of a text with plain line ends"
                    if one_line_end and "\r\n" in text
                    else counted,
                )
    return list(readings.items())


def _places(widths: Sequence[int], first: int, last: int) -> tuple[int, int] | None:
    """The characters between two offsets, or None where they lie in none or outside."""
    ends = [0, *accumulate(widths)]
    if not 0 <= first < last <= ends[-1]:
        return None
    # What has no width goes with the letter before it: starts and ends are past it.
    at = {offset: place for place, offset in enumerate(ends)}
    start, end = at.get(first), at.get(last)
    return None if start is None or end is None or start >= end else (start, end)


def span_fields(text: str, role: str, place: tuple[int, int]) -> Row:
    """The fields of a row that name a span as its target or actor."""
    return {role: text[slice(*place)], f"{role}_start": place[0], f"{role}_end": place[1]}
