"""Searches with real runs: only how well a model learns follows from its learning rate."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from made_stores import runs_of

from models.families.tfidf import Tfidf, TfidfConfig
from models.families.transformer import Transformer
from models.store.connection import connect
from train.config import plans
from train.rows import Loader
from train.search import study as studies
from train.search.parent import carry_out
from train.search.space import read_search
from train.search.stale_trials import retry
from train.search.study import Task

RATES = {1e-4: 0.2, 2e-4: 0.3, 4e-4: 0.9, 8e-4: 0.4}  # to what the last epoch says
pytestmark = pytest.mark.usefixtures("empty_plots")


@pytest.fixture
def project(store, lay_out):
    """Without test rows: nobody asks for figures of them here."""
    return lay_out(store, {"a8": "dev", "a9": "dev"})


@pytest.fixture
def task(project):
    """Makes the task of a grid over four learning rates."""

    def make(**content):
        (project / "tiny.yaml").write_text(
            yaml.safe_dump(
                {
                    "task": "event",
                    "codebook": str(project / "small_event.yaml"),
                    "data": {"path": str(project / "rows.jsonl")},
                    "model": {"family": "transformer", "epochs": 3},
                }
            )
        )
        (project / "search.yaml").write_text(
            yaml.safe_dump(
                {
                    "sampler": "grid",
                    "pruner": "none",
                    "space": {"model.learning_rate": {"choices": list(RATES)}},
                }
                | content
            )
        )
        ((plan),) = plans([project / "tiny.yaml"])
        search = read_search(str(project / "search.yaml"), plan.runs[0][1])
        said = []
        return Task(
            search,
            Path("tiny.yaml"),
            Loader().load(plan.runs[0][1], "tiny.yaml"),
            f"sqlite:///{project}/optuna.db",
            said.append,
        ), said

    return make


@pytest.fixture
def client(project):
    return connect()


def wrong(row, rate):
    """The row with the label that a model of this learning rate takes it for."""
    (label,) = row.labels
    taken = {
        1e-4: {"clash": "aid", "aid": "protest", "protest": "clash"},  # dev/macro_f1 0
        2e-4: {"clash": "aid", "aid": "clash"},
        4e-4: {},  # a third, and 1
        8e-4: {"protest": "clash"} if "Students" in row.example.text else {},
    }[rate]
    return replace(row, labels=(taken.get(label, label),))


@pytest.fixture
def fits(monkeypatch):
    """The trainings, (learning rate, whether resumed), and what happens at the end of some."""
    done, then = [], {}

    def fit(self, train, dev, fitting):
        rate = self.config.learning_rate
        done.append((rate, fitting.resume))
        for epoch in (1, 2, 3):
            fitting.on_epoch(epoch, {"macro_f1": RATES[rate] * epoch / 3})
        if happens := then.get(len(done)):
            happens()
        return Tfidf(TfidfConfig(family="tfidf", min_count=1, char_ngrams=0), self.codebook)._fit(
            [wrong(row, rate) for row in train], dev, fitting
        )

    monkeypatch.setattr(Transformer, "_fit", fit)
    return done, then


def raises(error):
    def raise_():
        raise error

    return raise_


def test_a_search_goes_on_after_ctrl_c_and_counts_what_failed(task, fits, client, project):
    done, then = fits
    made, said = task()
    then |= {2: raises(KeyboardInterrupt()), 4: raises(ValueError("no memory"))}
    searched = carry_out(client, made)
    assert (searched.interrupted, searched.left, searched.version) == (True, 3, "")
    assert client.get_run(searched.parent).info.status == "KILLED"
    assert done == [(1e-4, False), (2e-4, False)]

    searched = carry_out(client, made)
    assert (searched.interrupted, searched.left, searched.failed) == (False, 0, 1)
    assert done[2:] == [  # what was interrupted comes last, and is resumed
        (4e-4, False),
        (8e-4, False),
        (2e-4, True),
    ]
    assert "trial 3: failed: ValueError: no memory" in said
    runs = {run.info.run_name: run for run in runs_of(project)}
    assert runs.pop("tiny (search)").info.status == "FINISHED"
    assert {run.data.tags["mlflow.parentRunId"] for run in runs.values()} == {searched.parent}
    assert {name: (run.data.tags["trial"], run.info.status) for name, run in runs.items()} == {
        "tiny learning_rate=0.0001 seed=13": ("0", "FINISHED"),
        "tiny learning_rate=0.0002 seed=13": ("4", "FINISHED"),
        "tiny learning_rate=0.0004 seed=13": ("2", "FINISHED"),
        "tiny learning_rate=0.0008 seed=13": ("3", "FAILED"),
    }
    (version,) = client.search_model_versions("name = 'event'")  # of the best one alone
    assert version.run_id == runs["tiny learning_rate=0.0004 seed=13"].info.run_id

    before = len(done)
    assert carry_out(client, made).left == 0  # nothing to do
    assert len(done) == before


def test_trials_below_the_median_are_pruned_and_the_parent_tells_all(task, fits, client, tmp_path):
    order = [8e-4, 4e-4, 1e-4, 2e-4]
    made, said = task(pruner="median", space={"model.learning_rate": {"choices": order}})
    searched = carry_out(client, made)
    assert [trial.state.name for trial in searched.trials] == [
        "COMPLETE",
        "COMPLETE",
        "PRUNED",
        "PRUNED",
    ]
    assert "trial 2: pruned: dev/macro_f1 0.133 after epoch 2" in said  # epoch 1 is warming up
    assert [trial.number for trial in studies.best(searched.trials)] == [1, 0]
    parent = client.get_run(searched.parent).data
    assert (
        parent.tags["kind"],
        parent.tags["best_trial"],
        parent.tags["best/model.learning_rate"],
        parent.tags["trials_left"],
    ) == ("search", "1", "0.0004", "0")
    assert "| 1 | 1.0000 | 0.0004 |" in parent.tags["mlflow.note.content"]
    assert parent.metrics["best/dev/macro_f1"] == 1.0
    assert "config_digest" not in parent.tags  # --reuse does not take it for a run
    pruned = client.search_runs(
        [client.get_run(searched.parent).info.experiment_id], "tags.outcome = 'pruned'"
    )
    assert sorted(run.data.tags["trial"] for run in pruned) == ["2", "3"]
    assert {run.info.status for run in pruned} == {"KILLED"}
    kept = Path(client.download_artifacts(searched.parent, "", str(tmp_path)))
    with (kept / "trials.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["state"] for row in rows] == ["complete", "complete", "pruned", "pruned"]
    assert [row["model.learning_rate"] for row in rows] == [str(rate) for rate in order]
    assert yaml.safe_load((kept / "best.yaml").read_text())["model"]["learning_rate"] == 4e-4
    assert (kept / "history.png").is_file()
    page = (kept / "report.html").read_text()
    assert f"/runs/{searched.parent}/artifacts/report.html" in parent.tags["mlflow.note.content"]
    assert re.findall(r"<tr><td>(\d)<br>", page) == ["1", "0", "2", "3"]
    assert page.count("<td>pruned after epoch 2</td>") == 2
    assert "learning_rate: 0.0004" in page
    assert "tiny.yaml model.learning_rate=0.0004 " in page
    assert page.count("data:image/png") == 2  # history and settings; two trials say no importance


def test_equal_trials_are_trained_once(task, fits, client):
    done, _ = fits
    made, _ = task(sampler="random", trials=6)
    searched = carry_out(client, made)
    assert searched.left == 0
    assert len(done) == len(set(done)) < 6
    twins = [trial for trial in searched.trials if studies.SAME in trial.user_attrs]
    assert len(twins) == 6 - len(done)
    for trial in twins:
        assert trial.value == searched.trials[trial.user_attrs[studies.SAME]].value


def test_a_trial_that_another_process_took_for_dead_is_left_to_it(task, fits, client):
    import optuna

    done, then = fits
    made, said = task()

    def slept():
        study = optuna.load_study(study_name=made.name, storage=made.storage)
        study.tell(1, state=optuna.trial.TrialState.FAIL)
        retry(study, study.trials[1])

    then[2] = slept
    searched = carry_out(client, made)
    assert (searched.left, searched.failed, len(done)) == (0, 0, 5)
    assert [line for line in said if "is left to another" in line]
    assert done[4] == (done[1][0], True)
