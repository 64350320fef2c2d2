"""The import as a whole: ids, rejects, counts, and output that is whole or not at all."""

import json

import pytest

from data.files import read_rows
from data.importing import import_files, import_options
from data.problems import InputError


def table(tmp_path, *rows, name="in.jsonl"):
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def imported(tmp_path, *rows, codebook="event", out="out.jsonl", **options):
    report = import_files(
        "csv", [table(tmp_path, *rows)], tmp_path / out, import_options("csv", codebook, **options)
    )
    return report, [row for _, row in read_rows(tmp_path / out)]


def test_rows_without_id_and_doubled_ids(tmp_path):
    _, rows = imported(
        tmp_path,
        {"text": "One day.", "label": "no_event"},
        {"id": "x", "text": "Two days.", "label": "no_event"},
        {"id": "x", "text": "Two days.", "label": "attack"},
        {"id": "x", "text": "Three days.", "label": "no_event"},
        {"id": "x-2", "text": "Four days.", "label": "no_event"},
    )
    assert [row["id"] for row in rows] == ["in-1", "x", "x-2", "x-3", "x-2-2"]
    assert [row["article_id"] for row in rows] == ["in-1", "x", "x", "x-3", "x-2-2"]


def test_bad_rows_go_beside_with_line_and_reason(tmp_path):
    report, rows = imported(
        tmp_path,
        {"text": "Rain.", "label": "no_evnt"},
        {"text": "", "label": "no_event"},
        {"text": "Sun.", "label": "attack"},
    )
    assert [row["text"] for row in rows] == ["Sun."]
    assert (report.read, report.written, report.rejected.total()) == (3, 1, 2)
    rejects = [json.loads(line) for line in report.rejects_file.read_text("utf-8").splitlines()]
    assert [reject["line"] for reject in rejects] == [1, 2]
    assert "did you mean 'no_event'" in rejects[0]["reason"]
    assert rejects[0]["row"]["text"] == "Rain."
    assert rejects[0]["file"].endswith("in.jsonl")
    assert "rejected 2" in str(report)


def test_no_rejects_no_file_and_an_old_one_goes(tmp_path):
    old = tmp_path / "out.jsonl.rejects.jsonl"
    old.write_text("old", encoding="utf-8")
    imported(tmp_path, {"text": "Sun.", "label": "attack"})
    assert not old.exists()


def test_nothing_out_leaves_the_old_table(tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("kept", encoding="utf-8")
    with pytest.raises(InputError, match="gave no row"):
        imported(tmp_path, {"text": "Rain.", "label": "nothing known"})
    assert out.read_text("utf-8") == "kept"
    assert (tmp_path / "out.jsonl.rejects.jsonl").exists()


def test_mended_texts_are_counted(tmp_path):
    report, rows = imported(
        tmp_path,
        {"text": "aEURoeGo,aEUR he said.", "label": "no_event"},
        {"text": "Plain.", "label": "no_event"},
    )
    assert report.mended == 1
    assert rows[0]["text"] == "“Go,” he said."


def test_bare_numbers_for_stance_ask_for_their_standard(tmp_path):
    row = {"text": "Omar lied.", "target": "Omar", "label": 1}
    with pytest.raises(InputError, match="--standard"):
        imported(tmp_path, row, codebook="stance")
    _, rows = imported(tmp_path, row, codebook="stance", standard="tweeteval")
    assert rows[0]["label"] == "against"


@pytest.mark.parametrize("out", ["out.csv", "out.parquet"])
def test_other_tables_keep_extra_columns(tmp_path, out):
    _, rows = imported(
        tmp_path,
        {"text": "Sun.", "label": "attack", "n": 1, "m": {"a": 1}},
        {"text": "Moon.", "label": "attack", "n": "two"},
        out=out,
    )
    assert [str(row["n"]) for row in rows] == ["1", "two"]
    assert json.loads(rows[0]["m"]) == {"a": 1}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("nwsmtsc",), "did you mean 'newsmtsc'"),
        (("doccano",), "--codebook"),
        (("csv", "stance", "twitter"), "no crosswalk"),
        (("plv", None, None, {"label": "x"}), "--label-column x"),
    ],
)
def test_options_that_do_not_fit(arguments, expected):
    with pytest.raises(InputError, match=expected):
        import_options(*arguments)


def test_formats_bring_their_codebook():
    assert import_options("newsmtsc").codebook.name == "stance"
    assert import_options("plv", None, None, {"label": "gold_penta"}).codebook.name == "cameo"


def test_files_that_cannot_be(tmp_path):
    path = table(tmp_path, {"text": "Sun.", "label": "attack"})
    options = import_options("csv", "event")
    with pytest.raises(InputError) as caught:
        import_files("csv", [path, tmp_path / "none.jsonl"], tmp_path / "out.xlsx", options)
    assert len(caught.value.problems) == 2
    with pytest.raises(InputError, match="also a file to read"):
        import_files("csv", [path], path, options)


