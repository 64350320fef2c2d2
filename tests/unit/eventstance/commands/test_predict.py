import csv
import errno
import json
from pathlib import Path

import pytest

from eventstance.main import main
from models.portable.serving import ServedModel
from predict.rows import Item

SAMPLE = Path(__file__).parents[4] / "data" / "corpus" / "sample_article.txt"


def predict(words):
    return main(["predict", *words])


@pytest.fixture
def registry(champions):
    """A store with a champion of each task, which takes `shot` for the first of two labels."""
    return champions


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("They shot ten men. The Union met.")
    return tmp_path


def rows_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_sample_article(registry, tmp_path, capsys):
    out = tmp_path / "labels.jsonl"
    assert (
        predict(
            [
                str(SAMPLE),
                "--out",
                str(out),
                "--target",
                "Amber Column=Column",
                "--target",
                "Red Cross",
                "--target",
                "United Nations=UN,U.N.",
            ]
        )
        == 0
    )
    article, rows = SAMPLE.read_text(encoding="utf-8"), rows_of(out)
    events = [row for row in rows if row["kind"] == "event"]
    assert 25 <= len(events) <= 35
    assert all(article[row["start"] : row["end"]] == row["text"] for row in events)
    assert {row["target"] for row in rows if row["kind"] == "stance"} == {
        "Amber Column",
        "Red Cross",
        "United Nations",
    }
    summary = capsys.readouterr().err
    assert f"1 article, {len(events)} sentences" in summary
    assert "event by event 1: no_event" in summary


def test_the_projects_targets_are_the_default(registry, folder):
    (folder / "in" / "b.txt").write_text("Talks in Geneva failed, the UN said.")
    out = folder / "labels.jsonl"
    assert predict([str(folder / "in"), "--out", str(out), "--task", "stance"]) == 0
    assert [(row["kind"], row["target"]) for row in rows_of(out)] == [("stance", "United Nations")]


def test_bad_records_are_set_aside(registry, folder, capsys):
    (folder / "in" / "b.jsonl").write_text('{"id": "1", "text": "Quiet."}\nbroken\n{"id": "2"}\n')
    out = folder / "labels.csv"
    assert predict([str(folder / "in"), "--out", str(out)]) == 0
    rejects = rows_of(folder / "labels.csv.rejects.jsonl")
    assert [(Path(row["file"]).name, row["line"]) for row in rejects] == [
        ("b.jsonl", 2),
        ("b.jsonl", 3),
    ]
    assert "2 records set aside" in capsys.readouterr().err


def test_a_missing_champion_is_a_notice_and_the_other_task_is_labelled(registry, folder, capsys):
    registry.delete_registered_model_alias("stance", "champion")
    out = folder / "labels.jsonl"
    assert predict([str(folder / "in"), "--out", str(out), "--target", "Union"]) == 0
    assert {row["kind"] for row in rows_of(out)} == {"event"}
    assert (
        "no stance labels: stance@champion: no model 'stance' has the alias 'champion'"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--event-model", "event/9"],  # asked for by name: its absence is an error
        ["--model", "runs:/gone"],
        ["--targets", "nowhere.yaml"],
        ["--model", "event@champion", "--task", "event"],
        ["--task", "event", "--stance-model", "stance/1"],
        ["--batch-size", "0"],
        ["--csv-raw"],
        ["--encoding", "klingon"],
        ["--metadata", "nowhere.csv"],
    ],
)
def test_wrong_requests_exit_with_2_and_write_nothing(registry, folder, arguments, capsys):
    out = folder / "labels.jsonl"
    assert predict([str(folder / "in"), "--out", str(out), *arguments]) == 2
    assert capsys.readouterr().err
    assert not out.exists()


def test_no_champion_at_all(registry, folder, capsys):
    for name in ("event", "stance"):
        registry.delete_registered_model_alias(name, "champion")
    assert predict([str(folder / "in"), "--out", str(folder / "labels.jsonl")]) == 2
    errors = capsys.readouterr().err
    assert "event@champion" in errors
    assert "stance@champion" in errors


def test_one_model_decides_its_task(registry, folder):
    run_id = registry.get_model_version("stance", "1").run_id
    out = folder / "labels.jsonl"
    assert (
        predict(
            [
                str(folder / "in"),
                "--out",
                str(out),
                "--model",
                f"runs:/{run_id}",
                "--target",
                "Union",
            ]
        )
        == 0
    )
    assert [(row["kind"], row["label"], row["model_version"]) for row in rows_of(out)] == [
        ("stance", "favor", run_id)
    ]


