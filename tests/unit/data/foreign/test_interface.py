"""What an importer is told."""

from data.codebook import load_codebook
from data.foreign.interface import ImportOptions


def test_a_field_is_in_the_column_that_the_user_names_or_the_usual_one():
    options = ImportOptions(load_codebook("event"), columns={"label": "code"})
    assert options.column("label", "label") == "code"
    assert options.column("text", "sentence") == "sentence"


def test_notes_of_one_import_are_not_those_of_another():
    first, second = (ImportOptions(load_codebook("event")) for _ in range(2))
    first.notes["odd"] += 1
    first.renamed["a", "b"] += 1
    first.columns["text"] = "body"
    assert not second.notes and not second.renamed and not second.columns
