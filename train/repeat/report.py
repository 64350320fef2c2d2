"""What a repeated run is compared by, and how the outcome is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.terminal import Column, Grid
from evaluation.figures.kept_metrics import kept_metrics
from models.store.artifact_names import REPEAT

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.tracking import MlflowClient

TIMED = ("_seconds", "_per_second")  # how metrics end that no two runs share
CURVES = ("epoch/", "train_loss")  # how metrics begin that have a value for each epoch


@dataclass(frozen=True)
class Difference:
    """A figure of the run that came out otherwise; `now` is None if it did not come out."""

    metric: str
    then: float
    now: float | None

    @property
    def size(self) -> float:
        """How far the figures lie apart; infinite where one is missing."""
        return float("inf") if self.now is None else abs(self.now - self.then)


@dataclass(frozen=True)
class Repeated:
    """A run and its repetition.

    Attributes:
        original, run_id: the run's id and the repetition's.
        compared: how many figures of the run were compared, timings left out.
        differing: those that came out otherwise, the largest difference first.
        added: metrics that only the repetition has.
        surroundings: (what, then, now) of packages, machine, threads and code that differ.
    """

    original: str
    run_id: str
    compared: int
    differing: tuple[Difference, ...]
    added: tuple[str, ...]
    surroundings: tuple[tuple[str, str, str], ...]

    @property
    def equal(self) -> bool:
        """Whether all figures are equal to the last digit."""
        return not self.differing

    def verdict(self) -> str:
        """The outcome in one sentence."""
        if self.equal:
            return f"equal to the last digit: all {self.compared} figures"
        first = self.differing[0]
        gap = "is missing" if first.now is None else f"differs by {first.size:.3g}"
        return (
            f"not equal: {len(self.differing)} of {self.compared} figures differ, most of all "
            f"{first.metric}, which {gap}"
        )


def figures(client: MlflowClient, run: Run) -> dict[str, float]:
    """Every figure of a run but timings; curves as a figure for each epoch."""
    figures: dict[str, float] = {}
    for name, value in kept_metrics(run.info.run_id, run.data.metrics).items():
        if name.endswith(TIMED):
            continue
        if name.startswith(CURVES):
            figures |= {
                f"{name} [{point.step}]": point.value
                for point in client.get_metric_history(run.info.run_id, name)
            }
        else:
            figures[name] = value
    return figures


def repeat_table(repeated: Repeated, most: int = 40) -> Grid:
    """The figures that came out otherwise, for a terminal."""
    table = Grid(
        f"what differs from run {repeated.original}",
        [
            Column("metric", folds=True, least=16),
            *(Column(name, right=True) for name in ("then", "now", "difference")),
        ],
    )
    for difference in repeated.differing[:most]:
        table.rows.append(
            [
                difference.metric,
                f"{difference.then:.10g}",
                *(
                    ("–", "–")
                    if difference.now is None
                    else (f"{difference.now:.10g}", f"{difference.now - difference.then:+.3g}")
                ),
            ]
        )
    if (more := len(repeated.differing) - most) > 0:
        table.rows.append([f"… and {more} more, in {REPEAT}", "", "", ""])
    return table


def repeat_lines(repeated: Repeated) -> list[str]:
    """The verdict, what else differs, and where the comparison is kept."""
    lines = [
        f"{what}: {then or 'none'} then, {now or 'none'} now"
        for what, then, now in repeated.surroundings
    ]
    if repeated.added:
        lines.append(
            f"{len(repeated.added)} metrics are logged now that the run had not: "
            + ", ".join(repeated.added[:5])
            + (" …" if len(repeated.added) > 5 else "")
        )
    return [*lines, repeated.verdict(), f"repeated as run {repeated.run_id}, with {REPEAT}"]
