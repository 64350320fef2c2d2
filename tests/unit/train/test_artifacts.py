"""What a run leaves beside its model."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from data.codebook import load_codebook
from evaluation.evaluation import Evaluation
from evaluation.figures.definitions import headline
from train.artifacts import description, metrics_of, tags_of, write_part

BOOK = load_codebook("stance")
ROWS = 80


def evaluation(**changes):
    """Right in the north and wrong in the south."""
    north = [row % 2 == 0 for row in range(ROWS)]
    answers = [2 if right else 0 for right in north]
    return Evaluation(
        **{
            "codebook": BOOK,
            "rows": [
                {"id": str(row), "article_id": f"a{row % 20}", "text": f"Report {row}."}
                for row in range(ROWS)
            ],
            "gold": [("favor",)] * ROWS,
            "articles": [f"a{row % 20}" for row in range(ROWS)],
            "probabilities": np.eye(3)[answers],
            "uncalibrated": np.eye(3)[answers],
            "groups": {
                "region": {
                    "north": list(range(0, ROWS, 2)),
                    "south": list(range(1, ROWS, 2)),
                }
            },
            "name": "dev",
            "calibrated": "temperature 1",
            **changes,
        }
    )


@pytest.mark.usefixtures("empty_plots")
def test_a_part_leaves_its_report_rows_mistakes_slices_and_plots(tmp_path):
    part = evaluation()
    write_part(tmp_path / "dev", part)
    made = {path.name for path in (tmp_path / "dev").iterdir()}
    assert {
        "report.txt",
        "predictions.jsonl",
        "misclassified.jsonl",
        "slices.json",
        "confusion_matrix.png",
        "per_label_f1.png",
        "precision_recall.png",
        "reliability.png",
        "slices.png",
    } == made
    lines = (tmp_path / "dev" / "misclassified.jsonl").read_text().splitlines()
    assert len(lines) == ROWS // 2
    assert json.loads((tmp_path / "dev" / "slices.json").read_text())[1]["value"] == "south"
    report = (tmp_path / "dev" / "report.txt").read_text()
    order = ["macro_f1", "calibration (temperature 1", "slices"]
    assert sorted(order, key=report.index) == order
    assert set(part.pictures) == {name for name in made if name.endswith(".png")}


@pytest.mark.usefixtures("empty_plots")
def test_a_part_of_what_there_is_no_figure_has_no_file_of_it(tmp_path):
    write_part(tmp_path / "dev", evaluation(groups=None, uncalibrated=None))
    made = {path.name for path in (tmp_path / "dev").iterdir()}
    assert not {"slices.json", "slices.png", "reliability.png"} & made
    assert "calibration" not in (tmp_path / "dev" / "report.txt").read_text()


def test_metrics_bear_the_name_of_the_part_and_are_numbers():
    part = evaluation()
    part.metrics["odd"] = float("nan")
    metrics = metrics_of(part)
    assert metrics["dev/accuracy"] == 0.5
    assert metrics["dev/worst_slice_accuracy"] == 0.0
    assert "dev/odd" not in metrics
    assert {"dev/macro_f1_low", "dev/ece_high", "dev/f1/favor"} <= set(metrics)


def test_the_worst_slice_is_a_tag():
    (name, text), *_ = tags_of(evaluation()).items()
    assert name == "dev_worst_slice"
    assert text.startswith("region=south: ")
    assert tags_of(evaluation(groups=None)) == {}


def test_the_short_report_has_the_headline_figures_that_there_are():
    metrics = metrics_of(evaluation()) | {
        "train_seconds": 12.3,
        "sentences_per_second": 400.0,
        "model_megabytes": 1.5,
    }
    parts = [
        SimpleNamespace(name=name, rows=[1] * rows)
        for name, rows in (("train", 9), ("dev", ROWS), ("test", 0))
    ]
    data = SimpleNamespace(
        codebook=BOOK,
        dev=parts[1],
        test=parts[2],
        parts=parts,
        split=SimpleNamespace(summary="by article", warnings=["test is empty"]),
    )
    config = SimpleNamespace(task="stance", model=SimpleNamespace(family="tfidf"))
    lines = description(config, data, metrics, "#/report").splitlines()
    assert f"rows: 9 train, {ROWS} dev, 0 test, split by article. [Report](#/report)" in lines[0]
    assert "| | dev |" in lines
    figures = [line.split("|")[1].strip() for line in lines if line.startswith("| ")][1:]
    assert figures == [name for name in headline() if f"dev/{name}" in metrics]
    low, high = metrics["dev/accuracy_low"], metrics["dev/accuracy_high"]
    assert f"| accuracy | 0.500 [{low:.3f}, {high:.3f}] |" in lines
    assert "Warning: test is empty." in lines
    assert lines[-1] == "12 s of training, 400 sentences a second when served, 1.5 MB."
