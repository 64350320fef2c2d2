"""`eventstance` and `python -m data`, as users start them: streams, signals, folders, delay."""

import json
import os
import signal
import subprocess
import sys

import pytest


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "rows.jsonl"
    rows = [
        {"id": f"r{n}", "article_id": f"a{n}", "label": "no_event", "text": f"Day {n} passed."}
        for n in range(40)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_a_reader_that_leaves_early_is_no_error(command, good, tmp_path):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "1", "text": "Rain.", "label": "atack"}\n')
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


BUSY = """
import sys, time
from eventstance.commands import data
from eventstance.main import main

def check(options):
    print("at work", flush=True)
    time.sleep(30)

data.check = check
sys.exit(main(["data", "check", "rows.jsonl", "--codebook", "event"]))
"""


def test_ctrl_c_is_130_with_a_line():
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout.readline() == "at work\n"
        run.send_signal(signal.SIGINT)
        assert (run.wait(20), run.stderr.read()) == (130, "interrupted\n")


def test_works_from_another_folder(command, good, tmp_path):
    done = command("data", "check", good.name, "--codebook", "event", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "40 rows of 40 articles" in done.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("eventstance --help", 0),
        ("eventstance --version", 0),
        ("eventstance", 2),
        ("eventstance trian", 2),
        ("eventstance completion bash", 0),
        ("eventstance train", 2),
        ("data --help", 0),
        ("data split --help", 0),
        ("data frobnicate", 2),
        ("data", 2),
        ("data check none.jsonl --codebook nothing", 2),
        ("models promote --help", 0),
    ],
)
def test_answers_at_once(words, code, at_once):
    done = at_once(*words.split())
    assert done.returncode == code
    assert "Traceback" not in done.stderr
