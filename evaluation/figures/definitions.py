"""Every metric in one table: what it is computed from, what it means, where it is shown.

A metric of labels is a function of sums of counts (`evaluation.figures.counts`), so the figure of
all rows and that of each bootstrap resample come from the same function. A new one is one entry of
`METRICS`: scores, intervals, reports, pages, the MLflow UI, `select_by` and promotion read them
from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from data.codebook import TASKS, Codebook

if TYPE_CHECKING:
    import numpy as np

    from evaluation.figures.counts import Sums

Scope = Literal["labels", "unseen_targets", "types", "rows", "run"]
Group = Literal["averages", "types", "calibration", "slices", "abstention"]
Value = TypeVar("Value")


def _always(codebook: Codebook) -> bool:
    return True


def _multilabel(codebook: Codebook) -> bool:
    return codebook.multilabel


def _favor_and_against(codebook: Codebook) -> bool:
    return codebook.task == "stance" and {"favor", "against"} <= set(codebook.names)


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure.

    Attributes:
        name: among the metrics of a run, behind `dev/` or `test/` unless its scope is `run`.
        meaning: in one line.
        scope: what it is computed from: the counts of the `labels`; those of the rows with
            `unseen_targets`; those of the `types` above the labels; what `rows` add up to beside
            counts; or the `run` as a whole. Only metrics of labels and of unseen targets can be
            chosen by (`select_by`) and promoted by.
        function: sums of counts, shape `(…, columns)`, to the figure, shape `(…)`. Metrics of
            other scopes than `labels` have it from their `base`, or are computed elsewhere.
        base: for unseen targets and types: the metric of labels that it is on these counts.
        ratio: for rows: the two columns of `evaluation.chance.row_intervals` that it is the
            ratio of.
        applies: to which codebooks.
        group: what it stands among where all figures are listed.
        is_count: whether it is a number of rows, which has no digits, no mean and no curve.
        headline: whether it stands in a run's short report and in the tables of many runs.
        tracked: whether it is a metric in MLflow as well, `with_bounds` or `alone`; all figures
            are in metrics.json.
        over_seeds: whether parents of seeds track its deviation and interval.
        view: the tasks whose view in the MLflow UI has a column and charts of it.
        explained: the tasks whose experiment explains it.
    """

    name: str
    meaning: str
    scope: Scope = "labels"
    function: Callable[[Sums], np.ndarray] | None = None
    base: str = ""
    ratio: tuple[str, str] | None = None
    applies: Callable[[Codebook], bool] = _always
    group: Group = "averages"
    is_count: bool = False
    headline: bool = False
    tracked: Literal["", "alone", "with_bounds"] = ""
    over_seeds: bool = False
    view: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()


def _macro_f1(sums: Sums) -> np.ndarray:
    """Mean over the labels that occur (scikit-learn's default): unused ones pull nothing down."""
    import numpy as np

    mean: np.ndarray = sums.f1.sum(axis=-1) / np.maximum(sums.occurs.sum(axis=-1), 1)
    return mean


def _weighted_f1(sums: Sums) -> np.ndarray:
    import numpy as np

    mean: np.ndarray = (sums.f1 * sums.gold).sum(axis=-1) / np.maximum(sums.gold.sum(axis=-1), 1)
    return mean


def _accuracy(sums: Sums) -> np.ndarray:
    share: np.ndarray = sums.right / sums.rows
    return share


def _micro_f1(sums: Sums) -> np.ndarray:
    import numpy as np

    both, sizes = sums.both.sum(axis=-1), (sums.gold + sums.predicted).sum(axis=-1)
    f1: np.ndarray = 2 * both / np.maximum(sizes, 1)
    return f1


def _example_f1(sums: Sums) -> np.ndarray:
    """As in the ConfliBERT evaluation (Hu et al. 2022); two empty sets agree fully (1)."""
    mean: np.ndarray = sums.example_f1 / sums.rows
    return mean


