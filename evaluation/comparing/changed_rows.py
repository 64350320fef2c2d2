"""The rows that one model has right and another has not."""

from __future__ import annotations

from collections.abc import Sequence

from data.files import Row
from evaluation.comparing.candidates import Candidate
from evaluation.predictions import labels_in


def changed_sides(first: Candidate, second: Candidate) -> tuple[list[Row], list[Row]]:
    """Returns the rows that only `first` has all right, and those that only `second` has.

    Each has what it is and what both say of it: `first`, `first_probability` and so on. Several
    seeds are right if more than half of them are, and wrong if more than half are wrong; a row on
    which they are divided in halves has not changed sides. They say what most of them say (of
    equals the earliest), with the mean probability of those, and `first_right` is the share of
    them that is right.
    """
    only: dict[tuple[bool | None, bool | None], list[Row]] = {(True, False): [], (False, True): []}
    for of_first, of_second in zip(
        zip(*first.of_seeds, strict=True), zip(*second.of_seeds, strict=True), strict=True
    ):
        shares = _share_right(of_first), _share_right(of_second)
        sides = _majority(shares[0]), _majority(shares[1])
        if sides in only:
            kept = {
                key: value
                for key, value in of_first[0].items()
                if key not in ("predicted", "probability")
            }
            only[sides].append(
                kept
                | _answer("first", of_first, shares[0])
                | _answer("second", of_second, shares[1])
            )
    return only[True, False], only[False, True]


def _share_right(rows: Sequence[Row]) -> float:
    gold = set(labels_in(rows[0]["gold"]))
    return sum(set(labels_in(row["predicted"])) == gold for row in rows) / len(rows)


def _majority(share: float) -> bool | None:
    return None if share == 0.5 else share > 0.5


def _answer(side: str, rows: Sequence[Row], share: float) -> Row:
    predicted = [row["predicted"] for row in rows]
    most = max(predicted, key=predicted.count)
    probabilities = [row["probability"] for row in rows if row["predicted"] == most]
    answer = {
        side: most,
        f"{side}_probability": (
            probabilities[0]
            if len(probabilities) == 1
            else round(sum(probabilities) / len(probabilities), 4)
        ),
    }
    return answer if len(rows) == 1 else answer | {f"{side}_right": share}
