"""Which texts link articles and which do not."""

import pytest

from data.splitting.near_duplicates import link_articles, shingles, similarity

LONG = (
    "The harbour master closed the northern basin on Tuesday after two ferries touched in fog "
    "and forty passengers were taken ashore by pilot boats"
)
NEAR = LONG.replace("forty", "fifty")
SHORT = "He did not want to comment."


def groups(*rows):
    linked = link_articles([text for _, text in rows], [article for article, _ in rows])
    return linked, len(set(linked.groups.values()))


def padded(rows):
    """The rows, and a sentence of its own for every article, so that none is of one row."""
    return [
        *rows,
        *(
            (
                article,
                f"Nothing else in {article} is like words {article}x {article}y "
                f"{article}z {article}q {article}r",
            )
            for article in {a for a, _ in rows}
        ),
    ]


def test_near_duplicates_link_whatever_case_and_punctuation():
    linked, count = groups(*padded([("a", LONG), ("b", NEAR.upper() + "!"), ("c", "Rain.")]))
    assert count == 2
    assert linked.groups["a"] == linked.groups["b"] != linked.groups["c"]
    assert linked.near_duplicates == 1


def test_links_run_on():
    _, count = groups(
        ("a", LONG),
        ("a", "One more line here."),
        ("b", NEAR),
        ("b", "Two here."),
        ("c", LONG),
        ("c", "Three here."),
    )
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


STORY = [
    LONG,
    *(
        " ".join(
            f"{word}{number}"
            for word in (
                "soldiers",
                "road",
                "hospital",
                "governor",
                "search",
                "hills",
                "blood",
                "union",
                "drivers",
                "crossing",
                "militants",
                "week",
            )
        )
        for number in range(4)
    ),
]


def own(article, words=12):
    return " ".join(f"{article}{chr(97 + number)}" for number in range(words))


def copies(count, changed=lambda number: STORY):
    return [(f"outlet{number}", text) for number in range(count) for text in changed(number)]


@pytest.mark.parametrize(
    "changed",
    [
        lambda number: STORY,
        lambda number: [own(f"lead{number}"), *STORY[1:]],
        lambda number: [
            f"By Reporter {own(f'n{number}', 2)}",
            own(f"lead{number}"),
            *STORY[1:],
            own(f"correction{number}", 9),
        ],
        lambda number: [*STORY[:2], own(f"quote{number}"), *STORY[3:]],
        lambda number: [*STORY, *(own(f"more{number}x{line}") for line in range(number))],
        lambda number: [" ".join(text.split()[:6]) for text in STORY],  # short sentences
        lambda number: [text.upper() if number % 2 else f"“{text}”" for text in STORY],
    ],
)
def test_copies_of_a_story_stay_together_however_many(changed):
    rows = [*copies(9, changed), *padded([("a", "Rain."), ("b", "Sun.")])]
    assert groups(*rows)[1] == 3


def test_a_sentence_that_many_stories_quote_is_no_story():
    rows = copies(9, lambda number: [LONG, *(own(f"text{number}x{line}") for line in range(3))])
    linked, count = groups(*rows)
    assert (count, linked.boilerplate_texts) == (9, 1)


def test_furniture_of_a_site_joins_nothing_even_through_an_article_of_nothing_else():
    lines = [
        "Subscribe to our newsletter for daily news from the whole region.",
        "Follow us on all channels for more stories like this one.",
    ]
    rows = [
        (f"a{number}", text)
        for number in range(40)
        for text in (*(own(f"a{number}x{line}") for line in range(3)), *lines)
    ]
    assert groups(*rows)[1] == 40
    assert groups(*rows, *(("hub", line) for line in lines))[1] == 41


def test_furniture_with_a_date_in_it_joins_nothing():
    rows = [
        (f"a{number}", text)
        for number in range(20)
        for text in (
            own(f"a{number}x"),
            own(f"a{number}y"),
            f"Published at {number} past 9 by the news desk of the Arlow Courier in Arlow.",
        )
    ]
    assert groups(*rows)[1] == 20


def test_a_toll_that_rose_makes_no_other_text():
    text = "Gunmen on two motorcycles killed {} people at the ferry of Arlow, officials said."
    _, count = groups(*padded([("a", text.format(4)), ("b", text.format(12))]))
    assert count == 1


def test_articles_that_say_one_thing_only_are_linked_by_it():
    rows = [(f"a{number}", LONG) for number in range(9) for _ in range(2)]
    assert groups(*rows)[1] == 1


def test_articles_of_one_row_are_linked_by_any_text():
    _, count = groups(*((f"row{number}", SHORT) for number in range(9)))
    assert count == 1


def test_what_is_only_alike_in_subject_stays_apart():
    other = (
        "The harbour master opened the southern basin on Friday when the fog had gone and "
        "three ferries left with all of their passengers on board"
    )
    assert groups(("a", LONG), ("b", other))[1] == 2


def test_nothing():
    assert link_articles([], []).groups == {}


def test_shingles():
    assert shingles(("a", "b", "c", "d"), 3) == {"a b c", "b c d"}
    assert shingles(("a",), 3) == {"a"}
    assert shingles((), 3) == set()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a b c d e f g h", "a b c d e f g h", 1.0),
        ("a b c d", "a b c x", 1 / 3),  # {abc, bcd} and {abc, bcx}
        ("a b c", "x y z", 0.0),
    ],
)
def test_similarity(one, other, expected):
    assert similarity(tuple(one.split()), tuple(other.split())) == pytest.approx(expected)


def test_long_texts_are_compared_in_runs_of_five():
    words = tuple(f"w{number}" for number in range(40))
    changed = (*words[:15], "x", *words[16:])
    assert similarity(words, changed) == pytest.approx(31 / 41)  # 36 runs, 5 of them changed
    assert similarity(words[:30], changed[:30]) == pytest.approx(25 / 31)  # 28 runs of three, 3
    assert similarity(words[:34], changed) == pytest.approx(29 / 41)  # the shorter text decides
