"""How a repeated run is told."""

from types import SimpleNamespace

import pytest

from train.repeat.report import Difference, Repeated, figures, repeat_lines, repeat_table


def repeated(*differing, added=(), surroundings=()):
    return Repeated("then-run", "now-run", 9, differing, added, surroundings)


def test_the_verdict_names_the_largest_difference():
    assert repeated().equal
    assert repeated().verdict() == "equal to the last digit: all 9 figures"
    apart = repeated(Difference("dev/f1", 0.5, 0.75), Difference("dev/ece", 0.1, 0.1001))
    assert not apart.equal
    assert apart.verdict() == (
        "not equal: 2 of 9 figures differ, most of all dev/f1, which differs by 0.25"
    )
    assert repeated(Difference("dev/f1", 0.5, None)).verdict().endswith("dev/f1, which is missing")


def test_a_figure_that_is_missing_is_as_far_off_as_can_be():
    assert Difference("dev/f1", 0.5, None).size == float("inf")
    assert Difference("dev/f1", 0.5, 0.4).size == pytest.approx(0.1)


def test_figures_leave_timings_out_and_have_curves_by_epoch(monkeypatch):
    logged = {
        "dev/macro_f1": 0.7,
        "train_seconds": 9.0,
        "sentences_per_second": 80.0,
        "epoch/dev/macro_f1": 0.7,
    }
    history = [SimpleNamespace(step=1, value=0.6), SimpleNamespace(step=2, value=0.7)]
    client = SimpleNamespace(get_metric_history=lambda run_id, name: history)
    monkeypatch.setattr("train.repeat.report.kept_metrics", lambda run_id, metrics: metrics)
    run = SimpleNamespace(
        info=SimpleNamespace(run_id="then-run"), data=SimpleNamespace(metrics=logged)
    )
    assert figures(client, run) == {
        "dev/macro_f1": 0.7,
        "epoch/dev/macro_f1 [1]": 0.6,
        "epoch/dev/macro_f1 [2]": 0.7,
    }


def test_the_table_has_all_digits_and_says_what_it_leaves_out():
    table = repeat_table(
        repeated(
            Difference("dev/f1", 0.5, 0.5000000001),
            Difference("dev/ece", 0.25, None),
            Difference("dev/brier", 0.25, 0.5),
        ),
        most=2,
    )
    assert table.title == "what differs from run then-run"
    assert table.rows == [
        ["dev/f1", "0.5", "0.5000000001", "+1e-10"],
        ["dev/ece", "0.25", "–", "–"],
        ["… and 1 more, in repeat.json", "", "", ""],
    ]


def test_the_lines_end_with_the_verdict_and_where_it_is_kept():
    lines = repeat_lines(
        repeated(
            added=tuple(f"m{number}" for number in range(6)),
            surroundings=(("packages.torch", "2.1", "2.2"), ("device", "", "cuda")),
        )
    )
    assert lines == [
        "packages.torch: 2.1 then, 2.2 now",
        "device: none then, cuda now",
        "6 metrics are logged now that the run had not: m0, m1, m2, m3, m4 …",
        "equal to the last digit: all 9 figures",
        "repeated as run now-run, with repeat.json",
    ]
