"""What trainings are chosen by."""

from types import SimpleNamespace

import numpy as np
import pytest

from data.codebook import Codebook
from data.problems import InputError
from train.measures import check_measure, dev_scorer

STANCE = Codebook.model_validate(
    {
        "name": "stance",
        "version": "1",
        "task": "stance",
        "labels": [{"name": "against"}, {"name": "neutral"}, {"name": "favor"}],
    }
)


def run_data(dev_targets=("Arlow", "Dunmar"), train_targets=("Arlow",), codebook=STANCE):
    return SimpleNamespace(
        codebook=codebook,
        train=SimpleNamespace(targets=list(train_targets)),
        dev=SimpleNamespace(gold=[("against",), ("favor",)], targets=list(dev_targets)),
    )


def test_dev_rows_are_measured_without_counts_of_rows():
    averages = dev_scorer(run_data())(np.eye(3)[[0, 0]])
    assert averages["accuracy"] == 0.5
    assert averages["macro_f1_unseen_targets"] == 0.0  # Dunmar, which no training row has
    assert set(averages) == {
        "macro_f1",
        "weighted_f1",
        "accuracy",
        "f_avg",
        "macro_f1_unseen_targets",
    }


def test_every_average_of_the_dev_rows_may_choose():
    for name in dev_scorer(run_data())(np.eye(3)[[0, 0]]):
        check_measure(f"dev/{name}", run_data(), "a.yaml: select_by")


def test_an_unknown_measure_is_told_with_the_nearest_and_all():
    with pytest.raises(
        InputError, match=r"a\.yaml: select_by: unknown measure 'acuracy'.*did you mean 'accuracy'"
    ):
        check_measure("dev/acuracy", run_data(), "a.yaml: select_by")


def test_a_measure_of_other_codebooks_is_unknown():
    with pytest.raises(InputError, match=r"unknown measure 'micro_f1'.*dev/ and one of macro_f1"):
        check_measure("dev/micro_f1", run_data(), "a.yaml: select_by")


def test_unseen_targets_cannot_choose_where_there_are_none():
    seen = run_data(dev_targets=("Arlow", "Arlow"))
    with pytest.raises(InputError, match="every target of the dev rows is in training rows"):
        check_measure("dev/macro_f1_unseen_targets", seen, "a.yaml: select_by")
