"""Data sets of the hub: which name means what, fetched once, one clear error."""

from types import SimpleNamespace

import datasets
import huggingface_hub
import pytest

from data.files import read_rows
from data.formats import hub
from data.paths import find
from data.problems import InputError

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """A hub with one data set, in whose cache nothing is; what it was asked."""
    questions = []
    labels = datasets.ClassLabel(names=["clash", "aid"])
    table = datasets.Dataset.from_dict({"text": ["One.", "Two."], "label": [1, 0]})
    table = table.cast_column("label", labels)

    def dataset_info(self, repository, revision=None):
        questions.append(("commit", repository, revision))
        return SimpleNamespace(sha=COMMIT)

    def load_dataset(repository, config, revision):
        questions.append(("rows", repository, config, revision))
        return datasets.DatasetDict(train=table, validation=table)

    monkeypatch.setattr(huggingface_hub.HfApi, "dataset_info", dataset_info)
    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    return questions


def test_rows_come_with_split_and_names_of_classes(asked):
    folder = find("hub:owner/news")
    assert folder.name == f"owner--news@{COMMIT}"
    rows = [row for _, row in read_rows(folder)]
    assert [(row["id"], row["label"], row["split"]) for row in rows] == [
        ("train-0", "aid", "train"),
        ("train-1", "clash", "train"),
        ("validation-0", "aid", "dev"),
        ("validation-1", "clash", "dev"),
    ]


def test_branch_and_configuration_are_asked_for(asked):
    assert find("hub:owner/news@v2/small").name == f"owner--news--small@{COMMIT}"
    assert asked == [("commit", "owner/news", "v2"), ("rows", "owner/news", "small", COMMIT)]


def test_what_is_there_is_not_fetched_again_and_a_commit_needs_no_network(asked):
    find("hub:owner/news")
    asked.clear()
    find("hub:owner/news")
    find(f"hub:owner/news@{COMMIT}")
    assert asked == [("commit", "owner/news", None)]


def test_hub_out_of_reach_is_one_error_with_what_is_here(asked, monkeypatch):
    find("hub:owner/news")

    def unreachable(self, repository, revision=None):
        raise ConnectionError("no route\nmore")

    monkeypatch.setattr(huggingface_hub.HfApi, "dataset_info", unreachable)
    with pytest.raises(InputError) as caught:
        find("hub:owner/news")
    (problem,) = caught.value.problems
    assert problem.what == "cannot be fetched (ConnectionError: no route)"
    assert f"owner--news@{COMMIT}" in problem.expected


def test_fetching_that_fails_leaves_nothing(asked, monkeypatch, tmp_path):
    def broken(repository, config, revision):
        raise ValueError("BuilderConfig 'x' not found")

    monkeypatch.setattr(datasets, "load_dataset", broken)
    with pytest.raises(InputError, match=r"BuilderConfig 'x' not found.*save_to_disk"):
        find("hub:owner/news")
    assert not list((tmp_path / "eventstance").iterdir())


@pytest.mark.parametrize("name", ["hub:news", "hub:a/b/c/d", "hub:", "hub:a/b@"])
def test_names_of_another_form_are_refused(name):
    with pytest.raises(InputError, match="expected hub:OWNER/NAME"):
        hub.fetched(name)


def test_files_are_no_names_of_the_hub():
    assert not hub.is_hub("data/corpus/event.jsonl")
