import json

import pytest

from data.problems import InputError
from data.quality.corpus_bounds import BOUNDS, NO_EVENT
from data.quality.corpus_check import Figure, check_corpus


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def corpus(tmp_path):
    """Four sentences of two articles, all wrong in size; half of them labelled twice."""
    texts = [
        "Gunmen shot a baker at the gate.",
        "Bread costs four coins now.",
        "A bomb went off near the mill, hurting two.",
        "The mayor thanked nobody at all.",
    ]
    labels = ["attack", NO_EVENT, "remote_explosive_landmine_ied", NO_EVENT]
    events = [
        {
            "id": f"s{at}",
            "article_id": f"a{at // 2}",
            "text": text,
            "label": label,
            "genre": "wire",
            "country": "Mali",
            "spelling": "british",
            "date": "2010-05-01",
            **({"hard": ["irony"]} if at == 3 else {}),
        }
        for at, (text, label) in enumerate(zip(texts, labels, strict=True))
    ]
    stances = [
        ("s0", "Gunmen", "against"),
        ("s0", "baker", "neutral"),
        ("s3", "mayor", "against"),
        ("s1", "Bread", "neutral"),
    ]
    pairs = [
        {
            "id": f"{row}-{target}",
            "article_id": events[int(row[1])]["article_id"],
            "text": events[int(row[1])]["text"],
            "target": target,
            "label": label,
        }
        for row, target, label in stances
    ]
    write(tmp_path / "event.jsonl", events)
    write(tmp_path / "stance.jsonl", pairs)
    for task, rows in (("event", events), ("stance", pairs)):
        write(
            tmp_path / f"{task}_second.jsonl",
            [
                {"id": row["id"], "annotator": who, "label": row["label"]}
                for row in rows[:2]
                for who in ("writer", "second")
            ],
        )
    return tmp_path


def figures(folder):
    return {figure.name: figure for figure in check_corpus(folder)}


def test_figures_are_counted(corpus):
    by_name = figures(corpus)
    values = {name: figure.value for name, figure in by_name.items()}
    assert values["articles"] == 2
    assert values["labelled sentences"] == 4
    assert values["share of no_event"] == 0.5
    assert values["sentences of a confusable label: attack"] == 1
    assert values["articles of a label: grenade"] == 0
    assert values["share of stance: against"] == 0.5
    assert values["sentences with two targets or more"] == pytest.approx(1 / 3)
    assert values["of them with different stances"] == 1
    assert values["articles of genre: wire"] == 1
    assert values["articles of a continent: Africa"] == 2
    assert values["sentences with flag: irony"] == 1
    assert values["words of the shortest sentence"] == 5
    assert values["labelled a second time, event"] == 0.5
    assert values["Krippendorff's alpha, event"] == 1.0


def test_a_figure_fails_outside_its_bounds(corpus):
    by_name = figures(corpus)
    assert not by_name["articles"].ok
    assert "FAIL" in str(by_name["articles"]) and "at least 240" in str(by_name["articles"])
    assert by_name["share of no_event"].ok
    assert str(by_name["countries"]).startswith("     ")


@pytest.mark.parametrize(("value", "ok"), [(0.34, False), (0.35, True), (0.5, True), (0.51, False)])
def test_bounds_are_inclusive(value, ok):
    assert Figure("share of no_event", value).ok is ok


def test_every_bound_is_used(corpus):
    used = {name.split(":")[0] for name in figures(corpus)}
    assert set(BOUNDS) <= used


def test_an_unknown_country_fails(corpus):
    rows = [json.loads(line) for line in (corpus / "event.jsonl").read_text().splitlines()]
    write(corpus / "event.jsonl", [{**row, "country": "Ruritania"} for row in rows])
    figure = figures(corpus)["countries of no known continent"]
    assert not figure.ok and figure.note == "Ruritania"


def test_second_labels_of_no_row_fail(corpus):
    write(
        corpus / "event_second.jsonl",
        [{"id": "gone", "annotator": who, "label": NO_EVENT} for who in ("writer", "second")],
    )
    by_name = figures(corpus)
    assert not by_name["second labels of no row, event"].ok
    assert by_name["labelled a second time, event"].value == 0


def test_bad_labels_and_missing_files_are_named(corpus):
    write(corpus / "stance.jsonl", [{"id": "1", "text": "Rain.", "target": "r", "label": "pro"}])
    with pytest.raises(InputError, match="pro"):
        check_corpus(corpus)
    (corpus / "event.jsonl").unlink()
    with pytest.raises(InputError, match=r"event\.jsonl"):
        check_corpus(corpus)
