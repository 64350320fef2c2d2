"""Which articles must stay together: those that share a sentence, or nearly one, or a story."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Generic, TypeVar

from data.text.words import same_text, without_numbers

MIN_WORDS = 8  # shorter texts recur by chance ("He declined to comment.")
MAX_ARTICLES = 5  # a text in more articles may be furniture of a site or an agency
SIMILAR = 0.7  # Jaccard index of the shingle sets
LONG, SHORT = 5, 3  # words in a shingle; SHORT where a text of a pair has under LONG_FROM words
LONG_FROM = 35  # one word changed leaves an index of 0.7 in runs of five from 33 words on
HALF = 0.5  # of the words of the shorter article, beside a text, that copies of a story share
_COMPARED = 30  # articles of one text at most that are looked at in pairs
_WORTH_A_LOOK = 0.6  # estimated index from which the sets are compared; its deviation is 0.04
_PERMUTATIONS, _BANDS = 125, (25, 5)  # 25 bands of 5 find a pair of index 0.7 with p = 0.99

Words = tuple[str, ...]
Member = TypeVar("Member", bound=Hashable)


@dataclass(frozen=True)
class Linked:
    """Articles in groups.

    Attributes:
        groups: article to the first article of its group.
        short_texts: different texts in several articles that were too short to link them all.
        boilerplate_texts: different texts in so many articles that they do not link them all.
        near_duplicates: pairs of articles that texts linked.
    """

    groups: dict[str, str]
    short_texts: int
    boilerplate_texts: int
    near_duplicates: int


class _Union(Generic[Member]):
    """Sets that are joined; of each the first member, by the order given, stands for all."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.leader = {member: member for member in members}
        self.place = {member: place for place, member in enumerate(self.leader)}

    def find(self, member: Member) -> Member:
        root = member
        while self.leader[root] != root:
            root = self.leader[root]
        while self.leader[member] != root:
            self.leader[member], member = root, self.leader[member]
        return root

    def join(self, first: Member, second: Member) -> bool:
        root, joined = sorted((self.find(first), self.find(second)), key=self.place.__getitem__)
        self.leader[joined] = root
        return root != joined

    def join_all(self, members: Sequence[Member]) -> int:
        """Joins all to the first of them; returns how many were not in its set before."""
        return sum(self.join(members[0], member) for member in members[1:])


@lru_cache(maxsize=20_000)
def shingles(words: Words, size: int) -> frozenset[str]:
    """All runs of `size` words; the whole text where it is shorter, nothing for no words."""
    if not words:
        return frozenset()
    last = max(1, len(words) - size + 1)
    return frozenset(" ".join(words[at : at + size]) for at in range(last))


def similarity(first: Words, second: Words) -> float:
    """Jaccard index of the shingle sets of two texts, 0 to 1; two empty texts are 1."""
    if first == second:
        return 1.0
    size = LONG if min(len(first), len(second)) >= LONG_FROM else SHORT
    shingles_of_first, shingles_of_second = shingles(first, size), shingles(second, size)
    return len(shingles_of_first & shingles_of_second) / len(shingles_of_first | shingles_of_second)


def link_articles(texts: Sequence[str], articles: Sequence[str]) -> Linked:
    """Joins the articles that share a text, or near-duplicate texts.

    Case, punctuation and accents do not count, and texts that differ in numbers alone are one.
    Texts under 8 words and texts found in more than 5 articles link none by themselves, or a
    corpus would melt into one group. They do where the articles are copies of one story: most
    pairs of them share half of what else the shorter one says. And they link articles that say
    nothing else.

    Args:
        texts: one for each row.
        articles: the article of each row.
    """
    words = [same_text(text) for text in texts]
    representatives = _representatives(words)
    texts_of: dict[str, set[Words]] = defaultdict(set)
    for text, article in zip(representatives, articles, strict=True):
        texts_of[article].add(text)
    union = _Union(texts_of)
    links = sum(
        union.join_all(names)
        for text, names in _holders(words, articles)
        if len(text) >= MIN_WORDS and len(names) <= MAX_ARTICLES
    )
    short = boilerplate = 0
    for text, names in _holders(representatives, articles):
        if len(text) < MIN_WORDS or len(names) > MAX_ARTICLES:
            alone = [name for name in names if len(texts_of[name]) == 1]
            if len(alone) < len(names) and not _tell_one_story(
                text, [texts_of[name] for name in names if len(texts_of[name]) > 1]
            ):
                short += len(text) < MIN_WORDS
                boilerplate += len(text) >= MIN_WORDS
                names = alone
        links += union.join_all(names)
    return Linked({name: union.find(name) for name in texts_of}, short, boilerplate, links)


def _holders(texts: Sequence[Words], articles: Sequence[str]) -> list[tuple[Words, list[str]]]:
    """The texts that stand in several articles, and those articles, in order of appearance."""
    holders: dict[Words, dict[str, None]] = defaultdict(dict)
    for text, article in zip(texts, articles, strict=True):
        holders[text][article] = None
    return [(text, list(names)) for text, names in holders.items() if len(names) > 1]


def _tell_one_story(text: Words, articles: Sequence[set[Words]]) -> bool:
    """Whether most pairs of the articles share half of what the shorter says beside the text.

    Asked of the text and not of two articles: one that holds nothing but furniture shares all of
    it with every other, and would join them all.
    """
    step = -(-len(articles) // _COMPARED)
    pairs = list(combinations(articles[::step], 2))
    alike = sum(_overlap(first - {text}, second - {text}) >= HALF for first, second in pairs)
    return 2 * alike > len(pairs)


def _overlap(first: set[Words], second: set[Words]) -> float:
    """The share of the words of the shorter article that stand in texts which both have."""
    shorter = min(sum(map(len, first)), sum(map(len, second)))
    return sum(map(len, first & second)) / max(shorter, 1)


def _representatives(texts: Sequence[Words]) -> list[Words]:
    """For each text the first of all texts that it equals or nearly equals, or that those do."""
    union = _Union(texts)
    same: dict[Words, Words] = {}
    for text in union.leader:
        union.join(text, same.setdefault(without_numbers(text), text))
    for first, second in _candidates([text for text in union.leader if len(text) >= MIN_WORDS]):
        if union.find(first) != union.find(second) and similarity(first, second) >= SIMILAR:
            union.join(first, second)
    return [union.find(text) for text in texts]


def _candidates(texts: list[Words]) -> Iterator[tuple[Words, Words]]:
    """Pairs of texts that may be near-duplicates, each once.

    Short shingles index all texts: what is alike in runs of five words is so in runs of three,
    and texts on both sides of LONG_FROM still meet.
    """
    import numpy as np
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=_PERMUTATIONS, params=_BANDS)
    runs = ([run.encode() for run in sorted(shingles(words, SHORT))] for words in texts)
    signatures = MinHash.generator(runs, num_perm=_PERMUTATIONS, seed=1, hashfunc=zlib.crc32)
    values = np.empty((len(texts), _PERMUTATIONS), dtype=np.uint64)
    for number, signature in enumerate(signatures):
        values[number] = signature.hashvalues
        matches = np.sort(np.fromiter(index.query(signature), dtype=np.int64))
        alike = (values[matches] == values[number]).mean(axis=1)
        for match in matches[alike >= _WORTH_A_LOOK]:
            yield texts[match], texts[number]
        index.insert(number, signature, check_duplication=False)
