import math

import pytest

from data.articles.article import Article, Columns, article_from_record
from data.examples import Span
from data.problems import Problem


def of(row, columns=None):
    return article_from_record(row, columns or Columns(), "a.jsonl:3", "a.jsonl:3")


def test_an_article_needs_no_place():
    article = Article("a", "Text.")
    assert (article.where, article.metadata, article.sentence_id) == ("", {}, None)


@pytest.mark.parametrize(
    ("row", "identity"),
    [
        ({"id": "x"}, "x"),
        ({"id": 7}, "7"),
        ({"id": 7.0}, "7"),
        ({"id": 0}, "0"),
        ({"id": "a/b:c"}, "a/b:c"),
        ({"article_id": "A"}, "A"),
        ({"sentence_id": "s"}, "s"),
        ({"id": None, "article_id": "A"}, "A"),
        ({"id": math.nan}, "a.jsonl:3"),
        ({"id": " "}, "a.jsonl:3"),
        ({}, "a.jsonl:3"),
        ({"id": ["a", 1]}, '["a", 1]'),
    ],
)
def test_ids(row, identity):
    assert of({"text": "One.", **row}).id == identity


def test_a_row_of_the_project_is_one_sentence():
    article = of({"id": "s1", "article_id": "a1", "text": "One. Two.", "label": "aid", "n": 1})
    assert (article.id, article.sentence_id) == ("a1", "s1")
    assert article.metadata == {"label": "aid", "n": 1}


def test_a_text_with_line_breaks_is_split_and_keeps_its_id():
    article = of({"id": "s1", "article_id": "a1", "text": "One.\n\nTwo."})
    assert (article.id, article.sentence_id, article.metadata) == ("a1", None, {"id": "s1"})


def test_records_can_be_said_to_be_articles_or_sentences():
    row = {"id": "s1", "article_id": "a1", "text": "One."}
    assert of(row, Columns(records="articles")).sentence_id is None
    assert of({"text": "One.\nTwo."}, Columns(records="sentences")).sentence_id == "a.jsonl:3"


def test_the_target_of_a_sentence():
    row = {"id": "s", "article_id": "a", "text": "The Union met the Front.", "target": "Front"}
    assert of(row).target_span == Span(18, 23)
    assert of(row | {"target_start": 4, "target_end": 9.0}).target_span == Span(4, 9)
    assert of(row | {"target": "Rebels"}).target_span is None
    assert of(row, Columns(target=False)).target is None
    assert of(row | {"target": math.nan}).target is None
    del row["article_id"]
    assert of(row).target is None  # an article: its sentences are searched


@pytest.mark.parametrize("offsets", [(0, 99), (5, 2), (1.5, 4), ("x", 4), (0, None), (-1, 3)])
def test_offsets_that_are_wrong(offsets):
    row = {
        "id": "s",
        "article_id": "a",
        "text": "The Front.",
        "target": "Front",
        "target_start": offsets[0],
        "target_end": offsets[1],
    }
    assert isinstance(of(row), Problem)
    assert "within the text of 10 characters" in str(of(row))


@pytest.mark.parametrize(
    "row",
    [
        {"text": "Cut \ud83d here."},
        {"text": "One.", "source": "\ud800"},
        {"text": "One.", "tags": [{"a": "\udc00"}]},
        {"text": "One.", "k\ud800": 1},
        {"text": "One.", "id": "\ud800"},
    ],
)
def test_half_a_character_is_told_with_its_field(row):
    problem = of(row)
    assert isinstance(problem, Problem)
    assert "holds half a character (\\ud8" in str(problem) or "(\\udc" in str(problem)
    str(problem).encode()


def test_a_whole_character_of_two_halves_is_none():
    assert isinstance(of({"text": "Fire \U0001f525."}), Article)


def test_metadata_without_empty_fields():
    row = {
        "text": "One.",
        "id": "1",
        "a": "",
        "b": None,
        "c": math.nan,
        "f": 0,
        "g": False,
        "h": [],
        "date": "2024-01-01",
    }
    assert of(row).metadata == {"f": 0, "g": False, "h": [], "date": "2024-01-01"}
