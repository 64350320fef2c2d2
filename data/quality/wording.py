"""How varied the wording of many sentences is: openings, near-copies, types to tokens."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain

from data.splitting.near_duplicates import shingles
from data.text.words import words_of

RUN = 5  # words in the runs by which two sentences are compared
OPENING = 3  # words


def commonest_opening(texts: Sequence[str]) -> tuple[str, int]:
    """The three opening words that most texts share, and how many do; ("", 0) for no texts."""
    openings = Counter(" ".join(words_of(text)[:OPENING]) for text in texts)
    return max(openings.items(), key=lambda item: (item[1], item[0]), default=("", 0))


def closest_pair(texts: Sequence[str], articles: Sequence[str]) -> tuple[float, int, int]:
    """The highest Jaccard index of 5-word runs between texts of different articles, and whose.

    Exact: every two texts that share a run are compared, through an index of runs. A text under
    five words is one run.

    Args:
        texts: one for each row.
        articles: the article of each row.

    Returns:
        The index, 0 to 1, and the two rows; (0.0, -1, -1) where no two articles share a run.
    """
    runs = [shingles(words_of(text), RUN) for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    for row, runs_of_text in enumerate(runs):
        for run in runs_of_text:
            holders[run].append(row)
    shared: Counter[tuple[int, int]] = Counter()
    for rows in holders.values():
        for at, first in enumerate(rows):
            shared.update(
                (first, second) for second in rows[at + 1 :] if articles[first] != articles[second]
            )
    indices = (
        (count / (len(runs[first]) + len(runs[second]) - count), first, second)
        for (first, second), count in shared.items()
    )
    return max(indices, default=(0.0, -1, -1))


def type_token_ratio(texts: Sequence[str]) -> float:
    """Different words to all words, 0 to 1; 0 for no words."""
    words = list(chain.from_iterable(map(words_of, texts)))
    return len(set(words)) / len(words) if words else 0.0


def moving_type_token_ratio(texts: Sequence[str], window: int = 1_000) -> float:
    """The mean type-token ratio of all stretches of `window` words, which does not fall with size.

    Fewer words than a window count as one stretch; 0 for no words. Source: M. Covington and
    J. McFall, "Cutting the Gordian Knot: The Moving-Average Type-Token Ratio" (2010).
    """
    words = list(chain.from_iterable(map(words_of, texts)))
    if len(words) <= window:
        return type_token_ratio(texts)
    counts = Counter(words[:window])
    total = len(counts)
    for old, new in zip(words, words[window:]):  # noqa: B905
        counts[new] += 1
        counts[old] -= 1
        if not counts[old]:
            del counts[old]
        total += len(counts)
    return total / (len(words) - window + 1) / window
