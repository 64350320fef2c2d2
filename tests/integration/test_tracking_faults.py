"""Stores that stop, disks that fill up, signals, two at once: no trained model is lost."""

import errno
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from mlflow.tracking import MlflowClient

from models.classifier import Classifier
from models.families.tfidf import Tfidf

FULL = OSError(errno.ENOSPC, "No space left on device")
pytestmark = pytest.mark.usefixtures("empty_plots")


@pytest.fixture
def train(here):
    """`eventstance train …` in this process."""
    return partial(here, "train")


@pytest.fixture
def untrainable(monkeypatch):
    """From now on nothing can be trained."""

    def forbid():
        monkeypatch.setattr(Tfidf, "_fit", lambda *_: pytest.fail("it was trained again"))

    return forbid


def completing(told):
    """The arguments of the command that a message names."""
    command = re.search(r"(eventstance train \S+ --resume)", told)[1]
    return shlex.split(command)[2:]


def the_run():
    """The only run of the experiment `event`, and the client."""
    client = MlflowClient(os.environ["MLFLOW_TRACKING_URI"])
    (run,) = client.search_runs([client.get_experiment_by_name("event").experiment_id])
    return run, client


def is_whole(run, client):
    """The run holds everything once."""
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "words seed=13"
    for name in ("dev/macro_f1", "test/macro_f1", "train_seconds", "tracking_seconds"):
        assert len(client.get_metric_history(run.info.run_id, name)) == 1, name
    assert {given.dataset.name for given in run.inputs.dataset_inputs} == {
        "rows train",
        "rows dev",
        "rows test",
    }
    (output,) = run.outputs.model_outputs
    assert str(client.get_logged_model(output.model_id).status) == "READY"
    (version,) = client.search_model_versions("name = 'event'")
    assert (version.run_id, version.source) == (run.info.run_id, f"models:/{output.model_id}")
    files = {item.path for item in client.list_artifacts(run.info.run_id)}
    assert {"config.yaml", "split.json", "dev", "test"} <= files
    assert "macro_f1" in run.data.tags["mlflow.note.content"]
    assert not list(Path("checkpoints").glob("*"))


@pytest.mark.parametrize(
    "step",
    [
        "log_inputs",
        "log_model_artifacts",
        "log_artifacts",
        "create_model_version",
        "set_terminated",
    ],
)
def test_a_full_disk_while_logging_is_told_with_the_command_that_completes_the_run(
    project, train, untrainable, monkeypatch, step
):
    def full(*_, **__):
        raise FULL

    with monkeypatch.context() as patched:
        patched.setattr(MlflowClient, step, full)
        done = train("words.yaml")
    assert done.returncode == 1
    assert "is trained, but not logged whole: OSError: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    (folder,) = Path("checkpoints").glob("*")
    assert str(folder) in done.stderr
    assert (folder / "trained" / "portable" / "model.json").is_file()
    assert the_run()[0].info.status == ("RUNNING" if step == "set_terminated" else "FAILED")
    untrainable()
    done = train(*completing(done.stderr))
    assert done.returncode == 0, done.stderr
    is_whole(*the_run())


