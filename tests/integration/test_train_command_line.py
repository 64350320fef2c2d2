"""`eventstance train` and what follows it: runs, registry, scores, labels."""

import json
import re
from pathlib import Path

import pytest
from made_stores import client_of, runs_of

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("empty_plots")


def test_two_configurations_are_tracked(trained):
    assert "words seed=13" in trained.told
    assert set(trained.runs) == {"majority", "tfidf"}
    run = trained.runs["tfidf"]
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "words seed=13"
    assert {"macro_f1", "accuracy", "f1/clash"} <= {
        name.removeprefix("dev/") for name in run.data.metrics if name.startswith("dev/")
    }
    assert {"test/macro_f1", "train_seconds", "sentences_per_second", "model_megabytes"} <= set(
        run.data.metrics
    )
    assert run.data.metrics["dev/macro_f1"] > trained.runs["majority"].data.metrics["dev/macro_f1"]
    assert run.data.params["model.family"] == "tfidf"
    (version,) = trained.client.search_model_versions(f"run_id = '{run.info.run_id}'")
    assert {
        "family": "tfidf",
        "dev/macro_f1": f"{run.data.metrics['dev/macro_f1']:.3f}",
    }.items() <= version.tags.items()
    assert {"task", "codebook", "data_digest", "seed"} <= set(run.data.tags)
    assert "macro_f1" in run.data.tags["mlflow.note.content"]
    link = f"#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}/artifacts/report.html"
    assert f"[Report]({link})" in run.data.tags["mlflow.note.content"]
    given = {one.tags[0].value: one.dataset for one in run.inputs.dataset_inputs}
    assert {part: dataset.name for part, dataset in given.items()} == {
        "train": "rows train",
        "dev": "rows dev",
        "test": "rows test",
    }
    assert given["dev"].digest == run.data.tags["dev_digest"]
    assert Path(json.loads(given["dev"].source)["uri"]) == trained.folder / "rows.jsonl"
    assert run.data.tags["mlflow.source.name"] == (
        "python -m train shares.yaml words.yaml --promote"
    )
    kept = Path(trained.client.download_artifacts(run.info.run_id, ""))
    assert {"config.yaml", "split.json", "dev", "test", "report.html", "lengths.png"} <= {
        path.name for path in kept.iterdir()
    }
    pictures = list(kept.rglob("*.png"))
    assert len(pictures) >= 9
    assert all(path.stat().st_size > 2_000 for path in pictures)  # drawn: a blank one has 800
    assert not list((trained.folder / "checkpoints").glob("*"))


def test_promotion_follows_the_rule(trained, here):
    assert "event/2 is champion" in trained.told
    done = here("models", "promote", trained.runs["majority"].info.run_id)
    assert done.returncode == 3
    assert "does not replace champion event/2 (1.0000)" in done.stderr
    told = here("models", "history", "event").stdout.splitlines()
    assert len(told) == 1
    assert "event/2 is champion" in told[0]
    listed = here("models", "list").stdout
    assert re.search(r"tfidf.*champion", listed)
    assert listed.index("tfidf") < listed.index("majority")
    assert here("models", "promote", "event/99").returncode == 2


ELSEWHERE = f"""
import sys
sys.path = [entry for entry in sys.path if entry not in ("", {str(ROOT)!r})]
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in str(finder).lower()]
for name in ("models", "data", "train"):
    try:
        __import__(name)
        sys.exit(f"{{name}} can be imported")
    except ImportError:
        pass
import mlflow, pandas
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model("models:/event@champion")
print(*model.predict(pandas.DataFrame({{"text": sys.argv[2:]}}))["label"])
"""


def test_the_champion_is_scored_and_labels_also_where_the_project_is_not(trained, here, script):
    folder = trained.folder
    done = here(
        "evaluation",
        "score",
        "--model",
        "event@champion",
        "--data",
        "rows.jsonl",
        "--json",
        "scores.json",
    )
    assert done.returncode == 0, done.stderr
    scores = json.loads((folder / "scores.json").read_text())
    assert scores["model"] == {"ref": "event@champion", "name": "event", "version": "2"}
    assert scores["metrics"]["accuracy"] > 0.9
    (folder / "article.txt").write_text(
        "Students in Arlow carried banners. A convoy brought flour."
    )
    done = here("predict", "article.txt", "--out", "labels.jsonl", "--model", "event@champion")
    assert done.returncode == 0, done.stderr
    labels = [json.loads(line) for line in (folder / "labels.jsonl").read_text().splitlines()]
    assert [row["label"] for row in labels] == ["protest", "aid"]

    # MLflow's own loading, in a place where nothing of the project can be imported.
    empty = folder / "empty"
    empty.mkdir()
    done = script(
        ELSEWHERE,
        f"sqlite:///{folder}/mlflow.db",
        *(row["text"] for row in labels),
        project=False,
        cwd=empty,
    )
    assert done.stdout.split() == ["protest", "aid"], done.stderr


