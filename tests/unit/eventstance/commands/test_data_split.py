import json
from functools import partial

import pytest


@pytest.fixture
def data(here):
    return partial(here, "data")


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "rows.jsonl"
    rows = [
        {
            "id": f"r{number}",
            "article_id": f"a{number}",
            "label": "no_event",
            "text": f"Day {number} passed without word{number}.",
        }
        for number in range(40)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


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
    done = data("split", path, "--encoding", "cp1252", "--out", tmp_path / "out.jsonl")
    assert done.returncode == 0, done.stderr
    assert "Café 3 closed" in (tmp_path / "out.jsonl").read_text("utf-8")


def test_rows_without_text_article_or_readable_labels_are_refused(data, tmp_path):
    path = tmp_path / "rows.jsonl"
    rows = [{"id": "1", "text": " "}, {"text": "Rain."}, {"id": "3", "text": "Sun.", "labels": 7}]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    done = data("split", path)
    assert done.returncode == 2
    assert f"{path}:1: text is missing" in done.stderr
    assert f"{path}:2: has neither article_id nor id" in done.stderr
    assert f"{path}:3: labels" in done.stderr
    path.write_text("")
    assert "holds no rows" in data("split", path).stderr
