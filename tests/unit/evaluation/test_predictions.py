import numpy as np
import pytest

from data.codebook import Codebook
from data.files import write_rows
from data.problems import InputError
from evaluation.predictions import aligned_rows, labels_in, predictions, read_predictions

ACTS = {
    "name": "acts",
    "version": "1",
    "task": "event",
    "labels": [{"name": "kill"}, {"name": "arrest"}, {"name": "fail"}],
}
SINGLE = Codebook.model_validate(ACTS)
SEVERAL = Codebook.model_validate(ACTS | {"labels_per_row": "several"})
ROWS = [{"id": f"r{j}", "article_id": f"a{j // 2}", "text": f"Sentence {j}."} for j in range(3)]


def test_rows_hold_what_was_said():
    made = predictions(ROWS[:1], [("arrest",)], np.array([[0.71239, 0.2, 0.08761]]), SINGLE)
    assert made == [
        {
            "id": "r0",
            "article_id": "a0",
            "text": "Sentence 0.",
            "gold": "arrest",
            "predicted": "kill",
            "probability": 0.7124,
            "square": pytest.approx(0.71239**2 + 0.8**2 + 0.08761**2),
            "gaps": {"0": pytest.approx(-0.71239)},
        }
    ]
    (with_target,) = predictions(
        [ROWS[0] | {"target": "the Mill"}], [("kill",)], np.eye(3)[:1], SINGLE
    )
    assert with_target["target"] == "the Mill"
    assert predictions([], [], np.zeros((0, 3)), SINGLE) == []


def test_labels_that_are_certain():
    proba = np.array([[0.9, 0.6, 0.1], [0.3, 0.2, 0.1], [0.4, 0.9, 0.1]])
    gold = [("kill",), ("arrest",), ("arrest",)]
    said = [
        [
            row["certain"]
            for row in predictions(ROWS, gold, proba, book, certain_from=[0.8, 0.6, None])
        ]
        for book in (SINGLE, SEVERAL)
    ]
    assert said == [["kill", "", "arrest"], ["kill|arrest", "", "arrest"]]


def test_several_labels_none_and_back_from_the_file(tmp_path):
    made = predictions(
        ROWS,
        [("kill", "fail"), (), ("kill",)],
        np.array([[0.9, 0.6, 0.1], [0.3, 0.2, 0.1], [0.4, 0.9, 0.1]]),
        SEVERAL,
        np.array([0.4, 0.5, 0.5]),
    )
    assert [labels_in(row["predicted"]) for row in made] == [
        ("kill", "arrest"),
        (),
        ("kill", "arrest"),
    ]
    assert [row["probability"] for row in made] == [0.9, 0.3, 0.9]
    write_rows(tmp_path / "kept.jsonl", made)
    assert read_predictions(tmp_path / "kept.jsonl", SEVERAL) == made


def test_every_fault_of_a_file_is_told(tmp_path):
    good = predictions(ROWS[:1], [("kill",)], np.eye(3)[:1], SINGLE)[0]
    write_rows(
        tmp_path / "kept.jsonl",
        [good, good | {"predicted": "kil"}, {"id": "x", "text": "A sentence."}],
    )
    with pytest.raises(InputError) as error:
        read_predictions(tmp_path / "kept.jsonl", SINGLE)
    assert "kept.jsonl:2: unknown label 'kil' (did you mean 'kill'?)" in str(error.value)
    assert "kept.jsonl:3: lacks article_id, gold, predicted, probability" in str(error.value)


def test_rows_are_put_in_one_order():
    rows = predictions(ROWS, [("kill",)] * 3, np.eye(3), SINGLE)
    assert aligned_rows(rows, rows[::-1], ("one", "two")) == rows


def test_different_rows_are_refused_with_the_reason():
    rows = predictions(ROWS, [("kill",)] * 3, np.eye(3), SINGLE)
    other = [rows[0] | {"text": "Another."}, rows[1] | {"gold": "fail"}, rows[2] | {"id": "r9"}]
    with pytest.raises(InputError) as error:
        aligned_rows(rows, other, ("one", "two"))
    told = str(error.value)
    assert "one and two: were measured on different rows" in told
    assert "1 rows only one has; 1 rows only two has" in told
    assert "1 rows differ in text (id r0, say); 1 rows differ in gold (id r1, say)" in told
    assert "--data FILE" in told
