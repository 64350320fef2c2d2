"""Which files hold articles: those named, and those found in folders."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.files import READ_SUFFIXES, kind_of
from data.problems import InputError, Problem

TEXT_SUFFIXES = (".txt", ".md")
# A folder's .json may hold anything: settings, one record, a tool's export.
KINDS = (*TEXT_SUFFIXES, *(suffix for suffix in READ_SUFFIXES if suffix != ".json"))
HIDDEN, EARLIER = "hidden", "labels"  # counted beside the suffixes among those passed over


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """A file to read.

    Attributes:
        path: where it lies, as the user named it or its folder.
        name: its path below the folder that holds all inputs; no two files have the same.
        size: bytes.
        in_folder: whether it was found in a folder, not named itself.
    """

    path: Path
    name: str
    size: int
    in_folder: bool

    @property
    def is_text(self) -> bool:
        """Whether the file is one article, not a table of some."""
        return kind_of(self.path) in TEXT_SUFFIXES


@dataclass(slots=True)
class ArticleFiles:
    """What the inputs hold.

    Attributes:
        files: to read, in order: inputs as named, the files of a folder by path.
        problems: links and folders that cannot be read.
        passed_over: suffix (empty where a file has none), `hidden`, or `labels` (what an earlier
            run wrote) to the number of such files in folders.
        repeated: files that several inputs hold; each is among `files` once.
    """

    files: list[ArticleFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    repeated: int = 0

    def notices(self) -> list[str]:
        """Returns what is not read, a line for each reason."""
        kinds = Counter(
            {
                kind or "without suffix": count
                for kind, count in self.passed_over.items()
                if kind not in (HIDDEN, EARLIER) and count
            }
        )
        lines = []
        if count := kinds.total():
            counts_by_kind = ", ".join(
                kind if few == 1 else f"{kind} ({few:,})" for kind, few in sorted(kinds.items())
            )
            lines.append(f"{_files(count)} passed over, being of no known kind: {counts_by_kind}")
        if count := self.passed_over[HIDDEN]:
            lines.append(
                f"{_files(count)} or folders passed over, being hidden"
                if count > 1
                else "1 hidden file or folder passed over"
            )
        if count := self.passed_over[EARLIER]:
            lines.append(f"{_files(count)} passed over, being what an earlier run wrote")
        if self.repeated:
            lines.append(f"{_files(self.repeated)} named by several inputs, read once")
        return lines


def count_lines(path: Path) -> int:
    """Returns the lines of a text file or the rows of a Parquet file; 0 where that is not known."""
    if kind_of(path) == ".parquet":
        import pyarrow
        import pyarrow.parquet

        try:
            return int(pyarrow.parquet.read_metadata(path).num_rows)
        except (OSError, pyarrow.ArrowException):
            return 0
    if kind_of(path) in (".xlsx", ".arrow", ".feather"):
        return 0
    with path.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b"")) or 1


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"


def find_articles(
    paths: Sequence[str | Path], *, skip: Collection[str | Path] = ()
) -> ArticleFiles:
    """Returns the files of articles that are named, or lie in folders that are named.

    A folder is searched through and through for files of known kinds; other files and hidden
    ones are counted. Links to folders, and links to files outside of the folder, are problems.
    Files in `skip`, and labels and rejects that an earlier run wrote, are not looked for in
    folders. An empty folder gives no files.

    Raises:
        InputError: a path does not exist, or is a file of no known kind; all of them at once.
    """
    named = [Path(path) for path in paths]
    problems = [problem for path in named if (problem := _path_problem(path))]
    if problems:
        raise InputError(problems)
    result = ArticleFiles()
    base = _base(named)
    skipped = {os.path.realpath(path) for path in skip}
    seen: set[str] = set()
    for start in named:
        folder = start.is_dir()
        for path in _walk(start, result) if folder else (start,):
            place = _absolute(path)
            if folder and os.path.realpath(path) in skipped:
                continue
            if place in seen:
                result.repeated += 1
                continue
            seen.add(place)
            name = Path(os.path.relpath(place, base)).as_posix()
            result.files.append(ArticleFile(path, writable(name), _size(path), folder))
    return result


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it is told when the file is read
        return 0


def writable(name: str) -> str:
    """Returns a file's name with bytes that are not UTF-8 as escapes, so that it can be written."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _path_problem(path: Path) -> Problem | None:
    if path.is_dir():
        return None
    if not path.is_file():
        what = (
            "is a broken link"
            if path.is_symlink()
            else "is no ordinary file"
            if path.exists()
            else "no such file or folder"
        )
        return Problem(str(path), what, "expected articles to read")
    if kind_of(path) not in KINDS:
        return Problem(
            str(path),
            f"unknown kind of file '{path.suffix}'"
            if path.suffix
            else "has no suffix that says its kind",
            f"expected one of {', '.join(KINDS)}, or a folder",
        )
    return None


def _absolute(path: Path) -> str:
    return os.path.normpath(path.absolute())


def _base(paths: Sequence[Path]) -> str:
    """The folder that file names are relative to: the nearest that holds all inputs."""
    folders = [_absolute(path if path.is_dir() else path.parent) for path in paths]
    return os.path.commonpath(folders) if folders else ""


def _walk(folder: Path, result: ArticleFiles) -> Iterator[Path]:
    """The files of known kinds below a folder, by path; notes all others in `result`."""
    inside = os.path.realpath(folder)
    unread: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=unread.append):
        result.passed_over[HIDDEN] += sum(name.startswith(".") for name in (*folders, *files))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        result.problems += [
            Problem(
                str(Path(root, name)),
                "is a link to a folder, which is not followed",
                "name the folder itself",
            )
            for name in folders
            if Path(root, name).is_symlink()
        ]
        for name in sorted(files):
            path = Path(root, name)
            if name.startswith("."):
                continue
            if name.endswith(".rejects.jsonl"):
                result.passed_over[EARLIER] += 1
            elif kind_of(path) not in KINDS:
                result.passed_over[kind_of(path)] += 1
            elif problem := _file_problem(path, inside):
                result.problems.append(problem)
            else:
                yield path
    result.problems += [
        Problem(str(error.filename), f"cannot be read ({error.strerror})") for error in unread
    ]


def _file_problem(path: Path, inside: str) -> Problem | None:
    if not path.is_file():
        return Problem(str(path), "is a broken link or no ordinary file", "remove or mend it")
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(inside):
        return Problem(
            str(path),
            "is a link that leads out of the folder, which is not followed",
            "name the file itself",
        )
    return None
