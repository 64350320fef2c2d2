"""Plain tables: columns as the user names them, labels as the cells have them."""

import pytest
from foreign_files import POLICE, lines, read

from data.importers import csv_table
from data.problems import InputError, Problem


def test_columns_are_named(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('sentence,stance,whom,desk\n"Ines, again, lied.",0,Ines,west\n', "utf-8")
    columns = {"text": "sentence", "label": "stance", "target": "whom"}
    [row] = read(csv_table, path, "stance", standard="vast", columns=columns)
    assert row == {
        "text": "Ines, again, lied.",
        "target": "Ines",
        "desk": "west",
        "label": "against",
    }
    with pytest.raises(InputError, match="verdict"):
        read(csv_table, path, "stance", columns={"label": "verdict"})


@pytest.mark.parametrize(
    "cell",
    [
        "arrest|force",
        '["arrest", "force"]',
        ["arrest", "force"],
        "arrest#force",
        '{"choices":["arrest","force"]}',
    ],
)
def test_several_labels_in_a_cell(tmp_path, cell):
    [row] = read(csv_table, lines(tmp_path, {"text": "Police fired.", "label": cell}), POLICE)
    assert row["labels"] == ["arrest", "force"]


def test_reads_tsv(tmp_path):
    path = tmp_path / "table.tsv"
    path.write_text('text\tlabel\nA "quiet" day.\tno_event\nshort\n', "utf-8")
    row, problem = read(csv_table, path)
    assert row == {"text": 'A "quiet" day.', "label": "no_event"}
    assert isinstance(problem, Problem)


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("['force', 'kill']", ["force", "kill"]),
        ("force, kill", ["force", "kill"]),
        ("force;kill", ["force", "kill"]),
        ("[]", []),
        ("Force", ["force"]),
        ("force|odd, kill", ["force", "odd, kill"]),
        (["force"], ["force"]),
    ],
)
def test_lists_as_tables_hold_them(tmp_path, cell, labels):
    [row] = read(csv_table, lines(tmp_path, {"text": "Police fired.", "labels": cell}), POLICE)
    assert row["labels"] == labels


def test_a_label_that_holds_a_comma_is_one(tmp_path):
    book = tmp_path / "book.yaml"
    book.write_text(
        '{name: b, version: "1", task: event, labels_per_row: several, labels: '
        '[{name: "Threats, other"}, {name: "[Riot] mob"}, {name: Threats}]}'
    )
    rows = read(
        csv_table,
        lines(
            tmp_path,
            *(
                {"text": "x", "labels": cell}
                for cell in ("Threats, other", "threats, other|[riot] mob", "[Riot] mob")
            ),
        ),
        str(book),
    )
    assert [row["labels"] for row in rows] == [
        ["Threats, other"],
        ["Threats, other", "[Riot] mob"],
        ["[Riot] mob"],
    ]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        (-1, "-1"),
        ("-1", "-1"),
        (0, "0"),
        (1.0, "1"),
        ("1.0", "1"),
        (" 1 ", "1"),
        (2, "2"),
        (True, "true"),
    ],
)
def test_numbers_keep_their_sign(tmp_path, label, name):
    book = tmp_path / "book.yaml"
    book.write_text(
        '{name: b, version: "1", task: event, labels: [{name: "-1"}, {name: "0"}, {name: "1"}]}'
    )
    [row] = read(csv_table, lines(tmp_path, {"text": "x", "label": label}), str(book))
    assert row["label"] == name


def test_columns_in_any_case(tmp_path):
    path = tmp_path / "table.CSV"
    path.write_text("\ufeffID, Text ,LABEL,Desk\n1,Sun.,no_event,west\n", "utf-8")
    assert read(csv_table, path) == [
        {"id": "1", "text": "Sun.", "label": "no_event", "Desk": "west"}
    ]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("id,sentence,label", "no column text in any row.*--text-column sentence"),
        ("id,text,category", "no column label in any row.*--label-column category"),
        ("id;text;label|x", "no column label in any row; it has id, text, label|x"),
        ("1,Sun.,no_event", "no column label, text in any row; it has 1, Sun., no_event"),
    ],
)
def test_a_table_without_a_text_or_a_label_says_what_it_has(tmp_path, head, said):
    path = tmp_path / "table.csv"
    separator = ";" if ";" in head else ","
    path.write_text(f"{head}\n1{separator}Sun.{separator}no_event\n", "utf-8")
    with pytest.raises(InputError, match=said.replace("|", r"\|")):
        read(csv_table, path)


def test_a_label_that_is_not_among_the_labels_is_a_problem(tmp_path):
    same, problem = read(
        csv_table,
        lines(
            tmp_path,
            {"text": "x", "label": "attack", "labels": ["attack"]},
            {"text": "y", "label": "attack", "labels": ["arrests"]},
        ),
    )
    assert same["label"] == "attack"
    assert isinstance(problem, Problem)