def test_a_full_disk_under_the_checkpoint_is_told_with_its_place(project, train, monkeypatch):
    def full(self, folder, *_):
        raise FULL

    monkeypatch.setattr(Classifier, "save", full)
    done = train("words.yaml")
    assert done.returncode == 1
    assert re.search(
        r"trained could not be written to checkpoints/\S+: No space left on device; "
        "make room",
        done.stderr,
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_logging_leaves_a_run_that_the_same_command_completes(
    project, train, untrainable, monkeypatch, number
):
    # A shell that starts the tests in the background has switched Ctrl-C off.
    before = [(one, signal.getsignal(one)) for one in (signal.SIGTERM, signal.SIGINT)]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with monkeypatch.context() as patched:
        patched.setattr(MlflowClient, "log_artifacts", lambda *_: os.kill(os.getpid(), number))
        done = train("words.yaml")
    for one, handler in before:
        signal.signal(one, handler)
    assert done.returncode == 130
    assert the_run()[0].info.status == "KILLED"
    untrainable()
    assert train("words.yaml", "--resume").returncode == 0
    is_whole(*the_run())


KILLED = """
import os, train.run
train.run._logged = lambda *_: os.kill(os.getpid(), 9)
from eventstance.main import main
main(["train", "words.yaml"])
"""


def test_what_was_killed_before_logging_is_completed_even_without_resume(
    project, train, untrainable, forked
):
    assert forked(KILLED).returncode == -signal.SIGKILL
    assert the_run()[0].info.status == "RUNNING"
    untrainable()
    done = train("words.yaml")
    assert done.returncode == 0, done.stderr
    assert "is trained already" in done.stderr
    is_whole(*the_run())


def test_a_store_that_is_gone_at_the_start_of_a_run_stops_no_training(project, train, monkeypatch):
    create, calls = MlflowClient.create_run, []

    def second(*arguments, **named):
        calls.append(1)
        if len(calls) == 1:
            raise ConnectionError("the line is dead")
        return create(*arguments, **named)

    monkeypatch.setattr(MlflowClient, "create_run", second)
    done = train("words.yaml")
    assert done.returncode == 0, done.stderr
    assert "could not be opened (ConnectionError: the line is dead)" in done.stderr
    is_whole(*the_run())


# Two processes of `eventstance train …`.
TWO = """
import os, sys
from eventstance.main import main

processes = []
for seed in (1, 2):
    process = os.fork()
    if not process:
        sys.stderr = open(f"told-{seed}", "w")
        code = main(["train", "shares.yaml", f"seed={seed}"])
        sys.stderr.flush()
        os._exit(code)
    processes.append(process)
ended = dict(os.wait() for _ in processes)
print(*(os.waitstatus_to_exitcode(ended[process]) for process in processes))
"""


def test_two_at_once_make_one_new_store_and_both_train(project, forked, monkeypatch):
    (project / "new").mkdir()
    uri = f"sqlite:///{project}/new/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    done = forked(TWO)
    told = [(project / f"told-{seed}").read_text() for seed in (1, 2)]
    assert done.stdout.splitlines()[-1].split() == ["0", "0"], (told, done.stderr)
    assert not any("Traceback" in one for one in told)
    client = MlflowClient(uri)
    runs = client.search_runs([client.get_experiment_by_name("event").experiment_id])
    assert sorted(run.data.tags["seed"] for run in runs) == ["1", "2"]
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert len(client.search_model_versions("name = 'event'")) == 2
    assert sorted(path.name for path in (project / "new").iterdir()) == ["mlflow.db", "mlruns"]


# An MLflow server that a line on standard input starts, and another one kills. What `mlflow
# server` does takes 7 seconds at each start; here it is imported once.
SERVER = """
import os, signal, sys
from mlflow import server

os.environ |= {server.BACKEND_STORE_URI_ENV_VAR: sys.argv[1],
               server.ARTIFACTS_DESTINATION_ENV_VAR: sys.argv[2],
               server.ARTIFACT_ROOT_ENV_VAR: "mlflow-artifacts:/",
               server.SERVE_ARTIFACTS_ENV_VAR: "true"}
import uvicorn
from mlflow.server.fastapi_app import app

for line in sys.stdin:
    if line == "start\\n":
        process = os.fork()
        if not process:
            uvicorn.run(app, port=int(sys.argv[3]), log_level="critical")
            os._exit(0)
    else:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        print("stopped", flush=True)
"""


@pytest.fixture
def server(project):
    """Starts and stops an MLflow server on the store, always at the same address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    made = subprocess.Popen(
        [
            sys.executable,
            "-c",
            SERVER,
            f"sqlite:///{project}/mlflow.db",
            str(project / "kept"),
            str(port),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
        start_new_session=True,
    )

    def tell(word):
        made.stdin.write(f"{word}\n")
        made.stdin.flush()

    def start():
        tell("start")
        deadline = time.monotonic() + 200
        while time.monotonic() < deadline:
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=2).close()
            except OSError:
                time.sleep(0.05)
        raise TimeoutError

    def stop():
        tell("stop")
        assert made.stdout.readline() == "stopped\n"

    yield SimpleNamespace(uri=f"http://127.0.0.1:{port}", start=start, stop=stop)
    os.killpg(made.pid, signal.SIGKILL)
    made.wait()


def test_a_server_that_stops_in_training_and_comes_back_later(
    project, server, train, untrainable, monkeypatch
):
    fit, waited = Tfidf._fit, []

    def stops(self, rows, dev, fitting):
        fitting.on_epoch(1, {"macro_f1": 0.5, "train_loss": 2.0})
        server.stop()
        started = time.monotonic()
        fitting.on_epoch(2, {"macro_f1": 0.6, "train_loss": 1.0})
        fitting.on_epoch(3, {"macro_f1": 0.7, "train_loss": 0.5})
        waited.append(time.monotonic() - started)
        return fit(self, rows, dev, fitting)

    server.start()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    monkeypatch.setattr(Tfidf, "_fit", stops)
    done = train("words.yaml")
    assert done.returncode == 1
    assert done.stderr.count("could not be logged") == 1
    assert f"not logged whole: no MLflow server answers at {server.uri}" in done.stderr
    assert "Traceback" not in done.stderr
    assert waited[0] < 30  # 6 seconds of retries once; MLflow's own are minutes
    server.start()
    untrainable()
    done = train(*completing(done.stderr))
    assert done.returncode == 0, done.stderr
    run, client = the_run()
    is_whole(run, client)
    points = client.get_metric_history(run.info.run_id, "epoch/dev/macro_f1")
    assert [(point.step, point.value) for point in points] == [(1, 0.5), (2, 0.6), (3, 0.7)]
