import signal

import pytest

from eventstance.commands.train import _terminate
from eventstance.main import main


@pytest.fixture
def interrupt():
    before = signal.getsignal(signal.SIGINT)
    yield lambda handler: signal.signal(signal.SIGINT, handler)
    signal.signal(signal.SIGINT, before)


def test_kill_goes_the_way_of_ctrl_c(interrupt):
    pressed = []
    interrupt(lambda number, frame: pressed.append(number))
    _terminate(signal.SIGTERM, None)
    assert pressed == [signal.SIGTERM]


def test_kill_ends_a_run_whose_shell_ignores_ctrl_c(interrupt):
    interrupt(signal.SIG_IGN)
    with pytest.raises(KeyboardInterrupt):
        _terminate(signal.SIGTERM, None)


@pytest.mark.parametrize(
    ("told", "further", "line"),
    [
        ((), [], "interrupted; no run was open in MLflow"),
        (
            ("the run is KILLED in MLflow",),
            [],
            "interrupted: the run is KILLED in MLflow and its checkpoint is kept; "
            "the same command with --resume goes on from it",
        ),
        (
            ("the run is KILLED in MLflow",),
            ["--search", "a.yaml"],
            "interrupted: the run is KILLED in MLflow",
        ),
    ],
)
def test_ctrl_c_says_what_became_of_the_run(monkeypatch, capsys, told, further, line):
    def pressed(options):
        raise KeyboardInterrupt(*told)

    for name in ("train", "search"):
        monkeypatch.setattr(f"eventstance.commands.train_runs.{name}", pressed)
    assert main(["train", "a.yaml", *further]) == 130
    assert capsys.readouterr().err == f"{line}\n"


def test_no_configuration_is_told(capsys):
    assert main(["train", "model.epochs=2"]) == 2
    assert "no configuration named" in capsys.readouterr().err
