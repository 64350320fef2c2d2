"""Lines in whatever encoding they are, with bytes that are no text kept apart."""

import pytest

from data.formats.lines import (
    NumberedLines,
    encoding_advice,
    encoding_fault,
    has_half_character,
    legible,
    open_text,
)
from data.problems import InputError

TEXT = "Café – naïf\r\n"


def content(tmp_path, raw, encoding=None):
    path = tmp_path / "rows.txt"
    path.write_bytes(raw)
    with open_text(path, encoding) as stream:
        return stream.read()


@pytest.mark.parametrize(
    ("written_as", "named"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-8-sig", "utf-8"),
        ("utf-16", None),
        ("utf-16", "UTF16"),
        ("utf-32", None),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_named_or_that_of_the_mark_or_utf8(tmp_path, written_as, named):
    assert content(tmp_path, TEXT.encode(written_as), named) == TEXT


def test_a_bad_byte_stays_in_its_line_and_can_be_shown(tmp_path):
    good, bad = content(tmp_path, b"good\ncaf\xe9 \x96 bad").split("\n")
    assert encoding_fault(good) is None
    assert encoding_fault(bad) == "is not UTF-8 (byte 0xe9)"
    assert encoding_fault(bad, "ascii") == "is not ascii (byte 0xe9)"
    assert legible(bad) == "café – bad"


def test_the_advice_names_an_encoding_where_none_was_named():
    assert "--encoding cp1252" in encoding_advice()
    assert "cp1252" not in encoding_advice("utf-16")


@pytest.mark.parametrize(
    ("raw", "encoding", "said"),
    [
        (b"text", "klingon", "--encoding klingon: is unknown"),
        ("id,text\n".encode("utf-16-be"), None, "--encoding utf-16-be"),
        ("id,text\n".encode("utf-16-le"), None, "--encoding utf-16-le"),
        (b"odd", "utf-16", "cannot be read as utf-16"),
    ],
)
def test_what_cannot_be_decoded_is_an_error_with_advice(tmp_path, raw, encoding, said):
    with pytest.raises(InputError, match=said):
        content(tmp_path, raw, encoding)


def test_no_file_is_an_input_error(tmp_path):
    with (
        pytest.raises(InputError, match=r"none\.txt: no such file"),
        open_text(tmp_path / "none.txt"),
    ):
        pass


def test_half_a_character_is_seen_and_a_whole_one_is_none():
    assert has_half_character("cut \ud83d")
    assert not has_half_character("whole 😡")


def test_lines_can_be_given_back_and_keep_their_numbers():
    lines = NumberedLines(["\ufeffa\n", "b\n", "c\n", "d\n"])
    assert next(lines) == "a\n"
    lines.begin()
    assert [next(lines), next(lines), lines.number] == ["b\n", "c\n", 3]
    assert lines.taken == ["b\n", "c\n"]
    lines.give_back()
    assert (lines.number, lines.taken) == (2, ["b\n"])
    lines.begin()
    assert [*lines] == ["c\n", "d\n"]
    assert (lines.number, lines.taken) == (4, ["c\n", "d\n"])
