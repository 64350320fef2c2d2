import io

import pytest
from rich.console import Console

from data.terminal import WHOLE, Column, Grid, console, interval_below

ID = "0123456789abcdef" * 2
GRID = Grid(
    "versions",
    [
        Column("model"),
        Column("run", folds=True, least=12),
        Column("dev", right=True, narrow=interval_below),
        Column("MB", right=True, rank=2),
        Column("speed", right=True, rank=1),
        Column("id", narrow=lambda cell: cell[:8]),
    ],
    [
        [
            "event/12",
            "words [b] c=0.5 data.path=mine.jsonl",
            "0.812 [0.790, 0.834]",
            "10.5",
            "93",
            ID,
        ],
        None,
        ["event/7", "shares", "0.101 [0.099, 0.123]", "0.1", "12", ID],
    ],
)


def shown(width):
    stream = io.StringIO()
    Console(file=stream, width=width).print(GRID)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 70, 80, 100, 120, 400])
def test_nothing_is_cut_at_any_width(width):
    lines = shown(width)
    text = "\n".join(lines)
    assert max(map(len, lines)) <= width
    assert "…" not in text
    for told in (
        "versions",
        "event/12",
        "event/7",
        "0.812",
        "[0.790, 0.834]",
        "[b]",
        "shares",
        ID if width == 400 else ID[:8],
    ):
        assert told in text, told
    cells = "".join(line.split("│")[2].strip() for line in lines if line.startswith("│"))
    assert cells.replace(" ", "").startswith("words[b]c=0.5data.path=mine.jsonl")


def test_the_least_important_columns_go_first_and_are_named():
    assert "left out here: MB; a wider window" in shown(69)[-1]
    assert "left out here: MB, speed; a" in shown(62)[-1]
    assert "left out" not in shown(100)[-1]
    assert "0.812 [0.790, 0.834]" in "\n".join(shown(400))


def test_where_nothing_more_can_go_cells_are_folded():
    lines = shown(40)
    assert max(map(len, lines)) <= 40
    for place, told in ((1, "event/12event/7"), (6, ID[:8] * 2)):
        cells = [line.split("│") for line in lines if line.startswith("│")]
        assert "".join(row[min(place, len(row) - 2)].strip() for row in cells) == told


def test_pipes_have_all(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert console().width == WHOLE
    monkeypatch.setenv("COLUMNS", "80")
    assert console().width == 80
    for nothing in ("0", "", "wide", "²"):
        monkeypatch.setenv("COLUMNS", nothing)
        assert console().width == WHOLE


def test_a_terminal_without_a_size_is_no_terminal_without_room(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "0")
    assert console().width > 0
