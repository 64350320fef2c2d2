import numpy as np
import pytest

from data.codebook import Codebook
from evaluation.figures.abstention import abstention, abstention_text

BOOK = Codebook.model_validate(
    {
        "name": "acts",
        "version": "1",
        "task": "event",
        "labels": [{"name": "clash"}, {"name": "raid"}, {"name": "calm"}],
    }
)
SEVERAL = BOOK.model_copy(update={"labels_per_row": "several"})
PROBA = np.array([[0.9, 0.1, 0.0], [0.8, 0.2, 0.0], [0.5, 0.3, 0.2], [0.1, 0.9, 0.0]])
GOLD = [("clash",), ("raid",), ("clash",), ("raid",)]


def test_coverage_and_precision_of_one_label_a_row():
    found = abstention(BOOK, GOLD, PROBA, [0.8, None, 0.2], 0.9)
    assert (found.predicted, found.certain) == (4, 2)
    assert found.flat() == {"coverage": 0.5, "precision_when_certain": 0.5}
    clash, raid, calm = found.labels
    assert (clash.predicted, clash.certain, clash.right) == (3, 2, 1)
    assert (raid.certain_from, raid.predicted, raid.certain) == (None, 1, 0)
    assert calm.predicted == 0


def test_several_labels_count_each_label_given():
    found = abstention(
        SEVERAL,
        [("clash",), (), ("raid",), ("raid",)],
        PROBA,
        [0.9, 0.3, 0.5],
        0.9,
        np.array([0.5, 0.3, 0.5]),
    )
    assert (found.predicted, found.certain) == (5, 3)  # clash three times, raid twice
    assert found.precision == 1
    nothing = abstention(SEVERAL, [()] * 4, PROBA, [0.9] * 3, 0.9, np.ones(3))
    assert nothing.flat() == {"coverage": 0.0}


def test_nothing_certain_has_no_precision():
    found = abstention(BOOK, GOLD, PROBA, [None] * 3, 0.9)
    assert found.flat() == {"coverage": 0.0}
    assert "precision when certain -" in abstention_text(found)


def test_the_text_lists_every_label():
    lines = abstention_text(abstention(BOOK, GOLD, PROBA, [0.8, None, 0.2], 0.9)).splitlines()
    assert lines[0].endswith("2 of 4 labels")
    assert lines[1] == "coverage 0.5000, precision when certain 0.5000"
    assert "coverage 0.5000 [0.2500, 0.7500], precision when certain 0.5000\n" in abstention_text(
        abstention(BOOK, GOLD, PROBA, [0.8, None, 0.2], 0.9), {"coverage": (0.25, 0.75)}
    )
    assert [line.split() for line in lines[-3:]] == [
        ["clash", "0.8000", "3", "2", "0.5000"],
        ["raid", "never", "1", "0", "-"],
        ["calm", "0.2000", "0", "0", "-"],
    ]


def test_no_rows():
    found = abstention(BOOK, [], np.zeros((0, 3)), [0.8, None, 0.2], 0.9)
    assert found.coverage == 0
    assert found.as_json() == {
        "min_precision": 0.9,
        "coverage": 0.0,
        "labels": [
            {"label": name, "certain_from": least, "predicted": 0, "certain": 0, "right": 0}
            for name, least in (("clash", 0.8), ("raid", None), ("calm", 0.2))
        ],
    }


def test_the_metrics_agree_with_what_the_model_says():
    from models.portable.backends import PriorBackend
    from models.portable.serving import UNCERTAIN, ServedModel

    model = ServedModel(
        {
            "labels": list(BOOK.names),
            "several": False,
            "task": "event",
            "certain_from": [0.8, None, 0.2],
            "min_precision": 0.9,
        },
        PriorBackend([1, 0, 0]),
    )
    said = model.label_rows(PROBA)
    found = abstention(BOOK, GOLD, PROBA, model.certain_from, model.min_precision)
    assert sum(labels == [UNCERTAIN] for labels in said) == found.predicted - found.certain
    assert found.precision == pytest.approx(
        np.mean(
            [
                labels == list(gold)
                for labels, gold in zip(said, GOLD, strict=True)
                if labels != [UNCERTAIN]
            ]
        )
    )
