import pytest

from data.examples import Sentence, Span
from predict.rows import COLUMNS, OWN, Aim, Item, metadata_columns


def test_no_field_takes_a_column_of_ours_or_of_another_field():
    given = {
        name: name
        for own in (*OWN, "date", "section")
        for name in (own, f"input_{own}", f"input_input_{own}")
    }
    columns = metadata_columns(given)
    assert not set(columns) & set(OWN)
    assert len(columns) == len(given)
    assert sorted(columns.values()) == sorted(given)


@pytest.mark.parametrize(
    "name", ["date", "source", "section", "input_section", "Label", "labelled", "input", ""]
)
def test_other_fields_keep_their_names(name):
    assert metadata_columns({name: 1}) == {name: 1}


def test_rows_have_the_columns_in_their_order():
    item = Item(Sentence("To Arlow.", "a", 3, 5, 14, False), "a:3", {"date": "2024", "n": 1})
    outcome = {name: name for name in OWN[OWN.index("label") :]}
    row = item.row("stance", outcome, Aim("Arlow", Span(3, 8)))
    assert list(row) == [*COLUMNS[:-1], "n"]
    assert (row["target"], row["target_start"], row["target_end"]) == ("Arlow", 3, 8)
    assert item.row("stance", {}, Aim("Besk", None))["target_start"] is None
    assert item.row("event", {})["target"] is None
    assert item.example().target is None
    assert item.example(Aim("Arlow", Span(3, 8))).target_span == Span(3, 8)
