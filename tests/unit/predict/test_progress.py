import sys
from pathlib import Path

import pytest

from predict import progress
from predict.job import Outcome


def outcome(done, **counts):
    return Outcome(
        Path("labels.csv"), Path("rejects"), done=done, models={"event": "event 1"}, **counts
    )


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""

    class Clock:
        now = 100.0

    monkeypatch.setattr(progress.time, "monotonic", lambda: Clock.now)
    monkeypatch.setattr(progress.time, "strftime", lambda form: "10:20:30")
    return Clock


def test_in_a_pipe_a_line_now_and_then(clock):
    lines = []
    with progress.show_progress(lines.append) as show:
        show(outcome(0.0))
        clock.now += 29
        show(outcome(0.1))
        assert lines == []
        clock.now += 2
        show(outcome(0.25, articles=1, sentences=1_200, seconds=31.0))
        show(outcome(0.25))
        clock.now += 31
        show(outcome(0.5, articles=3, sentences=2_400, set_aside=1, seconds=600.0))
        clock.now += 31
        show(outcome(0.0))
    assert lines == [
        "10:20:30 1 article, 1,200 sentences, 25% of the input, about 2 min left",
        "10:20:30 3 articles, 2,400 sentences, 1 record set aside, 50% of the input, "
        "about 10 min left",
        "10:20:30 0 articles, 0 sentences, 0% of the input",
    ]


def test_on_a_terminal_a_bar(monkeypatch, capfd):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress.show_progress(print) as show:
        show(outcome(0.5, articles=3, sentences=20))
    shown = capfd.readouterr().err
    assert "3 articles, 20 sentences" in shown
    assert "50%" in shown


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (89.4, "89 s"), (100, "2 min"), (7_100, "118 min"), (7_300, "2 h")],
)
def test_spans(seconds, told):
    assert progress._span(seconds) == told
