"""`python -m predict` and `python -m evaluation`, as users start them."""

import json

import pytest


@pytest.mark.parametrize("command", [["predict"], ["evaluation", "score"],
                                     ["evaluation", "compare"]])
def test_help_is_quick_and_has_examples(command, at_once):
    done = at_once(*command, "--help")
    assert done.returncode == 0
    assert "examples:" in done.stdout


def test_a_saved_model_labels_and_is_scored(saved_model, tmp_path, command):
    folder, _ = saved_model
    article = tmp_path / "article.txt"
    article.write_text("Rebels fired on the post. Two men were shot.")
    out = tmp_path / "labels.jsonl"
    done = command("predict", article, "--out", out, "--model", folder)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(row["label"], row["probability"], row["model"]) for row in rows] == [
        ("armed_clash", 0.666667, "kept")] * 2

    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "1", "text": "They fought.", "label": "ARMED_CLASH"}\n'
                    '{"id": "2", "text": "They shot him.", "label": "attack"}\n')
    done = command("evaluation", "score", "--model", folder, "--data", gold, "--map", "case2021",
                   "--json", tmp_path / "scores.json")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "scores.json").read_text())["metrics"]["accuracy"] == 0.5


def test_predict_tells_everything_that_is_wrong_at_once(tmp_path, here):
    done = here("predict", tmp_path / "none.txt", "--out", tmp_path / "a.xls", "--target", "=x")
    assert done.returncode == 2
    for part in ("none.txt: no such file", "a.xls: unknown kind", "target '=x': has no name"):
        assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_arguments_exit_with_2(here):
    done = here("predict", "a.txt")
    assert done.returncode == 2
    assert "--out" in done.stderr
