"""`python -m train` and what follows it, from outside: runs, registry, scores, labels."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]


def command(*arguments, cwd, seconds=300):
    """Runs `python -m …` on the store in `cwd`."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT),
                   "MLFLOW_TRACKING_URI": f"sqlite:///{cwd}/mlflow.db"}
    return subprocess.run([sys.executable, "-m", *map(str, arguments)], cwd=cwd, env=environment,
                          capture_output=True, text=True, timeout=seconds, check=False)


def client(folder):
    from mlflow.tracking import MlflowClient

    return MlflowClient(f"sqlite:///{folder}/mlflow.db")


def runs_of(folder, experiment="event"):
    """The runs of an experiment, the oldest first."""
    mlflow = client(folder)
    found = mlflow.get_experiment_by_name(experiment)
    return mlflow.search_runs([found.experiment_id], order_by=["attributes.start_time"])


@pytest.fixture(scope="module")
def trained(_made_store, tmp_path_factory, lay_out):
    """A folder in which two configurations were trained, and the better one promoted."""
    import shutil

    folder = lay_out(tmp_path_factory.mktemp("trained"))
    shutil.copy(_made_store, folder / "mlflow.db")
    done = command("train", "shares.yaml", "words.yaml", "--promote", cwd=folder)
    assert done.returncode == 0, done.stderr
    runs = {run.data.tags["family"]: run for run in runs_of(folder)}
    return SimpleNamespace(folder=folder, runs=runs, done=done)


def test_two_configurations_are_tracked(trained):
    assert "words seed=13" in trained.done.stdout
    assert set(trained.runs) == {"majority", "tfidf"}
    run = trained.runs["tfidf"]
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "words seed=13"
    assert {"macro_f1", "accuracy", "f1/clash"} <= {
        name.removeprefix("dev/") for name in run.data.metrics if name.startswith("dev/")}
    assert {"test/macro_f1", "train_seconds", "sentences_per_second", "model_megabytes"} <= set(
        run.data.metrics)
    assert run.data.metrics["dev/macro_f1"] > trained.runs["majority"].data.metrics["dev/macro_f1"]
    assert run.data.params["model.family"] == "tfidf"
    (version,) = client(trained.folder).search_model_versions(f"run_id = '{run.info.run_id}'")
    assert {"family": "tfidf", "dev/macro_f1": f"{run.data.metrics['dev/macro_f1']:.3f}"
            }.items() <= version.tags.items()
    assert {"task", "codebook", "data_digest", "seed"} <= set(run.data.tags)
    assert "macro_f1" in run.data.tags["mlflow.note.content"]
    link = f"#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}/artifacts/report.html"
    assert f"[Report]({link})" in run.data.tags["mlflow.note.content"]
    given = {one.tags[0].value: one.dataset for one in run.inputs.dataset_inputs}
    assert {part: dataset.name for part, dataset in given.items()} == {
        "train": "rows train", "dev": "rows dev", "test": "rows test"}
    assert given["dev"].digest == run.data.tags["dev_digest"]
    assert json.loads(given["dev"].source) == {"uri": str(trained.folder / "rows.jsonl")}
    assert run.data.tags["mlflow.source.name"] == (
        "python -m train shares.yaml words.yaml --promote")
    files = {item.path for item in client(trained.folder).list_artifacts(run.info.run_id)}
    assert {"config.yaml", "split.json", "dev", "test", "report.html", "lengths.png"} <= files
    assert not list((trained.folder / "checkpoints").glob("*"))


def test_promotion_follows_the_rule(trained, here):
    assert "event/2 is champion" in trained.done.stdout
    done = command("models", "promote", trained.runs["majority"].info.run_id, cwd=trained.folder)
    assert done.returncode == 3
    assert "does not replace champion event/2 (1.0000)" in done.stderr
    told = here("models", "history", "event", cwd=trained.folder).stdout.splitlines()
    assert len(told) == 1
    assert "event/2 is champion" in told[0]
    listed = here("models", "list", cwd=trained.folder).stdout
    assert re.search(r"tfidf.*champion", listed)
    assert listed.index("tfidf") < listed.index("majority")
    assert here("models", "promote", "event/99", cwd=trained.folder).returncode == 2


