"""Which articles must stay together: those that share a sentence, or nearly one."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

MIN_WORDS = 8  # shorter texts recur by chance ("He declined to comment.")
MAX_ARTICLES = 5  # a text in more articles is furniture of a site or an agency
SIMILAR = 0.7  # Jaccard index of the shingle sets
LONG, SHORT = 5, 3  # words in a shingle; SHORT where a text of a pair has under LONG_FROM words
LONG_FROM = 35  # one word changed leaves an index of 0.7 in runs of five from 33 words on
_WORTH_A_LOOK = 0.6  # estimated index from which the sets are compared; its deviation is 0.04
_PERMUTATIONS, _BANDS = 125, (25, 5)  # 25 bands of 5 find a pair of index 0.7 with p = 0.99


@dataclass(frozen=True)
class Linked:
    """Articles in groups.

    Attributes:
        groups: article to the first article of its group.
        short_texts: different texts in several articles that were too short to link them.
        boilerplate_texts: different texts in so many articles that they link none.
        near_duplicates: pairs of articles that texts linked.
    """

    groups: dict[str, str]
    short_texts: int
    boilerplate_texts: int
    near_duplicates: int


class _Union:
    def __init__(self, members: Iterable[str]) -> None:
        self.parent = {member: member for member in members}

    def find(self, member: str) -> str:
        root = member
        while self.parent[root] != root:
            root = self.parent[root]
        while self.parent[member] != root:
            self.parent[member], member = root, self.parent[member]
        return root

    def join(self, one: str, other: str) -> bool:
        first, second = self.find(one), self.find(other)
        if first == second:
            return False
        self.parent[max(first, second)] = min(first, second)
        return True


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without punctuation."""
    return tuple(re.findall(r"\w+", text.lower()))


@lru_cache(maxsize=20_000)
def shingles(words: tuple[str, ...], size: int) -> frozenset[str]:
    """All runs of `size` words; the whole text where it is shorter, nothing for no words."""
    if not words:
        return frozenset()
    last = max(1, len(words) - size + 1)
    return frozenset(" ".join(words[at:at + size]) for at in range(last))


def similarity(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Jaccard index of the shingle sets of two texts, 0 to 1; two empty texts are 1."""
    if one == other:
        return 1.0
    size = LONG if min(len(one), len(other)) >= LONG_FROM else SHORT
    first, second = shingles(one, size), shingles(other, size)
    return len(first & second) / len(first | second)


def link_articles(texts: Sequence[str], articles: Sequence[str]) -> Linked:
    """Joins the articles that share a text, or near-duplicate texts.

    Texts under 8 words and texts found in more than 5 articles link none, or a corpus would melt
    into one group. Articles of one row are the exception: such a text is all they have, so that
    any text they share word for word joins them.

    Args:
        texts: one for each row.
        articles: the article of each row.
    """
    rows_in: dict[str, int] = defaultdict(int)
    holders: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    for text, article in zip(texts, articles, strict=True):
        rows_in[article] += 1
        holders[words_of(text)][article] = None
    union = _Union(rows_in)
    linking: dict[tuple[str, ...], str] = {}
    short = boilerplate = links = 0
    for words, where in holders.items():
        names = list(where)
        if len(words) < MIN_WORDS or len(names) > MAX_ARTICLES:
            alone = [name for name in names if rows_in[name] == 1]
            if len(alone) < len(names) and len(names) > 1:
                short += len(words) < MIN_WORDS
                boilerplate += len(words) >= MIN_WORDS
            names = alone
        if len(words) >= MIN_WORDS and names:
            linking[words] = names[0]
        links += sum(union.join(names[0], name) for name in names[1:])
    links += sum(union.join(linking[one], linking[other])
                 for one, other in _candidates(list(linking))
                 if union.find(linking[one]) != union.find(linking[other])
                 and similarity(one, other) >= SIMILAR)
    return Linked({name: union.find(name) for name in rows_in}, short, boilerplate, links)


def _candidates(texts: list[tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
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
        found = np.sort(np.fromiter(index.query(signature), dtype=np.int64))
        alike = (values[found] == values[number]).mean(axis=1)
        for other in found[alike >= _WORTH_A_LOOK]:
            yield texts[other], texts[number]
        index.insert(number, signature, check_duplication=False)
