import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.classifier import Fitting
from models.families import FAMILIES, make
from models.portable import serving
from models.portable.backends import PriorBackend
from models.portable.inputs import ModelError


@pytest.fixture(scope="module")
def saved(small, tmp_path_factory):
    data = small["event"]
    model = make(FAMILIES["tfidf"][0](family="tfidf", min_count=1), data.codebook)
    model.fit(data.train, data.dev, Fitting(seed=1, score_dev=lambda proba: {}))
    folder = tmp_path_factory.mktemp("made") / "kept"
    model.save(folder, "kept", [row.example for row in data.dev])
    return folder


@pytest.fixture
def folder(saved, tmp_path):
    """A saved model of the test's own."""
    return Path(shutil.copytree(saved, tmp_path / "kept"))


def described(folder):
    return json.loads((folder / "model.json").read_text())


def change(folder, **values):
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_changed_or_missing_file_is_refused(folder):
    terms = folder / "terms.json"
    content = terms.read_bytes()
    terms.write_bytes(content.replace(b"bread", b"broad", 1))
    with pytest.raises(ModelError, match=r"terms.json: is missing or was changed"):
        serving.load(folder)
    terms.unlink()
    with pytest.raises(ModelError, match=r"terms.json: is missing or was changed"):
        serving.load(folder)
    terms.write_bytes(content)
    assert serving.load(folder).labels


def test_a_model_that_scores_differently_is_refused(folder):
    saved = json.loads((folder / "model.json").read_text())["self_check"]
    wrong = [row | {"probabilities": row["probabilities"][::-1]} for row in saved]
    change(folder, self_check=wrong)
    with pytest.raises(ModelError, match="score differently here"):
        serving.load(folder)
    change(folder, self_check=[row | {"probabilities": [1.0]} for row in saved])
    with pytest.raises(ModelError, match="scores 4 labels"):
        serving.load(folder)
    change(folder, self_check=[])
    assert serving.load(folder).labels


@pytest.mark.parametrize("name", ["weights.bin", "a copy of terms.json", "model.onnx.data"])
def test_a_file_that_was_added_is_refused(folder, name):
    (folder / name).write_text("x")
    with pytest.raises(ModelError, match=rf"{name}: is not listed in model\.json.*move it"):
        serving.load(folder)
    (folder / name).rename(folder / f".{name}")  # systems leave hidden files
    assert serving.load(folder).labels


def test_a_folder_that_was_added_is_refused(folder):
    (folder / "more").mkdir()
    with pytest.raises(ModelError, match=r"more: is not listed in model\.json"):
        serving.load(folder)


@pytest.mark.parametrize(
    "name",
    ["../secret", "..", "", ".", "sub/../../secret", "/etc/passwd", "..\\secret", "sub/terms.json"],
)
def test_no_file_outside_of_the_folder_is_read(folder, name, tmp_path):
    (tmp_path / "secret").write_text("x")
    (folder / "sub").mkdir()
    shutil.copy(folder / "terms.json", folder / "sub")
    change(
        folder, files=described(folder)["files"] | {name: serving.file_digest(tmp_path / "secret")}
    )
    with pytest.raises(ModelError, match=r"lists '.*', which is not in the model's folder"):
        serving.load(folder)


def test_a_link_out_of_the_folder_is_refused_and_one_to_the_folder_is_not(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder)
    assert serving.load(tmp_path / "link").labels
    (folder / "terms.json").rename(tmp_path / "terms.json")
    (folder / "terms.json").symlink_to(tmp_path / "terms.json")
    with pytest.raises(ModelError, match=r"lists 'terms\.json', which is not in the"):
        serving.load(folder)


@pytest.mark.parametrize("name", ["terms.json", "model.skops"])
def test_a_file_of_the_model_that_is_not_listed_is_not_read(folder, name):
    files = described(folder)["files"]
    digest = files.pop(name)
    change(folder, files=files)
    with pytest.raises(ModelError, match=rf"lists no {name}"):
        serving.load(folder)
    change(folder, files=files | {name: digest})
    assert serving.load(folder).labels


