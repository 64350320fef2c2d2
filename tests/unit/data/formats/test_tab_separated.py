"""Tab-separated files: quotes that are meant, cells over lines, and columns by name."""

import pytest

from data.formats.tab_separated import tsv_cells, tsv_rows
from data.problems import InputError, Problem


def cells(tmp_path, text, width=None):
    path = tmp_path / "file.tsv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(tsv_cells(path, width=width))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a\tb", ["a", "b"]),
        ('"He said ""go"""\t1', ['He said "go"', "1"]),
        ('"All of it is a quote."\t1', ['"All of it is a quote."', "1"]),
        ('"a"\t"b"', ["a", "b"]),
        ('"Go," he said.\t1', ['"Go," he said.', "1"]),
        ('"left\tright"\t1', ["left\tright", "1"]),
        ('5" pipe\t1', ['5" pipe', "1"]),
        ('"never closed\t1', ['"never closed', "1"]),
    ],
)
def test_quotes(tmp_path, line, expected):
    assert cells(tmp_path, line + "\r\n") == [(1, expected)]


def test_blank_lines_count_and_give_nothing(tmp_path):
    assert cells(tmp_path, "\ufeffa\t1\n\n\nb\t2") == [(1, ["a", "1"]), (4, ["b", "2"])]


def test_a_line_that_is_not_utf8_is_one_problem(tmp_path):
    good, bad = cells(tmp_path, b"a\t1\nb\xff\t2\n")
    assert good == (1, ["a", "1"])
    assert bad[0] == 2
    assert isinstance(bad[1], Problem)


def test_a_quoted_cell_goes_on_over_lines_where_the_width_then_fits(tmp_path):
    text = 'a\t1\n"Nine, say.\nThey ran."\t2\n"open\t3\nb\t4\n'
    assert cells(tmp_path, text) == [
        (1, ["a", "1"]),
        (2, ["Nine, say.\nThey ran.", "2"]),
        (4, ['"open', "3"]),
        (5, ["b", "4"]),
    ]
    assert cells(tmp_path, '"one\ntwo"\t2\n', width=2) == [(1, ["one\ntwo", "2"])]


def rows(tmp_path, text, needed=()):
    path = tmp_path / "file.tsv"
    path.write_text(text, encoding="utf-8")
    return list(tsv_rows(path, needed))


def test_rows_have_the_names_of_the_first_line(tmp_path):
    (line, row), (bad_line, problem) = rows(tmp_path, " id \t\ttext\n1\tx\tRain.\n2\tSun.\n")
    assert (line, row) == (2, {"id": "1", "text": "Rain."})
    assert bad_line == 3
    assert problem.what == "has 2 cells"
    assert problem.raw == "2\tSun."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id\tbody\n", "file.tsv:1: no column text"),
        ("id\ttext\tid\n", "file.tsv:1: the first line names 'id' twice"),
    ],
)
def test_a_first_line_that_names_too_little_or_too_often(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        rows(tmp_path, text, ("id", "text"))


def test_no_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        list(tsv_rows(tmp_path / "none.tsv", ()))


def test_only_an_opened_quote_joins_lines_and_none_with_bytes_that_are_no_text(tmp_path):
    assert cells(tmp_path, 'x\t1\na 5" pipe\nand 6"\t2\n') == [
        (1, ["x", "1"]),
        (2, ['a 5" pipe']),
        (3, ['and 6"', "2"]),
    ]
    first, opened, (line, problem), last = cells(tmp_path, b'x\t1\n"Rain\n\xe9\nfell."\t2\n')
    assert (first, opened) == ((1, ["x", "1"]), (2, ['"Rain']))
    assert (line, problem.what) == (3, "is not UTF-8 (byte 0xe9)")
    assert last == (4, ['fell."', "2"])
