"""Sentences and articles as Python hands them over: lists, records, data frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from data.articles.article import Article, Columns, article_of, id_in, unwritable
from data.fields import is_missing
from data.problems import InputError, Problem

SENTENCES = Columns(records="sentences")
GAPS = {"NAType": "NA", "NaTType": "NaT"}


def sentences_given(given: Any) -> list[Article]:
    """Returns sentences, each as an article that is not to be split; no sentences give none.

    Args:
        given: texts, or records with `text` (as mappings or a data frame).

    Raises:
        InputError: a text in place of a list, or elements that are no sentences; all are told, by
            their place.
    """
    found = [_sentence(one, place) for place, one in enumerate(_elements(given, "sentences"))]
    if problems := [one for one in found if isinstance(one, Problem)]:
        raise InputError(problems)
    return [one for one in found if isinstance(one, Article)]


def articles_given(given: Any) -> Iterator[Article]:
    """Returns an iterator over articles, given as such or as records with `id` and `text`.

    Raises:
        InputError: at once, a text or a single article in place of a list; in its turn, an element
            that is no article.
    """
    return _articles(_elements(given, "articles"))


def _articles(elements: Iterable[Any]) -> Iterator[Article]:
    for place, one in enumerate(elements):
        article = _article(one, place)
        if isinstance(article, Problem):
            raise InputError(article)
        yield article


def _elements(given: Any, name: str) -> Iterable[Any]:
    expected = '["…", "…"]' if name == "sentences" else '[Article("id", "text"), …]'
    if given is None or isinstance(given, (str, bytes, Mapping, set, frozenset, Article)):
        raise InputError(
            Problem(name, f"is {_told(given)}", f"expected a list or a data frame: {expected}")
        )
    if hasattr(given, "columns"):  # pandas' or polars'
        columns = list(given.columns)
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
            given.to_dicts()
            if hasattr(given, "to_dicts")
            else map(_without_gaps, given.to_dict("records"))
        )
    if not hasattr(given, "__iter__"):
        raise InputError(Problem(name, f"is {_told(given)}", f"expected a list: {expected}"))
    return given  # type: ignore[no-any-return]


def _without_gaps(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without pandas' own marks of a missing value."""
    return {name: value for name, value in record.items() if type(value).__name__ not in GAPS}


def _sentence(given: Any, place: int) -> Article | Problem:
    where = f"sentences[{place}]"
    if isinstance(given, Mapping):
        found = article_of(given, SENTENCES, where, str(place))
        if isinstance(found, Article) and not id_in(given, SENTENCES.article_id):
            return replace(found, id="")
        return found
    if not isinstance(given, str):
        return Problem(where, f"is {_told(given)}", "expected a text")
    return unwritable({"text": given}, where) or Article(
        "", str(given), where, sentence_id=str(place)
    )


def _article(given: Any, place: int) -> Article | Problem:
    where = f"articles[{place}]"
    if isinstance(given, Mapping):
        return article_of(given, Columns(), where, str(place))
    if not isinstance(given, Article):
        return Problem(where, f"is {_told(given)}", 'expected Article("id", "text")')
    if not isinstance(given.text, str):
        return Problem(
            where, f"has a text that is {_told(given.text)}", 'expected Article("id", "text")'
        )
    if is_missing(given.id):
        return Problem(
            where, f"has an id that is {_told(given.id)}", 'expected Article("id", "text")'
        )
    return unwritable({"id": given.id, "text": given.text}, where) or given


def _told(value: Any) -> str:
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
