"""Ways to assign groups of rows to train, dev and test: by hash, by date, or balanced."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from data.fields import SPLITS
from data.splitting.dates import Day


@dataclass(frozen=True)
class Group:
    """Rows that stay together.

    Attributes:
        key: the smallest hash among its articles' ids.
        rows: how many.
        labels: how often each label occurs.
        latest: the latest date (year, month, day), or None.
    """

    key: str
    rows: int
    labels: Counter[str]
    latest: Day | None = None


def hashed(text: str) -> str:
    """Sha256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def by_hash(groups: Sequence[Group], dev: float, test: float, seed: int) -> list[str]:
    """Each group's split from its key and the seed alone: other groups do not move it."""
    assigned = []
    for group in groups:
        place = int(hashed(f"{seed}:{group.key}")[:16], 16) / 2**64
        assigned.append("test" if place < test else "dev" if place < test + dev else "train")
    return assigned


def by_date(groups: Sequence[Group], dev: float, test: float) -> list[str]:
    """Oldest groups train, newest test, by their latest date; equal dates in order of keys."""
    order = sorted(range(len(groups)), key=lambda at: (groups[at].latest, groups[at].key))
    total = sum(group.rows for group in groups)
    assigned = ["train"] * len(groups)
    before = 0
    for at in order:
        middle = (before + groups[at].rows / 2) / total  # a group goes where its middle falls
        before += groups[at].rows
        assigned[at] = (
            "train"
            if middle < 1 - dev - test or dev + test == 0
            else "dev"
            if dev and (middle < 1 - test or not test)
            else "test"
        )
    return assigned


def balanced(groups: Sequence[Group], dev: float, test: float, seed: int) -> list[str]:
    """Splits with shares of rows and of labels as near to the fractions as whole groups allow.

    As `stratified`, and a label that one group alone holds goes to train.
    """
    shares = {"train": 1 - dev - test, "dev": dev, "test": test}
    open_to = [name for name in SPLITS if shares[name] > 1e-9]
    holders = Counter(label for group in groups for label in group.labels)
    fixed = {
        at: 0
        for at, group in enumerate(groups)
        if any(holders[label] == 1 for label in group.labels)
    }
    return [
        open_to[part]
        for part in stratified(groups, [shares[name] for name in open_to], seed, fixed)
    ]


def stratified(
    groups: Sequence[Group],
    shares: Sequence[float],
    seed: int,
    fixed: Mapping[int, int] = MappingProxyType({}),
) -> list[int]:
    """The part (0, 1, …) of each group, parts having these shares of rows and of every label.

    Largest groups first, the order of equals by seed; each goes where the squared distance to
    the wanted counts, over the wanted counts, grows least (as in iterative stratification:
    Sechidis, Tsoumakas and Vlahavas, 2011). `fixed` says of some groups where they go.
    """
    import numpy as np

    names = sorted({label for group in groups for label in group.labels})
    counts = np.zeros((len(groups), len(names) + 1))  # the last column counts rows
    column = {name: at for at, name in enumerate(names)}
    for at, group in enumerate(groups):
        counts[at, -1] = group.rows
        for label, count in group.labels.items():
            counts[at, column[label]] = count
    wanted = np.asarray(shares)[:, None] * counts.sum(axis=0)[None, :]
    weight = 1 / np.maximum(wanted, 1e-9)
    held = np.zeros_like(wanted)
    assigned = [0] * len(groups)
    for at in sorted(
        range(len(groups)), key=lambda at: (-groups[at].rows, hashed(f"{seed}:{groups[at].key}"))
    ):
        added = counts[at]
        growth = (added * (2 * (held - wanted) + added) * weight).sum(axis=1)
        best = fixed.get(at, int(growth.argmin()))
        held[best] += added
        assigned[at] = best
    return assigned


@dataclass(frozen=True)
class Strategy:
    """A way to split that configurations and commands offer.

    Attributes:
        assign: groups, shares of dev and test, and a seed to the split of each group.
        purpose: what it is good for, in a few words.
        advice: what to do where shares or labels come out far from what was asked for.
        needs_dates: whether every row must have a date.
    """

    assign: Callable[[Sequence[Group], float, float, int], list[str]]
    purpose: str
    advice: str
    needs_dates: bool = False


By = Literal["article", "date", "random"]
STRATEGIES: dict[By, Strategy] = {
    "article": Strategy(
        by_hash,
        "an article stays where it is when others are added",
        "take another seed, or split by random",
    ),
    "date": Strategy(
        lambda groups, dev, test, seed: by_date(groups, dev, test),
        "newest to test",
        "take other fractions, or split by article",
        needs_dates=True,
    ),
    "random": Strategy(
        balanced,
        "labels balanced",
        "add articles, or look at the texts that those of the largest group share",
    ),
}