def test_nothing_that_can_be_read(registry, tmp_path, capsys):
    (tmp_path / "a.jsonl").write_text("broken\n")
    out = tmp_path / "labels.parquet"
    assert predict([str(tmp_path / "a.jsonl"), "--out", str(out)]) == 2
    assert "is not JSON" in capsys.readouterr().err
    assert not out.exists()
    assert (tmp_path / "labels.parquet.rejects.jsonl").exists()


def test_an_input_is_never_overwritten_and_an_older_output_is_no_input(registry, folder, capsys):
    inside = folder / "in" / "labels.jsonl"
    inside.write_text('{"id": "1", "text": "Quiet."}\n')
    assert predict([str(inside), "--out", str(inside)]) == 2
    assert "is also an input" in capsys.readouterr().err
    assert predict([str(folder / "in"), "--out", str(inside)]) == 0
    assert predict([str(folder / "in"), "--out", str(inside)]) == 0
    assert {row["article_id"] for row in rows_of(inside)} == {"a.txt"}


def test_a_folder_says_what_it_passes_over(registry, folder, capsys):
    for name in ("b.html", "c.json", "d.pdf", ".hidden.txt"):
        (folder / "in" / name).write_text("Rust is a fungus.")
    assert predict([str(folder / "in"), "--out", str(folder / "labels.jsonl")]) == 0
    told = capsys.readouterr().err
    assert "3 files passed over, being of no known kind: .html, .json, .pdf\n" in told
    assert "1 hidden file or folder passed over" in told
    assert "1 article, 2 sentences in" in told
    (folder / "in" / "a.txt").unlink()
    assert predict([str(folder / "in"), "--out", str(folder / "labels.jsonl")]) == 2
    assert "holds no articles (3 files passed over" in capsys.readouterr().err


def test_rows_of_the_projects_own_format_are_all_labelled(registry, folder, capsys):
    rows = [
        {
            "id": f"a{n // 4}-{n}",
            "article_id": f"a{n // 4}",
            "text": f"They shot {n}; 9 fled.",
            "label": "attack",
            "date": "2012-11-22",
            "hard": ["pronoun"],
        }
        for n in range(12)
    ]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = folder / "labels.jsonl"
    assert predict([str(folder / "rows.jsonl"), "--out", str(out), "--task", "event"]) == 0
    labels = rows_of(out)
    assert [
        (row["article_id"], row["sentence_id"], row["text"], row["input_label"], row["date"])
        for row in labels
    ] == [(row["article_id"], row["id"], row["text"], row["label"], row["date"]) for row in rows]
    assert [row["position"] for row in labels[:5]] == [0, 1, 2, 3, 0]
    told = capsys.readouterr().err
    assert "3 articles, 12 sentences in" in told
    assert "labelled as one sentence each: 12" in told


def test_the_targets_of_rows_count_unless_others_are_named(registry, folder):
    rows = folder / "rows.jsonl"
    rows.write_text(
        '{"id": "1", "article_id": "a", "text": "The Union met the Front.", "target": '
        '"Front", "target_start": 18, "target_end": 23}\n'
    )
    out = folder / "labels.jsonl"
    for arguments, target in (([], "Front"), (["--target", "Union"], "Union")):
        assert predict([str(rows), "--out", str(out), "--task", "stance", *arguments]) == 0
        assert [(row["target"], row["input_target"]) for row in rows_of(out)] == [(target, "Front")]


def test_upper_case_suffixes(registry, folder):
    (folder / "NEWS.CSV").write_text("id,text\n77,They shot ten men.\n")
    (folder / "MORE.TXT").write_text("The Union met.")
    out = folder / "labels.jsonl"
    assert (
        predict(
            [
                str(folder / "NEWS.CSV"),
                str(folder / "MORE.TXT"),
                "--out",
                str(out),
                "--task",
                "event",
            ]
        )
        == 0
    )
    assert [row["article_id"] for row in rows_of(out)] == ["77", "MORE.TXT"]


