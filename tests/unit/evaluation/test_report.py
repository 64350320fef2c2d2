import numpy as np

from data.codebook import Codebook
from evaluation.figures.metrics import score
from evaluation.report import misclassified, text_report

ACTS = {
    "name": "acts",
    "version": "1",
    "task": "event",
    "labels": [{"name": "kill"}, {"name": "arrest"}, {"name": "fail"}],
}
SINGLE = Codebook.model_validate(ACTS)
SEVERAL = Codebook.model_validate(ACTS | {"labels_per_row": "several"})
ROWS = [{"id": f"r{j}", "article_id": "a", "text": f"Sentence {j}."} for j in range(3)]


def test_report_has_every_label_and_the_averages():
    probabilities = np.array([[0.9, 0.1, 0.0], [0.8, 0.1, 0.1], [0.2, 0.8, 0.0]])
    text = text_report(score(SINGLE, [("kill",), ("arrest",), ("arrest",)], probabilities))
    lines = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.split()}
    assert lines["accuracy"] == ["0.6667"]
    assert lines["kill"] == ["0.5000", "1.0000", "0.6667", "1", "2"]
    assert lines["fail"] == ["-", "-", "-", "0", "0"]
    assert "3 rows" in text


def test_surest_error_first():
    probabilities = np.array([[0.6, 0.3, 0.1], [0.9, 0.1, 0.0], [0.05, 0.95, 0.0]])
    wrong = misclassified(ROWS, [("arrest",), ("fail",), ("arrest",)], probabilities, SINGLE)
    assert [row["id"] for row in wrong] == ["r1", "r0"]
    assert wrong[1] == {
        "id": "r0",
        "article_id": "a",
        "text": "Sentence 0.",
        "target": None,
        "gold": "arrest",
        "predicted": "kill",
        "probability": 0.6,
        "gold_probability": 0.3,
    }


def test_several_labels_are_joined_and_a_missed_label_can_be_the_surest():
    probabilities = np.array([[0.6, 0.55, 0.0], [0.1, 0.02, 0.1], [0.9, 0.1, 0.1]])
    wrong = misclassified(ROWS, [("kill",), ("arrest",), ("kill",)], probabilities, SEVERAL)
    assert [(row["id"], row["predicted"]) for row in wrong] == [("r1", ""), ("r0", "kill|arrest")]
    assert wrong[0]["probability"] is None


def test_nothing_wrong_and_nothing_at_all():
    assert misclassified(ROWS[:1], [("kill",)], np.array([[1.0, 0, 0]]), SINGLE) == []
    assert misclassified([], [], np.zeros((0, 3)), SINGLE) == []


def test_misclassified_rows_say_whether_the_type_is_right():
    typed = Codebook.model_validate(
        ACTS
        | {
            "parents": [{"name": "war"}],
            "labels": [
                {"name": "kill", "parent": "war"},
                {"name": "arrest"},
                {"name": "fail", "parent": "war"},
            ],
        }
    )
    predicted = np.eye(3)[[0, 0, 0]]
    rows = misclassified(ROWS, [("kill",), ("arrest",), ("fail",)], predicted, typed)
    assert {row["id"]: row["mistake"] for row in rows} == {
        "r1": "across_types",
        "r2": "within_type",
    }


def test_a_number_of_rows_has_no_digits_even_if_it_is_one():
    scores = score(
        SINGLE,
        [("kill",), ("arrest",)],
        np.eye(3)[:2],
        targets=["new", "old"],
        train_targets={"old"},
    )
    lines = {line.split()[0]: line.split()[1:] for line in text_report(scores).splitlines() if line}
    assert lines["unseen_target_rows"] == ["1"]
    assert lines["accuracy"] == ["1.0000"]
