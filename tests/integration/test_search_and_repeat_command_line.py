"""`eventstance train --search` and `--repeat`, with real trainings of a few rows."""

import json
from pathlib import Path

import pytest
import yaml

from models.store.connection import connect

pytestmark = pytest.mark.usefixtures("empty_plots")


@pytest.fixture
def project(project, configuration):
    """With a search."""
    configuration(project, "words", {"family": "tfidf", "min_count": 1, "char_ngrams": 0})
    (project / "search.yaml").write_text(
        yaml.safe_dump({"sampler": "grid", "space": {"model.c": {"choices": [0.001, 4]}}})
    )
    return project


def test_the_best_of_a_search_is_registered_and_can_be_repeated(project, here):
    done = here("train", "words.yaml", "--search", "search.yaml", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "  model.c: 0.001 | 4" in done.stdout
    assert "2 trials (grid, seed 13, median pruner after epoch 1), 0 finished" in done.stdout
    assert not (project / "optuna.db").exists()

    done = here("train", "words.yaml", "--search", "search.yaml")
    assert done.returncode == 0, done.stderr
    assert "the best is registered as event/1" in done.stdout
    assert "words.yaml model.c=" in done.stdout
    assert (project / "optuna.db").exists()
    client = connect()
    (experiment,) = [found for found in client.search_experiments() if found.name == "event"]
    everything = client.search_runs([experiment.experiment_id])
    (parent,) = [run for run in everything if run.data.tags.get("kind") == "search"]
    trials = {run.data.tags["trial"]: run for run in everything if "trial" in run.data.tags}
    assert set(trials) == {"0", "1"}
    best = trials[parent.data.tags["best_trial"]]
    assert best.data.metrics["dev/macro_f1"] == float(
        max(run.data.metrics["dev/macro_f1"] for run in trials.values())
    )
    (version,) = client.search_model_versions()
    assert version.run_id == best.info.run_id
    page = Path(
        client.download_artifacts(parent.info.run_id, "report.html", str(project))
    ).read_text()
    assert all(run.info.run_id in page for run in trials.values())
    assert page.index(best.info.run_id) == min(
        page.index(run_id) for run_id in (run.info.run_id for run in trials.values())
    )
    assert "<h3>test</h3>" in page  # the figures of the trials' runs

    done = here("train", "--repeat", best.info.run_id)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "equal to the last digit" in done.stdout
    (again,) = client.search_runs(
        [experiment.experiment_id], f"tags.repeats = '{best.info.run_id}'"
    )
    assert again.data.tags["repeat_equal"] == "true"
    assert again.info.run_name == f"{best.info.run_name} (repeat)"
    assert len(client.search_model_versions()) == 1
    kept = client.download_artifacts(again.info.run_id, "repeat.json", str(project))
    told = json.loads(Path(kept).read_text())
    assert told["equal"] is True
    assert told["compared"] > 20

    # As if one figure had come out otherwise then.
    client.log_metric(best.info.run_id, "dev/macro_f1", 0.123)
    done = here("train", "--repeat", f"runs:/{best.info.run_id}")
    assert done.returncode == 1
    assert "not equal: 1 of" in done.stdout
    assert "dev/macro_f1" in done.stdout

    rows = (project / "rows.jsonl").read_text()
    (project / "rows.jsonl").write_text(rows.replace("Crowds marched", "Crowds walked", 1))
    done = here("train", "--repeat", best.info.run_id)
    assert done.returncode == 2
    assert "rows.jsonl: is another file than run" in done.stderr
    (project / "rows.jsonl").unlink()
    done = here("train", "--repeat", best.info.run_id)
    assert done.returncode == 2
    assert "rows.jsonl: no such file" in done.stderr
    done = here("train", "--repeat", parent.info.run_id)
    assert done.returncode == 2
    assert "is the parent of other runs" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["words.yaml", "seed=1|2", "--search", "search.yaml"], "is given 2 configurations"),
        (["words.yaml", "--search", "none.yaml"], "none.yaml: no such file"),
        (["words.yaml", "--search", "search.yaml", "--reuse"], "never trains the same twice"),
        (["words.yaml", "--study-storage", "sqlite:///a.db"], "is given without --search"),
        (
            ["words.yaml", "--search", "search.yaml", "--study-storage", "nosuch://a"],
            "storage: nosuch",
        ),
        (["words.yaml", "--repeat", "abc"], "is given with words.yaml"),
        (["--repeat", "abc"], "names no model"),
        (["--repeat", "0" * 32], "no such run"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_trained(project, here, arguments, told):
    done = here("train", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "training" not in done.stderr
