"""`seed=1|2|3` and what compares its parent, from outside."""

import json

import pytest

from evaluation.comparing.scored_models import with_seeds
from evaluation.figures.kept_metrics import kept_metrics

pytestmark = pytest.mark.usefixtures("empty_plots")


@pytest.fixture(autouse=True)
def laid_out(store, lay_out):
    return lay_out(store, {"a7": "dev", "a8": "dev", "a9": "test", "a6": "test"}, register=False)


@pytest.fixture
def runs(store):
    """The runs of the store by name; a name that two have is an error."""

    def found():
        from mlflow.tracking import MlflowClient

        client = MlflowClient(f"sqlite:///{store}/mlflow.db")
        (experiment,) = (
            one.experiment_id for one in client.search_experiments() if one.name == "event"
        )
        every = client.search_runs([experiment])
        names = {run.info.run_name: run for run in every}
        assert len(names) == len(every)
        return names

    return found


@pytest.fixture
def stopped(monkeypatch):
    """Lets the training of one seed end with an error of this kind; None for no more of that."""
    from train.run import run

    def at(seed, error):
        def stopping(client, job):
            if error and job.config.seed == seed:
                raise error("stopped here")
            return run(client, job)

        monkeypatch.setattr("train.run.run", stopping)

    return at


def kept_of(store, run):
    """What an artifact of the run says."""
    from mlflow.artifacts import load_dict

    return load_dict(f"{run.info.artifact_uri}/seeds.json")


def page_of(store, run):
    """The report page of a run, which its description links to."""
    from mlflow.artifacts import load_text

    place = f"runs/{run.info.run_id}/artifacts/report.html"
    assert place in run.data.tags["mlflow.note.content"]
    return load_text(f"{run.info.artifact_uri}/report.html")


def test_seeds_have_a_parent_that_is_completed_and_compared(here, runs, stopped, store):
    assert here("train", "shares.yaml").returncode == 0
    assert here("train", "words.yaml", "seed=2").returncode == 0

    # Interrupted in the third seed; the second was trained before, on its own.
    stopped(3, KeyboardInterrupt)
    assert here("train", "words.yaml", "seed=1|2|3", "--reuse").returncode == 130
    before = runs()
    parent = before["words (3 seeds)"]
    assert parent.info.status == "KILLED"
    refused = here("evaluation", "compare", parent.info.run_id, before["words seed=1"].info.run_id)
    assert refused.returncode == 2
    assert "without a finished seed (it is KILLED)" in refused.stderr

    # The same parent with --resume; the third seed fails, the others are not trained again.
    stopped(3, RuntimeError)
    done = here("train", "words.yaml", "seed=1|2|3", "--resume", "--reuse")
    assert done.returncode == 1
    assert done.stderr.count("reused, an equal run is finished") == 2
    parent = runs()["words (3 seeds)"]
    assert parent.info.run_id == before["words (3 seeds)"].info.run_id
    assert parent.info.status == "FAILED"
    assert "2 of 3 runs, 1 failed" in parent.data.tags["mlflow.note.content"]
    assert "seed=3 failed: RuntimeError: stopped here" in parent.data.tags["mlflow.note.content"]
    assert "failed: RuntimeError: stopped here" in page_of(store, parent)
    assert "dev/macro_f1" in parent.data.metrics
    assert [one["status"] for one in kept_of(store, parent)["runs"]] == [
        "FINISHED",
        "FINISHED",
        "FAILED",
    ]

    stopped(3, None)
    done = here("train", "words.yaml", "seed=1|2|3", "--resume")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("training on") == 1
    after = runs()
    assert set(after) == {
        "shares seed=13",
        "words seed=1",
        "words seed=2",
        "words seed=3",
        "words (3 seeds)",
    }
    check_parent(after, store)
    check_comparison(here, after, store)


