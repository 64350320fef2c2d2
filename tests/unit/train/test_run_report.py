"""The report page of a run, from what was trained and measured."""

from types import SimpleNamespace

import pytest

from data.codebook import load_codebook
from data.quality.table import as_dataset
from data.rows import tidy
from evaluation.evaluation import evaluate
from train.artifacts import write_part
from train.config import RunConfig
from train.rows import Part, RunData
from train.run_report import DATA_HEAD, REPORT, Reported, write_report
from train.splitting import SplitUsed

pytestmark = pytest.mark.usefixtures("empty_plots")
BOOK = load_codebook("event")


def part(name, rows=12):
    return Part(
        name,
        as_dataset(
            [
                tidy(
                    {
                        "id": f"{name}{row}",
                        "article_id": f"{name}{row // 3}",
                        "text": f"They fought at mill {row}.",
                        "label": "armed_clash" if row % 2 else "attack",
                    }
                )
                for row in range(rows)
            ]
        ),
    )


@pytest.fixture
def write(saved_model, tmp_path, monkeypatch):
    """Writes the report of a run with this course of training; returns its folder and text."""
    monkeypatch.setattr("train.run_report.code_state", lambda: SimpleNamespace(name="abc123"))

    def written(epochs=()):
        folder = tmp_path / f"after {len(epochs)} epochs"
        parts = {name: part(name) for name in ("train", "dev", "test")}
        data = RunData(
            BOOK, **parts, split=SplitUsed("rows", "as the rows say", warnings=("dev is small",))
        )
        model = saved_model[1]
        evaluations = [
            evaluate(model, BOOK, parts[name].rows, parts[name].examples, name=name)
            for name in ("dev", "test")
        ]
        for evaluation in evaluations:
            write_part(folder / evaluation.name, evaluation)
        config = RunConfig.model_validate(
            {
                "task": "event",
                "codebook": "event",
                "data": {"path": "rows.jsonl"},
                "model": {"family": "majority"},
            }
        )
        facts = {"train_seconds": 1234.0, "model_megabytes": 1.26, "best_epoch": 3.0}
        write_report(folder, Reported("shares", config, data, model, evaluations, epochs, facts))
        return folder, (folder / REPORT).read_text(encoding="utf-8")

    return written


def test_the_page_has_both_parts_the_data_and_what_the_training_cost(write):
    _, text = write()
    assert "event: shares" in text
    for name in ("dev", "test"):
        assert f"<h3>Labels, {name}</h3>" in text
    assert all(head in text for head in DATA_HEAD)
    for fact in ("1,234 s", "1.3 MB", "best epoch", "abc123", "as the rows say", "dev is small"):
        assert fact in text


def test_plots_of_the_run_are_made_epochs_only_where_there_are_some(write):
    folder, _ = write()
    assert (folder / "lengths.png").is_file()
    assert not (folder / "epochs.png").exists()
    folder, text = write([{"epoch": 1.0, "macro_f1": 0.25}, {"epoch": 2.0, "macro_f1": 0.5}])
    assert (folder / "epochs.png").is_file()
    assert "0.250" in text