def test_two_folders_with_files_of_one_name(registry, folder):
    (folder / "more").mkdir()
    (folder / "more" / "a.txt").write_text("The Union met.")
    out = folder / "labels.jsonl"
    inputs = [str(folder / "in"), str(folder / "more")]
    assert predict([*inputs, "--out", str(out), "--task", "event"]) == 0
    assert [row["sentence_id"] for row in rows_of(out)] == [
        "in/a.txt:0",
        "in/a.txt:1",
        "more/a.txt:0",
    ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("/sys/x.jsonl", "/sys/x.jsonl: Permission denied\n"),
        (
            "/dev/full/x.jsonl",
            "/dev/full/x.jsonl: /dev/full is a file, not a folder; expected a file in a folder\n",
        ),
        ("in", "in: unknown kind of table ''; expected one of .jsonl, .csv, .parquet\n"),
        (
            "in/a.txt/x.csv",
            "in/a.txt/x.csv: in/a.txt is a file, not a folder; expected a file in a folder\n",
        ),
        ("folder.csv", "folder.csv: is a folder; expected a file to write\n"),
        ("full.csv", "full.csv: is a device; expected a file to write\n"),
        ("kept.csv", "kept.csv.rejects.jsonl: is a folder; expected a file to write\n"),
    ],
)
def test_outputs_that_cannot_be_written(folder, monkeypatch, capsys, name, told):
    # Without any registry: it is told before a model is looked for.
    monkeypatch.chdir(folder)
    (folder / "folder.csv").mkdir()
    (folder / "kept.csv.rejects.jsonl").mkdir()
    (folder / "full.csv").symlink_to("/dev/full")
    assert predict(["in", "--out", name, "--task", "event"]) == 2
    assert capsys.readouterr().err == told


def test_a_disk_that_fills_up(registry, folder, monkeypatch, capsys):
    def fill(self, row):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("predict.writers._JsonLines.write", fill)
    out = folder / "labels.jsonl"
    out.write_text("older")
    assert predict([str(folder / "in"), "--out", str(out)]) == 2
    assert capsys.readouterr().err.endswith(f"{out}: No space left on device\n")
    assert out.read_text() == "older"


def test_a_row_that_cannot_be_written_is_set_aside(registry, folder, monkeypatch, capsys):
    known, number = Item.row, iter(range(9))
    monkeypatch.setattr(
        Item,
        "row",
        lambda *given: known(*given) | ({"source": "\ud83d"} if next(number) == 0 else {}),
    )
    out = folder / "labels.csv"
    assert predict([str(folder / "in"), "--out", str(out), "--task", "event"]) == 0
    assert "a.txt:1" in out.read_text()
    (reject,) = rows_of(folder / "labels.csv.rejects.jsonl")
    assert reject["file"] == "sentence 'a.txt:0'"
    assert "1 record set aside" in capsys.readouterr().err


def test_csv_encodings_and_metadata(registry, folder):
    (folder / "in" / "a.txt").unlink()
    (folder / "in" / "b.csv").write_text(
        "id;body;section\n1;-2 degrés. Fin.;=monde\n", encoding="cp1252"
    )
    (folder / "about.csv").write_text("id,date\n1,2024-08-03\n")
    out = folder / "labels.csv"
    assert (
        predict(
            [
                str(folder / "in"),
                "--out",
                str(out),
                "--task",
                "event",
                "--text-column",
                "body",
                "--encoding",
                "cp1252",
                "--metadata",
                str(folder / "about.csv"),
                "--csv-bom",
            ]
        )
        == 0
    )
    first, _ = csv.DictReader(out.open(encoding="utf-8-sig", newline=""))
    assert (first["text"], first["section"], first["date"]) == (
        "'-2 degrés.",
        "'=monde",
        "2024-08-03",
    )
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert (
        predict(
            [
                str(folder / "in"),
                "--out",
                str(out),
                "--task",
                "event",
                "--text-column",
                "body",
                "--encoding",
                "cp1252",
                "--csv-raw",
            ]
        )
        == 0
    )
    first, _ = csv.DictReader(out.open(encoding="utf-8", newline=""))
    assert (first["text"], first["section"]) == ("-2 degrés.", "=monde")


def test_interrupted(registry, folder, monkeypatch, capsys):
    def stop(self, examples):
        raise KeyboardInterrupt

    monkeypatch.setattr(ServedModel, "predict_proba", stop)
    out = folder / "labels.jsonl"
    out.write_text("older")
    assert predict([str(folder / "in"), "--out", str(out)]) == 130
    assert out.read_text() == "older"
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize("out", [".", ""])
def test_the_working_folder_is_no_output(tmp_path, monkeypatch, capsys, out):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("Rebels shelled the town.")
    assert main(["predict", "a.txt", "--out", out]) == 2
    assert capsys.readouterr().err.startswith(".: unknown kind of table ''; expected one of")
