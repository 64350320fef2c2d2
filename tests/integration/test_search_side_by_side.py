"""Several processes at one study: each trial once, and no trial lost with its process."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TRIALS = 4
# Two processes of `python -m train … --search`. Both have a trial in hand before one goes on; then
# the first one is killed if it is to be.
SCRIPT = """
import os, signal, sys, time
from pathlib import Path
import matplotlib.figure, mlflow, optuna, sklearn.linear_model
import train.search_report
from models.tfidf import Tfidf
from train.__main__ import main

matplotlib.figure.Figure.savefig = lambda self, path, **_: Path(path).touch()
train.search_report.importances = lambda searched: {}  # a forest takes longer than the trials
fit = Tfidf._fit

def meeting(self, *given):
    Path(f"here-{os.getpid()}").touch()
    deadline = time.monotonic() + 120
    while len(list(Path().glob("here-*"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    if killed:
        os.kill(os.getpid(), signal.SIGKILL)
    return fit(self, *given)

Tfidf._fit = meeting
processes = []
for number in (0, 1):
    killed = number == 0 and "kill" in sys.argv
    process = os.fork()
    if not process:
        sys.stderr = open(f"told-{number}", "w")
        code = main(["words.yaml", "--search", "search.yaml"])
        sys.stderr.flush()
        os._exit(code)
    processes.append(process)
ended = dict(os.wait() for _ in processes)
print(*(os.waitstatus_to_exitcode(ended[process]) for process in processes))
"""


@pytest.fixture
def searched(project, configuration):
    """Runs the search in two processes; how they ended, what they told, the study, the runs."""
    configuration(project, "words", {"family": "tfidf", "min_count": 1, "char_ngrams": 0})
    (project / "search.yaml").write_text(yaml.safe_dump({
        "sampler": "random", "trials": TRIALS, "pruner": "none",
        "space": {"model.c": {"low": 0.01, "high": 9}}}))

    def run(*words):
        import optuna

        from models.store import connect

        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, *words], capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=500)
        assert done.returncode == 0, done.stderr
        storage = f"sqlite:///{project}/optuna.db"
        (name,) = optuna.get_all_study_names(storage)
        client = connect()
        experiment = client.get_experiment_by_name("event").experiment_id
        return SimpleNamespace(
            codes=[int(code) for code in done.stdout.splitlines()[-1].split()], client=client,
            told=[(project / f"told-{number}").read_text() for number in (0, 1)],
            trials=optuna.load_study(study_name=name, storage=storage).trials,
            runs=client.search_runs([experiment]))
    return run


def is_whole(searched):
    """Each of the trials that were asked for was trained once, under the one parent."""
    complete = [trial for trial in searched.trials if trial.state.name == "COMPLETE"]
    assert len(complete) == TRIALS
    assert len({trial.user_attrs["config"] for trial in complete}) == TRIALS
    assert not [trial for trial in searched.trials if trial.state.name in ("RUNNING", "WAITING")]
    (parent,) = [run for run in searched.runs if run.data.tags.get("kind") == "search"]
    children = [run for run in searched.runs if run is not parent]
    assert len(children) == TRIALS
    assert {run.info.status for run in searched.runs} == {"FINISHED"}
    assert {run.data.tags["mlflow.parentRunId"] for run in children} == {parent.info.run_id}
    assert {run.info.run_id: run.data.tags["trial"] for run in children} == {
        trial.user_attrs["run_id"]: str(trial.number) for trial in complete}
    assert parent.data.tags["trials_left"] == "0"
    (version,) = searched.client.search_model_versions("name = 'event'")
    assert version.run_id == parent.data.tags["best_run"]


def test_two_processes_share_one_study(searched):
    both = searched()
    assert both.codes == [0, 0], both.told
    is_whole(both)
    assert len({trial.user_attrs["worker"] for trial in both.trials}) == 2
    assert not any("tried again" in told for told in both.told)


def test_the_trial_of_a_killed_process_is_finished_by_the_other(searched):
    both = searched("kill")
    assert both.codes == [-9, 0], both.told
    is_whole(both)
    assert both.told[1].count("was left by a process that is gone: it is tried again") == 1
    (lost,) = [trial for trial in both.trials if trial.state.name == "FAIL"]
    (again,) = [trial for trial in both.trials if "again" in trial.user_attrs]
    assert (again.user_attrs["again"], again.params) == (lost.number, lost.params)
