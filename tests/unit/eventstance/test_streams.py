import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from eventstance import streams

ROOT = Path(__file__).resolve().parents[3]
FULL = Path("/dev/full")  # a disk without room


@pytest.fixture
def guarded():
    """Opens a guarded stream to a descriptor."""
    opened = []

    def wrap(descriptor, needed=True, **settings):
        plain = io.TextIOWrapper(io.FileIO(descriptor, "wb", closefd=False), **settings)
        opened.append((descriptor, plain))
        return streams._guarded(plain, descriptor, "standard output", needed)

    yield wrap
    for descriptor, _ in opened:
        os.close(descriptor)


@pytest.mark.parametrize("settings", [{}, {"write_through": True}, {"line_buffering": True}])
def test_a_reader_that_has_left_is_no_error(guarded, settings):
    reader, writer = os.pipe()
    stream = guarded(writer, **settings)
    os.close(reader)
    for _ in range(2):
        print("a line", file=stream, flush=True)


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_once_and_then_all_is_discarded(guarded):
    stream = guarded(os.open(FULL, os.O_WRONLY))
    with pytest.raises(OSError, match="No space left on device") as raised:
        print("a line", file=stream, flush=True)
    assert raised.value.filename == "standard output"
    print("a line", file=stream, flush=True)
    print("a line", file=guarded(os.open(FULL, os.O_WRONLY), needed=False), flush=True)


def test_what_the_encoding_lacks_is_written_as_its_number(guarded, tmp_path):
    stream = guarded(os.open(tmp_path / "out", os.O_WRONLY | os.O_CREAT), encoding="ascii")
    print("café \udcff", file=stream, flush=True)
    assert (tmp_path / "out").read_text() == "caf\\xe9 \\udcff\n"


def test_a_closed_output_takes_everything():
    stream = streams._guarded(None, 1, "standard output", needed=True)
    with stream:
        print("a line", file=stream, flush=True)


def test_streams_that_others_have_put_there_stay(capsys):
    before = sys.stdout, sys.stderr
    streams.guard()
    assert (sys.stdout, sys.stderr) == before


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_command_tells_that_its_output_is_full(unbuffered):
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "eventstance", "--version"],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, "standard output: No space left on device\n")
