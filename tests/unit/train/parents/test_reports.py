"""What a parent run says of its runs."""

from types import SimpleNamespace

import pytest

from evaluation.comparing.seed_summary import SeedSummary
from train.parents.parent_runs import Child, Parent
from train.parents.reports import MOST_SEEDS, figure, report_failures, report_sweep, seeds_text


@pytest.fixture
def text(planned):
    """The description of a parent of these children, whose seeds have these values."""

    def make(children, values, *, alike=False):
        done = [child for child in children if child.run_id]
        seeds = SeedSummary(
            tuple(child.seed for child in done),
            {"dev/macro_f1": values},
            {"dev/macro_f1": (0.6, 0.8)},
            alike,
        )
        track = SimpleNamespace(
            name="words",
            run_id="p",
            link=lambda artifact="", run_id="p": f"#/runs/{run_id}/{artifact}",
        )
        parent = Parent(track, [planned("seed=1")])
        return seeds_text(
            parent, children, seeds, sorted(done, key=lambda child: -child.metrics["dev/macro_f1"])
        )

    return make


def test_description_by_hand(text):
    children = [
        Child("words seed=1", 1, "r1", {"dev/macro_f1": 0.7}),
        Child("words seed=2", 2, "", {}, "RuntimeError: full"),
        Child("words seed=3", 3, "r3", {"dev/macro_f1": 0.74}),
    ]
    markdown = text(children, (0.7, 0.74))
    assert "2 of 3 runs, 1 failed" in markdown
    assert "|  | mean | sd | 95 % interval | seed 1 | seed 3 |" in markdown
    assert "| dev/macro_f1 | 0.720 | 0.0283 | 0.600 to 0.800 | 0.700 | 0.740 |" in markdown
    assert "- words seed=2 failed: RuntimeError: full" in markdown
    assert (
        "the best is [words seed=3](#/runs/r3/) (`r3`), the worst [words seed=1](#/runs/r1/)"
        in markdown
    )
    assert "[Report](#/runs/p/report.html)" in markdown
    alike = text(children[:1], (0.7,), alike=True)
    assert "| 0.700 | – |" in alike
    assert "All seeds gave the same predictions" in alike


def test_description_of_many_seeds_has_so_many_columns(text):
    many = MOST_SEEDS + 3
    markdown = text(
        [
            Child(f"words seed={seed}", seed, f"r{seed}", {"dev/macro_f1": 0.7})
            for seed in range(many)
        ],
        (0.7,) * many,
    )
    assert markdown.count("| seed ") == MOST_SEEDS
    assert f"{many} runs" in markdown


def test_figures_as_text():
    metrics = {"a": 0.7314, "a_sd": 0.0042, "a_low": 0.7, "a_high": 0.76, "b": 0.5}
    assert figure(metrics, "a") == "0.731 ± 0.004 [0.700, 0.760]"
    assert (figure(metrics, "b"), figure(metrics, "c")) == ("0.500", "–")


class Track:
    """A parent run that keeps what is logged; `r1` has a parent, `r4` was trained on its own."""

    name, run_id, experiment = "words (3 runs)", "p", "event"

    def __init__(self):
        self.tags, self.kept, self.adopted, self.client = {}, [], [], self

    def link(self, artifact="", run_id="p"):
        return f"#/runs/{run_id}/{artifact}"

    def tags_of(self, values):
        self.tags |= values

    def files(self, folder):
        self.kept += sorted(path.name for path in folder.iterdir())

    def get_run(self, run_id):
        tags = {"mlflow.parentRunId": "q"} if run_id == "r1" else {}
        return SimpleNamespace(data=SimpleNamespace(tags=tags))

    def set_tag(self, run_id, key, value):
        self.adopted.append((run_id, key, value))


@pytest.fixture
def sweep(planned, monkeypatch):
    """A sweep of three values of `c`, without plots."""
    monkeypatch.setattr("train.parents.pages.data_rows", lambda data: [])
    monkeypatch.setattr("train.parents.pages.sweep_plot", lambda parent, children: None)
    monkeypatch.setattr("train.parents.reports.save", lambda figure, path: path.touch())
    return Parent(Track(), [planned(f"c={c}", c=c) for c in (1.0, 4.0, 9.0)])


def test_a_sweep_lists_its_runs_the_best_first(sweep):
    children = [
        Child("words c=1", 13, "r1", {"dev/macro_f1": 0.4, "test/macro_f1": 0.3}),
        Child("words c=4|x", 13, "r4", {"dev/macro_f1": 0.6}),
        Child("words c=9", 13, "", {}, "ValueError: full"),
    ]
    report_sweep(sweep, children)
    lines = sweep.track.tags["mlflow.note.content"].splitlines()
    assert lines[0].startswith("2 of 3 runs, 1 failed; the best by dev/macro_f1 first. [Report](")
    assert lines[2:6] == [
        "| run | dev/macro_f1 | test/macro_f1 |",
        "|---|---|---|",
        r"| [words c=4\|x](#/runs/r4/) | 0.600 | – |",
        "| [words c=1](#/runs/r1/) | 0.400 | 0.300 |",
    ]
    assert "- words c=9 failed: ValueError: full" in lines
    assert (sweep.track.tags["best_child"], sweep.track.tags["worst_child"]) == ("r4", "r1")
    assert sweep.track.tags["children"] == "r4 r1"
    assert sweep.track.kept == ["report.html", "settings.png"]
    assert sweep.track.adopted == [("r4", "mlflow.parentRunId", "p"), ("r4", "parent", "p")]


def test_one_finished_run_makes_no_plot(sweep):
    report_sweep(sweep, [Child("words c=1", 13, "r1", {"dev/macro_f1": 0.4})])
    assert sweep.track.kept == ["report.html"]


def test_a_parent_without_a_finished_run_says_why_each_failed(sweep):
    report_failures(sweep, [Child("words c=9", 13, "", {}, "ValueError: full")])
    assert sweep.track.tags == {
        "mlflow.note.content": "0 of 1 runs, 1 failed.\n\n- words c=9 failed: ValueError: full\n"
    }
