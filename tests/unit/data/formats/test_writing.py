import errno
import os
import subprocess
import sys

import pytest

from data.formats.writing import atomic, check_writable, remove_leftovers
from data.problems import InputError


@pytest.fixture
def dead():
    """The number of a process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_dead_processes_left_is_removed_and_nothing_else(tmp_path, dead):
    kept = [
        f".a.txt.{os.getppid()}.part",
        f".a.txt.b.{dead}.part",
        f".b.txt.{dead}.part",
        ".a.txt.x.part",
        f"a.txt.{dead}.part",
    ]
    for name in (*kept, f".a.txt.{dead}.part"):
        (tmp_path / name).touch()
    with atomic(tmp_path / "a.txt") as stream:
        stream.write("new")
    assert names(tmp_path) == sorted([*kept, "a.txt"])


def test_what_another_machine_is_writing_stays(tmp_path, dead):
    # There the process lives, whatever its number is here; the lock shows it.
    leftover = tmp_path / f".a.txt.{dead}.part"
    leftover.touch()
    code = (
        "import fcntl, sys; stream = open(sys.argv[1]); fcntl.flock(stream, fcntl.LOCK_EX); "
        "print('locked', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(leftover)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout.readline() == "locked\n"
        remove_leftovers(tmp_path / "a.txt")
        assert leftover.exists()
        writer.communicate("\n")
    remove_leftovers(tmp_path / "a.txt")
    assert not leftover.exists()


def test_a_file_being_written_here_is_locked(tmp_path):
    import fcntl

    with atomic(tmp_path / "a.txt") as stream:
        (part,) = tmp_path.iterdir()
        with part.open() as stranger, pytest.raises(OSError, match="unavailable"):
            fcntl.flock(stranger, fcntl.LOCK_EX | fcntl.LOCK_NB)
        stream.write("x")
    assert names(tmp_path) == ["a.txt"]


def test_a_link_is_followed(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link.txt").symlink_to(tmp_path / "there" / "real.txt")
    with atomic(tmp_path / "link.txt") as stream:
        stream.write("x")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "there" / "real.txt").read_text() == "x"


@pytest.mark.parametrize("name", ["file/a.txt", "file/deep/a.txt", f"{'x' * 300}.txt"])
def test_a_file_that_cannot_be_made_is_told_by_its_own_name(tmp_path, name):
    (tmp_path / "file").touch()
    path = tmp_path / name
    with pytest.raises(OSError, match=r".") as caught, atomic(path):
        pass
    assert caught.value.filename == str(path)
    (problem,) = caught.value.problems
    assert str(problem) == str(caught.value) == f"{path}: {caught.value.strerror}"
    with pytest.raises(InputError) as refused:
        check_writable(path)
    assert refused.value.problems[0].where == str(path)
    assert names(tmp_path) == ["file"]


def test_a_full_disk_is_told_by_the_file_and_leaves_the_older_one(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("older")
    with pytest.raises(InputError, match="No space left") as caught, atomic(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.filename == str(path)
    assert path.read_text() == "older"
    assert names(tmp_path) == ["a.txt"]


def test_other_errors_inside_are_left_alone(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, atomic(tmp_path / "a.txt"):
        (tmp_path / "other.txt").read_text()
    assert caught.value.filename == str(tmp_path / "other.txt")


def test_checking_leaves_everything_as_it_was(tmp_path):
    (tmp_path / "a.txt").write_text("older")
    check_writable(tmp_path / "a.txt")
    check_writable(tmp_path / "deep" / "deeper" / "a.txt")
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "older"


def test_folders_and_devices_are_no_files_to_write(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        check_writable(tmp_path)
    (tmp_path / "full.txt").symlink_to("/dev/full")
    with pytest.raises(InputError, match=r"full\.txt: is a device"):
        check_writable(tmp_path / "full.txt")
    with pytest.raises(InputError, match=r"/dev/full is a file, not a folder"):
        check_writable("/dev/full/a.txt")


def test_writing_takes_the_place_of_no_folder_and_no_device(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match=r"pipe: is a device; expected a file"), atomic(pipe):
        pass
    assert pipe.is_fifo()
    with pytest.raises(OSError, match="is a folder; expected a file to write"), atomic(tmp_path):
        pass
    with pytest.raises(InputError, match="is a folder"), atomic(""):
        pass
    assert names(tmp_path) == ["pipe"]
