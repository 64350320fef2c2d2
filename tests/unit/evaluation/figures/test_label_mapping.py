"""Probabilities of one codebook's labels as those of other names."""

from types import SimpleNamespace

import numpy as np
import pytest

from data.codebook import Codebook, load_codebook
from data.problems import InputError
from evaluation.figures.label_mapping import aligned, collapse, collapsed, in_columns, renamed

BOOK = Codebook.model_validate(
    {
        "name": "acts",
        "version": "2",
        "task": "event",
        "labels": [
            {"name": "clash", "crosswalk": {"wide": "ASSAULT"}},
            {"name": "raid", "crosswalk": {"wide": "ASSAULT"}},
            {"name": "talks", "crosswalk": {"wide": "AGREE"}},
            {"name": "calm"},
        ],
    }
)


def test_labels_are_put_in_the_codebooks_order():
    matrix = aligned(["calm", "clash"], BOOK, np.array([[0.9, 0.1]]))
    assert matrix.tolist() == [[0.1, 0.0, 0.0, 0.9]]
    with pytest.raises(InputError, match="unknown label 'storm'"):
        aligned(["storm"], BOOK, np.array([[1.0]]))


def test_several_labels_collapse_to_the_highest_above_its_threshold():
    several = BOOK.model_copy(update={"labels_per_row": "several"})
    matrix = collapse(
        several, "wide", np.array([[0.3, 0.6, 0.1, 0.0]]), np.array([0.2, 0.7, 0.5, 0.5])
    )
    assert matrix.round(6).tolist() == [[0.6, 0.1, 0.0]]


def test_the_event_codebook_collapses_to_the_30_names_of_case2021():
    codebook = load_codebook("event")
    codes = set(codebook.crosswalk("case2021").values())
    assert len(codes) == 30
    assert set(collapsed(codebook, "case2021").names) == codes | {"displacement", "no_event"}


def test_probabilities_of_labels_behind_one_name_add_up():
    matrix = collapse(BOOK, "wide", np.array([[0.3, 0.25, 0.4, 0.05]]))
    assert matrix.round(6).tolist() == [[0.55, 0.4, 0.05]]


def test_a_standard_that_tells_nothing_apart_is_refused():
    narrow = Codebook.model_validate(
        {
            "name": "acts",
            "version": "1",
            "task": "event",
            "labels": [
                {"name": "clash", "crosswalk": {"wide": "ACT"}},
                {"name": "raid", "crosswalk": {"wide": "ACT"}},
            ],
        }
    )
    with pytest.raises(InputError, match="has a single name in 'wide'"):
        collapsed(narrow, "wide")


def test_rows_take_names_of_either_kind_once_and_keep_all_else():
    rename = renamed(BOOK, "wide")
    assert rename({"id": "1", "labels": ["clash", "raid", "AGREE"]}) == {
        "id": "1",
        "labels": ["ASSAULT", "AGREE"],
    }
    assert rename({"text": "All was quiet.", "label": "calm"})["labels"] == ["calm"]
    assert rename({"label": "storm"})["labels"] == ["storm"]  # for the check of rows to report
    assert rename({"text": "No label."}) == {"text": "No label."}


def test_a_label_that_the_model_does_not_know_is_never_found():
    several = BOOK.model_copy(update={"labels_per_row": "several"})
    model = SimpleNamespace(labels=["raid", "clash"], thresholds=[0.2, 0.7])
    probabilities, thresholds = in_columns(model, several, None, np.array([[0.6, 0.1]]))
    assert probabilities.tolist() == [[0.1, 0.6, 0.0, 0.0]]
    assert thresholds.tolist() == [0.7, 0.2, 1.0, 1.0]
    assert in_columns(model, several, "wide", np.array([[0.6, 0.1]]))[1] is None
