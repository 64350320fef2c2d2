"""What the user should know of a split that came out otherwise than hoped for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from data.fields import SPLITS
from data.files import Row
from data.splitting.assignment import STRATEGIES, By, Group
from data.splitting.dates import day_of
from data.splitting.near_duplicates import MAX_ARTICLES, MIN_WORDS
from data.splitting.overlap import overlap_warnings

FAR = 0.1  # of all rows: how much larger or smaller than asked for a split may be in silence
LARGE = 0.2  # of all rows: the largest group that goes without saying


@dataclass(frozen=True)
class AssignedRows:
    """Rows with the split that each was assigned.

    Attributes:
        rows: in order.
        splits: of each row.
        labels: split to label to rows.
        groups: that were assigned whole.
        by: the strategy.
        wanted: the fraction asked for of each split.
    """

    rows: Sequence[Row]
    splits: Sequence[str]
    labels: Mapping[str, Mapping[str, int]]
    groups: Sequence[Group]
    by: By
    wanted: Mapping[str, float]


def split_warnings(assigned: AssignedRows) -> Iterator[str]:
    """Yields a sentence for each thing that is not as it should be; no rows give none."""
    if not assigned.rows:
        return
    yield from _sizes(assigned)
    yield from _labels(assigned)
    largest = max(group.rows for group in assigned.groups) / len(assigned.rows)
    if len(assigned.groups) > 1 and largest > LARGE:
        yield (
            f"one group holds {largest:.0%} of all rows: look at the texts that its articles share"
        )
    if STRATEGIES[assigned.by].needs_dates:
        yield from _open_dates(assigned.rows)
    for warning in overlap_warnings(assigned.rows, assigned.splits):
        yield (
            f"{warning}; texts under {MIN_WORDS} words, or in more than {MAX_ARTICLES} articles "
            "that share little else, keep no articles together"
        )


def _sizes(assigned: AssignedRows) -> Iterator[str]:
    advice, wanted = STRATEGIES[assigned.by].advice, assigned.wanted
    shares = {name: assigned.splits.count(name) / len(assigned.rows) for name in SPLITS}
    for name in SPLITS:
        if wanted[name] and not shares[name]:
            yield (
                f"{name} is empty: {len(assigned.groups)} groups are too few for "
                f"{wanted[name]:g}; {advice}"
            )
    if any(abs(shares[name] - wanted[name]) > FAR for name in SPLITS):
        sizes = ", ".join(f"{name} {shares[name]:.0%} for {wanted[name]:.0%}" for name in SPLITS)
        yield (
            f"the {len(assigned.groups)} groups of articles came out far from the sizes asked for: "
            f"{sizes}; {advice}"
        )


def _labels(assigned: AssignedRows) -> Iterator[str]:
    for name in ("dev", "test"):
        absent = sorted(set(assigned.labels["train"]) - set(assigned.labels[name]))
        if absent and name in assigned.splits:
            yield f"{name} has no row with {', '.join(absent)}"


def _open_dates(rows: Sequence[Row]) -> Iterator[str]:
    """Of dates that say the day beside others that say only the month or the year."""
    days = [day_of(row.get("date")) or (0, 0, 0) for row in rows]
    exactness = [sum(part > 0 for part in day) for day in days]
    if loose := [at for at, parts in enumerate(exactness) if parts < max(exactness)]:
        row = rows[loose[0]]
        yield (
            f"{len(loose)} of {len(rows)} dates are less exact than the others (id "
            f"{row.get('id')}: {row.get('date')}): they count as the beginning of their year "
            "or month"
        )
