"""Models of different labels: kept apart by name, never judged together, told how to be used."""

import json

import pytest
import yaml

from models.registry.promotion import RefusedError

pytestmark = pytest.mark.usefixtures("empty_plots")


@pytest.fixture
def mine(project):
    """Gives the codebook of the folder another name, version or label, in a file of its own."""

    def write(file="mine.yaml", **changes):
        content = yaml.safe_load((project / "small_event.yaml").read_text())
        labels = changes.pop("labels", None)
        content |= changes
        if labels:
            content["labels"] += [{"name": name} for name in labels]
        (project / file).write_text(yaml.safe_dump(content))
        return f"codebook={file}"

    return write


def test_another_codebook_has_a_model_and_an_experiment_of_its_own(project, mine, here):
    assert here("train", "shares.yaml", "--promote").returncode == 0
    done = here("train", "shares.yaml", mine(name="my book"), "--promote")
    assert done.returncode == 0, done.stderr
    assert "event-my-book/1 is champion  by" in done.stdout  # not judged beside event/1
    assert "--event-model event-my-book@champion" in done.stdout
    assert "event-my-book: http://127.0.0.1:5000/#/experiments/2/runs?viewStateShareKey" in (
        done.stdout
    )
    listed = here("models", "list").stdout
    assert "event: macro_f1 on 6 dev rows (" in listed
    assert "event-my-book: macro_f1 on 6 dev rows (" in listed
    assert "codebook my book 1" in listed
    assert "event/1" not in here("models", "list", "event-my-book").stdout
    (project / "a.txt").write_text("Soldiers fled.")
    for words, model in (
        ((), "event 1"),
        (("--event-model", "event-my-book@champion"), "event-my-book 1"),
    ):
        labelled = here("predict", "a.txt", "--out", "o.jsonl", "--task", "event", *words)
        assert labelled.returncode == 0, labelled.stderr
        assert f"event by {model}: " in labelled.stderr


def test_a_copy_that_was_changed_but_not_renamed_is_told_before_training(project, mine, here):
    assert here("train", "shares.yaml").returncode == 0
    for changes in ({"labels": ["looting"]}, {"labels_per_row": "several"}):
        done = here("train", "words.yaml", mine(**changes), "--promote")
        assert done.returncode == 2
        assert "has other labels than the versions of registered model 'event'" in done.stderr
        assert "a name of its own (name: …), or set register=false" in done.stderr
        assert "training on" not in done.stderr
    loose = here("train", "shares.yaml", mine(labels=["looting"]), "register=false")
    assert loose.returncode == 0
    run = loose.stdout.split("│")[-2].strip()
    refused = here("models", "promote", run)
    assert refused.returncode == 2
    assert f"run {run[:8]}: its codebook has other labels" in refused.stderr


def test_the_only_champion_labels_without_being_named(project, mine, here):
    assert here("train", "shares.yaml", mine(name="mine"), "--promote").returncode == 0
    (project / "a.txt").write_text("Soldiers fled.")
    done = here("predict", "a.txt", "--out", "o.jsonl", "--task", "event")
    assert done.returncode == 0, done.stderr
    assert "event by event-mine 1: " in done.stderr


def test_the_best_of_each_metric_is_promoted_by_the_rule(project, here):
    done = here("train", "shares.yaml", "select_by=dev/macro_f1|dev/accuracy", "--promote")
    assert done.returncode == RefusedError.code, done.stderr
    lines = done.stdout.splitlines()[-2:]  # one of each metric is asked for
    assert "event/1 is champion  by" in lines[0]
    assert lines[1].startswith("refused: event/2 (dev/accuracy 0.")


def test_a_model_that_was_put_in_anothers_place_is_refused(project, here):
    assert here("train", "shares.yaml", "--promote").returncode == 0
    (project / "a.txt").write_text("Soldiers fled.")
    (kept,) = project.rglob("model.json")
    content = json.loads(kept.read_text())
    content["labels"][:2] = content["labels"][1::-1]
    kept.write_text(json.dumps(content))  # whole in itself: the folder alone would load
    run = here("models", "list").stdout.split("│")[-2].strip()
    for ref in ("event@champion", "event/1", run, run[:8]):
        done = here("predict", "a.txt", "--out", "o.jsonl", "--model", ref)
        assert done.returncode == 2
        assert f"{ref}: its files are not the model that was logged" in done.stderr
    assert here("models", "card", "event/1").returncode == 2
    assert here("predict", "a.txt", "--out", "o.jsonl", "--model", kept.parent).returncode == 0
    assert not list(project.rglob("registered_model_meta"))  # loading writes nothing


def test_a_moved_project_labels_at_once_and_trains_when_told_where_it_is(
    project, here, monkeypatch
):
    assert here("train", "shares.yaml", "--promote", cwd=project).returncode == 0
    (project / "a.txt").write_text("Soldiers fled.")
    moved = project.with_name("moved")
    project.rename(moved)
    for name in ("shares", "words"):
        file = moved / f"{name}.yaml"
        file.write_text(file.read_text().replace(str(project), str(moved)))
    done = here("predict", "a.txt", "--out", "o.jsonl", "--task", "event", cwd=moved)
    assert done.returncode == 0, done.stderr
    assert here("models", "card", "event/1", cwd=moved).returncode == 0
    for words in (
        ("train", "words.yaml"),
        ("models", "card", "event/1", "--log"),
        ("train", "--repeat", "event/1"),
    ):
        done = here(*words, cwd=moved)
        assert done.returncode == 2
        assert "eventstance models relocate" in done.stderr
    assert here("models", "relocate", "--dry-run", cwd=moved).stdout.count("to be rewritten") == 1
    assert here("models", "relocate", cwd=moved).returncode == 0
    done = here("train", "words.yaml", "--promote", cwd=moved)
    assert done.returncode == RefusedError.code, done.stderr
    assert "event/2 (dev/macro_f1 1.0000) does not replace champion event/1" in done.stdout
    assert "of a single article" in done.stdout  # it was judged: the rows of both were found
    assert not project.exists()
