"""Models compared pair by pair on the same rows."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.files import Row
from data.formats.writing import atomic
from data.problems import InputError, Problem, nearest
from evaluation.chance.intervals import RESAMPLES, Intervals
from evaluation.chance.seeds import mean_scores, resampled_means, seed_intervals
from evaluation.chance.significance import (
    ALPHA,
    EQUAL,
    ROUNDS,
    LabelDifference,
    difference,
    holm,
    label_differences,
    randomisation,
)
from evaluation.comparing.candidates import Candidate, Candidates, of_runs, on_file
from evaluation.comparing.changed_rows import changed_sides
from evaluation.figures.counts import count
from evaluation.figures.metrics import indicators, score
from evaluation.figures.scores import Scores
from evaluation.predictions import labels_in

if TYPE_CHECKING:
    from evaluation.figures.counts import Counts
    from evaluation.figures.metrics import Figures

METHOD = (
    f"Differences are first minus second. Intervals: 95 %, paired bootstrap by article, "
    f"{RESAMPLES:,} resamples. p: approximate randomisation, two-sided, {ROUNDS:,} rounds of "
    "swaps by article; corrected for the number of pairs by Holm's method. Intervals of "
    "labels are not corrected."
)
SEEDS_METHOD = (
    " A model of several seeds has the mean of their figures. Its intervals cover the "
    "chance of articles and of seeds (both are drawn), p that of articles only, so it "
    "is called better or worse only if the interval leaves out 0 as well; a row is "
    "right if more than half of the seeds are. A single run says nothing of the "
    "chance of its seed."
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two models compared; all differences are first minus second.

    Attributes:
        first, second: their names.
        difference, low, high: of the metric, with its 95 % interval.
        ahead: the share of resamples in which first is ahead.
        p, p_holm: of approximate randomisation, as it is and corrected over all pairs.
        labels: F1 of every label in both.
        only_first, only_second: the rows that only one of them has all right.
        seeds: how many each of the two is the mean of.
    """

    first: str
    second: str
    difference: float
    low: float
    high: float
    ahead: float
    p: float
    p_holm: float
    labels: tuple[LabelDifference, ...]
    only_first: list[Row]
    only_second: list[Row]
    seeds: tuple[int, int] = (1, 1)

    @property
    def better(self) -> str:
        """The model that is better at 5 % after correction, or an empty string.

        With several seeds the interval, which alone covers their chance, has to agree.
        """
        if self.p_holm >= ALPHA or (max(self.seeds) > 1 and self.low <= 0 <= self.high):
            return ""
        return self.first if self.difference > 0 else self.second

    @property
    def wins(self) -> int:
        """How many labels have the higher F1 in first."""
        return sum(label.difference > EQUAL for label in self.labels)

    @property
    def losses(self) -> int:
        """How many labels have the higher F1 in second."""
        return sum(label.difference < -EQUAL for label in self.labels)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Models on the same rows.

    Attributes:
        metric: what the pairs are compared by.
        candidates: the models with their predictions.
        scores, spreads: metrics and intervals of each model, in the same order.
        pairs: every two of them.
        untrained: the same on the rows that none of them was trained on; None where all rows
            are, or too few.
    """

    metric: str
    candidates: Candidates
    scores: tuple[Scores, ...]
    spreads: tuple[Intervals, ...]
    pairs: tuple[Pair, ...]
    untrained: Comparison | None = None

    def as_json(self) -> dict[str, Any]:
        """Returns everything as plain values."""
        codebook = self.candidates.codebook
        return {
            "metric": self.metric,
            "method": self.method,
            "data": self.candidates.data,
            "rows": self.scores[0].rows,
            "articles": self.spreads[0].articles,
            "codebook": {"name": codebook.name, "version": codebook.version},
            "models": [
                {
                    "name": model.name,
                    "ref": model.ref,
                    "run_id": model.run_id,
                    "seeds": len(model.of_seeds),
                    "children": list(model.children),
                    "metrics": scores.flat(),
                    "intervals": spread.as_json(),
                }
                for model, scores, spread in zip(
                    self.candidates.models, self.scores, self.spreads, strict=True
                )
            ],
            "pairs": [
                asdict(pair)
                | {
                    "better": pair.better,
                    "wins": pair.wins,
                    "losses": pair.losses,
                    "labels": [
                        asdict(label) | {"difference": label.difference, "clear": label.clear}
                        for label in pair.labels
                    ],
                }
                for pair in self.pairs
            ],
            "trained_rows": self.trained_rows or None,
            "untrained": self.untrained.as_json() if self.untrained else None,
        }

    @property
    def trained_rows(self) -> dict[str, int]:
        """On how many of the rows each model was trained, for those that were on any."""
        return {
            model.name: sum(rows)
            for model, rows in zip(self.candidates.models, self.candidates.trained, strict=False)
            if any(rows)
        }

    def trained_warning(self) -> str:
        """What the rows that models were trained on mean, in a sentence; empty without any."""
        if not self.trained_rows:
            return ""
        counts = ", ".join(f"{name} on {rows}" for name, rows in self.trained_rows.items())
        rest = (
            f"on the {self.untrained.scores[0].rows} others stands below"
            if self.untrained
            else "on others is not possible: they are too few"
        )
        return (
            f"of the {self.scores[0].rows} rows models were trained on some ({counts}), so they "
            f"may do well by remembering; the comparison {rest}"
        )

    @property
    def seeds(self) -> tuple[int, ...]:
        """How many seeds each model is the mean of."""
        return tuple(len(model.of_seeds) for model in self.candidates.models)

    @property
    def names(self) -> list[str]:
        """The averages that every model has with an interval."""
        return comparable(self.scores[0], self.spreads[0])

    @property
    def method(self) -> str:
        """How everything was computed, in words."""
        return METHOD + (SEEDS_METHOD if max(self.seeds) > 1 else "")

    @property
    def digest(self) -> str:
        """Sha256 (8 hex digits) of everything: names the file of this comparison."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()[:8]


