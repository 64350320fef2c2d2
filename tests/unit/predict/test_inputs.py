import math

import numpy
import pandas
import pytest

from data.articles.article import Article
from data.problems import InputError
from predict.inputs import as_articles, as_sentences


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("Rebels came.", "sentences: is one text ('Rebels came.'); expected a list"),
        (b"Rebels came.", "is one bytes"),
        (None, "is None"),
        ({"text": "A."}, "is one dict"),
        ({"A."}, "is one set"),
        (5, "is the number 5"),
        (Article("a", "A."), "is one Article"),
        (pandas.DataFrame({"body": ["A."]}), "without column 'text' (columns: body)"),
        (pandas.DataFrame([["A.", "B."]], columns=["text", "text"]), "two columns of one name"),
    ],
)
def test_what_is_no_list(value, message):
    with pytest.raises(InputError) as caught:
        as_sentences(value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        ["A.", "B."],
        ("A.", "B."),
        iter(["A.", "B."]),
        numpy.array(["A.", "B."]),
        pandas.Series(["A.", "B."], index=[7, 9]),
        pandas.DataFrame({"text": ["A.", "B."]}),
        [{"text": "A."}, {"text": "B."}],
    ],
)
def test_what_is_a_list(value):
    articles = as_sentences(value)
    assert [(article.id, article.sentence_id, article.text) for article in articles] == [
        ("", "0", "A."),
        ("", "1", "B."),
    ]
    assert all(type(article.text) is str for article in articles)


@pytest.mark.parametrize(
    "empty", [[], (), numpy.array([]), pandas.Series([], dtype=str), pandas.DataFrame({"text": []})]
)
def test_nothing_gives_nothing(empty):
    assert as_sentences(empty) == []
    assert list(as_articles(empty)) == []


def test_every_element_that_is_no_sentence_is_told_by_its_place():
    with pytest.raises(InputError) as caught:
        as_sentences(
            ["A.", None, math.nan, pandas.NA, 5, "Cut \ud83d.", ["B."], {"body": "C."}, ""]
        )
    assert [str(problem).split(";")[0] for problem in caught.value.problems] == [
        "sentences[1]: is None",
        "sentences[2]: is NaN",
        "sentences[3]: is NA",
        "sentences[4]: is the number 5",
        "sentences[5]: 'text' holds half a character (\\ud83d)",
        "sentences[6]: is one list",
        "sentences[7]: 'text' is missing or empty (fields here: body)",
    ]


def test_records_keep_their_ids():
    (article,) = as_sentences([{"text": "A.", "id": 7, "article_id": "a", "n": 1}])
    assert (article.id, article.sentence_id, article.metadata) == ("a", "7", {"n": 1})


@pytest.mark.parametrize(
    ("value", "message"),
    [("Rebels came.", "articles: is one text"), (Article("a", "A."), "articles: is one Article")],
)
def test_no_list_of_articles_is_told_at_once(value, message):
    with pytest.raises(InputError, match=message):
        as_articles(value)


@pytest.mark.parametrize(
    ("element", "message"),
    [
        ("A.", r"articles\[1\]: is one text \('A\.'\); expected Article\("),
        (None, "is None"),
        (Article("a", None), "has a text that is None"),
        (Article("a", math.nan), "that is NaN"),
        (Article(None, "A."), "has an id that is None"),
        (Article("a", "\ud800"), "half a character"),
        ({"id": 1}, "'text' is missing"),
    ],
)
def test_an_element_that_is_no_article_is_told_in_its_turn(element, message):
    articles = as_articles([Article("a", "A."), element])
    assert next(articles).id == "a"
    with pytest.raises(InputError, match=message):
        next(articles)


def test_records_of_articles():
    first, second = as_articles([{"text": "A. B.", "id": 1}, {"text": "C."}])
    assert (first.id, first.sentence_id, second.id) == ("1", None, "1")
