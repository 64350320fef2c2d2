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
