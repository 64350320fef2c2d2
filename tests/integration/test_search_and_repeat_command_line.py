"""`python -m train --search` and `--repeat`, with real trainings of a few rows."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from models.store import connect


@pytest.fixture
def here(capsys):
    """Runs the command line in this process."""
    def run(*arguments):
        from train.__main__ import main

        capsys.readouterr()
        code = main([str(word) for word in arguments])
        printed = capsys.readouterr()
        return SimpleNamespace(returncode=code, stdout=printed.out, stderr=printed.err)
    return run


@pytest.fixture
def project(store, small_rows, write_jsonl):
    """A configuration and a search of a user's own, with an empty store."""
    (store / "small_event.yaml").write_text(yaml.safe_dump({
        "name": "small_event", "version": "1", "task": "event",
        "labels": [{"name": name} for name in ("clash", "aid", "protest")]}))
    splits = {"a9": "dev", "a8": "test"}
    write_jsonl(store / "rows.jsonl", [
        row | {"split": splits.get(row["article_id"], "train")} for row in small_rows["event"]])
    (store / "words.yaml").write_text(yaml.safe_dump({
        "task": "event", "codebook": "small_event.yaml", "data": {"path": "rows.jsonl"},
        "model": {"family": "tfidf", "min_count": 1, "char_ngrams": 0}}))
    (store / "search.yaml").write_text(yaml.safe_dump({
        "sampler": "grid", "space": {"model.c": {"choices": [0.001, 4]}}}))
    return store


def test_the_best_of_a_search_is_registered_and_can_be_repeated(project, here):
    done = here("words.yaml", "--search", "search.yaml", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "  model.c: 0.001 | 4" in done.stdout
    assert "2 trials (grid, seed 13, median pruner after epoch 1), 0 finished" in done.stdout
    assert not (project / "optuna.db").exists()

    done = here("words.yaml", "--search", "search.yaml")
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
        max(run.data.metrics["dev/macro_f1"] for run in trials.values()))
    (version,) = client.search_model_versions()
    assert version.run_id == best.info.run_id

    done = here("--repeat", best.info.run_id)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "equal to the last digit" in done.stdout
    (again,) = client.search_runs(
        [experiment.experiment_id], f"tags.repeats = '{best.info.run_id}'")
    assert again.data.tags["repeat_equal"] == "true"
    assert again.info.run_name == f"{best.info.run_name} (repeat)"
    assert len(client.search_model_versions()) == 1
    kept = client.download_artifacts(again.info.run_id, "repeat.json", str(project))
    told = json.loads(Path(kept).read_text())
    assert told["equal"] is True
    assert told["compared"] > 20

    # As if one figure had come out otherwise then.
    client.log_metric(best.info.run_id, "dev/macro_f1", 0.123)
    done = here("--repeat", f"runs:/{best.info.run_id}")
    assert done.returncode == 1
    assert "not equal: 1 of" in done.stdout
    assert "dev/macro_f1" in done.stdout

    rows = (project / "rows.jsonl").read_text()
    (project / "rows.jsonl").write_text(rows.replace("Crowds marched", "Crowds walked", 1))
    done = here("--repeat", best.info.run_id)
    assert done.returncode == 2
    assert "rows.jsonl: is another file than run" in done.stderr
    (project / "rows.jsonl").unlink()
    done = here("--repeat", best.info.run_id)
    assert done.returncode == 2
    assert "rows.jsonl: no such file" in done.stderr
    done = here("--repeat", parent.info.run_id)
    assert done.returncode == 2
    assert "is the parent of other runs" in done.stderr


@pytest.mark.parametrize(("arguments", "told"), [
    (["words.yaml", "seed=1|2", "--search", "search.yaml"], "is given 2 configurations"),
    (["words.yaml", "--search", "none.yaml"], "none.yaml: no such file"),
    (["words.yaml", "--search", "search.yaml", "--reuse"], "never trains the same twice"),
    (["words.yaml", "--study-storage", "sqlite:///a.db"], "is given without --search"),
    (["words.yaml", "--search", "search.yaml", "--study-storage", "nosuch://a"], "storage: nosuch"),
    (["words.yaml", "--repeat", "abc"], "is given with words.yaml"),
    (["--repeat", "abc"], "names no model"),
    (["--repeat", "0" * 32], "no such run"),
])
def test_what_is_wrong_is_told_and_nothing_is_trained(project, here, arguments, told):
    done = here(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "training" not in done.stderr
