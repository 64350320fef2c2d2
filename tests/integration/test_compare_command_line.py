"""`eventstance evaluation compare` on runs, versions and a file of rows."""

import json

import pytest
from made_stores import runs_of

pytestmark = pytest.mark.usefixtures("empty_plots")


@pytest.fixture
def elsewhere(trained, write_jsonl, small_rows, here):
    """The id of a third run, which was measured on other dev rows."""
    write_jsonl(
        trained.folder / "others.jsonl",
        [
            row | {"split": "dev" if row["article_id"] in ("a1", "a7", "a8") else "train"}
            for row in small_rows["event"]
        ],
    )
    done = here("train", "shares.yaml", "seed=5", "data.path=others.jsonl")
    assert done.returncode == 0, done.stderr
    return runs_of(trained.folder)[-1].info.run_id


def test_runs_are_compared_and_refused(trained, elsewhere, here):
    folder = trained.folder
    words, shares = trained.runs["tfidf"], trained.runs["majority"]
    low, high = (words.data.metrics[f"dev/macro_f1_{side}"] for side in ("low", "high"))
    assert low <= words.data.metrics["dev/macro_f1"] <= high
    assert (
        f"{words.data.metrics['dev/macro_f1']:.3f} [{low:.3f}, {high:.3f}]"
        in (words.data.tags["mlflow.note.content"])
    )

    done = here(
        "evaluation",
        "compare",
        words.info.run_id,
        "event/1",
        "--json",
        "out.json",
        "--html",
        "out.html",
        "--log",
    )
    assert done.returncode == 0, done.stderr
    kept = json.loads((folder / "out.json").read_text())
    assert kept["rows"] == 18
    assert {model["run_id"] for model in kept["models"]} == {words.info.run_id, shares.info.run_id}
    for model, run in zip(kept["models"], (words, shares), strict=True):
        for name in ("macro_f1", "accuracy"):
            assert model["metrics"][name] == pytest.approx(run.data.metrics[f"dev/{name}"])
            assert model["intervals"]["metrics"][name] == pytest.approx(
                [run.data.metrics[f"dev/{name}_{side}"] for side in ("low", "high")]
            )
    assert "words seed=13" in done.stdout
    (page,) = trained.client.list_artifacts(shares.info.run_id, "comparisons")
    assert page.path in done.stdout
    assert page.path.startswith("comparisons/macro_f1-")

    other = here("evaluation", "compare", words.info.run_id, elsewhere)
    assert other.returncode == 2
    assert "were measured on different rows: 6 rows only words" in other.stderr
    assert here("evaluation", "compare", "event/1", "event/99").returncode == 2
    gone = here("evaluation", "compare", "event/1", "0" * 32)
    assert (gone.returncode, "no such run" in gone.stderr) == (2, True)


def test_models_are_compared_on_a_file(trained, here):
    folder = trained.folder
    kept = next(
        path.parent
        for path in folder.rglob("model.json")
        if json.loads(path.read_text())["family"] == "tfidf"
    )
    done = here(
        "evaluation",
        "compare",
        kept,
        "event/1",
        "event/2",
        "--data",
        "rows.jsonl",
        "--metric",
        "accuracy",
        "--map",
        "wide",
        "--json",
        "out.json",
        "--log",
    )
    assert done.returncode == 0, done.stderr
    result = json.loads((folder / "out.json").read_text())
    pairs = {(pair["first"], pair["second"]): pair for pair in result["pairs"]}
    assert pairs["portable", "event 2"]["difference"] == 0
    assert pairs["portable", "event 2"]["p"] == 1
    assert pairs["portable", "event 1"]["p_holm"] < 0.05
    assert set(result["models"][0]["metrics"]) >= {"f1/C", "f1/A", "f1/P"}
    assert "portable: has no run to log to" in done.stderr

    refused = here("evaluation", "compare", kept, "event/1")
    assert refused.returncode == 2
    assert "has no run, so no predictions of its own" in refused.stderr
