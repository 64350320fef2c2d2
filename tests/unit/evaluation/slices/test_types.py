import numpy as np
import pytest

from data.codebook import Codebook, load_codebook
from evaluation.slices.report import types_lines, types_text
from evaluation.slices.types import type_scores

ACTS = {
    "name": "acts",
    "version": "1",
    "task": "event",
    "parents": [{"name": "war (any)", "definition": "Arms."}, {"name": "street"}],
    "labels": [
        {"name": "clash", "parent": "war (any)"},
        {"name": "march", "parent": "street"},
        {"name": "raid", "parent": "war (any)"},
        {"name": "calm"},
    ],
}
BOOK = Codebook.model_validate(ACTS)
SEVERAL = Codebook.model_validate(ACTS | {"labels_per_row": "several"})
GOLD = [("clash",), ("raid",), ("raid",), ("march",), ("calm",)]
FOUND = np.eye(4)[[0, 0, 1, 1, 3]]  # right, within, across, right, right


def test_figures_by_hand():
    """War: 2 of 3 found, nothing wrong, 0.8; street: 1 right of 2, 2/3; calm: 1."""
    found = type_scores(BOOK, GOLD, FOUND, list("abcde"))
    assert found.scores.macro_f1 == pytest.approx((0.8 + 2 / 3 + 1) / 3)
    assert found.scores.accuracy == pytest.approx(0.8)
    assert (found.within, found.across) == (0.2, 0.2)
    flat = found.flat()
    assert list(flat) == [
        "type_macro_f1",
        "type_accuracy",
        "type_macro_f1_low",
        "type_macro_f1_high",
        "type_accuracy_low",
        "type_accuracy_high",
        "errors_within_type",
        "errors_across_types",
    ]
    assert flat["type_accuracy_low"] < 0.8 < flat["type_accuracy_high"]
    assert [(one.gold, one.predicted, one.rows, one.mistake) for one in found.confusions] == [
        ("raid", "clash", 1, "within_type"),
        ("raid", "march", 1, "across_types"),
    ]
    assert found.as_json()["confusions"][0]["mistake"] == "within_type"


def test_a_row_is_right_or_wrong_within_or_across():
    rng = np.random.default_rng(3)
    gold = [(BOOK.names[j],) for j in rng.integers(4, size=50)]
    probabilities = rng.random((50, 4))
    found = type_scores(BOOK, gold, probabilities, ["a"] * 50)
    right = np.mean(
        [
            BOOK.names[row.argmax()] == labels[0]
            for row, labels in zip(probabilities, gold, strict=True)
        ]
    )
    assert right + found.within + found.across == pytest.approx(1)
    assert found.spread is None  # one article
    assert "type_macro_f1_low" not in found.flat()


def test_the_predicted_type_is_that_of_the_predicted_label():
    """Clash and raid together are likelier than march, but march is what is predicted."""
    found = type_scores(BOOK, [("march",)], np.array([[0.3, 0.4, 0.3, 0.0]]), ["a"])
    assert found.scores.accuracy == 1


def test_several_labels_are_wrong_within_if_the_set_of_types_is_right():
    gold = [("clash", "march"), ("clash",), (), ("raid",)]
    predicted = np.array([[0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1], [1, 1, 0, 0]], dtype=float)
    found = type_scores(SEVERAL, gold, predicted, list("abcd"), thresholds=np.full(4, 0.5))
    assert (found.within, found.across) == (0.25, 0.5)
    assert found.scores.accuracy == 0.5
    assert found.confusions == ()
    assert "gold " not in types_text(found)


def test_a_codebook_without_types_has_none():
    stance = load_codebook("stance")
    assert type_scores(stance, [("favor",)], np.eye(3)[[2]], ["a"]) is None


def test_report_lists_types_and_confusions():
    found = type_scores(BOOK, GOLD, FOUND, list("abcde"))
    text = types_text(found)
    assert "errors_within_type   0.2000 (1 rows)" in text
    lines = [line.split() for line in text.splitlines()]
    assert ["raid", "march", "across_types", "1"] in lines
    assert next(line for line in lines if line[:1] == ["street"])[:2] == ["street", "0.667"]
    bounded = {"errors_within_type": (0.1, 0.3)}
    assert "errors_within_type   0.2000 [0.1000, 0.3000] (1 rows)" in types_text(found, bounded)
    lines = types_lines(found, bounded)
    assert lines[0].startswith("type_macro_f1            0.8222 [")
    assert lines[-2:] == [
        "errors_within_type       0.2000 [0.1000, 0.3000]",
        "errors_across_types      0.2000",
    ]
