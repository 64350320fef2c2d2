"""The one main: what every command says, and with which code it ends, when something fails."""

import argparse
import errno
import re
import sqlite3
from importlib import import_module

import pytest

from data.problems import InputError, Problem
from eventstance.main import COMMANDS, WORD_LISTS, _parsed, main
from models.store.errors import StoreError

# A call of each command, and the function of it that is made to fail.
CALLS = {
    "data": (["corpus-check"], "data.corpus_check"),
    "train": (["a.yaml"], "train_runs.train"),
    "models": (["history"], "models._history"),
    "evaluation": (["score", "--model", "m", "--data", "d.jsonl"], "evaluation._score"),
    "predict": (["a.txt", "--out", "o.jsonl"], "predict._order"),
}


@pytest.fixture(params=CALLS)
def fail(request, monkeypatch, capsys):
    """Lets a command fail; returns its exit code and what it printed to standard error."""
    words, function = CALLS[request.param]

    def run(error):
        def raising(*_):
            raise error

        monkeypatch.setattr(f"eventstance.commands.{function}", raising)
        code = main([request.param, *words])
        printed = capsys.readouterr()
        assert printed.out == ""
        return code, printed.err

    run.name = request.param
    return run


def test_bad_input_is_2_with_a_line_for_each_problem(fail):
    problems = [Problem("a.jsonl:1", "is bad", "mend it"), Problem("key", "is worse")]
    assert fail(InputError(problems)) == (2, "a.jsonl:1: is bad; mend it\nkey: is worse\n")


def test_faults_of_the_store_are_2_with_a_line(fail, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///gone/mlflow.db")
    code, line = fail(StoreError(Problem("MLFLOW_TRACKING_URI", "cannot be opened")))
    assert (code, line) == (2, "MLFLOW_TRACKING_URI: cannot be opened\n")
    code, line = fail(sqlite3.OperationalError("disk I/O error"))
    assert (code, line.count("\n")) == (2, 1)
    assert line.startswith("MLFLOW_TRACKING_URI: ")
    assert "disk I/O error" in line


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EROFS, "Read-only file system"),
        (errno.EACCES, "Permission denied"),
        (errno.EISDIR, "Is a directory"),
        (errno.ENAMETOOLONG, "File name too long"),
        (errno.ENOSPC, "No space left on device"),
    ],
)
def test_an_output_that_cannot_be_written_is_2_and_named(fail, number, reason):
    assert fail(OSError(number, reason, "out/a.json")) == (2, f"out/a.json: {reason}\n")
    where = "o.jsonl" if fail.name == "predict" else f"eventstance {fail.name}"
    assert fail(OSError(number, reason)) == (2, f"{where}: {reason}\n")


def test_a_file_that_a_library_cannot_read_is_2(fail):
    line = f"eventstance {fail.name}: OSError: corrupt data\n"
    assert fail(OSError("corrupt\ndata")) == (2, line)


def test_ctrl_c_is_130_with_a_line(fail):
    code, line = fail(KeyboardInterrupt())
    assert code == 130
    assert re.fullmatch("interrupted.*\n", line)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        KeyError("x"),
        RecursionError("too\ndeep"),
        ImportError("no module", name="torch"),
        SystemExit("of a library"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_else_is_70_with_a_line_and_no_traceback(fail, error, monkeypatch):
    monkeypatch.delenv("EVENTSTANCE_TRACEBACK", raising=False)
    code, line = fail(error)
    assert (code, line.count("\n")) == (70, 1)
    assert line.startswith(f"internal error: {type(error).__name__}")
    assert f"(eventstance/commands/{fail.name}" in line or "(eventstance/main.py" in line
    assert line.endswith("; set EVENTSTANCE_TRACEBACK=1 for the traceback\n")


def test_the_traceback_is_shown_to_who_asks_for_it(fail, monkeypatch):
    monkeypatch.setenv("EVENTSTANCE_TRACEBACK", "1")
    code, lines = fail(KeyError("x"))
    assert code == 70
    assert lines.startswith("Traceback (most recent call last):\n")
    assert "KeyError: 'x'\ninternal error: " in lines


@pytest.mark.parametrize("prog", ["eventstance", "python -m eventstance", "python -m"])
@pytest.mark.parametrize("command", COMMANDS)
def test_usages_say_what_was_typed(command, prog, capsys):
    assert main([command, "--help"], prog=prog) == 0
    assert capsys.readouterr().out.startswith(f"usage: {prog} {command} [-h] ")


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        (["train", "a.yaml", "--search", "s.yaml", "seed=2"], ["a.yaml", "seed=2"]),
        (["predict", "a.txt", "--out", "o.jsonl", "b.txt"], ["a.txt", "b.txt"]),
        (["evaluation", "compare", "x", "--log", "y"], ["x", "y"]),
        (["data", "check", "a.jsonl", "--codebook", "event", "b.jsonl"], ["a.jsonl", "b.jsonl"]),
    ],
)
def test_words_may_stand_behind_options(words, taken):
    parser = argparse.ArgumentParser()
    import_module(f"eventstance.commands.{words[0]}").add_arguments(parser)
    options = _parsed(parser, words[1:])
    assert taken in [getattr(options, name, None) for name in WORD_LISTS]


def test_options_that_there_are_not_are_told(capsys):
    assert main(["train", "a.yaml", "--serach", "s.yaml"]) == 2
    assert "unrecognized arguments: --serach s.yaml" in capsys.readouterr().err


def test_descriptions_print_one_percent_sign(capsys):
    assert main(["evaluation", "compare", "--help"]) == 0
    assert "95 % interval" in capsys.readouterr().out


def test_help_has_a_line_for_each_command(capsys):
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert [name for name in COMMANDS if re.search(rf"(?m)^    {name} +\w", printed)] == list(
        COMMANDS
    )


def test_no_command_is_2_and_shows_the_help(capsys):
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("usage: eventstance ")


def test_an_unknown_command_is_2_and_told_with_the_nearest(capsys):
    assert main(["trian", "a.yaml"]) == 2
    assert capsys.readouterr().err == (
        "eventstance: no command 'trian' (did you mean 'train'?); expected one of "
        f"{', '.join(COMMANDS)}\n"
    )


def test_the_version(capsys):
    assert main(["--version"]) == 0
    assert re.fullmatch(r"eventstance \S.*\n", capsys.readouterr().out)


@pytest.mark.parametrize("words", [["--colour"], ["--colour", "train", "a.yaml"], ["--"]])
def test_an_unknown_option_is_2_and_named(words, capsys):
    assert main(words) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("usage: eventstance ")
    assert f"unrecognized arguments: {words[0]}\n" in printed


@pytest.mark.parametrize("option", ["-V", "--version", "--vers"])
def test_the_version_by_every_name_of_the_option(option, capsys):
    assert main([option]) == 0
    assert capsys.readouterr().out.startswith("eventstance ")
