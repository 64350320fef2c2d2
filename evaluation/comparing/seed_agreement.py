"""The rows that seeds agree on, and those on which they are divided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from data.files import Row
from evaluation.predictions import labels_in


@dataclass(frozen=True, slots=True)
class Answer:
    """What some of the seeds say of a row.

    Attributes:
        labels: joined by `|`; empty for none.
        seeds: that say so.
        probability: their mean.
        right: whether it is what gold says.
    """

    labels: str
    seeds: tuple[int, ...]
    probability: float
    right: bool


@dataclass(frozen=True, slots=True)
class Divided:
    """A row of which not all seeds say the same.

    Attributes:
        row: of the first seed's predictions: id, text, target, gold.
        answers: two or more, that of most seeds first.
        apart: share of the pairs of seeds that say different things, above 0 to 1.
    """

    row: Row
    answers: tuple[Answer, ...]
    apart: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far seeds say the same of the same rows.

    Attributes:
        rows: how many there are.
        right: rows that all seeds have right.
        wrong: rows of which all seeds say the same, and wrong.
        support: label to the rows that have it in gold.
        divided: all others, those first on which the most pairs of seeds differ, and of equal
            ones those of which the seeds are surest.
    """

    rows: int
    right: int
    wrong: int
    support: Counter[str]
    divided: tuple[Divided, ...]

    def swaps(self) -> list[tuple[str, str, int]]:
        """Returns the two answers given most of each divided row, and how many rows they divide.

        The most frequent pair first; the names of a pair in the order of the alphabet.
        """
        counts = Counter(
            tuple(sorted(answer.labels for answer in row.answers[:2])) for row in self.divided
        )
        return [(first, second, count) for (first, second), count in counts.most_common()]


def agreement(seeds: Sequence[int], rows: Sequence[Sequence[Row]]) -> Agreement:
    """Returns where seeds agree; a single seed agrees with itself on every row.

    Args:
        seeds: one or more.
        rows: what each says, as `evaluation.predictions.predictions` has it, in the same order.
    """
    right = wrong = 0
    divided = []
    for rows_of_seeds in zip(*rows, strict=True):
        answers = _answers(seeds, rows_of_seeds)
        if len(answers) > 1:
            divided.append(Divided(rows_of_seeds[0], answers, _apart(answers, len(seeds))))
        elif answers[0].right:
            right += 1
        else:
            wrong += 1
    divided.sort(key=lambda row: (-row.apart, -mean(answer.probability for answer in row.answers)))
    support = Counter(label for row in rows[0] for label in labels_in(row["gold"]))
    return Agreement(len(rows[0]), right, wrong, support, tuple(divided))


def _answers(seeds: Sequence[int], rows_of_seeds: Sequence[Row]) -> tuple[Answer, ...]:
    gold = set(labels_in(rows_of_seeds[0]["gold"]))
    by_labels: dict[str, list[tuple[int, float]]] = {}
    for seed, row in zip(seeds, rows_of_seeds, strict=True):
        by_labels.setdefault(row["predicted"], []).append((seed, row["probability"]))
    answers = [
        Answer(
            labels,
            tuple(seed for seed, _ in seeds_and_sureness),
            mean(sure for _, sure in seeds_and_sureness),
            set(labels_in(labels)) == gold,
        )
        for labels, seeds_and_sureness in by_labels.items()
    ]
    return tuple(sorted(answers, key=lambda answer: -len(answer.seeds)))


def _apart(answers: Sequence[Answer], seeds: int) -> float:
    pairs = seeds * (seeds - 1) / 2
    return 1 - sum(len(answer.seeds) * (len(answer.seeds) - 1) / 2 for answer in answers) / pairs
