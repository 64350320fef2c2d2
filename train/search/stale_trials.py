"""Trials whose process is gone: how they are told from others, and tried again.

Optuna retries what gave no sign of life for some time. A process of this machine that is gone is
seen at once here, and of what two processes queue at the same time one is run.
"""

from __future__ import annotations

import copy
import os
import socket
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

HEARTBEAT, GRACE = 30, 150  # seconds between signs of life, and after which a trial is stale
WORKER = "worker"  # of a trial: the process that runs it


def this_process() -> str:
    """This process, as trials name it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def running(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """The trials that a process has in hand."""
    return [trial for trial in trials if trial.state.name == "RUNNING"]


def retry(study: Study, trial: FrozenTrial) -> None:
    """Puts a trial that did not come to its end back into the queue, with what it was to draw."""
    from optuna.storages import RetryHeartbeatStaleTrialCallback

    trial = copy.deepcopy(trial)
    trial.user_attrs = {}  # with its worker, the new trial would be taken for one of the dead
    with experimental():
        RetryHeartbeatStaleTrialCallback()(study, trial)


def retried(trial: FrozenTrial) -> int | None:
    """The number of the trial that this one is another try of; None for a first try."""
    from optuna.storages import RetryHeartbeatStaleTrialCallback

    with experimental():
        history = RetryHeartbeatStaleTrialCallback.retry_history(trial)
    return history[-1] if history else None


def retry_stale(study: Study) -> list[int]:
    """Queues the trials that no process works at any more; returns their numbers.

    Those of processes of this machine that are gone, and those without a sign of life for
    `GRACE` seconds. What two processes queue at once is a retry of the same trial: one is run.
    """
    from optuna.exceptions import UpdateFinishedTrialError
    from optuna.storages import fail_stale_trials
    from optuna.trial import TrialState

    before = running(study.get_trials(deepcopy=False))
    with experimental():
        fail_stale_trials(study)
    for trial in running(study.get_trials(deepcopy=False)):
        if _abandoned(trial):
            with suppress(ValueError, UpdateFinishedTrialError):  # another process was faster
                study.tell(trial.number, state=TrialState.FAIL)
                retry(study, trial)
    queued = {retried(trial) for trial in study.get_trials(deepcopy=False)}
    return [trial.number for trial in before if trial.number in queued]


def _abandoned(trial: FrozenTrial) -> bool:
    host, _, process = str(trial.user_attrs.get(WORKER, "")).rpartition(":")
    if not host:  # killed before it could say who it is, or between its first two steps
        began = trial.datetime_start
        return began is not None and datetime.now() - began > timedelta(seconds=GRACE)
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


@contextmanager
def experimental() -> Iterator[None]:
    """Keeps back Optuna's warnings that heartbeats and retries may change."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
