"""Records into rows: ids of their own, mended texts, rejects with reasons, counts of all."""

import io
import json
from pathlib import Path

from data.codebook import load_codebook
from data.foreign.interface import ImportOptions, Skipped
from data.foreign.pipeline import ImportPipeline
from data.foreign.report import ImportReport
from data.problems import Problem, Unreadable

VOTES = ("no_event", "attack", "attack")


def imported(*outcomes, annotations="truth", codebook="event", paths=("in.x",)):
    """The rows that come of outcomes, the report, and the rejects."""
    options = ImportOptions(load_codebook(codebook))
    report = ImportReport(Path("out.jsonl"), codebook)
    rejects = io.StringIO()
    pipeline = ImportPipeline(
        lambda path, options: enumerate(outcomes, 1), options, report, rejects
    )
    rows = list(pipeline.rows([Path(path) for path in paths], annotations))
    return rows, report, [json.loads(line) for line in rejects.getvalue().splitlines()]


def row(text="Rain fell.", label="no_event", **fields):
    return {"text": text, "label": label, **fields}


def test_rows_without_an_id_are_called_by_file_and_line():
    rows, report, rejects = imported(row(), row(id=7.0, article_id=3))
    assert [(kept["id"], kept["article_id"]) for kept in rows] == [("in-1", "in-1"), ("7", "3")]
    assert (report.read, report.written, report.articles) == (2, 2, {"in-1", "3"})
    assert report.labels == {"no_event": 2}
    assert rejects == []


def test_an_id_given_twice_is_numbered_and_only_the_same_text_is_the_same_article():
    rows, _, _ = imported(row(id="a"), row(id="a", label="attack"), row("Sun.", id="a"))
    assert [(kept["id"], kept["article_id"]) for kept in rows] == [
        ("a", "a"),
        ("a-2", "a"),
        ("a-3", "a-3"),
    ]


def test_wrong_rows_and_records_are_rejected_with_line_reason_and_raw():
    rows, report, rejects = imported(
        row(label="atack"),
        Unreadable("in.x:2", "is not JSON", "mend it", "{raw"),
        Problem("in.x:3", "is empty"),
        row("", id="b", label="x"),
    )
    assert rows == []
    assert [reject["line"] for reject in rejects] == [1, 2, 3, 4]
    assert "did you mean 'attack'" in rejects[0]["reason"]
    assert rejects[0]["row"]["text"] == "Rain fell."
    assert (rejects[1]["reason"], rejects[1]["row"]) == ("is not JSON; mend it", "{raw")
    assert "text is missing or empty" in rejects[3]["reason"]
    assert "unknown label 'x'" in rejects[3]["reason"]
    assert report.rejected.total() == 4


def test_a_reject_is_whole_json_even_with_infinite_numbers():
    _, _, (reject,) = imported(row(score=float("inf")))
    assert "score is inf" in reject["reason"]
    assert "inf" in reject["row"]


def test_what_is_skipped_is_counted_by_reason():
    _, report, _ = imported(Skipped("cancelled"), row(), Skipped("cancelled"))
    assert (report.read, report.skipped) == (3, {"cancelled": 2})


def test_mended_texts_are_counted_and_lost_spans_rejected():
    rows, report, rejects = imported(
        row("aEURoeGo home,aEUR he said."),
        row("aEURoeGo home", target="EU", target_start=2, target_end=5),
    )
    assert [kept["text"] for kept in rows] == ["“Go home,” he said."]
    assert report.mended == 1
    assert "is not in the mended text" in rejects[0]["reason"]


def test_annotations_are_chosen_before_ids_are_made():
    votes = [
        row(id="t", label=label, annotator=who) for who, label in zip("abc", VOTES, strict=True)
    ]
    rows, report, _ = imported(*votes, annotations="vote")
    assert [(kept["id"], kept["label"]) for kept in rows] == [("t", "attack")]
    assert report.skipped.total() == 2
    rows, report, rejects = imported(*votes[:2], annotations="vote")
    assert rows == []
    assert [reject["reason"].split(";")[0] for reject in rejects] == [
        "annotators are divided on no_event and attack"
    ] * 2
    _, report, _ = imported(*votes)
    assert any("have different labels, all kept" in note for note in report.notes)


def test_annotations_of_one_text_need_no_id_and_different_ids_are_different_texts():
    votes = [row(label=label) for label in VOTES]
    assert len(imported(*votes, annotations="vote")[0]) == 1
    votes = [row(label=label, id=number) for number, label in enumerate(VOTES)]
    assert len(imported(*votes, annotations="vote")[0]) == 3


def test_a_label_that_may_mean_several_says_how_to_choose():
    _, _, (reject,) = imported(row(label=1, target="rain"), codebook="stance")
    assert "label '1' is not clear: in newsmtsc favor" in reject["reason"]
    assert "--standard" in reject["reason"]
    _, _, (reject,) = imported(row(label="1", text="", target="rain"), codebook="stance")
    assert reject["reason"].startswith("text is missing or empty")
