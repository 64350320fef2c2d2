"""What each figure of a run means, in one line: for pages and for the MLflow UI."""

from __future__ import annotations

from collections.abc import Mapping

MEANINGS = {
    "macro_f1": "mean F1 of the labels, each counting alike",
    "weighted_f1": "mean F1 of the labels, weighted by their rows",
    "accuracy": "share of rows whose labels are all right",
    "micro_f1": "F1 of all labels given, together",
    "example_f1": "mean over rows of the F1 between given and right labels",
    "f_avg": "mean F1 of favor and against",
    "macro_f1_unseen_targets": "macro_f1 on targets that no training row has",
    "unseen_target_rows": "rows with such a target",
    "type_macro_f1": "macro_f1 once every label is replaced by its type",
    "type_accuracy": "accuracy of the types",
    "errors_within_type": "share of rows with a wrong label of the right type",
    "errors_across_types": "share of rows whose type is wrong",
    "ece": "calibration error: how far probabilities lie from the share that is right; 0 is best",
    "ece_uncalibrated": "ece before calibration",
    "brier": "squared distance of the probabilities from the truth; 0 is best",
    "brier_uncalibrated": "brier before calibration",
    "coverage": "share of labels certain enough to be given, under min_precision",
    "precision_when_certain": "share of those that is right",
    "worst_slice_macro_f1": "macro_f1 of the slice that lies furthest below the rest",
    "worst_slice_accuracy": "its accuracy",
    "train_seconds": "training, without scoring and logging",
    "sentences_per_second": "labelled by the saved model",
    "model_megabytes": "size of the saved model",
}


def bounds(name: str) -> bool:
    """Whether a metric is the end of another's interval."""
    return name.endswith(("_low", "_high"))


def interval_of(metrics: Mapping[str, float], name: str) -> tuple[float, float] | None:
    """Returns the interval of a metric as `_low` and `_high` say it; None where they do not."""
    low, high = metrics.get(f"{name}_low"), metrics.get(f"{name}_high")
    return None if low is None or high is None else (low, high)