def check_parent(after, store):
    parent, one = after["words (3 seeds)"], after["words seed=1"]
    assert parent.info.status == "FINISHED"
    assert {after[f"words seed={seed}"].data.tags["mlflow.parentRunId"] for seed in (1, 2, 3)} == {
        parent.info.run_id
    }
    # This family does not depend on the seed: the mean is the figure, its interval that of one.
    for name in ("dev/macro_f1", "test/accuracy", "dev/ece"):
        for side in ("", "_low", "_high"):
            assert parent.data.metrics[name + side] == one.data.metrics[name + side]
        assert parent.data.metrics[f"{name}_sd"] == 0
    assert len(parent.data.metrics) < 60
    # What is no metric in MLflow, also of a seed that was not trained by this command.
    every = kept_metrics(one.info.run_id, one.data.metrics)
    assert "test/f1/aid" not in one.data.metrics
    for name in ("test/brier", "test/f1/aid", "dev/ece_uncalibrated"):
        assert kept_of(store, parent)["metrics"][name]["values"] == [every[name]] * 3
    tags = parent.data.tags
    assert (tags["kind"], tags["seeds"], tags["family"]) == ("seeds", "1 2 3", "tfidf")
    assert tags["dev_digest"] == one.data.tags["dev_digest"]
    assert "config_digest" not in tags
    assert (tags["best_child"], tags["best_child_name"]) == (one.info.run_id, "words seed=1")
    assert tags["worst_child_name"] == "words seed=3"
    assert "All seeds gave the same predictions" in tags["mlflow.note.content"]
    assert "| dev/macro_f1 | " in tags["mlflow.note.content"]
    params = set(one.data.params.items()) - set(parent.data.params.items())
    assert params == {("seed", "1")}
    assert {given.dataset.digest for given in parent.inputs.dataset_inputs} == {
        given.dataset.digest for given in one.inputs.dataset_inputs
    }
    page = page_of(store, parent)
    assert all(after[f"words seed={seed}"].info.run_id in page for seed in (1, 2, 3))
    assert "failed" not in page
    kept = kept_of(store, parent)
    assert kept["best"] == one.info.run_id
    assert kept["metrics"]["dev/macro_f1"]["values"] == [one.data.metrics["dev/macro_f1"]] * 3


def check_comparison(here, after, store):
    parent, shares = (after[name].info.run_id for name in ("words (3 seeds)", "shares seed=13"))
    child = after["words seed=1"].info.run_id
    done = here("evaluation", "compare", parent, shares, child, "--json", "out.json", "--log")
    assert done.returncode == 0, done.stderr
    result = json.loads((store / "out.json").read_text())
    assert [model["seeds"] for model in result["models"]] == [3, 1, 1]
    assert len(result["models"][0]["children"]) == 3
    ahead, equal, _ = result["pairs"]
    assert (ahead["seeds"], ahead["difference"] > 0, ahead["losses"]) == ([3, 1], True, 0)
    assert (equal["difference"], equal["low"], equal["high"], equal["p"]) == (0, 0, 0, 1)
    assert equal["wins"] == equal["losses"] == 0
    assert f"logged to run {parent}: comparisons/macro_f1-" in done.stdout
    children = [after[f"words seed={seed}"].info.run_id for seed in (1, 2, 3)]
    assert with_seeds([str(store), parent, f"runs:/{shares}"]) == [
        str(store),
        *(f"runs:/{run_id}" for run_id in children),
        f"runs:/{shares}",
    ]
    on_file = here(
        "evaluation", "compare", parent, shares, "--data", "rows.jsonl", "--json", "file.json"
    )
    assert on_file.returncode == 0, on_file.stderr
    assert json.loads((store / "file.json").read_text())["models"][0]["seeds"] == 3


def test_seeds_within_a_sweep(here, runs, store):
    done = here("train", "shares.yaml", "select_by=dev/accuracy|dev/macro_f1", "seed=1|2")
    assert done.returncode == 0, done.stderr
    found = runs()
    top = found["shares (4 runs)"]
    groups = [found[f"shares select_by=dev/{name} (2 seeds)"] for name in ("accuracy", "macro_f1")]
    assert {group.data.tags["mlflow.parentRunId"] for group in groups} == {top.info.run_id}
    child = found["shares select_by=dev/accuracy seed=2"]
    assert child.data.tags["mlflow.parentRunId"] == groups[0].info.run_id
    assert (top.data.tags["kind"], "select_by" in top.data.params) == ("sweep", False)
    assert "shares select_by=dev/macro_f1 (2 seeds)" in top.data.tags["mlflow.note.content"]
    assert " ± 0.000 [" in done.stderr
    page = page_of(store, top)
    assert all(group.info.run_id in page for group in groups)
    assert "<td>select_by</td>" in page  # what varied
    refused = here("evaluation", "compare", top.info.run_id, child.info.run_id)
    assert refused.returncode == 2
    assert f"the best is {groups[0].info.run_id}" in refused.stderr

    again = here(
        "train", "shares.yaml", "select_by=dev/accuracy|dev/macro_f1", "seed=1|2", "--reuse"
    )
    assert "(reused)" in again.stdout
    assert set(runs()) == set(found)

    twice = here("train", "shares.yaml", "seed=1|1")
    assert twice.returncode == 2
    assert "is the same run a second time" in twice.stderr
