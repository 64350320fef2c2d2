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


def test_no_configuration_is_told(capsys):
    assert main(["train", "model.epochs=2"]) == 2
    assert "no configuration named" in capsys.readouterr().err
