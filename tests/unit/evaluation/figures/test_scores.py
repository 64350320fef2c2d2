import pytest

from evaluation.figures.scores import LabelScore, Scores, label_metric


def test_labels_that_neither_occur_nor_are_predicted_have_no_metric():
    scores = Scores(
        rows=3,
        figures={"macro_f1": 0.5, "accuracy": 0.75},
        labels=(
            LabelScore("raid", 1.0, 0.5, 0.7, 2, 1),
            LabelScore("talks", 0.0, 0.0, 0.0, 0, 1),
            LabelScore("calm", 0.0, 0.0, 0.0, 0, 0),
        ),
    )
    assert [label.occurs for label in scores.labels] == [True, True, False]
    assert scores.flat() == {"macro_f1": 0.5, "accuracy": 0.75, "f1/raid": 0.7, "f1/talks": 0.0}
    assert (scores.macro_f1, scores.accuracy) == (0.5, 0.75)


def test_averages_are_a_copy():
    scores = Scores(rows=1, figures={"macro_f1": 1.0}, labels=())
    scores.averages()["macro_f1"] = 0.0
    assert scores.macro_f1 == 1.0


@pytest.mark.parametrize(
    "label", ["armed clash", "Air/drone strike", "Enlèvement", "احتجاج", "non-violent.", "1"]
)
def test_a_label_that_mlflow_takes_is_its_metric(label):
    assert label_metric(label) == f"f1/{label}"


def test_labels_that_mlflow_refuses_have_a_name_each():
    from mlflow.utils.validation import _validate_metric_name

    labels = [
        "Threaten, not said",
        "Threaten; not said",
        "Threaten_ not said",
        "Arrests & raids",
        "a//b",
        "a/./b",
        "..",
        "/",
        "x/",
        "C+",
        "C#",
        "1: one",
        "हमला",
        "x" * 200 + "y",
        "x" * 200 + "z",
    ]
    names = [label_metric(label) for label in labels]
    assert len(set(names)) == len(labels)
    assert label_metric("Threaten, not said").startswith("f1/Threaten_ not said ")
    for name in names:
        _validate_metric_name(f"epoch/dev/{name}_high")
        assert len(name) < 230
