"""`eventstance predict` and `eventstance evaluation`, as users start them."""

import json
import os
import signal
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "command", [["predict"], ["evaluation", "score"], ["evaluation", "compare"]]
)
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
        ("armed_clash", 0.666667, "kept")
    ] * 2

    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        '{"id": "1", "text": "They fought.", "label": "ARMED_CLASH"}\n'
        '{"id": "2", "text": "They shot him.", "label": "attack"}\n'
    )
    done = command(
        "evaluation",
        "score",
        "--model",
        folder,
        "--data",
        gold,
        "--map",
        "case2021",
        "--json",
        tmp_path / "scores.json",
    )
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


SLOWLY = """
import sys, time
from eventstance.main import main
from predict.rows import Item

known = Item.row
def row(*given):
    print("labelling", flush=True)
    time.sleep(30)
    return known(*given)
Item.row = row
sys.exit(main(["predict", *sys.argv[1:]]))
"""


def test_a_run_that_is_interrupted_or_killed_leaves_nothing_behind(saved_model, tmp_path, here):
    article, out = tmp_path / "in" / "article.txt", tmp_path / "out" / "labels.jsonl"
    article.parent.mkdir()
    article.write_text("Rebels fired on the post.")
    arguments = [str(article), "--out", str(out), "--model", str(saved_model[0])]

    def stop(by):
        with subprocess.Popen(
            [sys.executable, "-c", SLOWLY, *arguments],
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as run:
            assert run.stdout.readline() == "labelling\n"
            run.send_signal(by)
            return run.wait(20), run.stderr.read()

    assert stop(signal.SIGINT) == (130, f"interrupted; {out} was not written\n")
    assert list(out.parent.iterdir()) == []
    assert stop(signal.SIGKILL) == (-signal.SIGKILL, "")
    (part,) = out.parent.iterdir()
    assert part.name.endswith(".part")
    assert here("predict", *arguments).returncode == 0
    assert [path.name for path in out.parent.iterdir()] == ["labels.jsonl"]


def test_nobody_reads_what_predict_says(saved_model, tmp_path, command):
    article, out = tmp_path / "article.txt", tmp_path / "labels.jsonl"
    article.write_text("Rebels fired on the post.")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "predict",
            str(article),
            "--out",
            str(out),
            "--model",
            str(saved_model[0]),
        ],
        stderr=writing,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 0
    assert out.exists()
