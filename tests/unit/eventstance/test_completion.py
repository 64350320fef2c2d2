import argparse
import shutil
import subprocess

import pytest

from eventstance.completion import SHELLS, script
from eventstance.main import main


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_has_a_script_with_all_commands(shell, capsys):
    assert main(["completion", shell]) == 0
    printed = capsys.readouterr().out
    for word in ("evaluation", "corpus-check", "relocate"):
        assert word in printed


def test_an_unknown_shell_is_2(capsys):
    assert main(["completion", "dos"]) == 2
    assert "bash" in capsys.readouterr().err


def test_a_parser_without_commands_has_a_script_too():
    parser = argparse.ArgumentParser(prog="small")
    parser.add_argument("--json", metavar="OUT")
    assert "_shtab_small" in script(parser, "bash")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (["tr"], ["train"]),
        (["models", "pro"], ["promote"]),
        (["train", "a.yaml", "--rep"], ["--repeat"]),
        (["train", "ru"], ["run.yaml"]),
        (["train", "run.yaml", "--search", "ru"], ["run.yaml"]),
        (["data", "check", "--codebook", "ru"], ["run.yaml"]),
        (["predict", "--out", "ru"], ["run.yaml"]),
        (["evaluation", "score", "--model", "ru"], ["run.yaml"]),
        (["data", "import", "label"], ["label-studio"]),
        (["data", "split", "--by", ""], ["article", "date", "random"]),
    ],
)
def test_bash_completes_commands_options_files_and_choices(words, completed, tmp_path, capsys):
    (tmp_path / "run.yaml").touch()
    main(["completion", "bash"])
    code = capsys.readouterr().out + (
        'COMP_WORDS=(eventstance "$@"); COMP_CWORD=$#; _shtab_eventstance; '
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", code, "bash", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == completed
