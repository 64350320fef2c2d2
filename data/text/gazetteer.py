"""Targets looked for in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from data.examples import Mention, Target
from data.problems import InputError, Problem
from data.text.names import (
    WORD,
    Reading,
    forms_of,
    has_free_first_letter,
    is_whole_word,
    key_of,
    pattern_of,
    readings,
    spellings_of,
)
from data.text.word_lists import CURRENCIES, ORDINARY
from data.text.words import UNSPACED

DOLLARS = re.compile(r"\s?\$\s?\d|\s+(?:dollars?|cents?)\b")
WITH_ARTICLE = re.compile(r"\b[Tt]he\s+$")
# What ends the line of place, date and agency that opens a report.
DATELINE_END = re.compile(r"(?P<agency>\s?\([^()]{1,30}\)\s*[—–-])|\s(?:[—–-]|--)\s|:\s")
LONGEST_DATELINE = 80


class Gazetteer:
    """Targets that can be looked for in sentences.

    How a name or alias is matched:

    - Only whole words: `IS` is in `IS's`, `pro-IS` and `IS-linked`, not in `ISIL`, `US$` or an
      address.
    - A name with capitals must stand as written, so `IS` is never the verb; its first letter may
      also be small or capital where it begins with an article (`the Front`, `Al-Shabaab`) or is
      small (`al-Qaeda`). All in capitals it counts too (`HAMAS`) from four letters on, and an
      acronym as a name (`Unicef`) from five.
    - A name without capitals (`rebels`) matches in any case.
    - A sentence without small letters (a headline) matches in any case, and there, as in a run of
      words in capitals, short names that are ordinary words (`IS`, `US`, `WHO`) are not looked for.
    - Accents, kinds of apostrophes and hyphens, marks inside words (`Qa'ida`), what is not seen
      (soft hyphens) and ends of lines, inside words too, do not count; blanks match any blanks.
    - At each place the longest name wins; mentions never overlap.
    """

    def __init__(self, targets: Iterable[Target]) -> None:
        """Takes targets with their aliases.

        Raises:
            InputError: two targets share a name or alias (case, accents and marks do not count),
                or a name holds no letter or digit.
        """
        self.targets = tuple(targets)
        owners: dict[str, str] = {}
        problems: list[Problem] = []
        # Forms by their first word: as it may be written, in capitals, without case.
        self._by_word: dict[str, list[_Form]] = {}
        self._in_capitals: dict[str, list[_Form]] = {}
        self._small: dict[str, list[_Form]] = {}
        self._unspaced: list[_Form] = []
        for target in self.targets:
            for name in dict.fromkeys((target.name, *target.aliases)):
                if problem := _name_problem(name, target, owners):
                    problems.append(problem)
                else:
                    self._add(target.name, name)
        names = [target.name for target in self.targets]
        problems += [
            Problem(f"target '{name}'", "is given twice", "name each target once")
            for name in dict.fromkeys(names)
            if names.count(name) > 1
        ]
        if problems:
            raise InputError(problems)

    def _add(self, target: str, name: str) -> None:
        for text in forms_of(name):
            form = _Form(target, text)
            if UNSPACED.match(form.word):
                self._unspaced.append(form)
                continue
            self._in_capitals.setdefault(form.word.upper(), []).append(form)
            if form.is_small:
                self._small.setdefault(form.word.casefold(), []).append(form)
            for word in form.words:
                self._by_word.setdefault(word, []).append(form)

    def find(self, sentence: str) -> list[Mention]:
        """Returns the mentions in a sentence, in order, without overlaps; often none.

        A target named several times has several mentions; for stance the first one counts.
        """
        hits = [hit for reading in readings(sentence) for hit in self._hits(reading)]
        mentions: list[Mention] = []
        for hit in hits and sorted(hits, key=lambda hit: (hit.start, -hit.end)):
            if not mentions or hit.start >= mentions[-1].end:
                mentions.append(hit)
        return mentions

    def _hits(self, reading: Reading) -> Iterator[Mention]:
        """Everything in a reading that is the name of a target, in no order."""
        text = reading.text
        words = WORD.findall(text)
        shouted = len(words) > 1 and text.isupper()
        for form in self._candidates(words, shouted):
            for place in form.places(text, shouted):
                yield Mention(form.target, *reading.bounds(*place))

    def _candidates(self, words: Sequence[str], shouted: bool) -> Iterable[_Form]:
        """The forms that begin with one of a text's words."""
        forms_by_word = self._in_capitals if shouted else self._by_word
        if not self._unspaced and not self._small and forms_by_word.keys().isdisjoint(words):
            return ()
        candidates = dict.fromkeys(self._unspaced)
        candidates |= dict.fromkeys(form for word in words for form in forms_by_word.get(word, ()))
        if self._small and not shouted:
            candidates |= dict.fromkeys(
                form for word in words for form in self._small.get(word.casefold(), ())
            )
        return candidates

    def first_mentions(self, sentence: str) -> list[Mention]:
        """Returns the first mention of each target that the sentence names, in order."""
        first: dict[str, Mention] = {}
        for mention in self.find(sentence):
            first.setdefault(mention.target, mention)
        return list(first.values())