def test_what_is_read_otherwise_is_in_the_report(tmp_path):
    report, rows = imported(
        tmp_path,
        {"text": "Omar lied.", "target": "Omar", "label": "AGAINST"},
        {"text": "Omar ran.", "target": "Omar", "label": 0},
        codebook="stance",
        standard="semeval",
        label_map=["0=neutral"],
    )
    assert [row["label"] for row in rows] == ["against", "neutral"]
    assert "read 'AGAINST' as against: 1" in str(report)
    assert "read '0' as neutral: 1" in str(report)
    assert "read '" not in str(imported(tmp_path, {"text": "Sun.", "label": "attack"})[0])


@pytest.mark.parametrize(
    ("label", "options", "said"),
    [
        (1, {}, "in newsmtsc favor; in tweeteval against; in vast favor"),
        (-1, {}, "--standard newsmtsc, or name it with --map='-1=…'"),
        ("NONE", {}, "label 'NONE' is not clear: in semeval neutral"),
        (3, {}, "--map '3=…'"),
        ("ASSAULT", {"codebook": "event", "standard": "plover"}, "labels in plover: armed_clash, "),
        ("Other", {"codebook": "event"}, "say which with --standard case2021"),
    ],
)
def test_a_label_that_may_mean_several_is_refused_with_the_choices(tmp_path, label, options, said):
    with pytest.raises(InputError) as caught:
        imported(
            tmp_path,
            {"text": "Omar lied.", "target": "Omar", "label": label},
            **{"codebook": "stance", **options},
        )
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("meant", "said"),
    [
        ("0", "names no label"),
        ("=against", "names no label"),
        ("0=aginst", "did you mean 'against'"),
    ],
)
def test_names_that_are_no_names(meant, said):
    with pytest.raises(InputError, match=f"--map {meant}.*{said}"):
        import_options("csv", "stance", label_map=[meant])


def test_reasons_say_where_they_were_first_met(tmp_path):
    report, _ = imported(
        tmp_path,
        {"text": "Sun.", "label": "attack"},
        {"text": "a", "label": "x"},
        {"text": "b", "label": "x"},
    )
    assert f"[first at {tmp_path}/in.jsonl:2]" in str(report)
    with pytest.raises(InputError, match=r"at .*in.jsonl:1\]"):
        imported(tmp_path, {"text": "Sun.", "label": "x"})


def test_a_replaced_file_is_told(tmp_path):
    reports = [str(imported(tmp_path, {"text": "Sun.", "label": "attack"})[0]) for _ in range(2)]
    assert ["(replaced the file" in report for report in reports] == [False, True]


def test_an_infinite_number_costs_its_row_only(tmp_path):
    import pandas

    path = tmp_path / "in.parquet"
    pandas.DataFrame(
        {"text": ["Sun.", "Rain."], "label": "attack", "score": [float("inf"), float("nan")]}
    ).to_parquet(path)
    report = import_files("csv", [path], tmp_path / "out.jsonl", import_options("csv", "event"))
    assert (report.written, list(report.rejected)) == (
        1,
        ["score is inf (expected a number that is finite, or none)"],
    )
    assert "Infinity" not in report.rejects_file.read_text().replace("'score': inf", "")


def test_encodings_and_sheets_reach_the_reader(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes("id,text,label\n1,Café closed.,no_event\n".encode("cp1252"))
    with pytest.raises(InputError, match=r"in.csv:2"):
        import_files("csv", [path], tmp_path / "out.jsonl", import_options("csv", "event"))
    import_files(
        "csv", [path], tmp_path / "out.jsonl", import_options("csv", "event", encoding="cp1252")
    )
    assert next(read_rows(tmp_path / "out.jsonl"))[1]["text"] == "Café closed."


def test_fields_with_nothing_are_no_values(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text(
        '{"id": 1.0, "article_id": NaN, "text": "Omar ran.", "target": NaN, '
        '"label": "neutral"}\n'
        '{"id": 2.0, "article_id": NaN, "text": "Omar lied.", "target": "Omar", '
        '"label": "against", "target_start": NaN, "target_end": NaN, "x": NaN}\n'
    )
    report = import_files("csv", [path], tmp_path / "out.jsonl", import_options("csv", "stance"))
    assert list(report.rejected) == [
        "target is missing (stance rows name their target in field 'target')"
    ]
    assert json.loads((tmp_path / "out.jsonl").read_text()) == {
        "id": "2",
        "article_id": "2",
        "text": "Omar lied.",
        "target": "Omar",
        "label": "against",
    }


def test_a_folder_is_not_called_missing(tmp_path):
    (tmp_path / "rows").mkdir()
    with pytest.raises(InputError, match="rows: is a folder; expected a file") as raised:
        import_files(
            "doccano",
            [tmp_path / "rows", tmp_path / "gone.jsonl"],
            tmp_path / "out.jsonl",
            import_options("doccano", "event"),
        )
    assert "gone.jsonl: no such file" in str(raised.value)
