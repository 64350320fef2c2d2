"""The rule of promotion: better on the mean, and not worse at 95 %, on the same dev rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from data.problems import InputError, Problem
from evaluation.comparing.candidates import Candidates, of_runs
from evaluation.comparing.compare import contrast
from evaluation.figures.definitions import METRICS
from evaluation.figures.metrics import unseen_rows
from models.registry.promotion import RefusedError

if TYPE_CHECKING:
    from models.registry.promotion import PromotionRule

# A point of F1. On the packaged event dev rows the interval of two tfidf models of other settings
# reaches 0.012 to 0.017 to each side: with 0.02 any higher mean would do, with 0.01 it takes about
# half a point of gain, and less only between models that err in the same places.
MARGIN = 0.01


def promotion_rule(margin: float = MARGIN) -> PromotionRule:
    """Returns the rule as `models.registry.promotion.promote` takes it.

    The candidate is promoted if its metric is higher than the champion's on the dev rows that
    both runs kept, and the lower bound of the 95 % interval of the difference (paired bootstrap
    by article) lies above `-margin`: the one-sided test of non-inferiority at 2.5 % (Piaggio et
    al. 2012, JAMA 308). With a margin of 0 the gain itself must be clear.

    Args:
        margin: how much worse the candidate may truly be, in units of the metric.

    Raises:
        InputError: a margin below 0 or above 1.
    """
    if not 0 <= margin <= 1:
        raise InputError(
            Problem(
                "--margin", f"is {margin}", "expected a number from 0 to 1, 0.01 for a point of F1"
            )
        )

    def rule(candidate: str, champion: str, select_by: str) -> str:
        return _reason(candidate, champion, select_by, margin)

    return rule


def _reason(candidate: str, champion: str, select_by: str, margin: float) -> str:
    """The figures that speak for the candidate; RefusedError with those that speak against it."""
    part, _, metric = select_by.partition("/")
    try:
        sides, rows = of_runs([candidate, champion], part, None), f"{part} rows"
        if metric in METRICS and METRICS[metric].scope == "unseen_targets":
            sides, metric = _unseen(sides, metric), METRICS[metric].base
            rows = f"{part} rows of unseen targets"
        comparison = contrast(sides, metric)
    except InputError as error:
        raise RefusedError(_not_comparable(error, candidate, champion, part)) from error
    (pair,) = comparison.pairs
    values = [side.averages()[metric] for side in comparison.scores]
    figures = (
        f"{select_by} {values[0]:.4f} against {values[1]:.4f}, difference {pair.difference:+.4f} "
        f"[{pair.low:+.4f}, {pair.high:+.4f}], p = {pair.p:.3f}, margin {margin:g}, on "
        f"{comparison.scores[0].rows} {rows} of {comparison.spreads[0].articles} articles"
    )
    if pair.difference <= 0:
        raise RefusedError(f"not better on the mean: {figures}")
    if pair.low <= -margin:
        raise RefusedError(
            "better on the mean, but "
            + (f"may be worse by more than {margin:g}" if margin else "the gain is not clear")
            + f" (lower bound {pair.low:+.4f}): {figures}"
        )
    return (
        "better on the mean and "
        + ("not worse at 95 %" if pair.low <= 0 else "clearly so at 95 %")
        + f": {figures}"
    )


def _not_comparable(error: InputError, candidate: str, champion: str, part: str) -> str:
    """What stands in the way, and what to do."""
    what = "; ".join(f"{problem.where}: {problem.what}" for problem in error.problems[:3])
    advice = (
        "train the candidate's configuration on the champion's data and split, or compare "
        f"both on one file (eventstance evaluation compare {candidate} {champion} --data FILE)"
    )
    if any("holds no" in problem.what for problem in error.problems):
        advice = (
            f"train that one again, so that its {part} predictions are kept, or compare "
            f"both on one file (eventstance evaluation compare {candidate} {champion} "
            "--data FILE)"
        )
    elif any("single article" in problem.what for problem in error.problems):
        advice = "take more articles for dev: the test resamples them"
    elif any(problem.where == "--metric" for problem in error.problems):
        advice = "select by a metric that the paired test knows: " + "; ".join(
            problem.expected.removeprefix("expected ") for problem in error.problems
        )
    return f"the two cannot be compared row by row ({what}); {advice}"


def _unseen(sides: Candidates, metric: str) -> Candidates:
    """The rows whose target neither model was trained on; `metric` is named where there are none.

    Raises:
        InputError: there are none in two articles, or a model's folder is gone.
    """
    rows = sides.models[0].rows
    targets = [row.get("target") for row in rows]
    kept = set(range(len(rows)))
    for model in sides.models:
        kept &= set(unseen_rows(targets, _train_targets(model.run_id), len(rows)))
    if len({rows[at]["article_id"] for at in kept}) < 2:
        raise InputError(
            Problem(
                metric,
                f"{len(kept)} rows have a target that neither model was trained on",
                "expected some in two or more articles",
            )
        )
    return sides.at(sorted(kept))


def _train_targets(run_id: str) -> set[str]:
    from models.registry.resolve import locate

    meta = (locate(f"runs:/{run_id}").folder / "model.json").read_text(encoding="utf-8")
    return set(json.loads(meta)["train_targets"])
