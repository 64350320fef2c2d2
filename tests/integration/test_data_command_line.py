"""`python -m data`: output, exit codes, and answers without delay."""

import json
import os
import subprocess
from functools import partial

import pytest


@pytest.fixture
def data(here):
    """`python -m data …` in this process."""
    return partial(here, "data")


def table(tmp_path, *rows, name="rows.jsonl"):
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def rows_of(count, label="no_event"):
    return [
        {
            "id": f"r{number}",
            "article_id": f"a{number}",
            "label": label,
            "text": f"Day {number} passed without word{number}.",
        }
        for number in range(count)
    ]


@pytest.fixture
def good(tmp_path):
    return table(tmp_path, *rows_of(40))


def test_check(data, good, tmp_path):
    done = data("check", good, "--codebook", "event")
    assert (done.returncode, done.stderr) == (0, "")
    assert "40 rows of 40 articles" in done.stdout
    bad = table(tmp_path, {"id": "1", "text": "Rain.", "label": "atack"}, name="bad.jsonl")
    done = data("check", good, bad, "--codebook", "event")
    assert done.returncode == 2
    assert f"{bad}:1: unknown label 'atack' (did you mean 'attack'?)" in done.stderr
    assert data("check", good, "--codebook", "evnt").returncode == 2


def test_a_reader_that_leaves_early_is_no_error(command, good, tmp_path):
    bad = table(tmp_path, {"id": "1", "text": "Rain.", "label": "atack"}, name="bad.jsonl")
    for file, stream, code in ((good, "stdout", 0), (bad, "stderr", 2)):
        reader, writer = os.pipe()
        os.close(reader)
        done = command(
            "data",
            "check",
            file,
            "--codebook",
            "event",
            capture_output=False,
            **({"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | {stream: writer}),
        )
        os.close(writer)
        assert done.returncode == code
        assert not done.stdout
        assert not done.stderr


def test_import(data, tmp_path):
    path = table(
        tmp_path,
        {"text": "Envoys met.", "label": ["DIPLO"]},
        {"text": "Hm.", "label": ["HUM"]},
        name="export.jsonl",
    )
    out = tmp_path / "out.jsonl"
    done = data("import", "doccano", path, "--codebook", "event", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "written 1, rejected 1" in done.stdout
    assert json.loads(out.read_text("utf-8"))["label"] == "diplomacy"
    assert json.loads((tmp_path / "out.jsonl.rejects.jsonl").read_text("utf-8"))["line"] == 2
    done = data("import", "docano", path, "--codebook", "event", "--out", out)
    assert done.returncode == 2
    assert "did you mean 'doccano'" in done.stderr
    assert (
        data("import", "doccano", tmp_path / "none", "--codebook", "event", "--out", out).returncode
        == 2
    )


def test_split(data, good, tmp_path):
    done = data("split", good, "--by", "random", "--dev", 0.25, "--test", 0, "--seed", 3)
    assert done.returncode == 0, done.stderr
    assert "train 30 (75.0%), dev 10 (25.0%), test 0 (0.0%) of 40 rows" in done.stdout
    rows = [
        json.loads(line) for line in (tmp_path / "rows.split.jsonl").read_text("utf-8").splitlines()
    ]
    before = [json.loads(line) for line in good.read_text("utf-8").splitlines()]
    assert sum(row.pop("split") == "dev" for row in rows) == 10
    assert rows == before
    done = data("split", good, "--by", "date", "--dev", 0.7, "--test", 0.7, "--force")
    assert done.returncode == 2
    assert "fractions" in done.stderr
    assert "no date" in done.stderr


def test_split_replaces_no_file_unless_told(data, good, tmp_path):
    before = good.read_bytes()
    done = data("split", good, "--out", good)
    assert (done.returncode, "is the file to read" in done.stderr) == (2, True)
    assert good.read_bytes() == before
    other = tmp_path / "other.jsonl"
    other.write_text("mine")
    for words in (("--out", other), ()):
        (tmp_path / "rows.split.jsonl").write_text("mine")
        done = data("split", good, *words)
        assert (done.returncode, "is there already" in done.stderr) == (2, True)
        assert "--force" in done.stderr
        assert {other.read_text(), (tmp_path / "rows.split.jsonl").read_text()} == {"mine"}
    done = data("split", good, "--out", good, "--force")
    assert done.returncode == 0, done.stderr
    assert good.read_bytes().count(b'"split"') == 40


def test_encodings_are_named(data, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(
        "".join(
            [
                "id,article_id,text,label\n",
                *(f"{n},a{n},Café {n} closed its door{n}.,no_event\n" for n in range(20)),
            ]
        ).encode("cp1252")
    )
    done = data("check", path, "--codebook", "event")
    assert done.returncode == 2
    assert f"{path}:2: is not UTF-8 (byte 0xe9)" in done.stderr
    assert data("check", path, "--codebook", "event", "--encoding", "cp1252").returncode == 0
    done = data("split", path, "--encoding", "cp1252", "--out", tmp_path / "out.jsonl")
    assert done.returncode == 0, done.stderr
    assert "Café 3 closed" in (tmp_path / "out.jsonl").read_text("utf-8")


def test_agreement(data, tmp_path):
    files = [
        table(tmp_path, *rows_of(1, label), *rows_of(5)[1:], name=f"{name}.jsonl")
        for name, label in (("anna", "attack"), ("ben", "arrests"))
    ]
    out = tmp_path / "agreement.json"
    done = data("agreement", *files, "--codebook", "event", "--json", out)
    assert done.returncode == 0, done.stderr
    assert "arrests / attack" in done.stdout
    assert json.loads(out.read_text("utf-8"))["agreement"] == 0.8
    assert data("agreement", files[0]).returncode == 2


def test_works_from_another_folder(command, good, tmp_path):
    done = command("data", "check", good.name, "--codebook", "event", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "40 rows of 40 articles" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("split", "--help"),
        ("frobnicate",),
        (),
        ("check", "none.jsonl", "--codebook", "nothing"),
    ],
)
def test_answers_at_once(arguments, at_once):
    done = at_once("data", *arguments)
    assert done.returncode == (0 if "--help" in arguments else 2)
    assert "Traceback" not in done.stderr
