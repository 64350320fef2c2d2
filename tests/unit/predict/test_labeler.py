import subprocess
import sys

import numpy as np
import pytest

from data.articles.article import Article
from data.examples import Target
from data.problems import InputError
from models.portable.serving import ServedModel
from predict import Labeler
from predict.rows import TYPES


class ByWord:
    """Scores a text with `war` in it for the first label, any other for the second."""

    def __init__(self, multilabel=False):
        self.multilabel, self.seen = multilabel, []

    def scores(self, rows):
        self.seen.append(list(rows))
        return np.array(
            [
                [0.9, 0.2] if "war" in row.text else [0.1, 0.6 - 0.3 * self.multilabel]
                for row in rows
            ]
        )


def served(task, labels, thresholds=None):
    model = ServedModel(
        {
            "name": task,
            "task": task,
            "labels": labels,
            "several": thresholds is not None,
            "thresholds": thresholds,
            "scores": "probabilities",
            "columns": [0, 1],
        },
        ByWord(thresholds is not None),
    )
    model.version = "4"
    return model


@pytest.fixture
def event():
    return served("event", ["clash", "no_event"])


@pytest.fixture
def stance():
    return served("stance", ["against", "favor"])


def article(identity, *sentences, **metadata):
    return Article(identity, " ".join(sentences), identity, metadata)


def test_rows_of_an_article(event, stance):
    labeler = Labeler(event, stance, [Target("the Front", ("rebels",)), "Union=AU"])
    rows = list(
        labeler.label_articles(
            [
                article(
                    "a1",
                    "There was war.",
                    "The Front and the Union met; the Front left.",
                    date="2026-05-01",
                    author="X",
                )
            ]
        )
    )
    assert [(row["sentence_id"], row["kind"], row["target"]) for row in rows] == [
        ("a1:0", "event", None),
        ("a1:1", "event", None),
        ("a1:1", "stance", "the Front"),
        ("a1:1", "stance", "Union"),
    ]
    expected = {
        "article_id": "a1",
        "sentence_id": "a1:0",
        "position": 0,
        "start": 0,
        "end": 14,
        "quoted": False,
        "text": "There was war.",
        "kind": "event",
        "target": None,
        "target_start": None,
        "target_end": None,
        "label": "clash",
        "probability": 0.9,
        "probabilities": {"clash": 0.9, "no_event": 0.2},
        "model": "event",
        "model_version": "4",
        "date": "2026-05-01",
        "author": "X",
    }
    assert {name: rows[0][name] for name in expected} == expected
    assert {*rows[0]} - {*expected} <= {*TYPES} - {"labels"}
    for row in rows[2:]:
        assert row["text"][row["target_start"] : row["target_end"]].lower() == row["target"].lower()
    assert rows[2]["target_start"] == 0


def test_the_model_is_told_where_the_target_stands(event, stance):
    Labeler(None, stance, ["the Front=rebels"]).label_sentences(["Then rebels came."])
    (row,) = stance.backend.seen[0]
    assert (row.text, row.target, row.target_at) == ("Then rebels came.", "the Front", (5, 11))


def test_batches_run_over_articles_and_do_not_change_rows(event, stance):
    articles = [
        article(f"a{j}", *["War came to the Union." if k % 2 else "A war." for k in range(j)])
        for j in range(6)
    ]
    whole = list(Labeler(event, stance, ["Union"]).label_articles(articles))
    assert [len(batch) for batch in event.backend.seen] == [15]
    event.backend.seen.clear()
    parts = list(Labeler(event, stance, ["Union"], batch_size=4).label_articles(articles))
    assert [len(batch) for batch in event.backend.seen] == [4, 4, 4, 3]
    assert parts == whole


def test_it_streams(event):
    taken = []

    def articles():
        for j in range(100):
            taken.append(j)
            yield article(f"a{j}", "A war.")

    next(Labeler(event, None, batch_size=2).label_articles(articles()))
    assert len(taken) == 2


def test_several_labels():
    model = served("event", ["kill", "arrest"], [0.2, 0.2])
    war, peace, nothing = Labeler(model, None).label_sentences(["A war.", "Peace.", ""])
    assert (war["label"], war["labels"], war["probability"]) == (
        "kill|arrest",
        ["kill", "arrest"],
        0.9,
    )
    assert (peace["labels"], peace["probability"]) == (["arrest"], 0.3)
    assert nothing["text"] == ""


def test_a_sentence_without_label_has_the_highest_probability_of_all():
    model = served("event", ["kill", "arrest"], [0.5, 0.5])
    (row,) = Labeler(model, None).label_sentences(["Peace."])
    assert (row["label"], row["labels"], row["probability"]) == ("", [], 0.3)


def test_a_field_named_like_ours_is_kept_under_another_name(event):
    (row,) = Labeler(event, None).label_articles(
        [article("a", "A war.", label="theirs", input_label="too", section="world")]
    )
    assert (row["label"], row["input_label"], row["input_input_label"], row["section"]) == (
        "clash",
        "theirs",
        "too",
        "world",
    )


