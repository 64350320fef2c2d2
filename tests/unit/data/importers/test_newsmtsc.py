"""NewsMTSC: both forms, both scales, and mentions that slipped."""

import json

import pytest
from foreign_files import read_numbered, written

from data.importers import newsmtsc
from data.problems import Problem


def mtsc(tmp_path, **fields):
    record = {
        "mention": "Adoum",
        "polarity": -1,
        "from": 8,
        "to": 13,
        "sentence": "Colonel Adoum lied to the miners.",
        "id": "news_v1_77_5_3_C_Adoum_8_13",
    }
    return written(tmp_path, json.dumps({**record, **fields}), "file.jsonl")


def test_keeps_mention_offsets_and_article(tmp_path):
    [(line, row)] = read_numbered(newsmtsc, mtsc(tmp_path), "stance")
    assert line == 1
    assert row["label"] == "against"
    assert (row["target"], row["target_start"], row["target_end"]) == ("Adoum", 8, 13)
    assert row["article_id"] == "news_v1_77"
    assert row["entity"] == "C_Adoum"


@pytest.mark.parametrize(
    ("polarity", "label"),
    [(0, "neutral"), (1, "favor"), (2.0, "against"), (4, "neutral"), (6, "favor")],
)
def test_reads_both_scales(tmp_path, polarity, label):
    [(_, row)] = read_numbered(newsmtsc, mtsc(tmp_path, polarity=polarity), "stance")
    assert row["label"] == label


def test_finds_a_mention_that_slipped(tmp_path):
    [(_, row)] = read_numbered(newsmtsc, mtsc(tmp_path, **{"from": 9, "to": 14}), "stance")
    assert row["target_start"] == 8


def test_refuses_a_mention_that_is_not_there(tmp_path):
    [(_, problem)] = read_numbered(newsmtsc, mtsc(tmp_path, mention="Nadia"), "stance")
    assert isinstance(problem, Problem)
    assert "Nadia" in problem.what


def test_reads_the_nested_form(tmp_path):
    record = {
        "primary_gid": "x",
        "sentence_normalized": "Ines praised Omar.",
        "targets": [
            {
                "Input.gid": "a_1_2_3_Ines_0_4",
                "mention": "Ines",
                "from": 0,
                "to": 4,
                "polarity": 4.0,
            },
            {"mention": "Omar", "from": 13, "to": 17, "polarity": 6.0},
        ],
    }
    rows = read_numbered(newsmtsc, written(tmp_path, json.dumps(record), "file.jsonl"), "stance")
    assert [(row["target"], row["label"]) for _, row in rows] == [
        ("Ines", "neutral"),
        ("Omar", "favor"),
    ]
    assert rows[1][1]["id"] == "x-1"
