"""What a call changes for the whole process, and its undoing.

MLflow, transformers and others keep settings in the environment and in their modules. A command
owns its process and may leave them so; a function that somebody calls from a program or notebook
may not.
"""

from __future__ import annotations

import importlib
import logging
import os
import random
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Undo = Callable[[], None]
_TRACKING = "mlflow.tracking._tracking_service.utils"
_PROGRESS = "transformers.utils.logging"
# The environment and MLflow's address belong to all threads: one call at a time.
_LOCK = threading.RLock()


@contextmanager
def undisturbed(store: str | Path | None = None, needs: Sequence[str] = ()) -> Iterator[None]:
    """Lets the block work on a store, and leaves the process as it was before.

    Put back are the environment, MLflow's address, loggers, warning filters, the state of the
    random numbers of Python, numpy and torch, torch's threads, and the progress bars of
    transformers. Blocks in several threads run one after the other; one inside another is fine.

    Args:
        store: address of an MLflow store, or the file of a sqlite store; None for the one that
            `MLFLOW_TRACKING_URI` names, or `mlflow.db` in the working folder.
        needs: modules that the block imports in any case: their state is known only once they are
            imported, so that is done first.
    """
    with _LOCK, warnings.catch_warnings():
        for name in needs:
            importlib.import_module(name)
        undo = [_environment(), _tracking(), _loggers(), _chance(), _torch(), _progress()]
        try:
            if store is not None:
                os.environ["MLFLOW_TRACKING_URI"] = address(store)
            yield
        finally:
            # The environment last: setting MLflow's address sets a variable too.
            for step in reversed(undo):
                step()


def address(store: str | Path) -> str:
    """The address of a store: as given, or `sqlite:///` and the whole path of a file.

    A folder stands for the `mlflow.db` in it.
    """
    text = str(store)
    if "://" in text:
        return text
    path = Path(text).expanduser().absolute()
    return f"sqlite:///{path / 'mlflow.db' if path.is_dir() else path}"


def _environment() -> Undo:
    before = dict(os.environ)

    def undo() -> None:
        for name in set(os.environ) - set(before):
            del os.environ[name]
        for name, value in before.items():
            if os.environ.get(name) != value:
                os.environ[name] = value

    return undo


def _tracking() -> Undo:
    """MLflow's address, which stands in a module and in the environment."""
    before = getattr(sys.modules.get(_TRACKING), "_tracking_uri", None)

    def undo() -> None:
        tracking: Any = sys.modules.get(_TRACKING)
        if tracking is not None and tracking._tracking_uri != before:
            tracking.set_tracking_uri(before)

    return undo


def _loggers() -> Undo:
    def state(logger: logging.Logger) -> Mapping[str, Any]:
        return {
            "level": logger.level,
            "disabled": logger.disabled,
            "propagate": logger.propagate,
            "handlers": list(logger.handlers),
        }

    loggers = [
        logging.getLogger(),
        *(
            logger
            for logger in logging.Logger.manager.loggerDict.values()
            if isinstance(logger, logging.Logger)
        ),
    ]
    before = [(logger, state(logger)) for logger in loggers]

    def undo() -> None:
        for logger, then in before:
            now = state(logger)
            if now == then:
                continue
            logger.disabled, logger.propagate = then["disabled"], then["propagate"]
            logger.handlers[:] = then["handlers"]
            logger.setLevel(then["level"])

    return undo


def _chance() -> Undo:
    """The random numbers of Python, and numpy's old global ones."""
    import numpy as np

    python, legacy = random.getstate(), np.random.get_state()

    def undo() -> None:
        random.setstate(python)
        np.random.set_state(legacy)

    return undo


def _torch() -> Undo:
    """The random numbers and the threads of torch, if it is imported."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return lambda: None
    states, threads = torch.get_rng_state(), torch.get_num_threads()
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None

    def undo() -> None:
        torch.set_rng_state(states)
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)

    return undo


def _progress() -> Undo:
    """The progress bars of transformers, if it is imported."""
    bars: Any = sys.modules.get(_PROGRESS)
    if bars is None:
        return lambda: None
    shown = bars.is_progress_bar_enabled()

    def undo() -> None:
        if shown and not bars.is_progress_bar_enabled():
            bars.enable_progress_bar()

    return undo
