"""Which texts link articles and which do not."""

import pytest

from data.near_duplicates import link_articles, shingles, similarity, words_of

LONG = ("The harbour master closed the northern basin on Tuesday after two ferries touched in fog "
        "and forty passengers were taken ashore by pilot boats")
NEAR = LONG.replace("forty", "fifty")
SHORT = "He did not want to comment."


def groups(*rows):
    linked = link_articles([text for _, text in rows], [article for article, _ in rows])
    return linked, len(set(linked.groups.values()))


def padded(rows):
    """The rows, and a sentence of its own for every article, so that none is of one row."""
    return [*rows, *((article, f"Nothing else in {article} is like words {article}x {article}y "
                      f"{article}z {article}q {article}r") for article in {a for a, _ in rows})]


def test_near_duplicates_link_whatever_case_and_punctuation():
    linked, count = groups(*padded([("a", LONG), ("b", NEAR.upper() + "!"), ("c", "Rain.")]))
    assert count == 2
    assert linked.groups["a"] == linked.groups["b"] != linked.groups["c"]
    assert linked.near_duplicates == 1


def test_links_run_on():
    _, count = groups(("a", LONG), ("a", "One more line here."), ("b", NEAR), ("b", "Two here."),
                      ("c", LONG), ("c", "Three here."))
    assert count == 1


def test_short_texts_link_nothing_but_are_counted():
    linked, count = groups(*padded([("a", SHORT), ("b", SHORT)]))
    assert (count, linked.short_texts) == (2, 1)


def test_furniture_links_nothing_but_is_counted():
    names = "abcdef"
    linked, count = groups(*padded([(name, LONG) for name in names]))
    assert (count, linked.boilerplate_texts) == (6, 1)
    _, fewer = groups(*padded([(name, LONG) for name in names[:5]]))
    assert fewer == 1


def test_articles_of_one_row_are_linked_by_any_text():
    _, count = groups(*((f"row{number}", SHORT) for number in range(9)))
    assert count == 1


def test_what_is_only_alike_in_subject_stays_apart():
    other = ("The harbour master opened the southern basin on Friday when the fog had gone and "
             "three ferries left with all of their passengers on board")
    assert groups(("a", LONG), ("b", other))[1] == 2


def test_nothing():
    assert link_articles([], []).groups == {}


def test_shingles():
    assert shingles(("a", "b", "c", "d"), 3) == {"a b c", "b c d"}
    assert shingles(("a",), 3) == {"a"}
    assert shingles((), 3) == set()
    assert words_of("U.S. troops’ “move”") == ("u", "s", "troops", "move")


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("a b c d e f g h", "a b c d e f g h", 1.0),
    ("a b c d", "a b c x", 1 / 3),  # {abc, bcd} and {abc, bcx}
    ("a b c", "x y z", 0.0),
])
def test_similarity(one, other, expected):
    assert similarity(tuple(one.split()), tuple(other.split())) == pytest.approx(expected)


def test_long_texts_are_compared_in_runs_of_five():
    words = tuple(f"w{number}" for number in range(40))
    changed = (*words[:15], "x", *words[16:])
    assert similarity(words, changed) == pytest.approx(31 / 41)  # 36 runs, 5 of them changed
    assert similarity(words[:30], changed[:30]) == pytest.approx(25 / 31)  # 28 runs of three, 3
    assert similarity(words[:34], changed) == pytest.approx(29 / 41)  # the shorter text decides
