"""Doccano's exports: labels and spans under all their names, in JSONL and CSV."""

import pytest
from foreign_files import POLICE, lines, read

from data.codebook import load_codebook
from data.foreign.interface import ImportOptions, Skipped
from data.importers import doccano
from data.problems import Problem

FIRE = "😡 The Front burned. The Red Cross came."


def test_labels_with_and_without_ids(tmp_path):
    rows = read(
        doccano,
        lines(
            tmp_path,
            {"text": "A dam broke.", "label": ["man_made_disaster"]},
            {"id": 3, "text": "Rain.", "label": [], "meta": {"desk": "north"}},
            {"id": 4, "text": "Talks.", "labels": ["DIPLO"]},
        ),
    )
    assert rows[0] == {"text": "A dam broke.", "label": "man_made_disaster"}
    assert isinstance(rows[1], Skipped)
    assert (rows[2]["id"], rows[2]["label"]) == (4, "diplomacy")


def test_none_applies_under_several_labels(tmp_path):
    [row] = read(doccano, lines(tmp_path, {"text": "Rain.", "label": []}), POLICE)
    assert row["labels"] == []


def test_cats_that_say_of_every_label_whether_it_applies(tmp_path):
    cats = {"arrest": 1.0, "force": 0, "kill": True}
    row, problem = read(
        doccano,
        lines(
            tmp_path,
            {"text": "Police fired.", "cats": cats},
            {"text": "Rain.", "cats": {"arrest": 0.4, "force": 0.1}},
        ),
        POLICE,
    )
    assert row["labels"] == ["arrest", "kill"]
    assert isinstance(problem, Problem)
    assert problem.what == "cats says 0.4 of arrest"


def test_spans_are_targets(tmp_path):
    rows = read(
        doccano,
        lines(
            tmp_path,
            {
                "text": "Omar thanked Ines.",
                "label": [
                    [0, 4, "neutral"],
                    {"start_offset": 13, "end_offset": 17, "label": "favor"},
                ],
            },
        ),
        "stance",
    )
    assert [(row["target"], row["label"]) for row in rows] == [
        ("Omar", "neutral"),
        ("Ines", "favor"),
    ]


@pytest.mark.parametrize(
    "labels",
    [
        {"cats": ["force"]},
        {"cats": ["force"], "entities": []},
        {"labels": ["force"]},
        {"label": "force"},
        {"annotations": [{"label": "force"}]},
        {"cats": ["force"], "entities": [{"label": "PER", "start_offset": 0, "end_offset": 6}]},
    ],
)
def test_labels_under_all_their_names(tmp_path, labels):
    [row] = read(doccano, lines(tmp_path, {"text": "Police fired.", **labels}), POLICE)
    assert row == {"text": "Police fired.", "labels": ["force"]}


def test_spans_under_their_other_name(tmp_path):
    [row] = read(
        doccano,
        lines(
            tmp_path,
            {
                "text": "The Front burned it.",
                "relations": [],
                "entities": [{"id": 3, "label": "against", "start_offset": 0, "end_offset": 9}],
            },
        ),
        "stance",
    )
    assert row == {
        "text": "The Front burned it.",
        "target": "The Front",
        "target_start": 0,
        "target_end": 9,
        "label": "against",
    }


@pytest.mark.parametrize("record", [{"category": ["force"]}, {"text_label": "force", "entity": []}])
def test_a_text_whose_labels_are_elsewhere_is_no_text_without_labels(tmp_path, record):
    for codebook in ("event", POLICE):
        [problem] = read(doccano, lines(tmp_path, {"text": "Police fired.", **record}), codebook)
        assert isinstance(problem, Problem)
        assert "--label-column" in problem.expected
    [row] = read(
        doccano,
        lines(tmp_path, {"text": "Police fired.", **record}),
        POLICE,
        columns={"label": next(iter(record))},
    )
    assert row["labels"] == ["force"]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        (FIRE, 2, 11),
        (FIRE, 3, 12),
        ("👨‍👩‍👧 The Front burned.", 2, 11),
        ("a.\r\nb.\r\nThe Front burned.", 6, 15),
        ("a.\r\nb.\r\nThe Front burned.", 8, 17),
    ],
)
def test_the_reading_of_offsets_that_cuts_no_word(tmp_path, text, start, end):
    options = ImportOptions(load_codebook("stance"))
    path = lines(tmp_path, {"text": text, "label": [[start, end, "against"]]})
    [(_, row)] = doccano.read(path, options)
    assert row["target"] == "The Front" == text[row["target_start"] : row["target_end"]]
    assert bool(options.notes) == (row["target_start"] != start)


def test_annotators_of_old_exports(tmp_path):
    first, second = read(
        doccano,
        lines(
            tmp_path,
            {
                "text": "Rain.",
                "annotations": [{"label": "attack", "user": 1}, {"label": "no_event", "user": 2}],
            },
        ),
    )
    assert [(row["annotator"], row["label"]) for row in (first, second)] == [
        ("1", "attack"),
        ("2", "no_event"),
    ]


def table(tmp_path, *cells):
    path = tmp_path / "file.csv"
    path.write_text(
        "id,text,label\n"
        + "".join(f'{number},"Police, say, fired.",{cell}\n' for number, cell in enumerate(cells)),
        "utf-8",
    )
    return path


def test_labels_in_a_cell_are_joined_by_hashes(tmp_path):
    rows = read(doccano, table(tmp_path, "force#fail", "kill", ""), POLICE)
    assert [row["labels"] for row in rows] == [["force", "fail"], ["kill"], []]
    [row] = read(doccano, table(tmp_path, "force#odd"), POLICE)
    assert row["labels"] == ["force", "odd"]
    [skipped] = read(doccano, table(tmp_path, ""))
    assert isinstance(skipped, Skipped)


def test_a_label_that_holds_a_hash_is_one(tmp_path):
    book = tmp_path / "book.yaml"
    book.write_text(
        '{name: b, version: "1", task: event, labels_per_row: several, '
        'labels: [{name: "C#"}, {name: C}, {name: D}]}'
    )
    rows = read(doccano, table(tmp_path, "C#", "C#D", "C#|D"), str(book))
    assert [row["labels"] for row in rows] == [["C#"], ["C", "D"], ["C#", "D"]]
