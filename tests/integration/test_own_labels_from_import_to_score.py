"""A user's own labels: imported, split, trained on, scored; no row dealt to test is trained on."""

import csv
import json
from pathlib import Path

import pytest
import yaml

VERBS = {
    "clash": ("fought", "shelled"),
    "aid": ("fed", "sheltered"),
    "protest": ("marched", "chanted"),
}


def words(number, count=9):
    return " ".join(f"{letter}word{number}" for letter in "abcdefghij"[:count])


@pytest.fixture
def mine(project, here):
    """Sixty articles of three sentences, imported from CSV and split; returns the rows."""
    with Path("mine.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "article_id", "text", "label"])
        for article in range(60):
            for place, (label, verbs) in enumerate(VERBS.items()):
                number = article * 3 + place
                writer.writerow(
                    [
                        f"m{number}",
                        f"a{article}",
                        f"They {verbs[number % 2]} {words(number)}.",
                        label,
                    ]
                )
    assert (
        here(
            "data",
            "import",
            "csv",
            "mine.csv",
            "--codebook",
            "small_event.yaml",
            "--out",
            "mine.jsonl",
        ).returncode
        == 0
    )
    done = here(
        "data",
        "split",
        "mine.jsonl",
        "--by",
        "random",
        "--dev",
        0.2,
        "--test",
        0.2,
        "--out",
        "dealt.jsonl",
    )
    assert done.returncode == 0, done.stderr
    assert "data.path=dealt.jsonl" in done.stdout
    return [json.loads(line) for line in Path("dealt.jsonl").read_text().splitlines()]


def kept_split(run_id):
    from models.store.connection import connect

    return json.loads(Path(connect().download_artifacts(run_id, "split.json")).read_text())


def test_no_row_dealt_to_test_is_trained_on(mine, here, configuration, empty_plots):
    from models.store.connection import connect

    dealt = {row["id"]: row["split"] for row in mine}
    configuration(
        Path.cwd(),
        "mine",
        {"family": "tfidf", "min_count": 1},
        data={"path": "rows.jsonl", "split": {"by": "article", "dev": 0.1, "test": 0.1, "seed": 7}},
    )
    done = here("train", "mine.yaml", "data.path=dealt.jsonl")
    assert done.returncode == 0, done.stderr
    assert (
        "event: dealt.jsonl: split as the rows say (not by article, dev 0.1, test 0.1, seed 7: "
        "data.split.fresh=true splits anew)"
    ) in done.stderr
    (run,) = connect().search_runs([connect().get_experiment_by_name("event").experiment_id])
    split = kept_split(run.info.run_id)
    assert {identity: part for part, rows in split.items() for identity in rows} == dealt
    assert run.data.params["data.split"] == run.data.tags["split"] == "rows"
    assert not [key for key in run.data.params if key.startswith("data.split.")]
    assert "split as the rows say" in run.data.tags["mlflow.note.content"]

    test = [row for row in mine if row["split"] == "test"]
    Path("test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in test))
    scored = here(
        "evaluation",
        "score",
        "--model",
        f"runs:/{run.info.run_id}",
        "--data",
        "test.jsonl",
        "--json",
        "scores.json",
    )
    assert scored.returncode == 0, scored.stderr
    assert "trained on" not in scored.stderr
    assert json.loads(Path("scores.json").read_text())["metrics"]["macro_f1"] == pytest.approx(
        run.data.metrics["test/macro_f1"]
    )


def test_rows_that_models_were_trained_on_are_told_when_they_are_scored(
    mine, here, configuration, empty_plots
):
    configuration(Path.cwd(), "mine", {"family": "tfidf", "min_count": 1})
    configuration(Path.cwd(), "most", {"family": "majority"})
    for name in ("mine", "most"):
        assert here("train", f"{name}.yaml", "data.path=dealt.jsonl").returncode == 0
    train = sum(row["split"] == "train" for row in mine)

    # Other spellings of the same texts are the same rows.
    loud = [row | {"text": row["text"].upper()} for row in mine]
    Path("all.jsonl").write_text("".join(json.dumps(row) + "\n" for row in loud))
    scored = here(
        "evaluation", "score", "--model", "event/1", "--data", "all.jsonl", "--json", "scores.json"
    )
    assert scored.returncode == 0, scored.stderr
    assert scored.stderr.startswith(
        f"warning: event 1 was trained on {train} of the 180 rows: the figures of all rows show"
    )
    assert f"without the {train} rows it was trained on, {180 - train} rows:" in scored.stdout
    found = json.loads(Path("scores.json").read_text())
    assert found["data"]["rows"] == 180
    assert found["trained_rows"]["rows"] == train
    assert found["trained_rows"]["without"]["rows"] == 180 - train
    assert 0 <= found["trained_rows"]["without"]["metrics"]["macro_f1"] <= 1

    several = here("evaluation", "score", "--model", "event/1", "event/2", "--data", "all.jsonl")
    assert several.stderr.count("warning: event ") == 2
    assert several.stdout.count(f"without {train} rows it was trained on") == 2

    both = here(
        "evaluation",
        "compare",
        "event/1",
        "event/2",
        "--data",
        "all.jsonl",
        "--json",
        "pair.json",
        "--html",
        "pair.html",
    )
    assert both.returncode == 0, both.stderr
    assert f"(event 1 on {train}, event 2 on {train})" in both.stderr
    pair = json.loads(Path("pair.json").read_text())
    assert (pair["rows"], pair["untrained"]["rows"]) == (180, 180 - train)
    assert "Without the rows that a model was trained on:" in both.stdout
    assert f"the comparison on the {180 - train} others" in Path("pair.html").read_text()


def test_a_fresh_split_has_to_be_asked_for(mine, here, configuration, empty_plots):
    configuration(Path.cwd(), "mine", {"family": "majority"})
    done = here(
        "train",
        "mine.yaml",
        "data.path=dealt.jsonl",
        "data.split.fresh=true",
        "data.split.by=random",
        "--dry-run",
    )
    assert done.returncode == 0, done.stderr
    assert "split by random, dev 0.15, test 0.15, seed 0 (not as 180 rows say)" in done.stderr


def test_rows_partly_split_and_foreign_names_are_refused(mine, here, configuration):
    configuration(
        Path.cwd(), "mine", {"family": "majority"}, data={"path": "rows.jsonl", "split": {}}
    )
    del mine[4]["split"]
    Path("partly.jsonl").write_text("".join(json.dumps(row) + "\n" for row in mine))
    done = here("train", "mine.yaml", "data.path=partly.jsonl", "--dry-run")
    assert done.returncode == 2
    assert "1 of 180 rows have no 'split' (id m4, say)" in done.stderr
    Path("odd.jsonl").write_text(
        "".join(json.dumps(row | {"split": "holdout"}) + "\n" for row in mine)
    )
    done = here("train", "mine.yaml", "data.path=odd.jsonl", "--dry-run")
    assert done.returncode == 2
    assert "odd.jsonl:1: split is 'holdout'; expected train, dev or test" in done.stderr


def test_warnings_of_a_split_reach_the_terminal_and_the_run(mine, here, configuration, empty_plots):
    from models.store.connection import connect

    for row in mine[:120]:  # two thirds are one article
        row["article_id"] = "wire"
    Path("wire.jsonl").write_text("".join(json.dumps(row) + "\n" for row in mine))
    configuration(
        Path.cwd(),
        "mine",
        {"family": "majority"},
        data={
            "path": "rows.jsonl",
            "split": {"by": "random", "dev": 0.3, "test": 0.3, "fresh": True},
        },
    )
    done = here("train", "mine.yaml", "data.path=wire.jsonl")
    assert done.returncode == 0, done.stderr
    assert "event: wire.jsonl: warning: one group holds 67% of all rows" in done.stderr
    assert "came out far from the sizes asked for: train 67% for 40%" in done.stderr
    (run,) = connect().search_runs([connect().get_experiment_by_name("event").experiment_id])
    assert "Warning: one group holds 67%" in run.data.tags["mlflow.note.content"]
    folder = Path(connect().download_artifacts(run.info.run_id, ""))
    assert "one group holds 67%" in (folder / "split.txt").read_text()
    assert "one group holds 67%" in (folder / "report.html").read_text()
    assert yaml.safe_load((folder / "data.json").read_text())["warnings"]
