import pytest

from data.examples import Span
from data.rows import example_of


@pytest.mark.parametrize(
    ("target", "text", "span"),
    [
        ("UN", "The United Nations condemned the unlawful raid.", None),
        ("Niger", "Nigeria and Niger signed.", Span(12, 17)),
        ("IS", "ISIL fled while IS held on.", Span(16, 18)),
        ("the Column", "İİ The Column left.", Span(3, 13)),
        (None, "Nobody is named.", None),
    ],
)
def test_a_target_without_offsets_is_found_as_a_word(target, text, span):
    example = example_of({"text": text, "target": target})
    assert (example.target, example.target_span) == (target, span)


def test_offsets_that_are_given_are_kept():
    example = example_of(
        {
            "text": "They left Niger.",
            "target": "Niger",
            "target_start": 0,
            "target_end": 4,
            "actor_start": 5,
            "actor_end": 9,
        }
    )
    assert (example.target_span, example.actor_span) == (Span(0, 4), Span(5, 9))
