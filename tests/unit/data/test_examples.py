import pickle
from dataclasses import FrozenInstanceError

import pytest

from data.examples import Example, Labelled, Mention, Sentence, Span, Target

ALL = [
    Span(0, 4),
    Example("Omar lied.", "Omar", Span(0, 4)),
    Labelled(Example("Rain."), ("no_event",), "1", "a"),
    Sentence("Rain.", "a", 0, 0, 5, False),
    Target("Islamic State", ("IS", "ISIL")),
    Mention("Islamic State", 0, 2),
]


@pytest.mark.parametrize("value", ALL, ids=lambda value: type(value).__name__)
def test_values_are_equal_by_content_frozen_and_travel_between_processes(value):
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301
    assert len({value, pickle.loads(pickle.dumps(value))}) == 1  # noqa: S301
    with pytest.raises(FrozenInstanceError):
        setattr(value, type(value).__slots__[0], None)


def test_a_text_alone_names_no_target():
    example = Example("Rain.")
    assert (example.target, example.target_span, example.actor_span) == (None, None, None)
