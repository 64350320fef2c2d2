"""Rows from annotations: labels of a whole text, labels of spans, and whom they are about."""

import pytest
from foreign_files import POLICE

from data.codebook import load_codebook
from data.foreign.annotation_rows import AnnotatedSpan, rows_of_annotation
from data.foreign.interface import ImportOptions, Skipped
from data.problems import Problem

TEXT = "Omar thanked Ines."
OMAR, INES = (0, 4), (13, 17)


def rows(labels, *spans, codebook="stance", **fields):
    options = ImportOptions(load_codebook(codebook))
    return list(rows_of_annotation({"text": TEXT, **fields}, labels, spans, options, "a.jsonl:1"))


def test_labels_of_a_whole_text_go_with_its_only_span_or_the_one_marked_target():
    [row] = rows(["favor"], AnnotatedSpan(INES))
    assert (row["target"], row["target_start"], row["label"]) == ("Ines", 13, "favor")
    [row] = rows(["favor"], AnnotatedSpan(OMAR, ("PER",)), AnnotatedSpan(INES, ("Target",)))
    assert row["target"] == "Ines"


def test_spans_that_have_labels_give_a_row_each():
    first, second = rows(
        [], AnnotatedSpan(OMAR, ("neutral",)), AnnotatedSpan(INES, ("PER",), ("favor",))
    )
    assert (first["target"], first["label"]) == ("Omar", "neutral")
    assert (second["target"], second["label"]) == ("Ines", "favor")


def test_a_span_without_a_label_beside_others_is_skipped():
    row, skipped = rows([], AnnotatedSpan(OMAR, ("favor",)), AnnotatedSpan(INES, ("PER",)))
    assert row["target"] == "Omar"
    assert skipped == Skipped("span without a label of the codebook (PER)")


def test_the_actor_is_a_field_and_no_target():
    [row] = rows(["favor"], AnnotatedSpan(OMAR, ("Actor",)), AnnotatedSpan(INES))
    assert (row["actor"], row["actor_end"], row["target"]) == ("Omar", 4, "Ines")
    [row] = rows(["favor"], AnnotatedSpan(OMAR, ("source",)), actor="Ben")
    assert (row["actor"], "actor_start" in row, "target" in row) == ("Ben", False, False)


@pytest.mark.parametrize(
    ("labels", "spans", "said"),
    [
        (["favor"], [AnnotatedSpan(OMAR, ("against",))], "for the whole text and for spans of it"),
        (["favor"], [AnnotatedSpan(OMAR), AnnotatedSpan(INES)], "marks 2 targets"),
    ],
)
def test_labels_whose_target_is_not_clear_are_refused(labels, spans, said):
    [problem] = rows(labels, *spans)
    assert isinstance(problem, Problem)
    assert said in problem.what
    assert problem.where == "a.jsonl:1"
    assert problem.raw == {"text": TEXT}


def test_a_named_target_takes_the_span_with_its_words():
    [row] = rows(["favor"], AnnotatedSpan(OMAR), AnnotatedSpan(INES), target="ines")
    assert (row["target"], row["target_start"]) == ("ines", 13)
    [row] = rows(["favor"], AnnotatedSpan(OMAR), target="Ines", target_start=13, target_end=17)
    assert (row["target"], row["target_start"]) == ("Ines", 13)


def test_spans_of_another_question_only_say_who_is_meant():
    aside = AnnotatedSpan(OMAR, ("against",), aside=True)
    [row] = rows(["favor"], aside, AnnotatedSpan(INES))
    assert (row["target"], row["label"]) == ("Ines", "favor")
    [row] = rows(["favor"], AnnotatedSpan(OMAR, ("target",), aside=True))
    assert row["target"] == "Omar"


def test_nothing_chosen_is_skipped_or_says_that_no_label_applies():
    assert rows([]) == [Skipped("annotation without a choice")]
    assert rows([], codebook=POLICE) == [{"text": TEXT, "labels": []}]


def test_kinds_that_are_no_labels_are_left_for_the_check():
    [row] = rows([], AnnotatedSpan(OMAR, ("agianst",)))
    assert row["label"] == "agianst"


def test_of_an_event_only_a_span_without_a_kind_is_whom_it_is_done_to():
    [row] = rows(["attack"], AnnotatedSpan(OMAR, ("PER",)), AnnotatedSpan(INES), codebook="event")
    assert row["target"] == "Ines"
    [row] = rows(["attack"], AnnotatedSpan(OMAR, ("PER",)), codebook="event")
    assert "target" not in row
