"""Champions chosen from Python."""

import pytest

import eventstance


def test_refusal_is_an_answer_with_the_figures(trained, unchanged):
    with unchanged():
        decision = eventstance.promote("event/1")
    assert not decision
    assert "not better on the mean" in decision.reason
    assert eventstance.load_model("event@champion").ref == "event/2"


def test_better_model_becomes_champion(trained):
    assert eventstance.promote("event/1", force=True, why="a test")
    decision = eventstance.promote(eventstance.load_model("event/2"), margin=0.1)
    assert decision
    assert (decision.model, decision.version, decision.replaced) == ("event", "2", "1")
    assert "better on the mean" in decision.reason


def test_force_without_a_reason_is_an_error(trained):
    with pytest.raises(eventstance.InputError, match="has no reason"):
        eventstance.promote("event/1", force=True)


def test_margin_that_is_none_is_an_error(trained):
    with pytest.raises(eventstance.InputError, match="from 0 to 1"):
        eventstance.promote("event/1", margin=2)
