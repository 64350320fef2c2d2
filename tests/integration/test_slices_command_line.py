"""Slices from a user's columns, from the file to the report of a run and to a score."""

import csv
import json

from data.codebook import load_codebook
from data.quality.table import as_dataset
from data.rows import tidy
from evaluation.evaluation import evaluate
from train.artifacts import metrics_of, tags_of, write_part
from train.rows import Part

ROWS = 80  # the model always says armed_clash: right in the north, wrong in the south


def rows():
    return [
        {
            "id": str(j),
            "article_id": f"a{j % 20}",
            "text": f"They fought at mill {j}.",
            "label": "armed_clash" if j % 2 == 0 or j % 10 == 1 else "attack",
            "region": "north" if j % 2 == 0 else "south",
            "note": f"see {j}",
            "hard": ["irony", "planned"] if j % 4 == 1 else None,
            "date": f"20{10 + j % 2}-03-02",
        }
        for j in range(ROWS)
    ]


def test_a_run_reports_the_slices_of_its_rows(saved_model, tmp_path):
    part = Part("dev", as_dataset([tidy(row) for row in rows()]))
    _, served = saved_model
    evaluation = evaluate(served, load_codebook("event"), part.rows, part.examples, name="dev")
    write_part(tmp_path / "dev", evaluation)
    made = {
        (one["slice"], one["value"]): one
        for one in json.loads((tmp_path / "dev" / "slices.json").read_text())
    }
    assert {name for name, _ in made} == {"hard", "date", "region"}
    assert {value for name, value in made if name == "hard"} == {"any", "none", "irony", "planned"}
    south = made["region", "south"]
    assert {"slice", "value", "rows", "articles", "macro_f1", "low", "high"} <= set(south)
    assert (south["rows"], south["articles"], south["accuracy"]) == (40, 10, 0.2)
    assert metrics_of(evaluation)["dev/worst_slice_accuracy"] == 0.2
    assert metrics_of(evaluation)["dev/errors_across_types"] == 32 / ROWS
    assert tags_of(evaluation)["dev_worst_slice"].startswith(("region=south: ", "date=2011: "))
    report = (tmp_path / "dev" / "report.txt").read_text()
    lines = [line.split() for line in report.splitlines()]
    assert "types (the parents of the labels)" in report
    assert lines.index(["slices"]) < lines.index(["region"])
    assert ["south", "40", "10"] in [line[:3] for line in lines]
    assert (tmp_path / "dev" / "slices.png").stat().st_size > 10_000
    first = json.loads((tmp_path / "dev" / "misclassified.jsonl").read_text().splitlines()[0])
    assert first["mistake"] == "across_types"


def test_score_takes_a_column_of_a_csv_file(saved_model, tmp_path, here):
    data = tmp_path / "mine.csv"
    with data.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(
            stream, ["id", "article_id", "text", "label", "region"], extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows(rows())
    out = tmp_path / "scores.json"
    given = "evaluation", "score", "--model", saved_model[0], "--data", data
    done = here(*given, "--slices", "region", "--json", out)
    assert done.returncode == 0, done.stderr
    assert "region=south" in done.stdout
    assert "errors_across_types      0.4000" in done.stdout
    written = json.loads(out.read_text())
    assert [(one["value"], one["rows"], one["accuracy"]) for one in written["slices"]] == [
        ("north", 40, 1.0),
        ("south", 40, 0.2),
    ]
    assert written["types"]["confusions"] == [
        {"gold": "attack", "predicted": "armed_clash", "rows": 32, "mistake": "across_types"}
    ]
    refused = here(*given, "--slices", "regoin")
    assert refused.returncode == 2
    assert "no such column (did you mean 'region'?)" in refused.stderr
