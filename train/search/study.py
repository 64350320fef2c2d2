"""What is searched, the Optuna study of it, and which of its trials count."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from data.problems import InputError, Problem
from train.names import study_name
from train.rows import RunData
from train.search.space import Search
from train.search.stale_trials import GRACE, HEARTBEAT, experimental, retry, running

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

PARENT = "parent_run"  # of the study
# Of its trials:
CONFIG, VALUES, RUN, SECONDS, SAME = "config", "values", "run_id", "seconds", "same_as"
ERROR, BACK, GRID = "error", "given_back", "grid"


@dataclass(frozen=True)
class Task:
    """What is searched, and how that is told.

    Attributes:
        search: the search.
        config_path: the configuration's file.
        overrides: what the command line set in it.
        data: its rows.
        storage: address of the
        say: receives a line for each step.
        progress: show bars.
    """

    search: Search
    config_path: Path
    data: RunData
    storage: str
    say: Callable[[str], None] = lambda line: None
    progress: bool = False
    overrides: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The study's name: the same for the same search of the same configuration and rows."""
        content = f"{self.search.digest} {self.data.identity}"
        digest = hashlib.sha256(content.encode()).hexdigest()[:12]
        return study_name(self.search.base.task, self.config_path.stem, digest)


@dataclass(frozen=True)
class Searched:
    """How a study stands when this process leaves it.

    Attributes:
        task: what was searched.
        study: Optuna's.
        parent: the parent run's id.
        trials: all of the study's trials.
        failed: how many failed in this process.
        interrupted: by Ctrl-C.
        version: of the registered model of the best trial; empty while trials are left.
    """

    task: Task
    study: Study
    parent: str
    trials: Sequence[FrozenTrial]
    failed: int
    interrupted: bool
    version: str = ""

    @property
    def left(self) -> int:
        """Trials that are not finished yet."""
        return max(self.task.search.trials - len(finished(self.trials)), 0)

    @property
    def best_run(self) -> str:
        """The run of the best trial; empty if none is complete."""
        complete = best(self.trials)
        return str(complete[0].user_attrs.get(RUN, "")) if complete else ""

    @property
    def elsewhere(self) -> int:
        """Trials that other processes have in hand; more than are left will be given back."""
        return min(len(running(self.trials)), self.left)


def storage_of(tracking: str) -> str:
    """The address of the studies: `optuna.db` beside a sqlite store, else in this folder."""
    if not tracking.startswith("sqlite:///"):
        return "sqlite:///optuna.db"
    folder, slash, _ = tracking.rpartition("/")
    return folder + slash + "optuna.db"


def open_study(
    storage: str, name: str, search: Search, epochs: int, parent: Callable[[], str]
) -> Study:
    """Returns the study, made if there is none, with its parent run.

    Of several processes that start at once one makes it; the others wait for the parent run.

    Args:
        storage: SQLAlchemy address.
        name: of the study.
        search: what it draws.
        epochs: most epochs of a trial, for hyperband.
        parent: opens the parent run and returns its id.

    Raises:
        InputError: the storage cannot be opened.
    """
    import optuna

    opened = _open(storage)
    settings: dict[str, Any] = {
        "study_name": name,
        "storage": opened,
        "pruner": _pruner(search, epochs),
    }
    try:
        study = optuna.create_study(direction="maximize", **settings)
    except optuna.exceptions.DuplicatedStudyError:
        study = optuna.load_study(**settings)
        deadline = time.monotonic() + 60
        while PARENT not in study.user_attrs and time.monotonic() < deadline:
            time.sleep(0.2)
        if PARENT in study.user_attrs:
            return study
    else:
        if search.config.sampler == "grid":
            for values in search.grid():
                study.enqueue_trial(values, user_attrs={GRID: True})
    study.set_user_attr(PARENT, parent())
    return study


def finished_so_far(storage: str, name: str) -> int:
    """How many trials of a study are finished; 0 where there is none. Makes no file."""
    import optuna

    parts = urlsplit(storage)
    if parts.scheme == "sqlite" and not Path(parts.path[1:]).exists():
        return 0
    try:
        return len(finished(optuna.load_study(study_name=name, storage=_open(storage)).trials))
    except KeyError:
        return 0


def _open(storage: str) -> Any:
    import optuna
    from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    # Other processes hold a sqlite file only for moments: waiting is enough.
    engine = {"connect_args": {"timeout": 60}} if storage.startswith("sqlite") else {}
    for attempt in range(5):
        try:
            with experimental():
                return optuna.storages.RDBStorage(
                    storage,
                    engine_kwargs=engine,
                    heartbeat_interval=HEARTBEAT,
                    grace_period=GRACE,
                    heartbeat_stale_trial_callback=retry,
                )
        except (ArgumentError, ImportError) as error:
            raise InputError(
                Problem(
                    "storage",
                    f"{storage}: {error}",
                    "expected sqlite:///FILE, or another SQLAlchemy address",
                )
            ) from error
        except SQLAlchemyError as error:
            # Two processes that make the tables at once get in each other's way.
            if attempt == 4:
                reason = str(error.orig) if isinstance(error, OperationalError) else str(error)
                raise InputError(
                    Problem("storage", f"{storage}: {reason}", "name another with --study-storage")
                ) from error
            time.sleep(0.5 * (attempt + 1))
    raise AssertionError


def _pruner(search: Search, epochs: int) -> Any:
    from optuna import pruners

    first = search.config.warmup_epochs + 1  # epochs count from 1
    if search.config.pruner == "median":
        return pruners.MedianPruner(
            n_startup_trials=max(2, min(5, search.trials // 4)), n_warmup_steps=first
        )
    if search.config.pruner == "hyperband":
        return pruners.HyperbandPruner(min_resource=first, max_resource=max(epochs, first))
    return pruners.NopPruner()


def sampler(search: Search, number: int) -> Any:
    """A sampler for one trial, seeded by the search and the trial's number.

    So a search draws the same when it was interrupted, and processes side by side differ.
    """
    from optuna import samplers

    seed = (search.config.seed * 100_003 + number) % 2**32
    if search.config.sampler == "tpe":
        return samplers.TPESampler(seed=seed, n_startup_trials=max(4, min(10, search.trials // 3)))
    return samplers.RandomSampler(seed=seed)


def finished(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """The trials that count: complete, pruned, or failed by themselves."""
    return [
        trial
        for trial in trials
        if trial.state.name in ("COMPLETE", "PRUNED") or ERROR in trial.user_attrs
    ]


def best(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """The complete trials, the highest value first, the earlier of equal ones first."""
    complete = [trial for trial in trials if trial.state.name == "COMPLETE"]
    return sorted(complete, key=lambda trial: (-(trial.value or 0.0), trial.number))
