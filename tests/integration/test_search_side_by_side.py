"""Several processes at one study: each trial once, and no trial lost with its process."""

import shutil
from types import SimpleNamespace

import pytest
import yaml
from made_stores import client_of, runs_of

from train.search.stale_trials import retried

TRIALS = 4
# In each folder two processes of `eventstance train … --search`. Both have a trial in hand before
# one goes on; in the folder `kill` the first one is killed then.
SCRIPT = """
import os, signal, sys, time
from pathlib import Path
import train.search.report
from eventstance.main import main
from models.families.tfidf import Tfidf

train.search.report.importances = lambda searched: {}  # a forest takes longer than the trials
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
for folder in sys.argv[1:]:
    os.chdir(folder)
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder}/mlflow.db"
    for number in (0, 1):
        killed = number == 0 and folder.endswith("kill")
        process = os.fork()
        if not process:
            sys.stdout = sys.stderr = open(f"told-{number}", "w")
            code = main(["train", "words.yaml", "--search", "search.yaml"])
            sys.stdout.flush()
            os._exit(code)
        processes.append((folder, number, process))
ended = dict(os.wait() for _ in processes)
for folder, number, process in processes:
    Path(folder, f"code-{number}").write_text(str(os.waitstatus_to_exitcode(ended[process])))
"""


@pytest.fixture(scope="session")
def searches(made_once, _made_store, lay_out, configuration, forked):
    """A folder with the folders `both` and `kill`, in each of which two processes searched."""

    def fill(folder):
        places = [folder / name for name in ("both", "kill")]
        for place in places:
            place.mkdir()
            lay_out(place)
            shutil.copy(_made_store, place / "mlflow.db")
            configuration(place, "words", {"family": "tfidf", "min_count": 1, "char_ngrams": 0})
            (place / "search.yaml").write_text(
                yaml.safe_dump(
                    {
                        "sampler": "random",
                        "trials": TRIALS,
                        "pruner": "none",
                        "space": {"model.c": {"low": 0.01, "high": 9}},
                    }
                )
            )
        done = forked(SCRIPT, *map(str, places))
        assert done.returncode == 0, done.stderr

    return made_once("searches", fill)


@pytest.fixture
def searched(searches):
    """How two processes ended, what they told, their study and their runs."""

    def found(name):
        import optuna

        place = searches / name
        storage = f"sqlite:///{place}/optuna.db"
        (study,) = optuna.get_all_study_names(storage)
        return SimpleNamespace(
            codes=[int((place / f"code-{number}").read_text()) for number in (0, 1)],
            told=[(place / f"told-{number}").read_text() for number in (0, 1)],
            trials=optuna.load_study(study_name=study, storage=storage).trials,
            client=client_of(place),
            runs=runs_of(place),
        )

    return found


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
        trial.user_attrs["run_id"]: str(trial.number) for trial in complete
    }
    assert parent.data.tags["trials_left"] == "0"
    (version,) = searched.client.search_model_versions("name = 'event'")
    assert version.run_id == parent.data.tags["best_run"]


def test_two_processes_share_one_study(searched):
    both = searched("both")
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
    (second,) = [trial for trial in both.trials if retried(trial) is not None]
    assert (retried(second), second.params) == (lost.number, lost.params)
