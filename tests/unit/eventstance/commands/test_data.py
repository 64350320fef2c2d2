import json
from functools import partial

import pytest


@pytest.fixture
def data(here):
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
