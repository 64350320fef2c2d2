import json
import random

import pytest

from data.problems import InputError
from train.config import validated
from train.label_errors.detection import find_label_errors
from train.label_errors.report import summary, write_errors

KINDS = {
    "aid": "Doctors gave flour and blankets to families at {} {}.",
    "clash": "Rebels and soldiers fired rifles across {} {}.",
    "protest": "Crowds with banners marched against the tax at {} {}.",
}
PLACES = (
    "Arlow",
    "Besk",
    "Corin",
    "Dunmar",
    "Elvast",
    "Forrow",
    "Gathe",
    "Hollen",
    "Irsk",
    "Jorun",
)


def config(codebook, task="event"):
    return validated(
        {
            "task": task,
            "codebook": codebook,
            "data": {"path": "unused.jsonl"},
            "model": {"family": "tfidf", "min_count": 1},
        },
        "test",
    )


def rows(wrong=()):
    """90 rows of ten articles; those at `wrong` have the label of another kind."""
    draw = random.Random(1)
    made = []
    for number in range(90):
        kind = list(KINDS)[number % 3]
        text = KINDS[kind].format(PLACES[number // 9], draw.choice("abcdefgh") + str(number))
        label = list(KINDS)[(number + 1) % 3] if number in wrong else kind
        made.append(
            {
                "id": f"r{number}",
                "article_id": f"a{number // 9}",
                "text": text,
                "label": label,
                "source": "Post",
            }
        )
    return made


def test_wrong_labels_come_first_with_the_right_suggestion(tmp_path, book, write_jsonl):
    path = write_jsonl(tmp_path / "rows.jsonl", rows(wrong={4, 40, 77}))
    path.write_text("\n" + path.read_text())  # lines are those of the file, not of the rows
    said = []
    found = find_label_errors(path, config(book()), 5, said.append)
    assert {error.line for error in found.errors} == {6, 42, 79}
    for error in found.errors:
        number = error.line - 2
        assert error.row["id"] == f"r{number}"
        assert error.given == (list(KINDS)[(number + 1) % 3],)
        assert error.suggested == (list(KINDS)[number % 3],)
        assert error.probability > 0.5 > error.given_probability
        assert error.quality == pytest.approx(error.given_probability, abs=1e-6)
    assert [error.quality for error in found.errors] == sorted(
        error.quality for error in found.errors
    )
    assert (found.rows, found.unjudged) == (90, {})
    assert found.agreement == pytest.approx(87 / 90)
    assert len(said) == 5
    assert said[0] == "fold 1 of 5: tfidf on 72 rows, 18 to judge"


def test_clean_labels_are_left_alone(tmp_path, book, write_jsonl):
    found = find_label_errors(write_jsonl(tmp_path / "rows.jsonl", rows()), config(book()))
    assert found.errors == []
    assert summary(found).startswith("0 of 90 rows look mislabelled (0.0%)")


def test_a_label_of_one_article_is_not_judged(tmp_path, book, write_jsonl):
    made = rows(wrong={40})
    made += [
        {
            "id": f"s{n}",
            "article_id": "a3",
            "label": "strike",
            "text": f"Workers at the mill downed tools on day {n}.",
        }
        for n in range(4)
    ]
    found = find_label_errors(write_jsonl(tmp_path / "rows.jsonl", made), config(book()))
    assert found.unjudged == {"strike": 4}
    assert [error.row["id"] for error in found.errors] == ["r40"]
    assert "for want of rows in other articles: strike (4)" in summary(found)


def test_several_labels_a_row(tmp_path, book, write_jsonl):
    made = []
    for row, other in zip(rows(), rows()[1:], strict=False):
        both = row["id"] not in ("r5", "r50") and int(row["id"][1:]) % 2
        made.append(
            {
                **row,
                "text": f"{row['text']} {other['text']}" if both else row["text"],
                "labels": [row["label"], other["label"]] if both else [row["label"]],
            }
        )
    made[30]["labels"] = []
    made[60]["labels"], made[66]["labels"] = ["protest"], ["aid", "protest"]  # both tell of aid
    for row in made:
        del row["label"]
    found = find_label_errors(write_jsonl(tmp_path / "rows.jsonl", made), config(book(True)))
    errors = {error.row["id"]: error for error in found.errors}
    assert set(errors) == {"r30", "r60", "r66"}
    assert (errors["r30"].given, errors["r30"].suggested) == ((), ("aid",))
    assert errors["r60"].suggested == errors["r66"].suggested == ("aid",)
    assert errors["r66"].probability > 0.9
    assert errors["r66"].given_probability < 0.1  # of the worst of its labels
    assert "(none)" in summary(found)
    written, *_ = write_errors(found, tmp_path / "errors")
    kept = {row["id"]: row for row in map(json.loads, written.read_text().splitlines())}
    assert (kept["r30"]["given"], kept["r30"]["suggested"]) == ([], ["aid"])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda made: [{**row, "label": None} for row in made], "none of its 90 rows has a label"),
        (lambda made: [{**row, "label": "atack"} for row in made], "unknown label 'atack'"),
        (lambda made: made[:20], "are 5, but the 20 rows make 3 groups"),
        (
            lambda made: [{**row, "label": "aid"} for row in made],
            "a classifier needs rows of at least",
        ),
        (lambda made: [], "holds no rows"),
    ],
)
def test_files_that_cannot_be_judged(tmp_path, book, write_jsonl, change, told):
    path = write_jsonl(tmp_path / "rows.jsonl", change(rows()))
    with pytest.raises(InputError, match=told):
        find_label_errors(path, config(book()))
