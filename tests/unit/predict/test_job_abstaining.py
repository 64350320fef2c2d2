"""A model that may abstain, from its training to the labels it gives."""

import importlib.util
import json
import sys
from types import SimpleNamespace

import pytest

from eventstance.main import main
from models.classifier import Fitting
from models.families import FAMILIES, make
from models.portable import pyfunc_source
from predict import Labeler

TEXTS = [
    "Students in Arlow carried banners and called for elections.",
    "Rust is a fungus of wheat.",
    "A convoy brought flour and blankets to Besk on Friday.",
]


def kept(small, kind, folder, **choices):
    data = small[kind]
    model = make(FAMILIES["tfidf"][0](family="tfidf", min_count=1), data.codebook)
    model.fit(data.train, data.train, Fitting(seed=1, score_dev=lambda proba: {}, **choices))
    return model.save(folder, "careful", [row.example for row in data.dev])


@pytest.fixture(scope="module")
def folder(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "careful"
    kept(small, "event", folder, min_precision=0.9)
    return folder


def test_the_command_says_uncertain_and_counts_it(folder, tmp_path, capsys):
    (tmp_path / "a.txt").write_text(" ".join(TEXTS))
    out = tmp_path / "labels.jsonl"
    assert (
        main(["predict", str(tmp_path / "a.txt"), "--out", str(out), "--model", str(folder)]) == 0
    )
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["label"] for row in rows] == ["protest", "uncertain", "aid"]
    assert set(rows[1]["probabilities"]) == {"clash", "never_seen", "aid", "protest"}
    assert rows[1]["probability"] == max(rows[1]["probabilities"].values())
    closing = capsys.readouterr().err
    assert "event by careful: protest 1, aid 1\n" in closing
    assert "event: 1 of 3 uncertain (min_precision 0.9)" in closing


def test_a_model_that_never_abstains_says_nothing_of_it(small, tmp_path, capsys):
    kept(small, "event", tmp_path / "sure")
    (tmp_path / "a.txt").write_text(TEXTS[1])
    assert (
        main(
            [
                "predict",
                str(tmp_path / "a.txt"),
                "--out",
                str(tmp_path / "labels.csv"),
                "--model",
                str(tmp_path / "sure"),
            ]
        )
        == 0
    )
    assert "uncertain" not in capsys.readouterr().err
    assert "uncertain" not in (tmp_path / "labels.csv").read_text()


def test_several_labels_keep_the_certain_ones(small, tmp_path):
    model = kept(small, "multilabel", tmp_path / "careful", min_precision=0.9)
    texts = [row.example.text for row in small["multilabel"].train if len(row.labels) == 2][:1]
    (whole,) = Labeler(model, None).label_sentences(texts)
    assert len(whole["labels"]) == 2
    least = dict(zip(model.labels, model.certain_from, strict=True))
    model.meta["certain_from"] = [None if name == "aid" else least[name] for name in model.labels]
    (part,) = Labeler(model, None).label_sentences(texts)
    assert part["labels"] == [name for name in whole["labels"] if name != "aid"]
    model.meta["certain_from"] = [None] * 4
    (none,) = Labeler(model, None).label_sentences(texts)
    assert (none["label"], none["labels"]) == ("uncertain", ["uncertain"])
    assert none["probabilities"] == whole["probabilities"]


def test_mlflows_own_model_says_uncertain(folder, tmp_path, monkeypatch):
    import pandas

    path = tmp_path / "served_by_mlflow.py"
    path.write_text(pyfunc_source.source())
    spec = importlib.util.spec_from_file_location("served_by_mlflow", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    model = module.PyfuncModel()
    model.load_context(SimpleNamespace(artifacts={"model": str(folder)}))
    answer = model.predict(None, pandas.DataFrame({"text": TEXTS}))
    assert list(answer["label"]) == ["protest", "uncertain", "aid"]
    for probability, told in zip(answer["probability"], answer["probabilities"], strict=True):
        assert probability == pytest.approx(max(json.loads(told).values()), abs=1e-6)


def test_a_folder_saved_before_there_was_abstention_is_served(folder, tmp_path):
    from models.portable import serving

    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    meta = json.loads((folder / "model.json").read_text())
    for name in ("isotonic", "min_precision", "certain_from"):
        del meta[name]
    (tmp_path / "model.json").write_text(json.dumps(meta))
    model = serving.load(tmp_path)
    assert (model.min_precision, model.certain_from) == (None, None)
    labels = [row["label"] for row in Labeler(model, None).label_sentences(TEXTS)]
    assert labels[::2] == ["protest", "aid"]
    assert labels[1] != "uncertain"
