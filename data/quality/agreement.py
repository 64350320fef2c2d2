"""How far annotators agree: Krippendorff's alpha, Cohen's kappa, and what they confuse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Units = Mapping[str, Mapping[str, str]]
RESAMPLES = 1_000


@dataclass(frozen=True)
class Pair:
    """Two annotators: units both labelled, the share on which they agree, and kappa."""

    annotators: tuple[str, str]
    units: int
    agreement: float
    kappa: float | None


@dataclass(frozen=True)
class Agreement:
    """Agreement over units.

    Attributes:
        units: all units; `pairable` those with two labels or more.
        annotators: their names, sorted.
        alpha: Krippendorff's, nominal; None where it is not defined (one value only).
        interval: its 95 % bootstrap interval, resampled by unit.
        agreement: share of agreeing pairs of labels within units, 0 to 1.
        pairs: every two annotators that share a unit.
        confused: two labels and how many pairs of labels disagree so, most frequent first.
    """

    units: int
    pairable: int
    annotators: list[str]
    alpha: float | None
    interval: tuple[float, float] | None
    agreement: float | None
    pairs: list[Pair]
    confused: list[tuple[str, str, int]]

    def as_json(self) -> dict[str, Any]:
        """All fields as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        lines = [
            f"{self.units} units, {self.pairable} with two labels or more; annotators "
            + ", ".join(self.annotators)
        ]
        if self.alpha is None:
            lines.append("Krippendorff's alpha: not defined (no two labels that could differ)")
        else:
            low, high = self.interval or (float("nan"), float("nan"))
            lines.append(
                f"Krippendorff's alpha (nominal): {self.alpha:.3f} "
                f"(95 % interval {low:.3f} to {high:.3f})"
            )
        if self.agreement is not None:
            lines.append(f"pairs of labels that agree: {self.agreement:.1%}")
        for pair in self.pairs:
            kappa = "not defined" if pair.kappa is None else f"{pair.kappa:.3f}"
            lines.append(
                f"  {pair.annotators[0]} and {pair.annotators[1]}: {pair.units} units, "
                f"{pair.agreement:.1%} equal, Cohen's kappa {kappa}"
            )
        if self.confused:
            lines.append("most confused:")
        lines += [f"  {count:>6} {first} / {second}" for first, second, count in self.confused[:10]]
        return "\n".join(lines)


def measure(units: Units, seed: int = 0) -> Agreement:
    """Returns the agreement over units, each a mapping of annotator to label.

    Units with one label count as units and no further. No units give an agreement of None.
    """
    annotators = sorted({name for labels in units.values() for name in labels})
    pairable = [labels for labels in units.values() if len(labels) > 1]
    counts = count_matrix(pairable)
    confused: Counter[tuple[str, str]] = Counter()
    equal = total = 0
    for labels in pairable:
        for first, second in combinations(sorted(labels.values()), 2):
            total += 1
            equal += first == second
            confused[(first, second)] += first != second
    pairs = [
        pair
        for first, second in combinations(annotators, 2)
        if (pair := _pair(first, second, pairable)) is not None
    ]
    return Agreement(
        len(units),
        len(pairable),
        annotators,
        krippendorff_alpha(counts),
        bootstrap_interval(counts, seed=seed),
        equal / total if total else None,
        pairs,
        [(*labels, count) for labels, count in confused.most_common() if count],
    )


def count_matrix(units: Sequence[Mapping[str, str]]) -> NDArray[np.float64]:
    """How often each value was given to each unit, (n_units, n_values), values sorted."""
    import numpy as np

    values = sorted({value for unit in units for value in unit.values()})
    column = {value: at for at, value in enumerate(values)}
    counts = np.zeros((len(units), len(values)))
    for at, unit in enumerate(units):
        for value in unit.values():
            counts[at, column[value]] += 1
    return counts


def krippendorff_alpha(counts: NDArray[np.float64]) -> float | None:
    """Krippendorff's alpha for nominal values, from the coincidence matrix.

    With o_cc = sum over units of n_uc (n_uc - 1) / (m_u - 1), n_c = sum over units of n_uc,
    n = sum of n_c and e = sum of n_c (n_c - 1), alpha is ((n - 1) sum o_cc - e) / (n (n - 1) - e).
    Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C.

    Args:
        counts: (n_units, n_values); missing values are simply not counted, and units with less
            than two values do not enter.

    Returns:
        At most 1; None where fewer than two different values occur.
    """
    alphas = _alphas(_unit_sums(counts).sum(axis=0)[None, :])
    return None if len(alphas) == 0 else float(alphas[0])


def bootstrap_interval(
    counts: NDArray[np.float64], resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, float] | None:
    """The 95 % percentile interval of alpha over units drawn with replacement.

    Resamples with one value only have no alpha and are left out; None if all are.
    """
    import numpy as np

    sums = _unit_sums(counts)
    if not len(sums):
        return None
    chance = np.random.default_rng(seed)
    n_units = len(sums)
    totals = np.stack(
        [
            np.bincount(chance.integers(0, n_units, n_units), minlength=n_units) @ sums
            for _ in range(resamples)
        ]
    )
    alphas = _alphas(totals)
    if not len(alphas):
        return None
    low, high = np.quantile(alphas, [0.025, 0.975])
    return float(low), float(high)


def _unit_sums(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each unit with two values or more, its share of sum o_cc, then its n_uc."""
    import numpy as np

    labels_per_unit = counts.sum(axis=1)
    kept, labels_per_unit = counts[labels_per_unit > 1], labels_per_unit[labels_per_unit > 1]
    matching = (kept * (kept - 1)).sum(axis=1) / (labels_per_unit - 1)
    return np.column_stack([matching, kept])


def _alphas(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Alpha of each row of summed unit sums; rows where it is not defined are left out."""
    matching, by_value = totals[:, 0], totals[:, 1:]
    n = by_value.sum(axis=1)
    chance = (by_value * (by_value - 1)).sum(axis=1)
    defined = n * (n - 1) - chance > 0
    result: NDArray[np.float64] = ((n - 1) * matching - chance)[defined] / (n * (n - 1) - chance)[
        defined
    ]
    return result


def _pair(first: str, second: str, units: Sequence[Mapping[str, str]]) -> Pair | None:
    both = [
        (labels[first], labels[second]) for labels in units if first in labels and second in labels
    ]
    if not both:
        return None
    equal = sum(label == other_label for label, other_label in both) / len(both)
    return Pair((first, second), len(both), equal, cohen_kappa(both))


def cohen_kappa(both: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of pairs of labels, (p_o - p_e) / (1 - p_e); None where p_e is 1, or no pairs.

    Source: J. Cohen, "A Coefficient of Agreement for Nominal Scales" (1960).
    """
    n = len(both)
    first, second = (Counter(pair[side] for pair in both) for side in (0, 1))
    by_chance = sum(first[label] * second[label] for label in first)
    if n * n == by_chance:
        return None
    equal = sum(label == other_label for label, other_label in both)
    return (equal * n - by_chance) / (n * n - by_chance)
