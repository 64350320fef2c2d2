"""What the check says of files, and texts that contradict themselves."""

import json

import pytest

from data.codebook import load_codebook
from data.problems import InputError
from data.quality.checking import check_files, conflicts, strange_targets


def table(tmp_path, *rows):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_counts_of_what_is_right(tmp_path):
    path = table(
        tmp_path,
        {"id": "1", "article_id": "a", "text": "Omar lied.", "target": "Omar", "label": "against"},
        {"id": "2", "article_id": "a", "text": "Ines left.", "target": "Ines", "label": "neutral"},
    )
    report = check_files([path], load_codebook("stance"))
    assert report.problems == []
    assert "2 rows of 1 articles" in report.summary()
    assert "2 targets: Omar 1, Ines 1" in report.summary()
    assert "0 favor" in report.summary()


def test_every_problem_with_its_line(tmp_path):
    path = table(
        tmp_path,
        {"id": "1", "text": "Omar lied.", "label": "aginst"},
        {"id": "1", "text": "", "label": "neutral", "target": "x"},
    )
    messages = [str(message) for message in check_files([path], load_codebook("stance")).problems]
    assert [message.split(": ")[0].rsplit(":")[-1] for message in messages] == ["1", "1", "2", "2"]
    assert "did you mean 'against'" in messages[0]


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


def test_other_targets_may_differ():
    assert conflicts([row("1", "a", target="x"), row("2", "b", target="y")]) == []
    assert conflicts([row("1", "a"), row("2", "a")]) == []


def test_annotators_that_differ_are_told_with_what_to_do():
    [warning] = conflicts([row("1", "a", annotator="x"), row("2", "b", annotator="y")])
    assert "--annotations vote" in warning


@pytest.mark.parametrize(
    ("fields", "warned"),
    [
        ({"target": "the Front"}, "is not in its text"),
        ({"target": "omar"}, ""),
        ({"target": "the chief", "target_start": 0, "target_end": 4}, ""),  # another name for him
        ({"target": "Omar", "target_start": 1, "target_end": 4}, "'mar'"),
        ({"target": "Omar", "target_start": 0, "target_end": 5}, "'Omar '"),
        ({"target": "Omar", "actor": "Ines"}, "actor 'Ines' is not in"),
    ],
)
def test_targets_that_are_not_in_their_text(fields, warned):
    warnings = strange_targets([{"id": "1", "text": "Omar lied.", **fields}])
    assert [warned in warning for warning in warnings] == ([True] if warned else [])


def test_a_script_without_blanks_has_no_words_to_cut():
    assert (
        strange_targets(
            [
                {
                    "id": "1",
                    "text": "前線は学校を焼いた。",
                    "target": "前線",
                    "target_start": 0,
                    "target_end": 2,
                }
            ]
        )
        == []
    )


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"text": 5}, "text is a number"),
        ({"text": ["a"]}, "text is a list"),
        ({"text": "NaN"}, "text is 'NaN', which marks a missing value"),
        ({"id": "nan"}, "id is missing"),
        ({"id": None}, "id is missing"),
        ({"target": "NULL"}, "target is missing"),
        ({"target": ["Omar"]}, "target is a list"),
        ({"label": None}, "label is missing"),
        ({"label": ""}, "label is missing"),
        ({"label": {"choices": ["favor"]}}, "is no list of names"),
        ({"labels": 5, "label": None}, "is no list of names"),
        ({"labels": [None], "label": None}, "is no list of names"),
        ({"target_start": True, "target_end": 4}, "target_start, target_end are True, 4"),
        ({"date": {"y": 1}}, "date is an object"),
    ],
)
def test_fields_of_another_kind_are_told_each(tmp_path, fields, problem):
    path = table(
        tmp_path, {"id": "1", "text": "Omar lied.", "target": "Omar", "label": "against", **fields}
    )
    messages = [str(message) for message in check_files([path], load_codebook("stance")).problems]
    assert any(problem in message for message in messages), messages


@pytest.mark.parametrize("nothing", ["NaN", "null", '""', '"nan"', '"None"', '"<NA>"', '"N/A"'])
def test_nothing_in_a_field_is_no_value(tmp_path, nothing):
    path = tmp_path / "rows.jsonl"
    path.write_text(
        '{"id": 1.0, "text": "Omar lied.", "target": "Omar", "label": "against", '
        f'"article_id": {nothing}, "date": {nothing}, "target_start": {nothing}, '
        f'"target_end": {nothing}}}\n',
        encoding="utf-8",
    )
    report = check_files([path], load_codebook("stance"))
    assert report.problems == []
    assert report.rows == [
        {
            "id": "1",
            "article_id": "1",
            "text": "Omar lied.",
            "target": "Omar",
            "labels": ["against"],
        }
    ]
