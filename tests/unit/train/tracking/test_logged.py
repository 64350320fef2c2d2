"""What becomes a metric in MLflow, and that nothing else is lost."""

import json

import pytest

from data.codebook import load_codebook
from evaluation.figures.kept_metrics import kept_metrics
from models.store.artifact_names import METRICS
from train.tracking.logged import MOST_LABELS, of_parent, of_run

EPOCHS = 6  # curves of a fine-tuning: loss and dev averages
PLAIN = (
    "brier",
    "brier_uncalibrated",
    "ece_uncalibrated",
    "unseen_target_rows",
    "worst_slice_macro_f1",
    "worst_slice_accuracy",
)
BOUNDED = ("macro_f1", "weighted_f1", "accuracy", "ece", "coverage", "precision_when_certain")
OF_EVENT = ("type_macro_f1", "type_accuracy", "errors_within_type", "errors_across_types")
OF_STANCE = ("f_avg", "macro_f1_unseen_targets")
COSTS = (
    "train_seconds",
    "sentences_per_second",
    "model_megabytes",
    "temperature",
    "best_epoch",
    "epochs",
    "rows_cut",
    "terms",
)


def everything(labels, further=OF_EVENT, ends=("", "_low", "_high")):
    """All figures that a run can have, for a codebook of these labels."""
    names = [
        f"{part}/{name}"
        for part in ("dev", "test")
        for name in (
            *(f"{name}{end}" for name in (*BOUNDED, *further) for end in ends),
            *PLAIN,
            *(f"f1/{label}" for label in labels),
        )
    ]
    return dict.fromkeys([*names, *COSTS], 0.5)


@pytest.mark.parametrize(
    ("codebook", "further"), [("event", OF_EVENT), ("stance", OF_STANCE), ("plover", OF_EVENT)]
)
def test_a_run_has_under_a_hundred_metrics_and_the_figures_that_are_compared(codebook, further):
    labels = load_codebook(codebook).names
    logged = of_run(everything(labels, further))
    assert len(logged) + EPOCHS < 100
    assert {
        "dev/macro_f1",
        "dev/macro_f1_low",
        "test/macro_f1_high",
        f"test/{further[0]}_low",
        "dev/ece",
        "dev/worst_slice_macro_f1",
        "dev/coverage",
        "train_seconds",
        "temperature",
    } <= set(logged)
    assert {name for name in logged if "/f1/" in name} == {f"dev/f1/{name}" for name in labels}


def test_a_codebook_of_very_many_labels_has_no_metric_of_each():
    logged = of_run(everything([f"l{number}" for number in range(MOST_LABELS + 1)]))
    assert not [name for name in logged if "/f1/" in name]


@pytest.mark.parametrize("further", [OF_EVENT, OF_STANCE])
def test_a_parent_of_seeds_has_under_sixty_metrics(further):
    values = everything(load_codebook("event").names, further, ("", "_sd", "_low", "_high"))
    logged = of_parent(values, "dev/weighted_f1")
    assert len(logged) < 60
    assert {
        "dev/macro_f1",
        "dev/macro_f1_sd",
        "dev/macro_f1_low",
        "dev/weighted_f1_sd",
        f"test/{further[0]}_high",
        "test/accuracy_high",
        "test/ece",
    } <= set(logged)
    assert not {"dev/coverage_low", "dev/f1/attack", "temperature"} & set(logged)


def test_all_figures_of_a_run_are_read_back(store):
    from models.store.connection import connect

    client = connect()
    run_id = client.create_run(client.create_experiment("event")).info.run_id
    client.log_metric(run_id, "dev/macro_f1", 0.7)
    logged = client.get_run(run_id).data.metrics
    assert kept_metrics(run_id, logged) == {"dev/macro_f1": 0.7}  # of an older run
    (store / METRICS).write_text(json.dumps({"dev/macro_f1": 0.7, "test/f1/aid": 0.4}))
    client.log_artifact(run_id, str(store / METRICS))
    assert kept_metrics(run_id, logged) == {"dev/macro_f1": 0.7, "test/f1/aid": 0.4}
