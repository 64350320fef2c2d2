"""The trials that one process runs of a study, beside others that do the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from train.names import settings_text, trial_name
from train.search import study as studies
from train.search.space import shown
from train.search.stale_trials import (
    WORKER,
    retried,
    retry,
    retry_stale,
    running,
    this_process,
)
from train.search.study import Task
from train.tracking.tracked_run import PrunedError

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient
    from optuna import Study, Trial

PATIENCE = 20  # trials in a row that come to nothing, as where all of a small space is tried


class _GivenBackError(Exception):
    """A trial that this process need not run."""


class Worker:
    """This process's share of a study."""

    def __init__(self, client: MlflowClient, task: Task, study: Study, parent: str) -> None:
        self.client, self.task, self.study, self.parent = client, task, study, parent
        self.search = task.search
        self.failed, self.tried = 0, 0

    def work(self) -> None:
        """Runs trials until none is left for this process, or time is up."""
        from optuna.exceptions import UpdateFinishedTrialError

        started, idle = time.monotonic(), 0
        while idle < PATIENCE:
            for number in retry_stale(self.study):
                self.task.say(
                    f"trial {number} was left by a process that is gone: it is tried again"
                )
            trials = self.study.get_trials(deepcopy=False)
            taken = len(studies.finished(trials)) + len(running(trials))
            if taken >= self.search.trials:
                return
            limit = self.search.config.timeout
            if limit is not None and time.monotonic() - started >= limit:
                self.task.say(f"{limit:g} s are over: no more trials are started")
                return
            before = self.tried
            try:
                self.study.optimize(self._trial_value, n_trials=1, catch=(Exception,))
            except (ValueError, UpdateFinishedTrialError) as error:
                # It slept, as in a closed laptop, and another process took it for dead.
                self.task.say(f"a trial of this process is left to another ({error})")
            idle = 0 if self.tried > before else idle + 1

    def _trial_value(self, trial: Trial) -> float:
        """The trial's value; what goes wrong is kept with the trial before it passes on."""
        import optuna

        trial.set_user_attr(WORKER, this_process())
        self.study.sampler = studies.sampler(self.search, trial.number)
        lost = retried(self.study.get_trials(deepcopy=False)[trial.number])
        try:
            if self._superfluous(trial, lost):
                raise _GivenBackError
            value = self._value(trial, lost)
            self.tried += 1
            return value
        except KeyboardInterrupt:
            retry(self.study, self.study.get_trials()[trial.number])
            raise
        except _GivenBackError:
            trial.set_user_attr(studies.BACK, True)
            raise
        except (PrunedError, optuna.TrialPruned) as error:
            self.tried += 1
            raise optuna.TrialPruned from error
        except Exception as error:  # any family may fail in its own way; other trials still run
            reason = f"{type(error).__name__}: {error}"
            trial.set_user_attr(studies.ERROR, reason[:500])
            self.failed, self.tried = self.failed + 1, self.tried + 1
            self.task.say(f"trial {trial.number}: failed: {reason}")
            raise

    def _superfluous(self, trial: Trial, lost: int | None) -> bool:
        """Whether other processes have taken what was left since this one looked.

        `lost` is the trial that this one is another try of.
        """
        before = [
            earlier
            for earlier in self.study.get_trials(deepcopy=False)
            if earlier.number < trial.number
        ]
        if lost is not None and any(retried(earlier) == lost for earlier in before):
            return True  # two processes found the same trial dead at once
        if len(studies.finished(before)) + len(running(before)) >= self.search.trials:
            return True
        # A grid is queued as a whole; anything else is drawn by chance, and no part of it.
        return (
            self.search.config.sampler == "grid"
            and lost is None
            and studies.GRID not in trial.user_attrs
        )

    def _value(self, trial: Trial, lost: int | None) -> float:
        """Trains under the values that the trial draws, or takes over an equal trial's value."""
        from train.run import Job, run

        values = {axis.key: axis.suggest(trial) for axis in self.search.axes}
        config = self.search.run_config(values)
        trial.set_user_attr(studies.VALUES, values)
        trial.set_user_attr(studies.CONFIG, config.digest)
        varied = settings_text((key, shown(value)) for key, value in values.items())
        value = self._earlier_value(trial, config.digest)
        if value is not None:
            self.task.say(f"trial {trial.number}: {varied}: same as an earlier trial")
            return value
        self.task.say(f"trial {trial.number}: {varied}: training")
        job = Job(
            config,
            self.task.data,
            trial_name(self.task.config_path.stem, varied, config.seed),
            self.parent,
            resume=lost is not None,
            progress=self.task.progress,
            register=False,
            tags={"study": self.task.name, "trial": str(trial.number)},
            watch=self._watch(trial, int(getattr(config.model, "epochs", 1))),
            say=self.task.say,
        )
        try:
            done = run(self.client, job)
        except PrunedError as error:
            self.task.say(f"trial {trial.number}: pruned: {error}")
            raise
        if job.resume:  # its run was opened as another trial's
            self.client.set_tag(done.run_id, "trial", str(trial.number))
        trial.set_user_attr(studies.RUN, done.run_id)
        trial.set_user_attr(studies.SECONDS, round(done.metrics["train_seconds"], 2))
        value = done.metrics.get(self.search.metric, float("nan"))
        if value != value:
            raise ValueError(f"the run has no {self.search.metric}")
        self._log(trial, value)
        return float(value)

    def _earlier_value(self, trial: Trial, digest: str) -> float | None:
        """The value of an earlier trial of the same configuration, or None.

        One that another process has in hand is left to it: the trial is given back, and the next
        one draws anew.
        """
        for peer in self.study.get_trials(deepcopy=False):
            if peer.number == trial.number or peer.user_attrs.get(studies.CONFIG) != digest:
                continue
            if peer.state.name == "RUNNING":
                raise _GivenBackError
            if peer.state.name in ("COMPLETE", "PRUNED"):
                trial.set_user_attr(studies.SAME, peer.number)
                trial.set_user_attr(studies.RUN, peer.user_attrs.get(studies.RUN, ""))
            if peer.state.name == "PRUNED":
                raise PrunedError("as an equal trial before")
            if peer.state.name == "COMPLETE":
                return float(peer.value or 0.0)
        return None

    def _watch(self, trial: Trial, epochs: int) -> Callable[[str, int, Mapping[str, float]], None]:
        measure = self.search.metric.removeprefix("dev/")

        def watch(run_id: str, number: int, metrics: Mapping[str, float]) -> None:
            if run_id and studies.RUN not in trial.user_attrs:
                trial.set_user_attr(studies.RUN, run_id)
            if measure not in metrics:
                return
            trial.report(metrics[measure], number)
            # After the last epoch there is nothing left to save.
            if number < epochs and trial.should_prune():
                raise PrunedError(
                    f"{self.search.metric} {metrics[measure]:.3f} after epoch {number}"
                )

        return watch

    def _log(self, trial: Trial, value: float) -> None:
        best_trials = studies.best(self.study.get_trials(deepcopy=False))
        before = max(
            (float(earlier.value or 0.0) for earlier in best_trials), default=float("-inf")
        )
        best = max(value, before)
        self.client.log_metric(self.parent, f"trial/{self.search.metric}", value, step=trial.number)
        self.client.log_metric(self.parent, f"best/{self.search.metric}", best, step=trial.number)
        self.task.say(
            f"trial {trial.number}: {self.search.metric} {value:.3f}"
            + (", the best so far" if value > before else f" (best {best:.3f})")
        )
