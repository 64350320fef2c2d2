"""What is wrong with an input, said once and in one form everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an input.

    Attributes:
        where: file and line (`labels.jsonl:17`), or the key of a configuration.
        what: what was found there.
        expected: what should have stood there, and what to do.
    """

    where: str
    what: str
    expected: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"; {self.expected}" if self.expected else "")


@dataclass(frozen=True, slots=True)
class Unreadable(Problem):
    """A record that gives no row; `raw` is what stood there."""

    raw: object = None


class InputError(ValueError):
    """Bad input from the user; command lines print it and exit with 2.

    As text it is a line for each problem, one for all lines of a file that have the same, and 50 at
    most.

    Attributes:
        problems: every fault found, in the order of the input.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(as_lines(self.problems)))

    def __reduce__(self) -> tuple[Callable[..., InputError], tuple[object, ...]]:
        return _again, (type(self), self.problems, self.__dict__)


def _again(kind: type[InputError], problems: list[Problem], state: dict[str, object]) -> InputError:
    """An error as it was; what subclasses are made with does not matter."""
    error = kind.__new__(kind)
    InputError.__init__(error, problems)
    error.__dict__.update(state)
    return error


def as_lines(problems: Iterable[Problem], most: int = 50) -> list[str]:
    """Returns a line for each problem; one for all lines of a file that have the same.

    At most `most` lines, and one that says how many more there are.
    """
    alike: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        file, _, line = problem.where.rpartition(":")
        key = (
            (file, problem.what, problem.expected)
            if file and line.isdigit()
            else (problem.where, problem.what, problem.expected)
        )
        alike.setdefault(key, []).append(problem)
    lines = [
        str(same[0])
        + (
            f" (and {len(same) - 1} more lines like it, the next is "
            f"{same[1].where.rpartition(':')[2]})"
            if len(same) > 1
            else ""
        )
        for same in alike.values()
    ]
    more = len(lines) - most
    return lines if more <= 0 else [*lines[:most], f"… and {more} more problems"]


def nearest(word: str, names: Sequence[str]) -> str:
    """Returns ` (did you mean 'x'?)` for the known word nearest to `word`, or an empty string."""
    folded = {name.lower().replace("-", "_").replace(" ", "_"): name for name in names}
    key = str(word).lower().strip().replace("-", "_").replace(" ", "_")
    close = get_close_matches(key, folded, n=1, cutoff=0.5) or [
        name for name in folded if len(key) > 3 and key in name
    ]
    return f" (did you mean '{folded[close[0]]}'?)" if close else ""


def attempt(problems: list[Problem], step: Callable[[], Answer]) -> Answer | None:
    """Returns what `step` returns; or None, and adds the problems of its InputError."""
    try:
        return step()
    except InputError as error:
        problems += error.problems
        return None
