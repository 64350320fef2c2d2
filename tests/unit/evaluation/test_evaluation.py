"""One object measures: its figures are those of the functions, and agree with one another."""

import numpy as np
import pytest

from data.codebook import Codebook
from data.problems import InputError
from data.rows import labelled, tidy
from evaluation.evaluation import Evaluation, evaluate
from evaluation.figures.metrics import score
from models.portable import serving

BOOK = Codebook.model_validate(
    {
        "name": "acts",
        "version": "2",
        "task": "event",
        "parents": [{"name": "fight"}],
        "labels": [
            {"name": "clash", "parent": "fight", "crosswalk": {"wide": "ASSAULT"}},
            {"name": "raid", "parent": "fight", "crosswalk": {"wide": "ASSAULT"}},
            {"name": "talks", "crosswalk": {"wide": "AGREE"}},
        ],
    }
)
KNOWN = {
    "They fought.": [0.6, 0.15, 0.25],
    "They raided.": [0.4, 0.35, 0.25],
    "They met.": [0.1, 0.1, 0.8],
    "They talked.": [0.3, 0.1, 0.6],
}
LABELS = ("clash", "raid", "talks", "talks")
CERTAIN = {"min_precision": 0.9, "certain_from": [0.5, None, 0.7]}


@pytest.fixture(scope="module")
def careful(known_model, tmp_path_factory):
    """A model that gives the probabilities of KNOWN, and abstains."""
    folder = tmp_path_factory.mktemp("model") / "event"
    return serving.load(known_model(folder, BOOK, KNOWN, 2.0, **CERTAIN))


def labelled_rows(labels=LABELS):
    rows = [
        tidy({"id": str(place), "article_id": f"a{place}", "text": text, "label": label})
        for place, (text, label) in enumerate(zip(KNOWN, labels, strict=True))
    ]
    return rows, [labelled(row) for row in rows]


def test_every_figure_is_of_the_same_answers(careful):
    evaluation = evaluate(careful, BOOK, *labelled_rows(), name="dev")
    assert evaluation.scores == score(BOOK, evaluation.gold, evaluation.probabilities)
    assert evaluation.scores.accuracy == 0.75  # the raid is called a clash
    assert [row["id"] for row in evaluation.mistakes] == ["1"]
    assert [row["predicted"] for row in evaluation.predictions] == [
        "clash",
        "clash",
        "talks",
        "talks",
    ]
    assert [row["certain"] for row in evaluation.predictions] == ["clash", "", "talks", ""]
    assert evaluation.abstention.coverage == 0.5
    assert (evaluation.types.within, evaluation.types.across) == (0.25, 0.0)
    assert evaluation.slices.entries == ()  # four rows are too few for any
    assert evaluation.trained is None
    assert evaluation.calibrated == "temperature 2"


def test_metrics_have_the_bounds_of_every_figure_that_has_an_interval(careful):
    evaluation = evaluate(careful, BOOK, *labelled_rows())
    names = ("macro_f1", "accuracy", "ece", "brier", "coverage", "errors_within_type")
    for name in (*names, "type_macro_f1"):
        low, high = evaluation.metrics[f"{name}_low"], evaluation.metrics[f"{name}_high"]
        assert low <= evaluation.metrics[name] <= high
    assert "ece_uncalibrated_low" not in evaluation.metrics


def test_figures_are_computed_once_and_only_when_asked(careful, monkeypatch):
    evaluation = evaluate(careful, BOOK, *labelled_rows())
    calls = []
    monkeypatch.setattr(
        "evaluation.evaluation.score", lambda *values, **options: calls.append(1) or "scores"
    )
    assert not calls
    assert evaluation.scores == evaluation.scores == "scores"
    assert len(calls) == 1


def test_answers_that_are_there_are_not_asked_for_again(careful):
    rows, examples = labelled_rows()
    answers = np.eye(3)[[2, 2, 2, 2]], np.eye(3)[[0, 0, 0, 0]]
    evaluation = evaluate(careful, BOOK, rows, examples, answers)
    assert evaluation.scores.accuracy == 0.5
    assert evaluation.calibration.before.brier != evaluation.calibration.after.brier


def test_mapped_labels_are_not_the_models_own_to_be_certain_of(careful):
    rows, examples = labelled_rows(("ASSAULT", "ASSAULT", "AGREE", "AGREE"))
    evaluation = evaluate(careful, BOOK, rows, examples, mapped_to="wide", slices_by=None)
    assert evaluation.codebook.names == ("ASSAULT", "AGREE")
    assert evaluation.scores.accuracy == 1.0
    assert evaluation.abstention is None
    assert evaluation.calibration is not None
    assert evaluation.slices is None
    assert evaluation.as_json()["slices"] is None


def test_a_closed_model_says_only_labels_of_the_rows(careful):
    rows, examples = labelled_rows(("raid", "raid", "talks", "talks"))
    evaluation = evaluate(careful, BOOK, rows, examples, closed=True)
    assert evaluation.scores.accuracy == 0.75  # the first is a talk to it, no clash being there
    assert (evaluation.calibration, evaluation.abstention) == (None, None)
    assert not {"ece", "coverage"} & set(evaluation.spread.averages)


def test_rows_that_the_model_was_trained_on_are_told_apart(careful):
    evaluation = evaluate(careful, BOOK, *labelled_rows(), trained_on=[True, True, False, False])
    assert (evaluation.trained.rows, evaluation.trained.scores.accuracy) == (2, 1.0)
    assert evaluation.as_json()["trained_rows"]["without"]["rows"] == 2


def test_one_article_has_figures_and_no_interval():
    evaluation = Evaluation(
        codebook=BOOK,
        rows=[{"id": "1", "text": "They met."}],
        gold=[("talks",)],
        articles=["a"],
        probabilities=np.eye(3)[[2]],
    )
    assert evaluation.spread is None
    assert evaluation.metrics["accuracy"] == 1.0
    assert not [name for name in evaluation.metrics if name.endswith("_low")]


def test_no_rows_have_no_figure():
    evaluation = Evaluation(
        codebook=BOOK, rows=[], gold=[], articles=[], probabilities=np.zeros((0, 3))
    )
    assert evaluation.predictions == evaluation.mistakes == []
    with pytest.raises(InputError, match="no rows"):
        _ = evaluation.scores


def test_an_unknown_column_is_refused_before_the_model_answers(careful, monkeypatch):
    monkeypatch.setattr(careful, "predict_both", None, raising=False)
    with pytest.raises(InputError, match="no such column"):
        evaluate(careful, BOOK, *labelled_rows(), slices_by=["regoin"])