def with_backend(folder, **values):
    change(folder, backend=described(folder)["backend"] | values)


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        (
            {"policy": "middle", "version": 1},
            "cuts long rows by middle 1, this version knows whole 1",
        ),
        (
            {"policy": "whole", "version": 2},
            "cuts long rows by whole 2, this version knows whole 1",
        ),
        ({"policy": "around_target", "version": 1}, "by around_target 1, .* use the version that"),
        ({"policy": "whole"}, "cuts long rows by {'policy': 'whole'}"),
        ("whole", "by whole"),
        (None, "does not describe a model"),
    ],
)
def test_a_way_to_cut_rows_that_is_not_known_is_refused(folder, cut, message):
    with_backend(folder, cut=cut)
    with pytest.raises(ModelError, match=message):
        serving.load(folder)


def test_rules_for_broken_words_that_are_not_known_are_refused(folder):
    with_backend(folder, words=2)
    with pytest.raises(ModelError, match="broken words whole by rules 2, this version knows 1"):
        serving.load(folder)


def test_a_folder_saved_before_models_said_how_they_cut_and_mask_is_served(folder):
    spec = described(folder)["backend"]
    assert spec["cut"] == {"policy": "whole", "version": 1}
    change(
        folder,
        backend={
            key: value for key, value in spec.items() if key not in ("cut", "masking", "words")
        },
    )
    assert serving.load(folder).labels


def test_a_backend_that_is_not_known_is_refused(folder):
    with_backend(folder, kind="gguf")
    with pytest.raises(ModelError, match="is scored by 'gguf', this version knows prior, skops"):
        serving.load(folder)


@pytest.mark.parametrize(
    "values",
    [
        {"files": ["terms.json"]},
        {"backend": "skops"},
        {"labels": None},
        {"columns": [0, 1, 9]},
        {"columns": [0]},
        {"temperature": "warm"},
        {"self_check": [{}]},
        {"self_check": [1]},
        {"several": True, "thresholds": [0.5]},
        {"certain_from": [0.5]},
        {"task": None, "labels": []},
    ],
)
def test_a_description_that_does_not_fit_is_refused(folder, values):
    change(folder, **values)
    with pytest.raises(ModelError, match=r"model\.json|kept"):
        serving.load(folder)


@pytest.mark.parametrize("name", ["terms.json", "model.skops"])
def test_a_file_that_is_listed_but_is_none_of_its_kind_is_told(folder, name):
    (folder / name).write_bytes(b"nothing of the kind")
    change(folder, files=described(folder)["files"] | {name: serving.file_digest(folder / name)})
    with pytest.raises(ModelError, match="kept: cannot be loaded"):
        serving.load(folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"format": 99}', "has format 99, this version reads 1"),
        ("[]", "has format None"),
        ("{", "is not JSON"),
        ('{"format": 1}', "lacks 'backend'"),
    ],
)
def test_a_strange_description_is_refused(folder, content, message):
    (folder / "model.json").write_text(content)
    with pytest.raises(ModelError, match=message):
        serving.load(folder)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"holds no model\.json"):
        serving.load(tmp_path)


def test_labels_of_rows():
    meta = {"labels": ["a", "b"], "several": True, "task": "event", "thresholds": [0.5, 0.2]}
    model = serving.ServedModel(meta, PriorBackend([0.4, 0.3]))
    assert model.label_rows(np.array([[0.6, 0.1], [0.1, 0.3], [0.1, 0.1], [0.9, 0.9]])) == [
        ["a"],
        ["b"],
        [],
        ["a", "b"],
    ]
    meta = meta | {"several": False}
    model = serving.ServedModel(meta, PriorBackend([0.4, 0.3]))
    assert model.label_rows(np.array([[0.6, 0.1], [0.1, 0.3]])) == [["a"], ["b"]]
