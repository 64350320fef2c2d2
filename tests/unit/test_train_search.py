"""Searches whose runs are stand-ins: a trial's figure follows from its learning rate."""

import csv
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from train import run as runs
from train import study as studies
from train.config import plans
from train.search import Task, carry_out
from train.space import read_search
from train.tracking import PrunedError

RATES = {1e-4: 0.2, 2e-4: 0.3, 4e-4: 0.9, 8e-4: 0.4}


@pytest.fixture
def task(store, tmp_path, small):
    """Makes the task of a grid over four learning rates."""
    from data.codebook import load_codebook

    def make(**content):
        (tmp_path / "tiny.yaml").write_text(yaml.safe_dump({
            "task": "event", "codebook": "event", "data": {"path": "rows.jsonl"},
            "model": {"family": "transformer", "epochs": 3}}))
        (tmp_path / "search.yaml").write_text(yaml.safe_dump({
            "sampler": "grid", "pruner": "none",
            "space": {"model.learning_rate": {"choices": list(RATES)}}} | content))
        ((plan),) = plans([tmp_path / "tiny.yaml"])
        search = read_search(str(tmp_path / "search.yaml"), plan.runs[0][1])
        data = SimpleNamespace(
            digest="d", identity="i", codebook=load_codebook("event"), parts=(),
            dev=SimpleNamespace(digest="e", rows=[]),
            split=SimpleNamespace(way="article", told="by article", warnings=()))
        said = []
        return Task(search, Path("tiny.yaml"), data, f"sqlite:///{tmp_path}/optuna.db",
                    said.append), said
    return make


@pytest.fixture
def client(store):
    from models.store import connect

    return connect()


@pytest.fixture
def trained(monkeypatch):
    """Takes the place of training; returns the jobs, and what happens instead at some of them."""
    jobs, instead = [], {}

    def run(client, job):
        jobs.append(job)
        if error := instead.get(len(jobs)):
            raise error
        experiment = client.get_experiment_by_name("event").experiment_id
        run_id = client.create_run(experiment, tags=dict(job.tags)).info.run_id
        value = RATES[job.config.model.learning_rate]
        try:
            for epoch in (1, 2, 3):
                job.watch(run_id, epoch, {"macro_f1": value * epoch / 3})
        except PrunedError:
            client.set_terminated(run_id, "KILLED")
            raise
        return runs.Done(run_id, job.name, {"dev/macro_f1": value, "train_seconds": 1.0})

    monkeypatch.setattr(runs, "run", run)
    return jobs, instead


def test_a_search_goes_on_after_ctrl_c_and_counts_what_failed(task, trained, client):
    jobs, instead = trained
    made, said = task()
    instead |= {2: KeyboardInterrupt(), 4: ValueError("no memory")}
    searched = carry_out(client, made)
    assert (searched.interrupted, searched.left, searched.version) == (True, 3, "")
    assert client.get_run(searched.parent).info.status == "KILLED"
    assert [job.resume for job in jobs] == [False, False]

    searched = carry_out(client, made)
    assert (searched.interrupted, searched.left, searched.failed) == (False, 0, 1)
    assert [job.config.model.learning_rate for job in jobs] == [
        1e-4, 2e-4, 4e-4, 8e-4, 2e-4]  # what was interrupted comes last, and is resumed
    assert [job.resume for job in jobs] == [False] * 4 + [True]
    assert not any(job.register for job in jobs)
    assert {job.parent for job in jobs} == {searched.parent}
    assert [job.tags["trial"] for job in jobs] == ["0", "1", "2", "3", "4"]
    assert jobs[2].name == "tiny learning_rate=0.0004 seed=13"
    assert "trial 3: failed: ValueError: no memory" in said
    assert client.get_run(searched.parent).info.status == "FINISHED"

    before = len(jobs)
    assert carry_out(client, made).left == 0  # nothing to do
    assert len(jobs) == before


def test_trials_below_the_median_are_pruned_and_the_parent_tells_all(
        task, trained, client, tmp_path):
    order = [8e-4, 4e-4, 1e-4, 2e-4]
    made, said = task(pruner="median", space={"model.learning_rate": {"choices": order}})
    searched = carry_out(client, made)
    assert [trial.state.name for trial in searched.trials] == [
        "COMPLETE", "COMPLETE", "PRUNED", "PRUNED"]
    assert "trial 2: pruned: dev/macro_f1 0.133 after epoch 2" in said  # epoch 1 is warming up
    assert [trial.number for trial in studies.best(searched.trials)] == [1, 0]
    parent = client.get_run(searched.parent).data
    assert (parent.tags["kind"], parent.tags["best_trial"], parent.tags["best/model.learning_rate"],
            parent.tags["trials_left"]) == ("search", "1", "0.0004", "0")
    assert "| 1 | 0.9000 | 0.0004 |" in parent.tags["mlflow.note.content"]
    assert parent.metrics["best/dev/macro_f1"] == 0.9
    assert "config_digest" not in parent.tags  # --reuse does not take it for a run
    kept = Path(client.download_artifacts(searched.parent, "", str(tmp_path)))
    with (kept / "trials.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["state"] for row in rows] == ["complete", "complete", "pruned", "pruned"]
    assert [row["model.learning_rate"] for row in rows] == [str(rate) for rate in order]
    assert yaml.safe_load((kept / "best.yaml").read_text())["model"]["learning_rate"] == 4e-4
    assert (kept / "history.png").stat().st_size > 1_000
    page = (kept / "report.html").read_text()
    assert f"/runs/{searched.parent}/artifacts/report.html" in parent.tags["mlflow.note.content"]
    assert re.findall(r"<tr><td>(\d)<br>", page) == ["1", "0", "2", "3"]
    assert page.count("<td>pruned after epoch 2</td>") == 2
    assert "learning_rate: 0.0004" in page
    assert "tiny.yaml model.learning_rate=0.0004 " in page
    assert page.count("data:image/png") == 2  # history and settings; two trials say no importance


def test_equal_trials_are_trained_once(task, trained, client):
    jobs, _ = trained
    made, _ = task(sampler="random", trials=6)
    searched = carry_out(client, made)
    assert searched.left == 0
    assert len(jobs) == len({job.config.digest for job in jobs}) < 6
    twins = [trial for trial in searched.trials if studies.SAME in trial.user_attrs]
    assert twins
    for trial in twins:
        assert trial.value == searched.trials[trial.user_attrs[studies.SAME]].value


def test_a_trial_that_another_process_took_for_dead_is_left_to_it(
        task, trained, client, monkeypatch):
    import optuna

    jobs, _ = trained
    made, said = task()
    train = runs.run

    def sleeping(client, job):
        done = train(client, job)
        if len(jobs) == 2:
            study = optuna.load_study(study_name=made.name, storage=made.storage)
            study.tell(1, state=optuna.trial.TrialState.FAIL)
            studies.again(study, study.trials[1])
        return done

    monkeypatch.setattr(runs, "run", sleeping)
    searched = carry_out(client, made)
    assert (searched.left, searched.failed, len(jobs)) == (0, 0, 5)
    assert [line for line in said if "is left to another" in line]
    assert jobs[4].config.digest == jobs[1].config.digest
    assert jobs[4].resume
