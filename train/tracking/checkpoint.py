"""What a run keeps on disk until all of it is logged, so that nothing trained is lost."""

from __future__ import annotations

import itertools
import json
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from data.formats.writing import atomic
from models.store.artifact_names import CONFIG, KEPT_AS
from train.config import RunConfig

CHECKPOINTS = Path("checkpoints")
NOTE = "run.json"


class IncompleteError(Exception):
    """A run that cannot go on; the message says why, where it lies, and what completes it."""


@dataclass
class Checkpoint:
    """The folder of one unfinished run, held by this process alone.

    It holds the run's note and configuration, `state/` of the training, and, each written whole
    or not at all, `trained/` (the portable model) and `results/` (metrics and artifacts).

    Attributes:
        folder: where.
        run_id: in MLflow; empty as long as the run could not be opened there.
        name: readable name of the run.
        register: whether the model may become a version.
        epochs: `{"epoch": 1, "at": milliseconds, "metrics": {…}}` of each epoch so far.
    """

    folder: Path
    run_id: str = ""
    name: str = ""
    register: bool = True
    epochs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def state(self) -> Path:
        """Where a training keeps its own checkpoints."""
        return self.folder / "state"

    @property
    def model(self) -> Path:
        """The folder of the portable model; it exists once the model is trained."""
        return self.folder / "trained" / KEPT_AS

    @property
    def facts(self) -> dict[str, float]:
        """What was measured of the training, once the model is trained."""
        return dict(read_json(self.folder / "trained" / "facts.json"))

    @property
    def resumable(self) -> bool:
        """Whether there is anything to go on from."""
        return self.model.is_dir() or any(self.state.glob("checkpoint-*"))

    @property
    def command(self) -> str:
        """The command that completes the run."""
        return shlex.join(["eventstance", "train", str(self.folder / CONFIG), "--resume"])

    def note(self) -> None:
        """Writes down which run this is, and its epochs so far."""
        with atomic(self.folder / NOTE) as stream:
            json.dump(
                {
                    "run_id": self.run_id,
                    "name": self.name,
                    "register": self.register,
                    "epochs": self.epochs,
                },
                stream,
            )

    def epoch(self, number: int, metrics: Mapping[str, float], at: int) -> dict[str, Any]:
        """Keeps the metrics of an epoch and returns them with their time.

        Epochs after the checkpoint that a resumed training began with come a second time; one
        that comes again the same keeps its time, and so is in MLflow once.
        """
        for record in self.epochs:
            if record["epoch"] == number and record["metrics"] == metrics:
                return record
        self.epochs[:] = [record for record in self.epochs if record["epoch"] < number]
        self.epochs.append({"epoch": number, "at": at, "metrics": dict(metrics)})
        with suppress(OSError):  # a full disk is no reason to stop: the epoch is in memory
            self.note()
        return self.epochs[-1]

    def curve(self) -> list[dict[str, float]]:
        """The epochs so far as plots take them: `epoch` and the metrics, one mapping each."""
        return [{"epoch": float(record["epoch"]), **record["metrics"]} for record in self.epochs]

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Gives an empty folder that takes its `name` in the checkpoint when the block ends well.

        Raises:
            IncompleteError: the disk is full or may not be written to; names the place.
        """
        whole, part = self.folder / name, self.folder / f".{name}.part"
        try:
            for old in (whole, part):
                shutil.rmtree(old, ignore_errors=True)
            part.mkdir(parents=True)
            yield part
            part.rename(whole)
        except OSError as error:
            goes_on = (
                f"then complete the run: {self.command}" if self.resumable else "then train again"
            )
            raise IncompleteError(
                f"{name} could not be written to {self.folder}: {reason(error)}; make room or "
                f"allow writing there, {goes_on}"
            ) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def clear(self) -> None:
        """Removes all that is kept; the note first, without which the rest counts for nothing."""
        (self.folder / NOTE).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def locked_checkpoint(config: RunConfig, data: str, resume: bool) -> Iterator[Checkpoint]:
    """Gives the checkpoint of this configuration on this data, which no other process then takes.

    `data` is the identity of its rows (`RunData.identity`).

    An unfinished one that no process holds comes first. If its model is trained it is always
    gone on with; else only with `resume`, and without it is emptied. Processes that train the
    same at once have folders of their own.
    """
    from filelock import FileLock, Timeout

    base = CHECKPOINTS / f"{config.digest}-{data}"
    kept = sorted(note.parent for note in CHECKPOINTS.glob(f"{base.name}*/{NOTE}"))
    fresh = (
        base if number == 1 else base.with_name(f"{base.name}.{number}")
        for number in itertools.count(1)
    )
    for folder in itertools.chain(kept, fresh):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        try:
            yield _opened(folder, config, resume)
        finally:
            lock.release()
        return


def _opened(folder: Path, config: RunConfig, resume: bool) -> Checkpoint:
    checkpoint = Checkpoint(folder)
    if (folder / NOTE).is_file() and (resume or checkpoint.model.is_dir()):
        return Checkpoint(folder, **read_json(folder / NOTE))
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
    (folder / NOTE).unlink(missing_ok=True)
    with atomic(folder / CONFIG) as stream:
        yaml.safe_dump(config.resolved(), stream, sort_keys=False, allow_unicode=True)
    return checkpoint


def kept_name(config: Path) -> str:
    """The name of the unfinished run whose configuration this file is; empty for other files."""
    note = config.with_name(NOTE)
    return str(read_json(note)["name"]) if note.is_file() and config.name == CONFIG else ""


def read_json(path: Path) -> Any:
    """Returns what a JSON file holds."""
    return json.loads(path.read_text(encoding="utf-8"))


def reason(error: BaseException) -> str:
    """Returns why something failed, in one short line."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:200]
