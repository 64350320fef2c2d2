import json
import subprocess
import sys
import time

import pytest

from data.codebook import load_codebook
from data.examples import Example, Labelled


def run(*arguments):
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True)
    return done, time.monotonic() - started


@pytest.fixture
def folder(tmp_path):
    """The folder of a saved model that gives every sentence the same probabilities."""
    from models.classifier import Fitting
    from models.majority import Majority, MajorityConfig

    model = Majority(MajorityConfig(family="majority"), load_codebook("event"))
    rows = [Labelled(Example(f"Sentence {j}."), (label,), str(j), "a")
            for j, label in enumerate(["armed_clash", "armed_clash", "attack"])]
    model.fit(rows, rows, Fitting(seed=1, score_dev=lambda probabilities: {}))
    model.save(tmp_path / "kept", "shares", [row.example for row in rows])
    return tmp_path / "kept"


@pytest.mark.parametrize("command", [["predict"], ["evaluation", "score"],
                                     ["evaluation", "compare"]])
def test_help_is_quick_and_has_examples(command):
    # The best of three: other work on the machine must not fail this.
    runs = [run(*command, "--help") for _ in range(3)]
    assert all(done.returncode == 0 and "examples:" in done.stdout for done, _ in runs)
    assert min(seconds for _, seconds in runs) < 0.5


def test_a_saved_model_labels_and_is_scored(folder, tmp_path):
    article = tmp_path / "article.txt"
    article.write_text("Rebels fired on the post. Two men were shot.")
    out = tmp_path / "labels.jsonl"
    done, _ = run("predict", str(article), "--out", str(out), "--model", str(folder))
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(row["label"], row["probability"], row["model"]) for row in rows] == [
        ("armed_clash", 0.666667, "kept")] * 2

    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "1", "text": "They fought.", "label": "ARMED_CLASH"}\n'
                    '{"id": "2", "text": "They shot him.", "label": "attack"}\n')
    done, _ = run("evaluation", "score", "--model", str(folder), "--data", str(gold), "--map",
                  "case2021", "--json", str(tmp_path / "scores.json"))
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "scores.json").read_text())["metrics"]["accuracy"] == 0.5


def test_predict_tells_everything_that_is_wrong_at_once(tmp_path):
    done, _ = run("predict", str(tmp_path / "none.txt"), "--out", str(tmp_path / "a.xls"),
                  "--target", "=x")
    assert done.returncode == 2
    for part in ("none.txt: no such file", "a.xls: unknown kind", "target '=x': has no name"):
        assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_arguments_exit_with_2():
    done, _ = run("predict", "a.txt")
    assert done.returncode == 2
    assert "--out" in done.stderr
