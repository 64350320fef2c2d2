"""Excel workbooks: one sheet's rows, with the lines that Excel shows."""

from datetime import datetime

import openpyxl
import pytest

from data.files import read_rows
from data.problems import InputError


@pytest.fixture
def write(tmp_path):
    def made(*sheets, name="rows.xlsx"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for number, lines in enumerate(sheets, 1):
            sheet = book.create_sheet(f"sheet {number}")
            for line in lines:
                sheet.append(line)
        book.save(tmp_path / name)
        return tmp_path / name

    return made


def test_cells_as_values_and_blank_lines_passed_over(write):
    path = write(
        [
            ["id", " text ", "date", None],
            [None] * 3,
            [1, "Sun, say.", datetime(2024, 5, 1)],
            [2.0, "  ", datetime(2024, 5, 1, 9, 30)],
            [None, "Rain.", None, "x"],
        ],
        name="ROWS.XLSX",
    )
    assert list(read_rows(path)) == [
        (3, {"id": 1, "text": "Sun, say.", "date": "2024-05-01"}),
        (4, {"id": 2, "date": "2024-05-01 09:30:00"}),
        (5, {"text": "Rain.", "column_4": "x"}),
    ]


def test_several_sheets_with_rows_need_a_name(write):
    path = write([["text"], ["Sun."]], [["note"], ["see above"]], [])
    with pytest.raises(InputError, match=r"2 sheets with rows: sheet 1, sheet 2.*--sheet"):
        list(read_rows(path))
    assert list(read_rows(path, sheet="sheet 1")) == [(2, {"text": "Sun."})]
    with pytest.raises(InputError, match=r"--sheet sheet 7.*sheet 1, sheet 2, sheet 3"):
        list(read_rows(path, sheet="sheet 7"))


def test_empty_sheets_beside_the_one_do_not_count(write):
    assert list(read_rows(write([], [["text"], ["Sun."]], [[None, " "]]))) == [
        (2, {"text": "Sun."})
    ]


def test_faults(write, tmp_path):
    assert list(read_rows(write([["text"], ["Sun.", "more"]]))) == [
        (2, {"text": "Sun.", "column_2": "more"})
    ]
    with pytest.raises(InputError, match=r"rows.xlsx:1: the header names 'text' twice"):
        list(read_rows(write([["text", "text"]])))
    (tmp_path / "no.xlsx").write_text("text\n")
    with pytest.raises(InputError, match="Excel workbook"):
        list(read_rows(tmp_path / "no.xlsx"))
    assert list(read_rows(write([]))) == []