class _Form:
    """One way to write a name of a target."""

    def __init__(self, target: str, text: str) -> None:
        self.target, self.text = target, text
        self.word = WORD.findall(text)[0]
        self.is_small = text == text.lower()
        self._is_word = text.isupper() and text.casefold() in ORDINARY
        self._is_currency = text in CURRENCIES

    @property
    def words(self) -> set[str]:
        """What the first word may look like in a text; none for a form whose case never counts."""
        if self.is_small:
            return set()
        firsts = {WORD.findall(spelling)[0] for spelling in spellings_of(self.text)}
        if has_free_first_letter(self.text):
            firsts |= {
                change(word[0]) + word[1:] for word in firsts for change in (str.lower, str.upper)
            }
        return firsts

    def places(self, text: str, shouted: bool) -> Iterator[tuple[int, int]]:
        """Where the name stands in the text of a reading."""
        if shouted and self._is_word:
            return
        for hit in pattern_of(self.text, shouted).finditer(text):
            if is_whole_word(text, *hit.span()) and self._is_meant(text, hit):
                yield hit.span()

    def _is_meant(self, text: str, hit: re.Match[str]) -> bool:
        """Whether the name is not a word in capitals, a place of report, or a currency."""
        if self._is_word and _is_shouted(text, *hit.span()):
            return False
        if hit.start() < LONGEST_DATELINE and _is_in_dateline(
            text, hit.end(), hit[0].isupper() and not self.text.isupper()
        ):
            return False
        return not (self._is_currency and DOLLARS.match(text, hit.end())) or bool(
            WITH_ARTICLE.search(text, max(0, hit.start() - 10), hit.start())
        )


def _is_shouted(text: str, start: int, end: int) -> bool:
    """Whether a stretch stands among at least three more words in capitals."""
    near = (reversed(text[max(0, start - 60) : start].split()), text[end : end + 60].split())
    return sum(len(list(takewhile(str.isupper, words))) for words in near) >= 3


def _is_in_dateline(text: str, end: int, in_capitals: bool) -> bool:
    """Whether a name that ends at `end` says where a report was written.

    Without an agency in brackets only a place in capitals does: "KYIV — …", not "Kyiv — …".
    """
    end_of_dateline = DATELINE_END.search(text, end, end + LONGEST_DATELINE)
    if not end_of_dateline or text.isupper() or not (in_capitals or end_of_dateline["agency"]):
        return False
    words = text[: end_of_dateline.start()].split()
    return all(word[0].isupper() or word[0].isdigit() or word in "and/" for word in words)


def _name_problem(name: str, target: Target, owners: dict[str, str]) -> Problem | None:
    """What is wrong with a name of a target; notes its owner."""
    if not WORD.search(name) or name != name.strip():
        return Problem(
            f"target '{target.name}'",
            f"the alias '{name}' is not a name",
            "expected letters or digits, without blanks around them",
        )
    owner = owners.setdefault(key_of(name), target.name)
    if owner != target.name:
        return Problem(
            f"target '{target.name}'",
            f"the alias '{name}' is also one of '{owner}'",
            "expected each alias under one target",
        )
    return None