def _f_avg(sums: Sums) -> np.ndarray:
    """As in SemEval-2016 task 6."""
    columns = [sums.codebook.columns[label] for label in ("favor", "against")]
    mean: np.ndarray = sums.f1[..., columns].mean(axis=-1)
    return mean


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "macro_f1",
            "mean F1 of the labels, each counting alike",
            function=_macro_f1,
            headline=True,
            tracked="with_bounds",
            over_seeds=True,
            view=TASKS,
            explained=TASKS,
        ),
        Metric(
            "weighted_f1",
            "mean F1 of the labels, weighted by their rows",
            function=_weighted_f1,
            headline=True,
            tracked="with_bounds",
            explained=TASKS,
        ),
        Metric(
            "accuracy",
            "share of rows whose labels are all right",
            function=_accuracy,
            headline=True,
            tracked="with_bounds",
            over_seeds=True,
            view=("event",),
            explained=TASKS,
        ),
        Metric(
            "micro_f1",
            "F1 of all labels given, together",
            function=_micro_f1,
            applies=_multilabel,
            headline=True,
            tracked="with_bounds",
        ),
        Metric(
            "example_f1",
            "mean over rows of the F1 between given and right labels",
            function=_example_f1,
            applies=_multilabel,
            headline=True,
            tracked="with_bounds",
        ),
        Metric(
            "f_avg",
            "mean F1 of favor and against",
            function=_f_avg,
            applies=_favor_and_against,
            headline=True,
            tracked="with_bounds",
            over_seeds=True,
            view=("stance",),
            explained=("stance",),
        ),
        Metric(
            "macro_f1_unseen_targets",
            "macro_f1 on targets that no training row has",
            scope="unseen_targets",
            base="macro_f1",
            headline=True,
            tracked="with_bounds",
            over_seeds=True,
            view=("stance",),
            explained=("stance",),
        ),
        Metric("unseen_target_rows", "rows with such a target", scope="rows", is_count=True),
        Metric(
            "type_macro_f1",
            "macro_f1 once every label is replaced by its type",
            scope="types",
            group="types",
            base="macro_f1",
            tracked="with_bounds",
            over_seeds=True,
            view=("event",),
            explained=("event",),
        ),
        Metric(
            "type_accuracy", "accuracy of the types", scope="types", group="types", base="accuracy"
        ),
        Metric(
            "ece",
            "calibration error: how far probabilities lie from the share that is right; 0 is best",
            scope="rows",
            group="calibration",
            headline=True,
            tracked="with_bounds",
            over_seeds=True,
            view=TASKS,
            explained=TASKS,
        ),
        Metric("ece_uncalibrated", "ece before calibration", scope="rows", group="calibration"),
        Metric(
            "brier",
            "squared distance of the probabilities from the truth; 0 is best",
            scope="rows",
            group="calibration",
            ratio=("square", "rows"),
            tracked="alone",
        ),
        Metric(
            "brier_uncalibrated",
            "brier before calibration",
            scope="rows",
            group="calibration",
        ),
        Metric(
            "coverage",
            "share of labels certain enough to be given, under min_precision",
            scope="rows",
            group="abstention",
            ratio=("certain", "given"),
            headline=True,
            tracked="with_bounds",
            explained=TASKS,
        ),
        Metric(
            "precision_when_certain",
            "share of those that is right",
            scope="rows",
            group="abstention",
            ratio=("right", "certain"),
            headline=True,
            tracked="with_bounds",
        ),
        Metric(
            "errors_within_type",
            "share of rows with a wrong label of the right type",
            scope="rows",
            group="types",
            ratio=("within", "rows"),
            tracked="alone",
        ),
        Metric(
            "errors_across_types",
            "share of rows whose type is wrong",
            scope="rows",
            group="types",
            ratio=("across", "rows"),
        ),
        Metric(
            "worst_slice_macro_f1",
            "macro_f1 of the slice that lies furthest below the rest",
            scope="rows",
            group="slices",
            tracked="alone",
            explained=TASKS,
        ),
        Metric("worst_slice_accuracy", "its accuracy", scope="rows", group="slices"),
        Metric("train_seconds", "training, without scoring and logging", scope="run"),
        Metric("sentences_per_second", "labelled by the saved model", scope="run"),
        Metric("model_megabytes", "size of the saved model", scope="run"),
    )
}


def of_labels(codebook: Codebook) -> list[Metric]:
    """Returns the metrics of labels that apply to a codebook, in the table's order."""
    return [
        metric
        for metric in METRICS.values()
        if metric.scope == "labels" and metric.applies(codebook)
    ]


def of_scope(scope: Scope) -> list[Metric]:
    """Returns the metrics of a scope, in the table's order."""
    return [metric for metric in METRICS.values() if metric.scope == scope]


def of_unseen_targets(averages: Mapping[str, Value]) -> dict[str, Value]:
    """Returns the metrics of unseen targets, from those of labels of the rows that have one."""
    return _derived("unseen_targets", averages)


def of_types(averages: Mapping[str, Value]) -> dict[str, Value]:
    """Returns the metrics of types, from those of labels once every label is its type."""
    return _derived("types", averages)


def _derived(scope: Scope, averages: Mapping[str, Value]) -> dict[str, Value]:
    return {
        metric.name: averages[metric.base] for metric in of_scope(scope) if metric.base in averages
    }


def headline() -> list[str]:
    """Returns the names of the headline metrics, in the table's order."""
    return [metric.name for metric in METRICS.values() if metric.headline]


def costs() -> list[str]:
    """Returns the names of the metrics of a run as a whole, in the table's order."""
    return [metric.name for metric in of_scope("run")]


def is_count(name: str) -> bool:
    """Returns whether a metric is a number of rows; no metric that the table lacks is one."""
    return name in METRICS and METRICS[name].is_count


def group(name: str) -> Group:
    """Returns what a metric stands among; one that the table does not have is an average."""
    return METRICS[name].group if name in METRICS else "averages"


def meaning(name: str) -> str:
    """Returns what a metric means, in one line; nothing for one that the table does not have."""
    return METRICS[name].meaning if name in METRICS else ""
