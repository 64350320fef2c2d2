"""Whom a stance can be about, and where a sentence names them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.examples import Mention, Target
from data.problems import InputError, Problem
from data.yaml_files import read_yaml

WORD = re.compile(r"\w+")
ARTICLES = ("al", "an", "as", "ash", "el", "la", "las", "le", "les", "los", "the")
SHORT = 3  # letters; a capital name as short as this is taken for a word in an all-capital text


class _TargetEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(min_length=1)
    aliases: list[str] = []


class _TargetFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    targets: list[_TargetEntry] = Field(min_length=1)


def load_targets(path: str | Path) -> list[Target]:
    """Returns the targets of a YAML file: `targets: [{name: …, aliases: […]}]`.

    Raises:
        InputError: no such file, no YAML, or wrong content (every fault listed).
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(Problem(str(path), "no such file", "expected a YAML file of targets"))
    file = read_yaml(path)
    try:
        content = _TargetFile.model_validate(file.content)
    except ValidationError as error:
        raise InputError(
            Problem(f"{file.where(fault['loc'])}: "
                    f"{'.'.join(map(str, fault['loc'])) or 'content'}", fault["msg"],
                    (file.hint(fault["loc"]) if fault["type"] == "string_type" else None)
                    or "expected targets: [{name: …, aliases: […]}]")
            for fault in error.errors()) from error
    return [Target(entry.name, tuple(entry.aliases)) for entry in content.targets]


def parse_target(text: str) -> Target:
    """Returns the target written as `NAME` or `NAME=ALIAS,ALIAS,…`.

    Raises:
        InputError: the name is empty.
    """
    name, _, aliases = text.partition("=")
    if not name.strip():
        raise InputError(Problem(f"target '{text}'", "has no name",
                                 'expected "Islamic State=IS,ISIS,ISIL"'))
    return Target(name.strip(), tuple(alias.strip() for alias in aliases.split(",")
                                      if alias.strip()))


class Gazetteer:
    """Targets that can be looked for in sentences.

    How a name or alias is matched:

    - Only whole words: `IS` is in `IS's`, `pro-IS` and `IS-linked`, not in `ISIL`.
    - A name with capitals must stand as written, so `IS` is never the verb; its first letter may
      also be small or capital where it begins with an article (`the Front`, `Al-Shabaab`) or is
      small (`al-Qaeda`).
    - A name without capitals (`rebels`) matches in any case.
    - A sentence without small letters (a headline) matches in any case, except that names of up
      to three letters are then not looked for: `IS`, `US`, `WHO` would be words.
    - Blanks match any blanks, ' also ’, - also other hyphens.
    - At each place the longest name wins; mentions never overlap.
    """

    def __init__(self, targets: Iterable[Target]) -> None:
        """Takes targets with their aliases.

        Raises:
            InputError: two targets share a name or alias (case does not count), or a name holds
                no letter or digit.
        """
        self.targets = tuple(targets)
        owners: dict[str, str] = {}
        problems: list[Problem] = []
        self._by_word: dict[str, list[_Alias]] = {}
        for target in self.targets:
            for name in dict.fromkeys((target.name, *target.aliases)):
                if problem := _name_problem(name, target, owners):
                    problems.append(problem)
                    continue
                for form in {unicodedata.normalize(kind, name) for kind in ("NFC", "NFD")}:
                    for word in WORD.findall(form)[:1]:
                        self._by_word.setdefault(word.casefold(), []).append(
                            _Alias(target.name, form))
        names = [target.name for target in self.targets]
        problems += [Problem(f"target '{name}'", "is given twice", "name each target once")
                     for name in dict.fromkeys(names) if names.count(name) > 1]
        if problems:
            raise InputError(problems)

    def find(self, sentence: str) -> list[Mention]:
        """Returns the mentions in a sentence, in order, without overlaps; often none.

        A target named several times has several mentions; for stance the first one counts.
        """
        shouted = sentence.isupper() and len(WORD.findall(sentence)) > 1
        found: list[Mention] = []
        place = 0
        for word in WORD.finditer(sentence):
            aliases = self._by_word.get(word[0].casefold())
            if not aliases:
                continue
            hits = [hit for alias in aliases
                    if (hit := alias.match(sentence, word.start(), shouted))
                    and hit.start >= place]
            if hits:
                best = max(hits, key=lambda hit: hit.end - hit.start)
                found.append(best)
                place = best.end
        return found

    def first_mentions(self, sentence: str) -> list[Mention]:
        """Returns the first mention of each target that the sentence names, in order."""
        first: dict[str, Mention] = {}
        for mention in self.find(sentence):
            first.setdefault(mention.target, mention)
        return list(first.values())


class _Alias:
    """One written form of a target."""

    def __init__(self, target: str, form: str) -> None:
        self.target = target
        self._lead = len(re.match(r"\W*", form)[0])  # type: ignore[index]
        self._letters = sum(map(str.isalpha, form))
        pattern = "".join(_written(form))
        self._exact = re.compile(rf"(?<!\w){pattern}(?![\w\u0300-\u036f])")
        self._any_case = re.compile(self._exact.pattern, re.IGNORECASE)
        self._small = form == form.lower()

    def match(self, sentence: str, word_start: int, shouted: bool) -> Mention | None:
        if shouted and self._letters <= SHORT and not self._small:
            return None
        pattern = self._any_case if shouted or self._small else self._exact
        hit = pattern.match(sentence, max(0, word_start - self._lead))
        if hit is None or hit.end() <= word_start:
            return None
        return Mention(self.target, hit.start(), hit.end())


def _written(form: str) -> Iterator[str]:
    """The pattern of an alias, character by character."""
    first = WORD.search(form)
    free = first is not None and (form[first.start()].islower() or (
        first[0].lower() in ARTICLES and first.end() < len(form)))
    gap = False
    for place, letter in enumerate(form):
        if letter.isspace():
            if not gap:
                yield r"\s+"
        elif letter in "'’":
            yield "['’]"
        elif letter in "-‐‑":
            yield "[-‐‑]"
        elif free and first is not None and place == first.start():
            yield f"[{re.escape(letter.lower())}{re.escape(letter.upper())}]"
        else:
            yield re.escape(letter)
        gap = letter.isspace()


def _name_problem(name: str, target: Target, owners: dict[str, str]) -> Problem | None:
    """What is wrong with a name of a target; notes its owner."""
    if not WORD.search(name) or name != name.strip():
        return Problem(f"target '{target.name}'", f"the alias '{name}' is not a name",
                       "expected letters or digits, without blanks around them")
    key = re.sub(r"\s+", " ", unicodedata.normalize("NFC", name)).casefold()
    owner = owners.setdefault(key, target.name)
    if owner != target.name:
        return Problem(f"target '{target.name}'", f"the alias '{name}' is also one of '{owner}'",
                       "expected each alias under one target")
    return None


def as_targets(targets: Sequence[Target | str]) -> list[Target]:
    """Returns targets, those given as text read by `parse_target`."""
    return [parse_target(target) if isinstance(target, str) else target for target in targets]
