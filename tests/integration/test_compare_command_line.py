"""`python -m evaluation compare` on runs, versions and a file of rows."""

import json
from types import SimpleNamespace

import pytest


@pytest.fixture
def trained(store, lay_out, write_jsonl, small_rows, here):
    """Two models on the same rows and a third on other dev rows; and the runs by name."""
    from mlflow.tracking import MlflowClient

    lay_out(store, {"a7": "dev", "a8": "dev", "a9": "dev"})
    write_jsonl(store / "others.jsonl", [
        row | {"split": "dev" if row["article_id"] in ("a1", "a8", "a9") else "train"}
        for row in small_rows["event"]])
    done = here("train", "shares.yaml", "words.yaml", cwd=store)
    assert done.returncode == 0, done.stderr
    assert here("train", "shares.yaml", "seed=5", "data.path=others.jsonl",
                cwd=store).returncode == 0
    client = MlflowClient(f"sqlite:///{store}/mlflow.db")
    experiment = client.get_experiment_by_name("event").experiment_id
    return SimpleNamespace(folder=store, client=client, runs={
        run.info.run_name: run for run in client.search_runs([experiment])})


def test_runs_are_compared_and_refused(trained, here):
    folder, runs = trained.folder, trained.runs
    words, shares = runs["words seed=13"], runs["shares seed=13"]
    low, high = (words.data.metrics[f"dev/macro_f1_{side}"] for side in ("low", "high"))
    assert low <= words.data.metrics["dev/macro_f1"] <= high
    assert f"{words.data.metrics['dev/macro_f1']:.3f} [{low:.3f}, {high:.3f}]" in (
        words.data.tags["mlflow.note.content"])

    done = here("evaluation", "compare", words.info.run_id, "event/1", "--json", "out.json",
                "--html", "out.html", "--log", cwd=folder)
    assert done.returncode == 0, done.stderr
    kept = json.loads((folder / "out.json").read_text())
    assert kept["rows"] == 18
    assert {model["run_id"] for model in kept["models"]} == {
        words.info.run_id, shares.info.run_id}
    for model, run in zip(kept["models"], (words, shares), strict=True):
        for name in ("macro_f1", "accuracy"):
            assert model["metrics"][name] == pytest.approx(run.data.metrics[f"dev/{name}"])
            assert model["intervals"]["metrics"][name] == pytest.approx(
                [run.data.metrics[f"dev/{name}_{side}"] for side in ("low", "high")])
    assert "words seed=13" in done.stdout
    (page,) = trained.client.list_artifacts(shares.info.run_id, "comparisons")
    assert page.path in done.stdout
    assert page.path.startswith("comparisons/macro_f1-")

    elsewhere = runs["shares seed=5 data.path=others.jsonl"].info.run_id
    other = here("evaluation", "compare", words.info.run_id, elsewhere,
                 cwd=folder)
    assert other.returncode == 2
    assert "were measured on different rows: 6 rows only words" in other.stderr
    assert here("evaluation", "compare", "event/1", "event/99", cwd=folder).returncode == 2
    gone = here("evaluation", "compare", "event/1", "0" * 32, cwd=folder)
    assert (gone.returncode, "no such run" in gone.stderr) == (2, True)


def test_models_are_compared_on_a_file(trained, here):
    folder = trained.folder
    kept = next(path.parent for path in folder.rglob("model.json")
                if json.loads(path.read_text())["family"] == "tfidf")
    done = here("evaluation", "compare", kept, "event/1", "event/2", "--data", "rows.jsonl",
                "--metric", "accuracy", "--map", "wide", "--json", "out.json", "--log",
                cwd=folder)
    assert done.returncode == 0, done.stderr
    result = json.loads((folder / "out.json").read_text())
    pairs = {(pair["first"], pair["second"]): pair for pair in result["pairs"]}
    assert pairs["portable", "event 2"]["difference"] == 0
    assert pairs["portable", "event 2"]["p"] == 1
    assert pairs["portable", "event 1"]["p_holm"] < 0.05
    assert set(result["models"][0]["metrics"]) >= {"f1/C", "f1/A", "f1/P"}
    assert "portable: has no run to log to" in done.stderr

    refused = here("evaluation", "compare", kept, "event/1", cwd=folder)
    assert refused.returncode == 2
    assert "has no run, so no predictions of its own" in refused.stderr