def test_the_champion_is_scored_and_labels(trained, here):
    folder = trained.folder
    done = here("evaluation", "score", "--model", "event@champion", "--data", "rows.jsonl",
                "--json", "scores.json", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads((folder / "scores.json").read_text())["metrics"]["accuracy"] > 0.9
    (folder / "article.txt").write_text(
        "Students in Arlow carried banners. A convoy brought flour.")
    done = command("predict", "article.txt", "--out", "labels.jsonl", "--model", "event@champion",
                   cwd=folder)
    assert done.returncode == 0, done.stderr
    labels = [json.loads(line) for line in (folder / "labels.jsonl").read_text().splitlines()]
    assert [row["label"] for row in labels] == ["protest", "aid"]

    # MLflow's own loading, in a place where nothing of the project can be imported.
    script = f"""
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
mlflow.set_tracking_uri("sqlite:///{folder}/mlflow.db")
model = mlflow.pyfunc.load_model("models:/event@champion")
print(*model.predict(pandas.DataFrame({{"text": {[row["text"] for row in labels]!r}}}))["label"])
"""
    empty = folder / "empty"
    empty.mkdir()
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-c", script], cwd=empty, env=environment,
                          capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout.split() == ["protest", "aid"], done.stderr


def test_an_equal_run_is_reused(trained, here):
    before = len(runs_of(trained.folder))
    done = here("train", "words.yaml", "--reuse", cwd=trained.folder)
    assert done.returncode == 0, done.stderr
    assert "reused" in done.stdout
    assert len(runs_of(trained.folder)) == before


def test_dry_run_lists_and_leaves_nothing(project, here):
    done = here("train", "words.yaml", "model.c=1|2", "seed=3|4", "--dry-run", cwd=project)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == (
        "event: words c=1 seed=3: 48 train, 6 dev, 6 test")
    assert len(done.stdout.splitlines()) == 4
    assert client(project).get_experiment_by_name("event") is None


def test_a_sweep_has_a_parent_and_a_failing_run_stops_no_other(project, here, configuration):
    # An encoder's folder without weights: only the training finds that out.
    (project / "hollow").mkdir()
    (project / "hollow" / "config.json").write_text('{"model_type": "bert"}')
    configuration(project, "broken", {"family": "embedding", "encoder": "hollow"})
    done = here("train", "broken.yaml", "words.yaml", "seed=1|2", "register=false", "--promote",
                cwd=project)
    assert done.returncode == 1
    assert "broken seed=1: failed: InputError: model.encoder" in done.stderr
    assert "Traceback" not in done.stderr
    by_name = {run.info.run_name: run for run in runs_of(project)}
    status = {name: run.info.status for name, run in by_name.items()}
    assert status == {
        "broken (2 seeds)": "FAILED", "broken seed=1": "FAILED", "broken seed=2": "FAILED",
        "words (2 seeds)": "FINISHED", "words seed=1": "FINISHED", "words seed=2": "FINISHED"}
    parent = by_name["words (2 seeds)"].info.run_id
    assert by_name["words seed=2"].data.tags["mlflow.parentRunId"] == parent
    assert not client(project).search_registered_models()


@pytest.mark.parametrize(("arguments", "told"), [
    (["words.yaml", "none.yaml"], "none.yaml: no such file"),
    (["words.yaml", "model.cc=3"], "model.cc: unknown key"),
    (["words.yaml", "data.path=none.jsonl"], "none.jsonl: no such file"),
    (["words.yaml", "select_by=dev/makro_f1"], "did you mean 'macro_f1'"),
    (["words.yaml", "model={family: embedding, encoder: packaged:nothing}"], "packaged encoder"),
    (["seed=3"], "no configuration named"),
])
def test_what_is_wrong_is_told_before_anything_starts(project, here, arguments, told):
    done = here("train", *arguments, cwd=project)
    assert done.returncode == 2
    assert told in done.stderr
    assert client(project).get_experiment_by_name("event") is None


UNTIMED = ("train_seconds", "sentences_per_second", "tracking_seconds")


@pytest.fixture
def press(monkeypatch):
    """Presses Ctrl-C in a step of a training; a timer would hit another step each time."""
    from models import finetuning

    before = finetuning._Interrupt.on_step_end

    def at(step):
        def on_step_end(self, args, state, control, **others):
            if state.global_step == step:
                os.kill(os.getpid(), signal.SIGINT)
            return before(self, args, state, control, **others)
        monkeypatch.setattr(finetuning._Interrupt, "on_step_end", on_step_end if step else before)
    return at


def figures(run):
    return {name: value for name, value in run.data.metrics.items() if name not in UNTIMED}


def curve(folder, run, key):
    points = client(folder).get_metric_history(run.info.run_id, key)
    assert len(points) == 4
    return {point.step: point.value for point in points}


# 48 rows in batches of 16: three steps an epoch, so 4 lies inside the second and 6 at its end.
def test_resume_ends_as_if_never_stopped(
        project, tiny_encoder, here, press, monkeypatch, configuration):
    config = configuration(project, "tiny", {
        "family": "transformer", "encoder": str(tiny_encoder), "max_tokens": 32, "epochs": 4,
        "batch_size": 16, "learning_rate": 3e-3, "patience": None})
    assert here("train", config, cwd=project).returncode == 0
    (whole,) = runs_of(project)
    for number, step in enumerate((4, 6), 1):
        press(step)
        done = here("train", config, cwd=project)
        assert done.returncode == 130, done.stderr
        assert "--resume" in done.stderr
        run = runs_of(project)[number]
        assert run.info.status == "KILLED"
        assert list((project / "checkpoints").glob(f"*/state/checkpoint-{step}"))
        press(None)
        done = here("train", config, "--resume", cwd=project)
        assert done.returncode == 0, done.stderr
        is_as(whole, run.info.run_id, project)

    # A newest checkpoint that was damaged, then a disk that is full under the next one.
    press(8)
    assert here("train", config, cwd=project).returncode == 130
    press(None)
    (state,) = (project / "checkpoints").glob("*/state")
    cut = state / "checkpoint-8" / "optimizer.pt"
    cut.write_bytes(cut.read_bytes()[:-100])
    with monkeypatch.context() as patched:
        full_disk(patched, step=9)
        done = here("train", config, "--resume", cwd=project)
    assert done.returncode == 1
    assert re.search(r"tiny seed=13: not whole, and removed: checkpoint-8 \(optimizer.pt is "
                     r"damaged\); the training goes on from checkpoint-\d\n", done.stderr)
    assert "stopped: OSError: No space left on device" in done.stderr
    assert (state / "checkpoint-9" / "model.safetensors").exists()
    done = here("train", config, "--resume", cwd=project)
    assert done.returncode == 0, done.stderr
    assert re.search(r"removed: checkpoint-9 \(was not written to its end\); the training goes on "
                     r"from checkpoint-\d\n", done.stderr)
    is_as(whole, runs_of(project)[3].info.run_id, project)


def full_disk(patched, step):
    """The disk is full when a checkpoint of this step is half written."""
    from transformers import Trainer

    save = Trainer._save_rng_state

    def saving(self, folder):
        if self.state.global_step == step:
            raise OSError(errno.ENOSPC, "No space left on device")
        return save(self, folder)
    patched.setattr(Trainer, "_save_rng_state", saving)


def is_as(whole, run_id, project):
    """The run has ended with the figures of the whole one, and left no checkpoint."""
    resumed = client(project).get_run(run_id)
    assert resumed.info.status == "FINISHED"
    assert figures(resumed) == pytest.approx(figures(whole), abs=1e-6)
    for key in ("train_loss", "epoch/dev/macro_f1"):
        assert curve(project, resumed, key) == pytest.approx(curve(project, whole, key), abs=1e-6)
    assert not list((project / "checkpoints").glob("*"))


def test_early_stopping_is_the_same_after_ctrl_c(
        project, tiny_encoder, here, press, configuration):
    """With a rate of next to nothing no epoch is better than the first: training stops at 3."""
    config = configuration(project, "still", {
        "family": "transformer", "encoder": str(tiny_encoder), "max_tokens": 32, "epochs": 9,
        "batch_size": 16, "learning_rate": 1e-9, "head_learning_rate": 1e-9, "patience": 2},
        register=False)
    press(8)  # in the third epoch, after one that was not better
    assert here("train", config, cwd=project).returncode == 130
    press(None)
    assert here("train", config, "--resume", cwd=project).returncode == 0
    (run,) = runs_of(project)
    assert (run.data.metrics["epochs"], run.data.metrics["best_epoch"]) == (3, 1)


@pytest.mark.parametrize("package", ["data", "train", "models", "evaluation", "predict"])
def test_help_answers_at_once(package, tmp_path, at_once):
    done = at_once(package, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "usage: python -m" in done.stdout


def test_predict_from_a_folder_imports_nothing_of_training(trained):
    folder = trained.folder
    kept = next(path.parent for path in folder.rglob("model.json")
                if json.loads(path.read_text())["family"] == "tfidf")
    (folder / "words.txt").write_text("A convoy brought flour.")
    script = ("import sys\nfrom predict.__main__ import main\n"
              f"code = main(['words.txt', '--out', 'out.csv', '--model', {str(kept)!r}])\n"
              "heavy = {'torch', 'transformers', 'mlflow'} & set(sys.modules)\n"
              "sys.exit(f'imported {heavy}' if heavy else code)")
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "aid" in (folder / "out.csv").read_text()
