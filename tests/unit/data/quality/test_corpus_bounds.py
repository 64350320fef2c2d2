"""The bounds of the corpus fit the codebook, each other, and the corpus that is there."""

import json

import pytest

from data.codebook import load_codebook
from data.paths import ROOT
from data.quality.corpus_bounds import (
    BOUNDS,
    CONFUSABLE,
    CONTINENT_OF,
    CONTINENTS,
    FLAGS,
    GENRES,
    NO_EVENT,
    YEARS,
)


@pytest.fixture(scope="module")
def events():
    lines = (ROOT / "data/corpus/event.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_labels_are_those_of_the_codebook():
    names = set(load_codebook("event").names)
    assert names > CONFUSABLE
    assert NO_EVENT in names - CONFUSABLE


@pytest.mark.parametrize("names", [GENRES, FLAGS, CONTINENTS])
def test_nothing_is_named_twice(names):
    assert len(set(names)) == len(names)


def test_every_bound_leaves_something_to_reach():
    for name, (low, high) in BOUNDS.items():
        assert low is not None or high is not None, name
        assert low is None or high is None or low < high, name
        assert ":" not in name


def test_the_shares_that_are_asked_for_fit_in_a_whole():
    assert len(GENRES) * BOUNDS["articles of genre"][0] <= 1
    assert 2 * BOUNDS["articles in spelling"][0] <= 1
    assert 3 * BOUNDS["share of stance"][0] <= 1


def test_genres_flags_countries_and_years_are_those_of_the_corpus(events):
    assert {row["genre"] for row in events} == set(GENRES)
    assert {flag for row in events for flag in row.get("hard") or ()} == set(FLAGS)
    assert {row["country"] for row in events} <= set(CONTINENT_OF)
    assert {int(row["date"][:4]) for row in events} == set(YEARS)


def test_a_country_is_on_one_continent():
    assert set(CONTINENT_OF.values()) == set(CONTINENTS)
    assert CONTINENT_OF["DR Congo"] == "Africa"
    assert all(country == country.strip() for country in CONTINENT_OF)
