import pytest

from data.problems import InputError
from models.registry.promotion import RefusedError, promote
from models.registry.versions import (
    register,
    resolve_version,
    run_or_none,
    selects,
    version_of_run,
)
from models.store.connection import connect


def resolved(ref):
    version, choice = resolve_version(connect(), ref)
    return f"{version.name}/{version.version}", choice


def test_a_parent_stands_for_its_best_child(log_version):
    parent = log_version.parent_run()
    log_version(0.6, parent=parent)
    inner = log_version.parent_run("sweep", **{"mlflow.parentRunId": parent})
    best = log_version(0.8, parent=inner, version=False)
    log_version(0.9)  # of nobody
    ref, choice = resolved(parent)
    assert connect().get_model_version(*ref.split("/")).run_id == best
    assert choice == f" (run {best[:8]}, the best of 2 under the parent run {parent[:8]})"
    with pytest.raises(InputError, match="none of its runs has finished with a model"):
        resolved(log_version.parent_run())


def test_runs_of_a_parent_that_cannot_be_compared(log_version):
    by_metrics = log_version.parent_run("sweep")
    log_version(0.8, parent=by_metrics), log_version(0.9, "dev/accuracy", by_metrics)
    with pytest.raises(InputError, match="measured by different metrics or on different dev rows"):
        resolved(by_metrics)
    by_rows = log_version.parent_run("sweep")
    log_version(0.8, parent=by_rows), log_version(0.9, parent=by_rows, rows="d2")
    with pytest.raises(InputError, match=r"the best of each kind: \w{8} \(dev"):
        resolved(by_rows)


def test_a_run_is_named_by_the_beginning_of_its_id_and_registered_once(log_version):
    first, second = (log_version(figure, version=False) for figure in (0.5, 0.6))
    assert version_of_run(connect(), first) is None
    assert resolved(first[:8]) == ("event/1", "")
    assert resolved(second[:12].upper()) == ("event/2", "")
    assert resolved(first) == resolved("event/1") == ("event/1", "")


def test_a_version_shows_what_its_run_says(log_version):
    log_version(0.54321)
    tags = connect().get_model_version("event", "1").tags
    assert tags == {
        "family": "tfidf",
        "codebook": "event",
        "dev_rows": "7",
        "dev_digest": "d1",
        "manifest": "m0.54321",
        "dev/macro_f1": "0.543",
    }


def test_other_labels_never_compete(log_version):
    log_version(0.5, labels=("a", "b"))
    promote("event/1", lambda *runs: "first")
    run = log_version(0.9, version=False, labels=("a", "c"))
    with pytest.raises(
        InputError,
        match="other labels than the versions of registered model "
        r"'event' \(only here: c; lacking here: b\)",
    ):
        resolved(run)
    connect().delete_registered_model_tag("event", "labels")  # as an older program left it
    connect().create_model_version("event", "/tmp/none", run)
    with pytest.raises(
        RefusedError,
        match=r"event/2 has other labels than champion event/1 \(only "
        r"here: c; lacking here: b\): their figures cannot be compared",
    ):
        promote("event/2", lambda *runs: "better")


@pytest.mark.parametrize(
    ("ref", "problem"),
    [
        ("event/9", "no such version"),
        ("f" * 32, "no such run"),
        ("event", "names no run or version"),
    ],
)
def test_what_does_not_exist(log_version, ref, problem):
    log_version(0.5)
    with pytest.raises(InputError, match=problem):
        resolved(ref)


def test_a_run_of_another_program_is_not_registered(store):
    client = connect()
    experiment = client.create_experiment("theirs")
    run = client.create_run(experiment).info.run_id
    with pytest.raises(InputError, match="the run has no model"):
        resolved(run)
    from mlflow.entities import LoggedModelOutput

    model = client.create_logged_model(experiment, name="model", source_run_id=run)
    client.log_outputs(run, [LoggedModelOutput(model.model_id, step=0)])
    with pytest.raises(InputError, match="is no run of this project: it says no task"):
        resolved(run)
    # An empty model has no manifest, and none is shown.
    assert "manifest" not in register(client, "theirs", run, model.model_id).tags


def test_what_a_run_is_selected_by(log_version):
    run = log_version(0.5, select="dev/accuracy", version=False)
    assert selects(connect().get_run(run)) == "dev/accuracy"
    assert run_or_none(connect(), run).info.run_id == run
    assert run_or_none(connect(), "f" * 32) is None
    assert run_or_none(connect(), None) is None
