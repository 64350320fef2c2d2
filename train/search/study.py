"""One Optuna study: where it is kept, what its trials count for, and what is left to do."""

from __future__ import annotations

import os
import socket
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from data.problems import InputError, Problem
from train.search.space import Search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optuna import Study
    from optuna.trial import FrozenTrial

BEAT, SILENT = 30, 150  # seconds between signs of life, and after which a trial counts as dead
PARENT = "parent_run"  # of the study
WORKER, CONFIG, VALUES, RUN, SECONDS, SAME = (  # of its trials
    "worker",
    "config",
    "values",
    "run_id",
    "seconds",
    "same_as",
)
ERROR, BACK, AGAIN, GRID = "error", "given_back", "again", "grid"


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

    kept = _open(storage)
    settings: dict[str, Any] = {
        "study_name": name,
        "storage": kept,
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
            with _quiet():
                return optuna.storages.RDBStorage(
                    storage,
                    engine_kwargs=engine,
                    heartbeat_interval=BEAT,
                    grace_period=SILENT,
                    heartbeat_stale_trial_callback=again,
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


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


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


def running(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """The trials that a process has in hand."""
    return [trial for trial in trials if trial.state.name == "RUNNING"]


def best(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """The complete trials, the highest value first, the earlier of equal ones first."""
    complete = [trial for trial in trials if trial.state.name == "COMPLETE"]
    return sorted(complete, key=lambda trial: (-(trial.value or 0.0), trial.number))


def here() -> str:
    """This process, as trials name it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def again(study: Study, trial: FrozenTrial) -> None:
    """Puts a trial that did not come to its end back into the queue, with what it was to draw."""
    planned = trial.system_attrs.get("fixed_params", {})  # a grid's, even before it was drawn
    study.enqueue_trial({**planned, **trial.params}, user_attrs={AGAIN: trial.number})


def release_dead(study: Study) -> list[int]:
    """Queues the trials that no process works at any more; returns their numbers.

    Those of processes of this machine that are gone, and those without a sign of life for
    `SILENT` seconds. What two processes queue at once is the same `AGAIN`: one of it is run.
    """
    from optuna.exceptions import UpdateFinishedTrialError
    from optuna.storages import fail_stale_trials
    from optuna.trial import TrialState

    before = running(study.get_trials(deepcopy=False))
    with _quiet():  # of Optuna's experimental features
        fail_stale_trials(study)
    for trial in running(study.get_trials(deepcopy=False)):
        if _abandoned(trial):
            with suppress(ValueError, UpdateFinishedTrialError):  # another process was faster
                study.tell(trial.number, state=TrialState.FAIL)
                again(study, trial)
    queued = {trial.user_attrs.get(AGAIN) for trial in study.get_trials(deepcopy=False)}
    return [trial.number for trial in before if trial.number in queued]


def _abandoned(trial: FrozenTrial) -> bool:
    host, _, process = str(trial.user_attrs.get(WORKER, "")).rpartition(":")
    if not host:  # killed before it could say who it is, or between its first two steps
        began = trial.datetime_start
        return began is not None and datetime.now() - began > timedelta(seconds=SILENT)
    return host == socket.gethostname() and process.isdigit() and not _alive(int(process))


def _alive(process: int) -> bool:
    if os.name == "nt":  # there, a signal of 0 ends the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is another user's
        return True
    return process != os.getpid()  # a number that came round to this very process
