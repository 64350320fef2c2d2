"""A model as MLflow serves it, beside the same model as the project loads it."""

import json
import re
from types import SimpleNamespace

import pandas
import pytest

from data.examples import Target
from models.classifier import Fitting
from models.families import FAMILIES, make
from models.portable import pyfunc_source
from predict import Labeler

SENTENCE = "Jorun lied to its own voters, while Irsk fed the hungry."


@pytest.fixture(scope="module")
def served(small, tmp_path_factory):
    """Kind of task to a model as loaded by the project (`own`) and by MLflow (`mlflow`)."""
    import mlflow

    models = {}
    for kind in ("event", "stance"):
        folder = tmp_path_factory.mktemp(kind)
        data = small[kind]
        model = make(FAMILIES["tfidf"][0](family="tfidf", min_count=1), data.codebook)
        model.fit(data.train, data.dev, Fitting(seed=1, score_dev=lambda proba: {}))
        own = model.save(folder / "kept", "kept", [row.example for row in data.dev])
        logged = SimpleNamespace(artifact_location=str(folder), source_run_id=None, model_id=None)
        saved = pyfunc_source.save(folder, folder / "kept", logged)
        models[kind] = SimpleNamespace(own=own, mlflow=mlflow.pyfunc.load_model(str(saved)))
    return models


@pytest.fixture
def label(served):
    """Labels rows, given as dictionaries, by MLflow's stance model."""
    return lambda *rows: served["stance"].mlflow.predict(pandas.DataFrame(list(rows)))


@pytest.fixture
def post(served):
    """Sends rows to what `mlflow models serve` answers with; gives the status and the text."""
    from mlflow.exceptions import MlflowException
    from mlflow.pyfunc.scoring_server import invocations

    def send(kind, content, content_type="application/json"):
        model = served[kind].mlflow
        body = json.dumps({"dataframe_records": content}) if isinstance(content, list) else content
        try:
            answer = invocations(body, content_type, model, model.metadata.get_input_schema())
        except MlflowException as error:
            return error.get_http_status_code(), error.message
        return answer.status, json.loads(answer.response)["predictions"]

    return send


def same(answer, rows):
    """Whether MLflow's answer says what rows of the labeler say."""
    assert list(answer["label"]) == [row["label"] for row in rows]
    assert list(answer["probability"]) == pytest.approx(
        [row["probability"] for row in rows], abs=1e-6
    )
    assert [json.loads(text) for text in answer["probabilities"]] == [
        pytest.approx(row["probabilities"], abs=1e-6) for row in rows
    ]


def test_events_are_labelled_as_by_the_project(served, small):
    texts = [row.example.text for row in small["event"].dev]
    answer = served["event"].mlflow.predict(pandas.DataFrame({"text": texts}))
    same(answer, Labeler(served["event"].own, None).label_sentences(texts))
    # A target tells a model nothing that was trained without: the project never passes one.
    named = served["event"].mlflow.predict(pandas.DataFrame({"text": texts, "target": "Jorun"}))
    assert named.equals(answer)


@pytest.mark.parametrize(
    ("name", "aliases"),
    [
        ("Jorun", ()),
        ("Irsk", ()),
        ("the Party", ("Irsk",)),
        ("The Union", ("X", "Jorun")),
        ("voters", ()),
        ("Un", ("hungry",)),
        ("Jorun", ("voters",)),
    ],
)
def test_a_target_is_found_where_the_labeler_finds_it(served, label, name, aliases):
    rows = Labeler(None, served["stance"].own).label_sentences(
        [SENTENCE], targets=[Target(name, aliases)]
    )
    assert len(rows) == 1
    for form in (list(aliases), ",".join(aliases), " , ".join(aliases)):
        same(label({"text": SENTENCE, "target": name, "aliases": form}), rows)
    span = {"target_start": rows[0]["target_start"], "target_end": rows[0]["target_end"]}
    same(label({"text": SENTENCE, "target": name} | span), rows)


def test_a_target_that_is_only_part_of_a_word_is_not_marked(label):
    """ "is" is no mention in "Irish"; a target without any is read after the sentence."""
    text = "The Irish minister praised them."
    inside, absent = label({"text": text, "target": "IS"}, {"text": text, "target": "XX"})[
        "probabilities"
    ]
    assert inside == absent


def test_where_the_target_stands_decides(label):
    first, second = SENTENCE.index("Jorun"), SENTENCE.index("Irsk")
    answer = label(
        *(
            {"text": SENTENCE, "target": "the Party", "target_start": start, "target_end": end}
            for start, end in ((first, first + 5), (second, second + 4))
        )
    )
    assert list(answer["label"]) == ["against", "favor"]


def test_some_rows_may_have_bounds_and_others_none(post):
    rows = [
        {"text": SENTENCE, "target": "the Party", "target_start": 36, "target_end": 40},
        {"text": SENTENCE, "target": "Irsk", "target_start": None, "target_end": None},
        {"text": SENTENCE, "target": "the Party", "aliases": ["Irsk"]},
    ]
    status, answer = post("stance", rows)
    assert status == 200
    assert [row["label"] for row in answer] == ["favor"] * 3
    assert len({row["probabilities"] for row in answer}) == 1


GOOD = {"text": SENTENCE, "target": "Jorun"}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"text": SENTENCE}], "1 of 1 rows .* row 0: target is missing"),
        (
            [GOOD, {"text": SENTENCE}, GOOD, {"text": SENTENCE, "target": " "}],
            "2 of 4 rows .* row 1: target is missing.* row 3: target is missing",
        ),
        ([GOOD, GOOD | {"target": None}], "row 1: target is missing; a stance is toward a target"),
        (
            [GOOD, GOOD | {"text": ""}, GOOD | {"text": None}, GOOD | {"text": " \n"}],
            "row 1: text is missing or empty.* row 2: text .* row 3: text",
        ),
        ([GOOD | {"target": "…"}], "row 0: target '…': .* is not a name"),
        (
            [GOOD | {"target_start": 0}],
            "row 0: target_start, target_end are 0, None; expected whole",
        ),
        ([GOOD | {"target_start": 0, "target_end": 99}], "0, 99; .* end <= 56, or neither"),
        ([GOOD | {"target_start": -1, "target_end": 5}], "row 0: target_start"),
        ([GOOD | {"target_start": 5, "target_end": 5}], "row 0: target_start"),
        ([GOOD | {"target_start": 0.5, "target_end": 5}], "row 0: target_start"),
        ([GOOD | {"target_start": "no", "target_end": 5}], "row 0: target_start"),
        ([GOOD | {"aliases": {"Irsk": 1}}], "row 0: aliases is .*expected names parted by commas"),
        ([GOOD | {"aliases": ["Irsk", 3]}], "row 0: aliases is"),
        ([{"text": SENTENCE}] * 30, "30 of 30 rows .*row 9: target is missing.*; and 20 more$"),
    ],
)
def test_a_request_with_a_row_that_cannot_be_read_is_refused_naming_the_rows(post, rows, message):
    status, answer = post("stance", rows)
    assert status == 400
    assert re.search(message, answer, re.DOTALL), answer


def test_a_text_that_is_no_number_in_a_table_is_told(served):
    from mlflow.exceptions import MlflowException

    with pytest.raises(MlflowException, match="row 1: text is missing") as caught:
        served["event"].mlflow.predict(pandas.DataFrame({"text": ["Rain fell.", float("nan")]}))
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


def test_events_are_taken_as_csv_too(post):
    assert (
        post("event", "text\nStudents in Arlow carried banners.\n", "text/csv")[1][0]["label"]
        == "protest"
    )
