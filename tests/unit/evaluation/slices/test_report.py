"""Slices as text, for a file and for a terminal."""

from evaluation.slices.report import (
    COLUMNS,
    slices_lines,
    slices_table,
    slices_text,
    worst_tag,
)
from evaluation.slices.scores import Slice, Slices


def one(value, difference, p, **figures):
    return Slice(
        "genre",
        value,
        **{
            "rows": 30,
            "articles": 6,
            "macro_f1": 0.5,
            "low": 0.4,
            "high": 0.6,
            "accuracy": 0.55,
            "rest": 0.75,
            "difference": difference,
            "difference_low": difference - 0.1,
            "difference_high": difference + 0.1,
            "p": p,
            **figures,
        },
    )


WIRE, BLOG = one("wire", 0.2, 0.2), one("blog", -0.2, 0.0004)
FEW = one("letter", -0.3, None, low=None, high=None, difference_low=None, difference_high=None)
SLICES = Slices("accuracy", (WIRE, BLOG, FEW))


def test_the_worst_stand_first_and_then_all_by_column():
    lines = [line.split() for line in slices_text(SLICES).splitlines()]
    worst = next(line for line in lines if line[:1] == ["genre=blog"])
    assert worst[1:] == [
        *("30", "6", "0.500", "[0.400,", "0.600]", "0.550", "0.750"),
        *("-0.200", "[-0.300,", "-0.100]", "<", "0.001", "*"),
    ]
    assert [line[0] for line in lines[-4:]] == ["genre", "wire", "blog", "letter"]
    assert lines[-1][-1] == "-"  # of too few articles nothing is tested
    assert "-0.300" in lines[-1]


def test_where_nothing_lies_below_the_rest_it_is_said():
    assert "none lies below the rest" in slices_text(Slices("accuracy", (WIRE,)))


def test_a_terminal_has_the_worst_or_all_with_a_line_between_columns():
    region = one("north", -0.1, 0.3)
    mixed = Slices("accuracy", (WIRE, BLOG, Slice(**{**vars_of(region), "slice": "region"})))
    assert [row and row[0] for row in slices_table(mixed, worst=False).rows] == [
        "genre=wire",
        "genre=blog",
        None,
        "region=north",
    ]
    table = slices_table(SLICES, worst=True)
    assert [row[0] for row in table.rows] == ["genre=blog"]
    assert [column.name for column in table.columns][1:] == list(COLUMNS)


def vars_of(row):
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def test_long_values_are_cut():
    cut = slices_text(Slices("accuracy", (one("x" * 60, -0.2, 0.01),)))
    assert "x" * 41 not in cut
    assert "…" in cut


def test_the_worst_slice_is_a_tag_of_the_run():
    (text,) = worst_tag(SLICES).values()
    assert text.startswith("genre=blog: ")
    assert worst_tag(Slices("accuracy", (WIRE,))) == {}


def test_how_to_read_the_table_says_how_many_were_looked_at():
    lines = slices_lines(SLICES)
    assert any("2 slices looked at; 1 clearly below the rest" in line for line in lines)
    assert "no column has" in slices_lines(Slices("accuracy", ()))[0]
