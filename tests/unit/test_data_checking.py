"""What the check says of files, and texts that contradict themselves."""

import json

import pytest

from data.checking import check_files, conflicts
from data.codebook import load_codebook
from data.problems import InputError


def table(tmp_path, *rows):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_counts_of_what_is_right(tmp_path):
    path = table(tmp_path, {"id": "1", "article_id": "a", "text": "Omar lied.", "target": "Omar",
                            "label": "against"},
                 {"id": "2", "article_id": "a", "text": "Ines left.", "target": "Ines",
                  "label": "neutral"})
    report = check_files([path], load_codebook("stance"))
    assert report.problems == []
    assert "2 rows of 1 articles" in report.summary()
    assert "2 targets: Omar 1, Ines 1" in report.summary()
    assert "0 favor" in report.summary()


def test_every_problem_with_its_line(tmp_path):
    path = table(tmp_path, {"id": "1", "text": "Omar lied.", "label": "aginst"},
                 {"id": "1", "text": "", "label": "neutral", "target": "x"})
    found = [str(one) for one in check_files([path], load_codebook("stance")).problems]
    assert [one.split(": ")[0].rsplit(":")[-1] for one in found] == ["1", "1", "2", "2"]
    assert "did you mean 'against'" in found[0]


def test_an_empty_file_is_a_problem_and_a_missing_one_an_error(tmp_path):
    report = check_files([table(tmp_path)], load_codebook("event"))
    assert "holds no rows" in report.problems[0].what
    with pytest.raises(InputError):
        check_files([tmp_path / "none.jsonl"], load_codebook("event"))


def row(identity, label, **fields):
    return {"id": identity, "text": "Rain fell.", "labels": [label], **fields}


def test_one_text_with_two_labels_is_warned_of():
    [warning] = conflicts([row("1", "attack"), row("2", "no_event"), row("3", "attack")])
    assert "attack in row 1" in warning
    assert "no_event in row 2" in warning


def test_other_targets_and_annotators_may_differ():
    assert conflicts([row("1", "a", target="x"), row("2", "b", target="y")]) == []
    assert conflicts([row("1", "a", annotator="x"), row("2", "b", annotator="y")]) == []
    assert conflicts([row("1", "a"), row("2", "a")]) == []
