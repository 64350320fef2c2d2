"""What a training keeps of itself, and which of it is whole: nothing goes on from half a file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from data.formats.writing import atomic
from models.portable.serving import file_digest

NOTE = "whole.json"  # written last, so that a checkpoint without it was cut off
STATE = "trainer_state.json"


@contextmanager
def state_folder(checkpoints: Path | None) -> Iterator[Path]:
    """Gives the folder of a training's checkpoints; None gives one that is gone afterwards."""
    if checkpoints is not None:
        checkpoints.mkdir(parents=True, exist_ok=True)
        yield checkpoints
        return
    with tempfile.TemporaryDirectory(prefix="eventstance-") as folder:
        yield Path(folder)


def seal(checkpoint: Path) -> None:
    """Notes the sha256 of every file of a checkpoint, which says that it is whole."""
    digests = {
        path.name: file_digest(path)
        for path in sorted(checkpoint.iterdir())
        if path.is_file() and path.name != NOTE
    }
    with atomic(checkpoint / NOTE) as stream:
        json.dump(digests, stream)


def newest_whole(folder: Path, say: Callable[[str], None]) -> Path | None:
    """The newest checkpoint to go on from; None for a start from the beginning.

    It is as it was sealed, and so is the one that it names as the best so far, with whose weights
    the training ends. Newer ones are removed, which makes room where a full disk cut them off;
    `say` receives one line that tells which, and why.
    """
    faults: dict[str, str] = {}
    newest = None
    for checkpoint in sorted(folder.glob("checkpoint-*"), key=_step, reverse=True):
        fault = _fault(checkpoint) or _fault_of_best(checkpoint)
        if not fault:
            newest = checkpoint
            break
        faults[checkpoint.name] = fault
    for name in faults:
        rmtree(folder / name)
    if faults:
        removed = ", ".join(f"{name} ({fault})" for name, fault in faults.items())
        say(
            f"not whole, and removed: {removed}; the training goes on from "
            f"{newest.name if newest else 'the beginning'}"
        )
    return newest


def _step(checkpoint: Path) -> int:
    number = checkpoint.name.rpartition("-")[2]
    return int(number) if number.isdigit() else -1


def _fault(checkpoint: Path) -> str:
    """What is wrong with a checkpoint, in a few words; empty if nothing is."""
    try:
        digests = json.loads((checkpoint / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        digests = None
    if not isinstance(digests, dict) or STATE not in digests:
        return "was not written to its end"
    for name, digest in digests.items():
        path = checkpoint / name
        if not path.is_file():
            return f"{name} is missing"
        if file_digest(path) != digest:
            return f"{name} is damaged"
    return ""


def _fault_of_best(checkpoint: Path) -> str:
    state = json.loads((checkpoint / STATE).read_text(encoding="utf-8"))
    if not state["best_model_checkpoint"]:
        return ""
    best = checkpoint.with_name(Path(state["best_model_checkpoint"]).name)
    fault = _fault(best)
    return f"its best, {best.name}: {fault}" if fault else ""