def test_of_articles_with_one_id_the_positions_count_on(event):
    rows = list(
        Labeler(event, None).label_articles(
            [
                article("a", "One war.", "Two wars."),
                article("b", "A war."),
                article("a", "A third war."),
            ]
        )
    )
    assert [(row["sentence_id"], row["position"], row["start"]) for row in rows] == [
        ("a:0", 0, 0),
        ("a:1", 1, 9),
        ("b:0", 0, 0),
        ("a:2", 2, 0),
    ]


def test_a_record_that_is_a_sentence_is_not_split(event, stance):
    articles = [
        Article("a", "One war. Two wars.", sentence_id="a-7", target="Union"),
        Article("a", "The Union left.", sentence_id="a-8"),
    ]
    rows = list(Labeler(event, stance, ["Front=The Union"]).label_articles(articles))
    assert [
        (row["article_id"], row["sentence_id"], row["position"], row["target"], row["target_start"])
        for row in rows
    ] == [
        ("a", "a-7", 0, None, None),
        ("a", "a-7", 0, "Union", None),
        ("a", "a-8", 1, None, None),
        ("a", "a-8", 1, "Front", 0),
    ]


def test_a_data_frame_of_sentences(event, stance):
    import pandas

    frame = pandas.DataFrame(
        {
            "text": ["The Union met the Front.", "A war of the Union."],
            "target": ["Front", None],
            "target_start": [18, None],
            "target_end": [23, None],
            "date": ["2024-01-01", pandas.NaT],
        }
    )
    labeler = Labeler(event, stance, ["the Union"])
    rows = labeler.label_sentences(frame)
    assert [
        (row["sentence_id"], row["kind"], row["target"], row["target_start"]) for row in rows
    ] == [
        ("0", "event", None, None),
        ("0", "stance", "Front", 18),
        ("1", "event", None, None),
        ("1", "stance", "the Union", 9),
    ]
    assert [row.get("date") for row in rows] == ["2024-01-01"] * 2 + [None] * 2
    assert [row["target"] for row in labeler.label_sentences(frame, targets=["Front"])] == [
        None,
        "Front",
        None,
    ]
    assert labeler.label_sentences(frame["text"]) == labeler.label_sentences(list(frame["text"]))
    assert labeler.label_sentences(frame.iloc[:0]) == []


def test_a_data_frame_of_articles(event):
    import pandas

    frame = pandas.DataFrame({"id": [7, 8], "text": ["A war. Peace.", "Peace."], "n": [1.5, None]})
    rows = list(Labeler(event, None).label_articles(frame))
    assert [(row["sentence_id"], row.get("n")) for row in rows] == [
        ("7:0", 1.5),
        ("7:1", 1.5),
        ("8:0", None),
    ]
    assert rows[:2] == list(
        Labeler(event, None).label_articles([Article("7", "A war. Peace.", metadata={"n": 1.5})])
    )


@pytest.mark.parametrize("targets", ["Union", Target("Union")])
def test_one_target_in_place_of_a_list(event, targets):
    with pytest.raises(InputError, match="targets: is one target"):
        Labeler(event, None, targets)
    with pytest.raises(InputError, match="targets: is one target"):
        Labeler(event, None).label_sentences(["A war."], targets=targets)


def test_sentences_that_stand_alone(event, stance):
    labeler = Labeler(event, stance, ["Union"], batch_size=2)
    rows = labeler.label_sentences(
        ["One war. Two wars.", "“All is lost,” he said.", "Rebels."], targets=["the Front=rebels"]
    )
    assert [(row["sentence_id"], row["kind"], row["quoted"]) for row in rows] == [
        ("0", "event", False),
        ("1", "event", True),
        ("2", "event", False),
        ("2", "stance", False),
    ]
    assert labeler.label_sentences([]) == []


def test_nothing_gives_nothing_and_loads_nothing():
    assert list(Labeler("no/such", "no/such").label_articles([])) == []


def test_a_model_of_the_other_task_is_refused(event):
    with pytest.raises(InputError, match="is a model of event; expected one of stance"):
        Labeler(None, event, ["Union"]).label_sentences(["The Union met."])


def test_wrong_arguments():
    with pytest.raises(InputError, match="batch size"):
        Labeler(batch_size=0)
    with pytest.raises(InputError, match="also one of"):
        Labeler(targets=["A=x", "B=x"])


def test_import_is_cheap_and_pulls_in_no_learning_library():
    code = (
        "import sys; from predict import Labeler; Labeler(targets=['Union']); "
        "print([name for name in ('torch', 'transformers', 'mlflow', 'sklearn', 'datasets', "
        "'pandas', 'numpy', 'train', 'evaluation') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_unknown_attribute():
    import predict

    with pytest.raises(AttributeError, match="Labeller"):
        _ = predict.Labeller


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"event: is one dict; expected .* run\.load\(\)"):
        Labeler({}, None).label_sentences(["Rain."])
    with pytest.raises(InputError, match="names no model"):
        Labeler(tmp_path / "none", None).label_sentences(["Rain."])