def test_only_training_rows_are_learnt_from(project, here, write_jsonl):
    """Rows to choose and to report on have a label that training rows seldom have."""
    rows = [json.loads(line) for line in (project / "rows.jsonl").read_text().splitlines()]
    write_jsonl(
        project / "rows.jsonl",
        [row if row["split"] == "train" else row | {"label": "aid"} for row in rows],
    )
    assert here("train", "shares.yaml").returncode == 0
    (kept,) = {path.read_text() for path in (project / "mlruns").rglob("model.json")}
    model = json.loads(kept)
    assert dict(zip(model["labels"], model["backend"]["prior"], strict=True)) == {
        "clash": pytest.approx(1 / 3),
        "aid": pytest.approx(1 / 3),
        "protest": pytest.approx(1 / 3),
    }


def test_an_equal_run_is_reused(trained, here):
    before = len(runs_of(trained.folder))
    done = here("train", "words.yaml", "--reuse")
    assert done.returncode == 0, done.stderr
    assert "reused" in done.stdout
    assert len(runs_of(trained.folder)) == before


def test_dry_run_lists_and_leaves_nothing(project, here):
    done = here("train", "words.yaml", "model.c=1|2", "seed=3|4", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == ("event: words c=1 seed=3: 48 train, 6 dev, 6 test")
    assert len(done.stdout.splitlines()) == 4
    assert client_of(project).get_experiment_by_name("event") is None


def test_a_sweep_has_a_parent_and_a_failing_run_stops_no_other(project, here, configuration):
    # An encoder's folder without weights: only the training finds that out.
    (project / "hollow").mkdir()
    (project / "hollow" / "config.json").write_text('{"model_type": "bert"}')
    configuration(project, "broken", {"family": "embedding", "encoder": "hollow"})
    done = here("train", "broken.yaml", "words.yaml", "seed=1|2", "register=false", "--promote")
    assert done.returncode == 1
    assert "broken seed=1: failed: InputError: model.encoder" in done.stderr
    assert "Traceback" not in done.stderr
    by_name = {run.info.run_name: run for run in runs_of(project)}
    status = {name: run.info.status for name, run in by_name.items()}
    assert status == {
        "broken (2 seeds)": "FAILED",
        "broken seed=1": "FAILED",
        "broken seed=2": "FAILED",
        "words (2 seeds)": "FINISHED",
        "words seed=1": "FINISHED",
        "words seed=2": "FINISHED",
    }
    parent = by_name["words (2 seeds)"].info.run_id
    assert by_name["words seed=2"].data.tags["mlflow.parentRunId"] == parent
    assert not client_of(project).search_registered_models()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["words.yaml", "none.yaml"], "none.yaml: no such file"),
        (["words.yaml", "model.cc=3"], "model.cc: unknown key"),
        (["words.yaml", "data.path=none.jsonl"], "none.jsonl: no such file"),
        (["words.yaml", "select_by=dev/makro_f1"], "did you mean 'macro_f1'"),
        (
            ["words.yaml", "model={family: embedding, encoder: packaged:nothing}"],
            "packaged encoder",
        ),
        (["seed=3"], "no configuration named"),
    ],
)
def test_what_is_wrong_is_told_before_anything_starts(project, here, arguments, told):
    done = here("train", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert client_of(project).get_experiment_by_name("event") is None


@pytest.mark.parametrize("package", ["data", "train", "models", "evaluation", "predict"])
def test_help_answers_at_once(package, tmp_path, at_once):
    done = at_once(package, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "usage: python -m" in done.stdout


def test_predict_from_a_folder_imports_nothing_of_training(trained, script):
    folder = trained.folder
    kept = next(
        path.parent
        for path in folder.rglob("model.json")
        if json.loads(path.read_text())["family"] == "tfidf"
    )
    (folder / "words.txt").write_text("A convoy brought flour.")
    done = script(
        "import sys\nfrom eventstance.main import main\n"
        "code = main(['predict', 'words.txt', '--out', 'out.csv', '--model', sys.argv[1]])\n"
        "heavy = {'torch', 'transformers', 'mlflow'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else code)",
        str(kept),
    )
    assert done.returncode == 0, done.stderr
    assert "aid" in (folder / "out.csv").read_text()
