"""What the report page of a search is made from: its trials, their runs, the space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from evaluation.figures.definitions import headline
from evaluation.pages.sweep_page import SweepPage, SweepRun
from evaluation.plots.sweeps import by_settings
from train.parents.pages import DATA_HEAD, data_rows
from train.search import study as studies
from train.search.config import Value
from train.search.space import shown
from train.search.stale_trials import running
from train.search.study import Searched
from train.tracking.origin import settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from mlflow.tracking import MlflowClient
    from optuna.trial import FrozenTrial


def search_page(
    client: MlflowClient,
    searched: Searched,
    best: str,
    command: tuple[str, str],
    pictures: Mapping[str, bytes],
) -> SweepPage:
    """Returns what the page of a search tells.

    Args:
        client: of the store that has the trials' runs; one that was deleted has no figures.
        searched: the study.
        best: the best trial's configuration as YAML; empty without a complete trial.
        command: what trains it, and for what; empty without a complete trial.
        pictures: file name to PNG.
    """
    task, parent = searched.task, client.get_run(searched.parent)
    search, data = task.search, task.data
    metrics = {
        run.info.run_id: run.data.metrics
        for run in client.search_runs(
            [parent.info.experiment_id],
            f"tags.`mlflow.parentRunId` = '{searched.parent}'",
            max_results=5_000,
        )
    }
    counted = [*studies.finished(searched.trials), *running(searched.trials)]
    varied = {axis.key: str(axis).partition(": ")[2] for axis in search.axes}
    base = search.base
    return SweepPage(
        title=f"{base.task}: {parent.info.run_name}",
        summary=f"{base.model.family}, codebook {data.codebook.name} {data.codebook.version}, "
        f"{len(studies.finished(searched.trials))} of {search.trials} trials finished, "
        f"the best by {search.metric} first",
        metric=search.metric,
        headline=headline(),
        kind="trial",
        best=best,
        runs=[
            _trial(trial, metrics.get(trial.user_attrs.get(studies.RUN, ""), {}))
            for trial in sorted(counted, key=lambda trial: trial.number)
        ],
        commands=[(f"To {command[0].replace(' it ', ' the best ')}:", command[1])]
        if command[1]
        else [],
        space=varied
        | {
            "sampler": f"{search.config.sampler}, seed {search.config.seed}",
            "pruner": search.config.pruner,
            "file": search.path,
        },
        settings={key: value for key, value in settings(base, data).items() if key not in varied},
        data_head=DATA_HEAD,
        data=data_rows(data),
        pictures=pictures,
    )


def _trial(trial: FrozenTrial, metrics: Mapping[str, float]) -> SweepRun:
    reached = trial.intermediate_values
    pruned = trial.state.name == "PRUNED"
    same = trial.user_attrs.get(studies.SAME)
    note = str(trial.user_attrs.get(studies.ERROR, "")) or (
        "" if same is None else f"the same settings as trial {same}, not trained again"
    )
    seconds = trial.user_attrs.get(studies.SECONDS)
    if seconds is None and trial.duration and same is None:
        seconds = trial.duration.total_seconds()
    return SweepRun(
        name=str(trial.number),
        run_id=str(trial.user_attrs.get(studies.RUN, "")),
        state=f"pruned after epoch {max(reached)}" if pruned and reached else state(trial),
        settings={key: shown(value) for key, value in values_of(trial).items()},
        value=max(reached.values(), default=None) if pruned else trial.value,
        seconds=seconds,
        metrics={} if pruned else metrics,
        note=note,
    )


def settings_plot(searched: Searched) -> Figure:
    """Returns the plot of the figure by setting, of the complete trials: one or more."""
    complete = [trial for trial in studies.best(searched.trials) if values_of(trial)]
    return by_settings(
        {
            axis.key.removeprefix("model."): [values_of(trial).get(axis.key) for trial in complete]
            for axis in searched.task.search.axes
        },
        [float(trial.value or 0.0) for trial in complete],
        [None] * len(complete),
        searched.task.search.metric,
    )


def values_of(trial: FrozenTrial) -> dict[str, Value]:
    """What a trial was trained with; empty if it came to no training."""
    return dict(trial.user_attrs.get(studies.VALUES, {}))


def state(trial: FrozenTrial) -> str:
    """How a trial ended, in a word."""
    return "failed" if studies.ERROR in trial.user_attrs else str(trial.state.name).lower()
