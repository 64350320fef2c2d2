"""CSV as spreadsheets and tools write it: no row in the cell of another, faults by line."""

import pytest

from data.files import read_rows
from data.problems import InputError, Problem

HEAD = "id,text,label\n"
RAIN = "2,Rain.,b\n"


def read(tmp_path, content, name="rows.csv", encoding=None):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_rows(path, encoding))


def rows(tmp_path, content, **options):
    return [row for _, row in read(tmp_path, content, **options) if isinstance(row, dict)]


@pytest.mark.parametrize(
    "content",
    [
        'id,text,label\n1,"Nine, say.",a\n',
        "id;text;label\n1;Nine, say.;a\n",
        "id\ttext\tlabel\r\n1\tNine, say.\ta\r\n",
        "id|text|label\n1|Nine, say.|a\n",
        "sep=;\nid;text;label\n1;Nine, say.;a\n",
        'id, text, label\n1, "Nine, say.", a\n',
        '\ufeff"id","text","label"\n"1","Nine, say.","a"\n',
        'id,text,label\r1,"Nine, say.",a\r',
        'id,text,label,\n1,"Nine, say.",a,\n',
        'id,text,label\n1,"Nine, say.",a,,,\n',
        '\n\n  id  ,text,label\n\n,,\n1,"Nine, say.",a\n \n',
        'id,text,label\n1, "Nine, say.",a\n',
        'id;"text";label\n1;"Nine, say.";a\n',
    ],
)
def test_dialects(tmp_path, content):
    assert rows(tmp_path, content) == [{"id": "1", "text": "Nine, say.", "label": "a"}]


def test_decimal_commas_stay_in_their_cell(tmp_path):
    assert rows(tmp_path, "id;score\n1;0,75\n") == [{"id": "1", "score": "0,75"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_quoted_cell_may_go_on_over_lines(tmp_path, end):
    records = read(
        tmp_path, (HEAD + '1,"Nine, say.\nThey, all, ran.\n\nFar.",a\n' + RAIN).replace("\n", end)
    )
    assert records == [
        (2, {"id": "1", "text": f"Nine, say.{end}They, all, ran.{end}{end}Far.", "label": "a"}),
        (6, {"id": "2", "text": "Rain.", "label": "b"}),
    ]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ('1,"Nine,a\n', "does not close"),
        ('1,"He said "no" twice",a\n', "inside a quoted cell"),
        ('1,"Nine" people,a\n', "inside a quoted cell"),
        ("1,Nine, say.,a\n", "has 4 cells"),
        ("Nine\n", "has 1 cell"),
        ("1,Ni\0ne.,a\n", "NUL"),
    ],
)
@pytest.mark.parametrize(
    "after",
    [
        RAIN,
        RAIN + '3,"Sun, say.",a\n4,"Wind, say.",a\n',
        RAIN + '3,"""Go,"" she said.",a\n',
        RAIN + '3,5" pipe,a\n',
    ],
)
def test_a_bad_row_costs_its_own_line_only(tmp_path, bad, said, after):
    (line, problem), *rest = read(tmp_path, HEAD + bad + after)
    assert line == 2
    assert said in problem.what
    assert problem.where.endswith("rows.csv:2")
    assert problem.raw == bad
    assert [number for number, _ in rest] == list(range(3, 3 + after.count("\n")))
    assert rest[0][1] == {"id": "2", "text": "Rain.", "label": "b"}


def test_a_cut_off_file_costs_its_last_line(tmp_path):
    good, (line, problem) = read(tmp_path, HEAD + '1,Sun.,a\n2,"Two me')
    assert good == (2, {"id": "1", "text": "Sun.", "label": "a"})
    assert line == 3
    assert "does not close" in problem.what


def test_a_quote_that_closes_in_another_row_swallows_none(tmp_path):
    (line, problem), *rest = read(
        tmp_path, 'id,label,text\n1,a,"Nine say.\n2,b,They ran."\n3,b,Sun.\n'
    )
    assert (line, "closes in another row" in problem.what) == (2, True)
    assert [row["id"] for _, row in rest] == ["2", "3"]


def test_quotes_behind_backslashes(tmp_path):
    assert rows(tmp_path, HEAD + '1,"She said \\"no\\", twice",a\n')[0]["text"] == (
        'She said "no", twice'
    )


def test_bytes_that_are_no_text_cost_their_row_and_name_their_line(tmp_path):
    content = (HEAD + "".join(f"{n},Day {n}.,a\n" for n in range(500))).encode()
    content = content.replace(b"Day 300.", b"Day \x96.").replace(b"Day 7.", b'"Day\n\xe9."')
    records = read(tmp_path, content)
    problems = [(line, problem) for line, problem in records if isinstance(problem, Problem)]
    assert len(records) == 500
    assert [problem.where.rsplit(":")[-1] for _, problem in problems] == ["10", "303"]
    assert "byte 0x96" in problems[1][1].what
    assert "--encoding cp1252" in problems[1][1].expected
    assert problems[1][1].raw == "300,Day –.,a\n"


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-32", None),
        ("cp1252", "cp1252"),
        ("utf-16-le", "utf-16-le"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "UTF16"),
        ("utf-8", "utf8"),
    ],
)
def test_encodings(tmp_path, encoding, named):
    assert rows(tmp_path, (HEAD + "1,Café – naïf,a\n").encode(encoding), encoding=named) == [
        {"id": "1", "text": "Café – naïf", "label": "a"}
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ((HEAD + RAIN).encode("utf-16-be"), "--encoding utf-16-be"),
        ("id,text,text\n1,a,b\n", "rows.csv:1: the header names 'text' twice (columns 2 and 3)"),
        ('id,"text,label\n1,a,b\n', "rows.csv:1: the header opens a quotation mark"),
        ("id,caf\xe9\n1,a\n".encode("latin-1"), "rows.csv:1: is not UTF-8 (byte 0xe9)"),
    ],
)
def test_files_that_no_row_can_be_read_of(tmp_path, content, said):
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    assert said in str(caught.value)


def test_an_unknown_encoding_is_said(tmp_path):
    with pytest.raises(InputError, match="--encoding klingon: is unknown"):
        read(tmp_path, HEAD, encoding="klingon")


@pytest.mark.parametrize("content", ["", "\n\n", HEAD])
def test_nothing_gives_nothing(tmp_path, content):
    assert read(tmp_path, content) == []


def test_a_column_without_a_name_keeps_its_cells(tmp_path):
    assert rows(tmp_path, ",text\n0,Sun.\n") == [{"column_1": "0", "text": "Sun."}]


@pytest.mark.parametrize("name", ["ROWS.CSV", "rows.Csv"])
def test_suffixes_in_any_case(tmp_path, name):
    assert len(rows(tmp_path, HEAD + RAIN, name=name)) == 1


def test_many_lines_after_an_open_quote_are_read_once_more_at_most(tmp_path):
    lines = "".join(f"{n},Day {n}.,a\n" for n in range(20_000))
    records = read(tmp_path, HEAD + '0,"Open,a\n' + lines)
    assert isinstance(records[0][1], Problem)
    assert len(records) == 20_001
