"""Training rows whose targets bear other names."""

from data.examples import Example, Labelled, Span
from models.families.target_swap import swapped


def row(text, mention, place=0, actor=None):
    start = text.index(mention)
    return Labelled(
        Example(text, mention, Span(start, start + len(mention)), actor),
        ("neutral",),
        str(place),
        "a",
    )


ROWS = [
    row("Voters like Ada Brill more each week.", "Ada Brill", 1),
    row("The court cleared Tom Oakes on Monday.", "Tom Oakes", 2),
    row("He lost the vote.", "He", 3),
    row("Farmers cheered the minister.", "the minister", 4),
    row("Rain fell on Lund.", "Lund", 5),
]


def mentions(rows):
    return [
        item.example.text[item.example.target_span.start : item.example.target_span.end]
        for item in rows
    ]


def test_names_go_to_names_of_as_many_words_and_the_span_follows():
    seen = set()
    for seed in range(20):
        done = swapped(ROWS, 1.0, seed)
        assert mentions(done)[2:] == ["He", "the minister", "Lund"]
        assert set(mentions(done)[:2]) <= {"Ada Brill", "Tom Oakes"}
        assert done[0].example.text == f"Voters like {mentions(done)[0]} more each week."
        assert [item.labels for item in done] == [item.labels for item in ROWS]
        seen.add(tuple(mentions(done)[:2]))
    assert ("Tom Oakes", "Ada Brill") in seen


def test_a_share_of_none_changes_nothing_and_a_seed_gives_one_result():
    assert swapped(ROWS, 0.0, 1) == ROWS
    assert swapped(ROWS * 20, 0.5, 3) == swapped(ROWS * 20, 0.5, 3)
    assert swapped(ROWS * 20, 0.5, 3) != swapped(ROWS * 20, 0.5, 4)
    assert swapped([], 1.0, 1) == []


def test_an_actor_behind_the_target_moves_with_the_text():
    text = "Bo was struck by a guard."
    at = text.index("a guard")
    rows = [row(text, "Bo", actor=Span(at, at + 7)), row("Constantin slept.", "Constantin")]
    done = next(
        result
        for seed in range(20)
        if mentions(result := swapped(rows, 1.0, seed))[0] == "Constantin"
    )
    actor = done[0].example.actor_span
    assert done[0].example.text[actor.start : actor.end] == "a guard"


def test_an_actor_that_overlaps_the_target_leaves_the_row_as_it_is():
    rows = [row("Bo Lind shot himself.", "Bo Lind", actor=Span(0, 2)), row("Al Ek sat.", "Al Ek")]
    assert all(swapped(rows, 1.0, seed)[0] == rows[0] for seed in range(10))


def test_an_acronym_is_a_name_though_a_pronoun_is_spelled_like_it():
    rows = [
        row("Critics blamed the US again.", "US"),
        row("It lost the vote.", "It"),
        row("The WHO was praised.", "WHO"),
    ]
    done = {tuple(mentions(swapped(rows, 1.0, seed))) for seed in range(20)}
    assert {first for first, _, _ in done} == {"US", "WHO"} and {item[1] for item in done} == {"It"}
