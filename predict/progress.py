"""How far a run is, told on a terminal or in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from predict.job import Outcome

EVERY = 30.0  # seconds between two lines of a log


@contextmanager
def show_progress(say: Callable[[str], None]) -> Iterator[Callable[[Outcome], None]]:
    """Gives what shows progress: a bar on a terminal, else a line now and then by `say`."""
    if sys.stderr.isatty():
        with _bar() as show:
            yield show
    else:
        yield _log(say)


@contextmanager
def _bar() -> Iterator[Callable[[Outcome], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("loading models", total=None)

        def show(outcome: Outcome) -> None:
            if outcome.models:
                progress.update(
                    task, total=1.0, completed=outcome.done, description=_counts(outcome)
                )

        yield show


def _log(say: Callable[[str], None]) -> Callable[[Outcome], None]:
    last = time.monotonic()

    def show(outcome: Outcome) -> None:
        nonlocal last
        if time.monotonic() - last < EVERY:
            return
        last = time.monotonic()
        left = (
            f", about {_span(outcome.seconds / outcome.done * (1 - outcome.done))} left"
            if outcome.done
            else ""
        )
        say(
            f"{time.strftime('%H:%M:%S')} {_counts(outcome)}, {outcome.done:.0%} of the input{left}"
        )

    return show


def _counts(outcome: Outcome) -> str:
    aside = f", {counted(outcome.set_aside, 'record')} set aside" if outcome.set_aside else ""
    return (
        f"{counted(outcome.articles, 'article')}, {counted(outcome.sentences, 'sentence')}{aside}"
    )


def counted(count: int, noun: str) -> str:
    """Returns a count with its noun, in the plural where it is not one."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return (
        f"{seconds:.0f} s"
        if seconds < 90
        else f"{minutes} min"
        if minutes < 120
        else f"{minutes / 60:.0f} h"
    )
