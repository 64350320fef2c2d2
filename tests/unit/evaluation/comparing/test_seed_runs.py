"""The parent of several seeds, and the runs that its figures are the mean of."""

import json

import pytest

from data.problems import InputError
from evaluation.comparing.seed_runs import KIND, SEEDS, SEEDS_FILE, SWEEP, SeedRuns, seeds_of


@pytest.fixture
def made_run(store):
    """Makes a run with these tags; returns its id."""
    from models.store.connection import connect

    client = connect()
    experiment = client.create_experiment("event")

    def make(name="words", children=None, **tags):
        run_id = client.create_run(experiment, run_name=name, tags=tags).info.run_id
        if children is not None:
            (store / SEEDS_FILE).write_text(json.dumps({"runs": children}))
            client.log_artifact(run_id, str(store / SEEDS_FILE))
        return run_id

    return make


def test_a_run_of_its_own_has_no_seeds(made_run):
    assert seeds_of("words", made_run()) is None


def test_only_finished_seeds_count_in_their_order(made_run):
    children = [
        {"run_id": "b", "status": "FINISHED"},
        {"run_id": "c", "status": "FAILED"},
        {"run_id": "a", "status": "FINISHED"},
    ]
    parent = made_run("words (3 seeds)", children, **{KIND: SEEDS})
    assert seeds_of("words", parent) == SeedRuns("words (3 seeds)", ("b", "a"))


@pytest.mark.parametrize("children", [None, [], [{"run_id": "c", "status": "KILLED"}]])
def test_a_parent_without_a_finished_seed_is_refused(made_run, children):
    parent = made_run(children=children, **{KIND: SEEDS})
    with pytest.raises(InputError, match="event@x: is a parent without a finished seed"):
        seeds_of("event@x", parent)


def test_a_parent_of_different_settings_has_no_figure_of_its_own(made_run):
    parent = made_run(**{KIND: SWEEP, "best_child": "0123abcd"})
    with pytest.raises(InputError, match="the best is 0123abcd"):
        seeds_of("sweep", parent)
