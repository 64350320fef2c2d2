"""The figures of a parent of several seeds."""

import json

import numpy as np
import pytest

from data.codebook import Codebook
from evaluation.chance.intervals import intervals
from evaluation.chance.row_intervals import row_intervals
from evaluation.chance.seeds import t_interval
from evaluation.comparing.seed_summary import SeedSummary, summary
from evaluation.figures.metrics import score
from evaluation.figures.scores import label_metric
from evaluation.predictions import predictions
from evaluation.slices.types import type_scores

BOOK = Codebook.model_validate(
    {
        "name": "acts",
        "version": "3",
        "task": "event",
        "labels": [{"name": "kill"}, {"name": "arrest"}, {"name": "fail"}],
    }
)
ALL, HALF = ["kill"] * 4, ["kill", "kill", "fail", "fail"]


def rows_said(labels):
    """What a run said of four rows that are all of a killing."""
    return [
        {
            "id": f"r{place}",
            "article_id": f"a{place}",
            "text": f"Report {place}.",
            "gold": "kill",
            "predicted": label,
            "probability": 0.75 - 0.25 * (label == "fail"),
        }
        for place, label in enumerate(labels)
    ]


@pytest.fixture
def predicted(kept_run):
    """`summary` on runs that predicted all rows rightly (`all`), or half of them."""

    def made(*runs):
        return summary(
            range(1, len(runs) + 1),
            [kept_run(BOOK, rows_said(ALL if run == "all" else HALF)) for run in runs],
            [
                {
                    "dev/accuracy": 1.0 if run == "all" else 0.5,
                    "dev/accuracy_low": 0.1,
                    "dev/f1/very_low": 0.3,
                    "epoch/dev/accuracy": 0.2,
                    "train_loss": 3.0,
                    "train_seconds": 4.0,
                    f"only_{run}": 1.0,
                }
                for run in runs
            ],
            BOOK,
            ["dev"],
            set(),
        )

    return made


def test_summary_by_hand(predicted):
    found = predicted("all", "half", "other")
    assert set(found.values) == {"dev/accuracy", "dev/f1/very_low", "train_seconds"}
    metrics = found.metrics()
    assert metrics["dev/accuracy"] == pytest.approx(2 / 3)
    assert metrics["dev/accuracy_sd"] == pytest.approx(0.288675, abs=1e-6)
    assert metrics["dev/accuracy_low"] < 0.5 < metrics["dev/accuracy_high"] == 1.0
    assert metrics["train_seconds_sd"] == 0.0
    assert not found.alike
    kept = json.loads(json.dumps(found.as_json()))
    assert kept["dev/accuracy"]["values"] == [1.0, 0.5, 0.5]
    assert kept["dev/accuracy"]["kind"] == "articles and seeds"


def test_intervals_of_what_is_not_of_rows_are_over_seeds_alone():
    values = {
        "train_seconds": (10.0, 12.0, 17.0),
        "dev/worst_slice_accuracy": (0.4, 0.4, 0.4),
        "dev/ece_uncalibrated": (0.01, 0.2, 0.3),
        "dev/f1/a_uncalibrated": (0.1, 0.2, 0.3),
        "dev/ece": (0.1, 0.2, 0.3),
    }
    found = SeedSummary((1, 2, 3), values, {}, False)
    assert not any(name.endswith(("_low", "_high")) for name in found.metrics())
    kept = found.as_json()
    # 13 ± 4.3027 · sd / √3, sd = √13, as a table of Student's t with 2 degrees of freedom has it.
    assert kept["train_seconds"]["interval"] == pytest.approx([13 - 8.957, 13 + 8.957], abs=1e-3)
    assert kept["dev/worst_slice_accuracy"]["interval"] == [0.4, 0.4]
    assert kept["dev/ece_uncalibrated"]["interval"][0] == 0
    assert [kept[name]["kind"] for name in values] == ["seeds"] * 3 + [None] * 2
    assert kept["dev/ece"]["interval"] is None  # of rows, but the runs kept none of it
    assert t_interval((4.0,)) is None
    assert t_interval((-1.0, 1.0))[0] < -1


def test_a_bound_never_takes_the_place_of_a_label():
    found = SeedSummary(
        (1, 2),
        {"dev/f1/x": (0.5, 0.7), "dev/f1/x_low": (0.2, 0.4)},
        {"dev/f1/x": (0.4, 0.8), "dev/f1/x_low": (0.1, 0.5)},
        False,
    )
    metrics = found.metrics()
    assert metrics["dev/f1/x_low"] == pytest.approx(0.3)
    assert (metrics["dev/f1/x_high"], metrics["dev/f1/x_low_low"]) == (0.8, 0.1)


def test_every_metric_of_rows_has_an_interval(kept_run):
    """Labels, types, calibration, abstention: as a single run that predicts the same."""
    book = Codebook.model_validate(
        {
            "name": "acts",
            "version": "3",
            "task": "event",
            "parents": [{"name": "harm"}],
            "labels": [
                {"name": "kill", "parent": "harm"},
                {"name": "maim", "parent": "harm"},
                {"name": "minor act"},
            ],
        }
    )
    rng = np.random.default_rng(6)
    gold = [(book.names[j],) for j in rng.integers(3, size=40)]
    proba = rng.dirichlet(np.ones(3), 40)
    articles = [f"a{row // 2}" for row in range(40)]
    rows = predictions(
        [
            {"id": str(row), "article_id": article, "text": "A report."}
            for row, article in enumerate(articles)
        ],
        gold,
        proba,
        book,
        certain_from=[0.5, 0.6, 0.7],
    )
    types = type_scores(book, gold, proba, articles)
    alone = intervals(book, gold, proba, articles).beside(row_intervals([rows], book))
    names = [
        *score(book, gold, proba).flat(),
        "type_macro_f1",
        "type_accuracy",
        *row_intervals([rows], book),
    ]
    found = summary(
        [1, 2],
        [kept_run(book, rows) for _ in range(2)],
        [{f"dev/{name}": 0.5 for name in names}] * 2,
        book,
        ["dev"],
        set(),
    )
    assert set(found.spread) == {f"dev/{name}" for name in names}
    assert found.spread == {
        f"dev/{name}": pair
        for name, pair in (
            alone.averages
            | {label_metric(name): pair for name, pair in alone.labels.items()}
            | {f"type_{name}": types.spread.averages[name] for name in ("macro_f1", "accuracy")}
        ).items()
    }
    assert "dev/f1/minor act" in found.spread


def test_summary_of_equal_seeds_and_of_one(predicted):
    assert predicted("half", "same").alike
    alone = predicted("half")
    assert not alone.alike
    assert "dev/accuracy_sd" not in alone.metrics()
