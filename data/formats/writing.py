"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from data.problems import InputError, Problem

# Errors of a write that name no file, because it is the disk and not the file that is at fault.
DISK_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)


class UnwritableError(OSError, InputError):
    """A file that cannot be written: the user's to mend, so command lines tell it as bad input.

    Attributes:
        filename: the file as the user knows it.
    """

    def __init__(self, path: Path, error: OSError) -> None:
        """Tells of `path` what the system said, perhaps of a temporary file."""
        reason = error.strerror or str(error)
        OSError.__init__(self, error.errno, reason, str(path))
        self.problems = [Problem(str(path), reason)]

    def __str__(self) -> str:
        return str(self.problems[0])


@contextmanager
def atomic(path: str | Path, mode: str = "w", encoding: str = "utf-8") -> Iterator[IO[Any]]:
    """Opens a temporary file beside `path` that takes its name when the block ends well.

    Folders are made; a link is followed. After an exception `path` is as it was before. The
    temporary file is called `.NAME.PID.part`; those that killed processes left are removed.

    Raises:
        UnwritableError: the file cannot be written, or the disk is full; a folder, or a device,
            which the new file would take the place of.
    """
    named, path = Path(path), _followed(Path(path))
    _check_kind(named, path)
    temporary = _temporary(path)
    text = {} if "b" in mode else {"encoding": encoding, "newline": ""}
    try:
        with _reported_as(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            remove_leftovers(path)
            stream = temporary.open(mode, **text)  # type: ignore[call-overload]
        with _reported_as(path, only=DISK_FAULTS), stream:
            _lock(stream)
            yield stream
        with _reported_as(path):
            temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def check_writable(path: str | Path) -> None:
    """Raises InputError if no file can be written at `path`; leaves everything as it was."""
    named, path = Path(path), _followed(Path(path))
    _check_kind(named, path)
    missing = [folder for folder in path.parents if not os.path.lexists(folder)]
    above = next((folder for folder in path.parents if folder not in missing), path)
    if above.exists() and not above.is_dir():
        raise InputError(
            Problem(str(named), f"{above} is a file, not a folder", "expected a file in a folder")
        )
    temporary = _temporary(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.touch()
    except OSError as error:
        raise UnwritableError(named, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        with suppress(OSError):
            for folder in missing:
                folder.rmdir()


def remove_leftovers(path: str | Path) -> None:
    """Removes the temporary files of `path` whose process has died; others are left alone."""
    path = _followed(Path(path))
    name = re.compile(rf"\.{re.escape(path.name)}\.(\d{{1,9}})\.part")
    with suppress(OSError):
        for entry in os.scandir(path.parent):
            match = name.fullmatch(entry.name)
            if match and not _is_alive(int(match[1])) and not _is_locked(Path(entry)):
                with suppress(OSError):
                    Path(entry).unlink()


def _check_kind(named: Path, path: Path) -> None:
    if os.path.exists(path) and not path.is_file():  # noqa: PTH110
        number, kind = (
            (errno.EISDIR, "is a folder") if path.is_dir() else (errno.EINVAL, "is a device")
        )
        raise UnwritableError(named, OSError(number, f"{kind}; expected a file to write"))


def _followed(path: Path) -> Path:
    # os.path, for it has no answer but no to a name that is too long
    return Path(os.path.realpath(path)) if os.path.islink(path) else path  # noqa: PTH114


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")


@contextmanager
def _reported_as(path: Path, only: tuple[int, ...] = ()) -> Iterator[None]:
    """Lets an OSError name the file that the user knows, not the temporary one."""
    try:
        yield
    except OSError as error:
        if only and (error.errno not in only or error.filename is not None):
            raise
        raise UnwritableError(path, error) from error


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # it is another user's
    return True


def _lock(stream: IO[Any]) -> None:
    """Marks a file as being written.

    The number of a process means nothing on another machine or in another container that shares
    the folder; a lock does, and ends with its process.
    """
    with suppress(ImportError, OSError):  # not on Windows, nor on every network drive
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_locked(path: Path) -> bool:
    with suppress(ImportError):
        import fcntl

        try:
            with path.open("rb") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
