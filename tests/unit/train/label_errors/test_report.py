"""Label errors as files for a program and for Label Studio, and as text."""

import json
from types import SimpleNamespace

from data.codebook import load_codebook
from data.importing import import_files, import_options
from train.label_errors.detection import LabelError, LabelErrors
from train.label_errors.report import summary, write_errors


def test_tasks_come_back_as_a_person_corrected_them(tmp_path, book, write_jsonl):
    codebook = book(task="stance", names=("against", "neutral", "favor"))
    rows = [
        {
            "id": f"s{n}",
            "article_id": "a1",
            "text": "Besk fed Arlow & the rest.",
            "target": ("Besk", "Arlow")[n],
            "target_start": (0, 9)[n],
            "target_end": (4, 14)[n],
            "labels": ["neutral"],
            "source": "Post",
            "hard": ["irony"],
        }
        for n in range(2)
    ]
    errors = LabelErrors(
        tmp_path / "rows.jsonl",
        load_codebook(codebook),
        "tfidf",
        5,
        40,
        [
            LabelError(row, at + 7, ("neutral",), ("favor",), 0.91234, 0.02, 0.02)
            for at, row in enumerate(rows)
        ],
        {},
        0.5,
    )
    files = write_errors(errors, tmp_path / "errors", limit=2)
    assert [path.name for path in files] == [
        "errors.jsonl",
        "errors.label_studio.json",
        "errors.label_studio.xml",
    ]
    first = json.loads(files[0].read_text().splitlines()[0])
    assert first == {
        "rank": 1,
        "id": "s0",
        "article_id": "a1",
        "at": f"{tmp_path}/rows.jsonl:7",
        "text": "Besk fed Arlow & the rest.",
        "target": "Besk",
        "given": "neutral",
        "suggested": "favor",
        "probability": 0.9123,
        "given_probability": 0.02,
        "quality": 0.02,
    }
    page = files[2].read_text()
    assert '<Choice value="favor" hint="&lt;favor&gt; &amp; more."/>' in page
    assert 'value="$target"' in page

    tasks = json.loads(files[1].read_text())
    (choice,) = tasks[0]["predictions"][0]["result"]
    assert (choice["from_name"], choice["to_name"]) == ("label", "text")
    assert f'name="{choice["from_name"]}" toName="{choice["to_name"]}"' in page
    tasks[0]["annotations"] = [{"completed_by": 3, "result": [choice]}]  # taken as suggested
    (tmp_path / "export.json").write_text(json.dumps(tasks))
    report = import_files(
        "label-studio",
        [tmp_path / "export.json"],
        tmp_path / "back.jsonl",
        import_options("label-studio", codebook),
    )
    assert (report.written, report.skipped["not labelled yet"]) == (1, 1)
    (row,) = map(json.loads, (tmp_path / "back.jsonl").read_text().splitlines())
    assert row == {
        "id": "s0",
        "article_id": "a1",
        "text": "Besk fed Arlow & the rest.",
        "target": "Besk",
        "target_start": 0,
        "target_end": 4,
        "source": "Post",
        "label": "favor",
        "annotator": "3",
        "given_label": "neutral",
        "suggested_label": "favor",
    }


def test_summary_counts_pairs_and_shows_ten():
    errors = [
        LabelError(
            {"id": str(n), "article_id": "a", "text": "Word " * 60},
            n,
            ("aid",),
            ("clash" if n % 3 else "protest",),
            0.8,
            0.1,
            n / 100,
        )
        for n in range(12)
    ]
    text = summary(
        LabelErrors(
            "f.jsonl", SimpleNamespace(multilabel=False), "tfidf", 5, 1200, errors, {}, 0.81
        )
    )
    assert "12 of 1,200 rows look mislabelled (1.0%)" in text
    assert "these models give 81% of the rows" in text
    assert text.count("f.jsonl:") == 10
    assert "     8  aid → clash" in text
    assert max(map(len, text.splitlines())) < 120
