"""Sentences and articles as Python hands them over: lists, records, data frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from data.articles.article import Article, Columns, article_from_record, id_in, unwritable
from data.fields import is_missing
from data.problems import InputError, Problem

SENTENCES = Columns(records="sentences")
GAPS = {"NAType": "NA", "NaTType": "NaT"}


def as_sentences(sentences: Any) -> list[Article]:
    """Returns sentences, each as an article that is not to be split; no sentences give none.

    Args:
        sentences: texts, or records with `text` (as mappings or a data frame).

    Raises:
        InputError: a text in place of a list, or elements that are no sentences; all are told, by
            their place.
    """
    converted = [
        _sentence(element, place) for place, element in enumerate(_elements(sentences, "sentences"))
    ]
    if problems := [element for element in converted if isinstance(element, Problem)]:
        raise InputError(problems)
    return [element for element in converted if isinstance(element, Article)]


def as_articles(articles: Any) -> Iterator[Article]:
    """Returns an iterator over articles, given as such or as records with `id` and `text`.

    Raises:
        InputError: at once, a text or a single article in place of a list; in its turn, an element
            that is no article.
    """
    return _articles(_elements(articles, "articles"))


def _articles(elements: Iterable[Any]) -> Iterator[Article]:
    for place, element in enumerate(elements):
        article = _article(element, place)
        if isinstance(article, Problem):
            raise InputError(article)
        yield article


def _elements(collection: Any, name: str) -> Iterable[Any]:
    expected = '["…", "…"]' if name == "sentences" else '[Article("id", "text"), …]'
    if collection is None or isinstance(collection, (str, bytes, Mapping, set, frozenset, Article)):
        raise InputError(
            Problem(
                name, f"is {_described(collection)}", f"expected a list or a data frame: {expected}"
            )
        )
    if hasattr(collection, "columns"):  # pandas' or polars'
        columns = list(collection.columns)
        if "text" not in columns:
            raise InputError(
                Problem(
                    name,
                    "is a data frame without column 'text' (columns: "
                    f"{', '.join(map(str, columns)) or 'none'})",
                    "rename the column that holds the text",
                )
            )
        if len(set(columns)) < len(columns):
            raise InputError(
                Problem(
                    name,
                    "is a data frame with two columns of one name",
                    "give each column a name of its own",
                )
            )
        return (
            collection.to_dicts()
            if hasattr(collection, "to_dicts")
            else map(_without_gaps, collection.to_dict("records"))
        )
    if not hasattr(collection, "__iter__"):
        raise InputError(
            Problem(name, f"is {_described(collection)}", f"expected a list: {expected}")
        )
    return collection  # type: ignore[no-any-return]


def _without_gaps(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without pandas' own marks of a missing value."""
    return {name: value for name, value in record.items() if type(value).__name__ not in GAPS}


def _sentence(element: Any, place: int) -> Article | Problem:
    where = f"sentences[{place}]"
    if isinstance(element, Mapping):
        article = article_from_record(element, SENTENCES, where, str(place))
        if isinstance(article, Article) and not id_in(element, SENTENCES.article_id):
            return replace(article, id="")
        return article
    if not isinstance(element, str):
        return Problem(where, f"is {_described(element)}", "expected a text")
    return unwritable({"text": element}, where) or Article(
        "", str(element), where, sentence_id=str(place)
    )


def _article(element: Any, place: int) -> Article | Problem:
    where = f"articles[{place}]"
    if isinstance(element, Mapping):
        return article_from_record(element, Columns(), where, str(place))
    if not isinstance(element, Article):
        return Problem(where, f"is {_described(element)}", 'expected Article("id", "text")')
    if not isinstance(element.text, str):
        return Problem(
            where,
            f"has a text that is {_described(element.text)}",
            'expected Article("id", "text")',
        )
    if is_missing(element.id):
        return Problem(
            where, f"has an id that is {_described(element.id)}", 'expected Article("id", "text")'
        )
    return unwritable({"id": element.id, "text": element.text}, where) or element


def _described(value: Any) -> str:
    """A value in the words of a message."""
    if gap := GAPS.get(type(value).__name__):
        return gap
    if isinstance(value, str):
        return f"one text ('{value[:20]}{'…' if len(value) > 20 else ''}')" if value else "empty"
    if value is None:
        return "None"
    if isinstance(value, (int, float)):
        return f"the number {value}" if value == value else "NaN"
    return f"one {type(value).__name__}"
