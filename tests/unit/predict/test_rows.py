import pytest

from data.examples import Sentence, Span
from models.portable.backends import PriorBackend
from models.portable.serving import ServedModel
from predict.rows import COLUMNS, TYPES, Aim, Answer, Item, metadata_columns

OWN = [column.name for column in COLUMNS]


@pytest.fixture
def answer():
    """Builds what a model with the labels `clash` and `aid` says."""

    def build(labels, multilabel=False):
        meta = {"name": "event", "labels": ["clash", "aid"], "several": multilabel}
        return Answer(
            ServedModel(meta, PriorBackend([0.7, 0.3])), labels, {"clash": 0.7, "aid": 0.3}
        )

    return build


@pytest.fixture
def item():
    return Item(Sentence("To Arlow.", "a", 3, 5, 14, False), "a:3", {"date": "2024", "n": 1})


def test_no_field_takes_a_column_of_ours_or_of_another_field():
    metadata = {
        name: name
        for own in (*OWN, "date", "section")
        for name in (own, f"input_{own}", f"input_input_{own}")
    }
    columns = metadata_columns(metadata)
    assert not set(columns) & set(OWN)
    assert len(columns) == len(metadata)
    assert sorted(columns.values()) == sorted(metadata)


@pytest.mark.parametrize(
    "name", ["date", "source", "section", "input_section", "Label", "labelled", "input", ""]
)
def test_other_fields_keep_their_names(name):
    assert metadata_columns({name: 1}) == {name: 1}


def test_rows_have_the_columns_in_their_order(item, answer):
    row = item.row("stance", answer(["clash"], multilabel=True), Aim("Arlow", Span(3, 8)))
    assert list(row) == [*OWN, "date", "n"]
    assert list(TYPES) == [*OWN, "date", "source"]
    assert (row["target"], row["target_start"], row["target_end"]) == ("Arlow", 3, 8)
    assert (row["sentence_id"], row["position"], row["start"], row["end"]) == ("a:3", 3, 5, 14)
    assert item.row("stance", answer(["aid"]), Aim("Besk", None))["target_start"] is None
    assert item.example().target is None
    assert item.example(Aim("Arlow", Span(3, 8))).target_span == Span(3, 8)


def test_a_list_of_labels_only_where_there_may_be_several(item, answer):
    several = item.row("event", answer(["clash", "aid"], multilabel=True))
    assert (several["label"], several["labels"]) == ("clash|aid", ["clash", "aid"])
    single = item.row("event", answer(["clash"]))
    assert single["target"] is None
    assert "labels" not in single


@pytest.mark.parametrize(
    ("labels", "probability"),
    [(["aid"], 0.3), (["aid", "clash"], 0.7), ([], 0.7), (["uncertain"], 0.7)],
)
def test_the_probability_is_the_highest_of_the_labels_or_of_all(answer, labels, probability):
    assert answer(labels).probability == probability