def compare(
    refs: Sequence[str],
    data: str | Path | None = None,
    *,
    metric: str = "macro_f1",
    part: str = "dev",
    codebook: str | None = None,
    mapped_to: str | None = None,
) -> Comparison:
    """Returns the models compared, every two of them.

    Args:
        refs: runs, parents of several seeds, versions, aliases or folders; two or more.
        data: labelled rows to score all of them on; None for the runs' own predictions.
        metric: an average that `score` gives, but for unseen targets.
        part: whose predictions of the runs: `dev` or `test`.
        codebook: name or file; the first model's when None.
        mapped_to: compare on the names of this standard; needs `data`.

    Raises:
        InputError: as `on_file` and `of_runs`; one model; no such metric; fewer than two articles.
    """
    if len(refs) < 2:
        raise InputError(Problem("models", f"there is {len(refs)}", "expected two or more"))
    if mapped_to and data is None:
        raise InputError(
            Problem(
                "--map",
                "needs rows to score the models on",
                "give --data FILE: kept predictions have no other labels",
            )
        )
    if data is None:
        return contrast(of_runs(refs, part, codebook), metric)
    sides = on_file(refs, data, codebook, mapped_to)
    return replace(contrast(sides, metric), untrained=_untrained(sides, metric))


def _untrained(sides: Candidates, metric: str) -> Comparison | None:
    """The models on the rows that none was trained on, if that leaves out some and not all."""
    rows = len(sides.models[0].rows)
    kept = [place for place in range(rows) if not any(trained[place] for trained in sides.trained)]
    if len(kept) == rows:
        return None
    rest = sides.at(kept)
    articles = {row["article_id"] for row in rest.models[0].rows}
    return contrast(rest, metric) if len(articles) > 1 else None


def contrast(candidates: Candidates, metric: str = "macro_f1") -> Comparison:
    """Returns every two of the candidates compared; raises as `compare`."""
    rows, codebook = candidates.models[0].rows, candidates.codebook
    gold, articles = [labels_in(row["gold"]) for row in rows], [row["article_id"] for row in rows]
    right = indicators(codebook, gold)
    predicted = [
        [indicators(codebook, labels) for labels in model.labels] for model in candidates.models
    ]
    scores = [
        mean_scores([score(codebook, gold, labels) for labels in seeds]) for seeds in predicted
    ]
    tables = [[count(codebook, right, labels, articles) for labels in seeds] for seeds in predicted]
    spreads = [spread for seeds in tables if (spread := seed_intervals(seeds)) is not None]
    if not spreads:
        raise InputError(
            Problem(
                "rows",
                f"{len(rows)} of a single article",
                "expected rows of two or more articles: those are resampled",
            )
        )
    if metric not in (metrics := comparable(scores[0], spreads[0])):
        raise InputError(
            Problem(
                "--metric",
                f"unknown metric '{metric}'{nearest(metric, metrics)}",
                f"expected one of {', '.join(metrics)}",
            )
        )
    drawn = resampled_means(tables)
    chosen = list(itertools.combinations(range(len(predicted)), 2))
    p_values = [randomisation(metric, tables[i], tables[j]) for i, j in chosen]
    return Comparison(
        metric,
        candidates,
        tuple(scores),
        tuple(spreads),
        tuple(
            _pair(
                metric,
                (candidates.models[i], candidates.models[j]),
                (scores[i], scores[j]),
                (tables[i], tables[j]),
                (drawn[i], drawn[j]),
                p_value,
            )
            for (i, j), p_value in zip(
                chosen, zip(p_values, holm(p_values), strict=True), strict=True
            )
        ),
    )


def comparable(scores: Scores, spread: Intervals) -> list[str]:
    """Returns the averages that models are compared by: those that resamples of counts give."""
    return [name for name in scores.averages() if name in spread.averages]


def _pair(
    metric: str,
    models: tuple[Candidate, Candidate],
    scores: tuple[Scores, Scores],
    tables: tuple[list[Counts], list[Counts]],
    drawn: tuple[Figures, Figures],
    p_value: tuple[float, float],
) -> Pair:
    (low, high), ahead = difference(metric, *drawn)
    first, second = (side.averages()[metric] for side in scores)
    apart = first - second if abs(first - second) > EQUAL else 0.0
    return Pair(
        models[0].name,
        models[1].name,
        apart,
        low,
        high,
        ahead,
        *p_value,
        label_differences(tables, drawn),
        *changed_sides(*models),
        (len(tables[0]), len(tables[1])),
    )


def write_json(comparison: Comparison, path: str | Path) -> None:
    """Writes the comparison as a JSON file, whole or not at all."""
    with atomic(path) as stream:
        json.dump(comparison.as_json(), stream, ensure_ascii=False, indent=2)
        stream.write("\n")
