"""One entry of the table is a whole metric."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from data.codebook import Codebook
from evaluation.chance.intervals import intervals
from evaluation.comparing.candidates import Candidate, Candidates
from evaluation.comparing.compare import contrast
from evaluation.evaluation import Evaluation
from evaluation.figures.definitions import (
    METRICS,
    Metric,
    costs,
    group,
    headline,
    is_count,
    meaning,
    of_labels,
    of_scope,
    of_types,
    of_unseen_targets,
)
from evaluation.figures.metrics import score
from evaluation.pages.run_page import RunPage, page
from evaluation.predictions import predictions
from evaluation.report import text_report
from train.measures import check_measure, dev_scorer
from train.tracking.experiments import note, view
from train.tracking.logged import of_parent, of_run

BOOK = Codebook.model_validate(
    {
        "name": "acts",
        "version": "1",
        "task": "event",
        "labels": [{"name": "raid"}, {"name": "talks"}, {"name": "calm"}],
    }
)
NAME, MEANING = "least_f1", "F1 of the label that is found worst"


@pytest.fixture
def least_f1(monkeypatch):
    """The table with one more metric."""
    metric = Metric(
        NAME,
        MEANING,
        function=lambda sums: np.where(sums.occurs, sums.f1, 1.0).min(axis=-1),
        headline=True,
        tracked="with_bounds",
        over_seeds=True,
        view=("event",),
        explained=("event",),
    )
    monkeypatch.setitem(METRICS, NAME, metric)
    return metric


def evaluation(wrong=4, seed=1):
    """Forty rows of ten articles, some of them wrong."""
    gold = [(BOOK.names[row % 3],) for row in range(40)]
    answers = np.array([row % 3 for row in range(40)])
    places = np.random.default_rng(seed).choice(40, wrong, replace=False)
    answers[places] = (answers[places] + 1) % 3
    return Evaluation(
        codebook=BOOK,
        rows=[
            {"id": str(row), "article_id": f"a{row // 4}", "text": f"{row}."} for row in range(40)
        ],
        gold=gold,
        articles=[f"a{row // 4}" for row in range(40)],
        probabilities=np.eye(3)[answers],
        uncalibrated=np.eye(3)[answers],
        name="dev",
    )


def test_a_new_metric_has_a_figure_and_an_interval_by_its_one_function(least_f1):
    measured = evaluation()
    worst = min(label.f1 for label in measured.scores.labels)
    assert measured.scores.figures[NAME] == pytest.approx(worst)
    low, high = measured.spread.averages[NAME]
    assert low < worst < high
    line = next(
        line
        for line in text_report(measured.scores, measured.spread).splitlines()
        if line.startswith(NAME)
    )
    assert line.split() == [NAME, f"{worst:.4f}", f"[{low:.4f},", f"{high:.4f}]"]
    assert measured.as_json()["metrics"][NAME] == measured.metrics[NAME]
    assert measured.metrics[f"{NAME}_low"] == low


def test_a_new_metric_is_explained_on_the_page_and_in_the_ui(least_f1):
    measured = evaluation()
    assert meaning(NAME) == MEANING
    run = RunPage("run", "", BOOK, [measured], {}, {})
    assert NAME in page(run)
    assert MEANING in page(run)
    assert f"- `{NAME}`: {MEANING}" in note("event", "#")
    assert NAME not in note("stance", "#")
    state = json.loads(json.loads(view("event"))["state"])
    assert f"metrics.`dev/{NAME}`" in state["selectedColumns"]
    assert NAME in headline()


def test_a_new_metric_is_tracked_with_its_bounds(least_f1):
    values = {f"dev/{NAME}{end}": 0.5 for end in ("", "_low", "_high", "_sd")}
    assert list(of_run(values)) == [f"dev/{NAME}", f"dev/{NAME}_low", f"dev/{NAME}_high"]
    assert of_parent(values, "dev/macro_f1") == values


def test_runs_can_be_chosen_and_promoted_by_a_new_metric(least_f1):
    measured = evaluation()
    part = SimpleNamespace(gold=measured.gold, targets=[None] * 40)
    data = SimpleNamespace(codebook=BOOK, dev=part, train=part)
    assert dev_scorer(data)(measured.probabilities)[NAME] == measured.scores.figures[NAME]
    check_measure(f"dev/{NAME}", data, "a.yaml: select_by")
    sides = [
        Candidate(
            name, name, "", predictions(side.rows, side.gold, side.probabilities, side.codebook)
        )
        for name, side in (("a", evaluation(2)), ("b", evaluation(12)))
    ]
    comparison = contrast(Candidates(BOOK, {}, tuple(sides)), NAME)
    (pair,) = comparison.pairs
    assert pair.difference == pytest.approx(
        comparison.scores[0].figures[NAME] - comparison.scores[1].figures[NAME]
    )
    assert pair.low < pair.difference < pair.high


def test_without_it_nothing_knows_the_metric():
    assert NAME not in evaluation().metrics
    assert meaning(NAME) == ""


def test_every_metric_says_what_it_means_and_where_its_figure_comes_from():
    for name, metric in METRICS.items():
        assert metric.name == name
        assert metric.meaning
        assert (metric.function is not None) == (metric.scope == "labels")
        assert bool(metric.base) == (metric.scope in ("unseen_targets", "types"))
        assert not metric.base or METRICS[metric.base].scope == "labels"
        assert metric.ratio is None or metric.scope == "rows"


def test_metrics_apply_to_the_codebooks_that_they_are_of():
    several = BOOK.model_copy(update={"labels_per_row": "several"})
    stance = Codebook.model_validate(
        {
            "name": "stance",
            "version": "1",
            "task": "stance",
            "labels": [{"name": "against"}, {"name": "neutral"}, {"name": "favor"}],
        }
    )
    always = ["macro_f1", "weighted_f1", "accuracy"]
    assert [metric.name for metric in of_labels(BOOK)] == always
    assert [metric.name for metric in of_labels(several)] == [*always, "micro_f1", "example_f1"]
    assert [metric.name for metric in of_labels(stance)] == [*always, "f_avg"]


def test_metrics_of_other_rows_and_labels_are_those_of_labels_by_another_name():
    averages = {"macro_f1": 0.5, "accuracy": 0.75}
    assert of_unseen_targets(averages) == {"macro_f1_unseen_targets": 0.5}
    assert of_types(averages) == {"type_macro_f1": 0.5, "type_accuracy": 0.75}
    assert of_types({}) == {}
    assert [metric.name for metric in of_scope("unseen_targets")] == ["macro_f1_unseen_targets"]


def test_the_point_figure_and_its_interval_have_the_same_metrics():
    measured = evaluation()
    spread = intervals(BOOK, measured.gold, measured.probabilities, measured.articles)
    assert set(spread.averages) == set(
        score(BOOK, measured.gold, measured.probabilities).averages()
    )


def test_numbers_of_rows_and_costs_are_known_by_the_table():
    assert [name for name in METRICS if is_count(name)] == ["unseen_target_rows"]
    assert not is_count("spare_rows")
    assert costs() == ["train_seconds", "sentences_per_second", "model_megabytes"]


def test_metrics_stand_in_the_group_that_the_table_gives():
    assert [name for name in METRICS if group(name) == "abstention"] == [
        "coverage",
        "precision_when_certain",
    ]
    assert group("risk_f1") == "averages"
    assert {group(metric.name) for metric in of_scope("types")} == {"types"}
