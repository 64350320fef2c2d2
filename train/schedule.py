"""Many runs in one go: all checked first, sweeps under a parent, equal runs reused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.problems import InputError, Problem
from evaluation.comparing.seed_runs import SEEDS, SWEEP
from evaluation.figures.kept_metrics import kept_metrics
from train import names
from train.config import Plan, RunConfig
from train.parents.parent_runs import (
    PARENT,
    Child,
    Parent,
    Planned,
    by_recipe,
    check_apart,
    opened,
)
from train.parents.reports import figure, report_failures, report_seeds, report_sweep
from train.rows import Loader, RunData
from train.run import Done, registered
from train.tracking.checkpoint import IncompleteError, kept_name
from train.tracking.destination import experiment_name

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.tracking import MlflowClient


@dataclass(frozen=True)
class Options:
    """How runs are carried out.

    Attributes:
        resume: go on from the checkpoints of interrupted runs.
        reuse: skip a run if an equal one is finished in the store.
        progress: show bars.
        say: receives a line for each step.
    """

    resume: bool = False
    reuse: bool = False
    progress: bool = False
    say: Callable[[str], None] = lambda line: None


@dataclass(frozen=True)
class Outcome:
    """How one run ended: with what it did, or with why it failed.

    Attributes:
        name: readable.
        config: of the run; of the first of its children for a parent.
        done: None if it failed.
        error: why it failed.
        seeds: how many a parent's figures are the mean of; 0 for a run of its own.
    """

    name: str
    config: RunConfig
    done: Done | None
    error: str = ""
    seeds: int = 0


def load_all(plans: Sequence[Plan]) -> list[list[RunData]]:
    """Returns the data of every run; raises InputError with all problems of all of them."""
    for plan in plans:
        check_apart(plan)
    loader, problems = Loader(), []
    loaded: list[list[RunData]] = []
    for plan in plans:
        loaded.append([])
        for _, config in plan.runs:
            try:
                data = loader.load(config, str(plan.path))
                _check(config, data, str(plan.path))
                loaded[-1].append(data)
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(dict.fromkeys(problems))
    return loaded


def _check(config: RunConfig, data: RunData, where: str) -> None:
    """Raises InputError for what only a training would find out: the measure, the encoder."""
    from models.families.encoders import encoder_source
    from train.measures import check_measure

    _check_labels(data, where)
    check_measure(config.select_by, data, f"{where}: select_by")
    if encoder := getattr(config.model, "encoder", ""):
        encoder_source(encoder)


def _check_labels(data: RunData, where: str) -> None:
    """Raises InputError where there is nothing to tell apart in the training rows."""
    labels = sorted({label for row in data.train.gold for label in row})
    if len(labels) < (1 if data.codebook.multilabel else 2):
        raise InputError(
            Problem(
                f"{where}: data",
                f"all {len(data.train.rows)} training rows have "
                + (f"the label '{labels[0]}'" if labels else "no label"),
                "a classifier needs rows of at least two labels",
            )
        )


def carry_out(
    client: MlflowClient,
    plans: Sequence[Plan],
    loaded: Sequence[Sequence[RunData]],
    options: Options,
) -> list[Outcome]:
    """Runs everything in order; a run that fails does not keep the others from running.

    Runs that differ in nothing but the seed stand together under a parent with the mean of their
    figures, and all runs of a sweep under one that lists them. The outcome of a parent of seeds
    follows those of its children. Ctrl-C passes through after the run in hand and its parents
    are marked KILLED.
    """
    outcomes = []
    for plan, data in zip(plans, loaded, strict=True):
        runs = [
            Planned(varied, config, rows)
            for (varied, config), rows in zip(plan.runs, data, strict=True)
        ]
        groups = by_recipe(runs)
        outcomes += (
            _sweep(client, plan, runs, groups, options)
            if len(groups) > 1
            else _seeds(client, plan, groups[0], None, options)
        )
    return outcomes


def _sweep(
    client: MlflowClient,
    plan: Plan,
    runs: Sequence[Planned],
    groups: Sequence[Sequence[Planned]],
    options: Options,
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    children = []
    name = names.sweep_name(plan.path.stem, len(runs), plan.fixed)
    with opened(
        client, SWEEP, name, runs, None, options.resume or options.reuse, options.say
    ) as parent:
        for group in groups:
            outcomes += _seeds(client, plan, group, parent, options)
            children.append(_child(outcomes[-1]))
        _ended(
            options,
            parent,
            all(outcome.done for outcome in outcomes),
            lambda: report_sweep(parent, children),
        )
    return outcomes


def _seeds(
    client: MlflowClient,
    plan: Plan,
    group: Sequence[Planned],
    above: Parent | None,
    options: Options,
) -> list[Outcome]:
    """The runs of one group and, if they are several, their parent; or the single run."""
    if len(group) == 1:
        return [_single_run(client, plan, group[0], above, options)]
    with opened(
        client,
        SEEDS,
        names.seeds_name(plan.path.stem, group[0].varied, len(group), plan.fixed),
        group,
        above,
        options.resume or options.reuse,
        options.say,
    ) as parent:
        outcomes = [_single_run(client, plan, planned, parent, options) for planned in group]
        return [*outcomes, _mean(parent, outcomes, options)]


def _mean(parent: Parent, outcomes: Sequence[Outcome], options: Options) -> Outcome:
    """Ends a parent of seeds with the mean of their figures."""
    config, children = parent.runs[0].config, [_child(outcome) for outcome in outcomes]
    finished = [outcome.done for outcome in outcomes if outcome.done]
    metrics: dict[str, float] = {}
    if not finished:
        _ended(options, parent, False, lambda: report_failures(parent, children))
        return Outcome(parent.name, config, None, "no seed finished")
    if not _ended(
        options,
        parent,
        len(finished) == len(outcomes),
        lambda: metrics.update(report_seeds(parent, children).metrics()),
    ):
        return Outcome(parent.name, config, None, "its figures are not complete")
    options.say(
        f"{config.task}: {parent.name}: {config.select_by} {figure(metrics, config.select_by)}"
    )
    return Outcome(
        parent.name,
        config,
        Done(
            parent.run_id,
            parent.name,
            metrics,
            reused=parent.reopened and all(done.reused for done in finished),
        ),
        seeds=len(finished),
    )


def _ended(options: Options, parent: Parent, well: bool, report: Callable[[], None]) -> bool:
    """Whether a parent could be told of its children and ended; they are safe in any case."""
    try:
        report()
        parent.track.end("FINISHED" if well else "FAILED")
    except Exception as error:  # a full disk, a store that is gone: the models are kept
        options.say(
            f"{parent.runs[0].config.task}: {parent.name}: the runs are kept, but their "
            f"parent is not complete ({type(error).__name__}: {error}); the same command "
            "with --reuse completes it"
        )
        with suppress(Exception):
            parent.track.end("FAILED")
        return False
    return True


def _child(outcome: Outcome) -> Child:
    done = outcome.done
    return Child(
        outcome.name,
        outcome.config.seed,
        done.run_id if done else "",
        done.metrics if done else {},
        outcome.error,
    )


def _single_run(
    client: MlflowClient, plan: Plan, planned: Planned, parent: Parent | None, options: Options
) -> Outcome:
    from train.run import Job, run

    config, data = planned.config, planned.data
    name = run_name(plan, planned.varied, config)
    job = Job(
        config,
        data,
        name,
        (parent.run_id if parent else "") or None,
        options.resume,
        options.progress,
        say=lambda line: options.say(f"{config.task}: {line}"),
    )
    try:
        if equal := _finished(client, planned, name, parent, options):
            options.say(f"{config.task}: {name}: reused, an equal run is finished")
            return Outcome(name, config, equal)
        options.say(f"{config.task}: {name}: training on {len(data.train.rows)} rows")
        done = run(client, job)
    except IncompleteError as error:
        options.say(f"{config.task}: {name}: {error}")
        return Outcome(name, config, None, str(error))
    except Exception as error:  # any family may fail in its own way; the others still run
        options.say(f"{config.task}: {name}: failed: {type(error).__name__}: {error}")
        return Outcome(name, config, None, f"{type(error).__name__}: {error}")
    value = done.metrics.get(config.select_by, float("nan"))
    options.say(
        f"{config.task}: {name}: {config.select_by} {value:.3f} "
        f"in {done.metrics['train_seconds']:.0f} s"
    )
    return Outcome(name, config, done)


def run_name(plan: Plan, varied: str, config: RunConfig) -> str:
    """A readable name, as `train.names` has it; of a checkpoint's configuration that of its run."""
    return kept_name(plan.path) or names.run_name(plan.path.stem, varied, config.seed, plan.fixed)


def _finished(
    client: MlflowClient, planned: Planned, name: str, parent: Parent | None, options: Options
) -> Done | None:
    """An equal run that need not be trained again, its model registered if that is asked for.

    With `reuse` any finished one, of the own experiment first; with `resume` one of the parent
    that is gone on with, so that an interrupted sweep does not begin anew.
    """
    config = planned.config
    if not (options.reuse or (options.resume and parent and parent.reopened)):
        return None
    own = client.get_experiment_by_name(experiment_name(config, planned.data.codebook))
    within = "" if options.reuse else f" and tags.`{PARENT}` = '{parent.run_id if parent else ''}'"
    runs = _equal_runs(client, [own.experiment_id], planned, within) if own else []
    if not runs and options.reuse:
        runs = _equal_runs(
            client,
            [experiment.experiment_id for experiment in client.search_experiments()],
            planned,
            within,
        )
    if not runs:
        return None
    run = runs[0]
    version = ""
    if config.register_model:
        version = registered(client, config, planned.data.codebook.name, run.info.run_id)
    metrics = kept_metrics(run.info.run_id, run.data.metrics)
    return Done(run.info.run_id, name, metrics, version, reused=True)


def _equal_runs(
    client: MlflowClient, experiments: Sequence[str], planned: Planned, within: str
) -> list[Run]:
    """The finished runs of the same configuration on the same rows, the newest first."""
    data = planned.data
    return [
        run
        for run in client.search_runs(
            experiments,
            f"attributes.status = 'FINISHED' "
            f"and tags.config_digest = '{planned.config.digest}' "
            f"and tags.data_digest = '{data.digest}' and tags.dev_digest = '{data.dev.digest}' "
            f"and tags.codebook_digest = '{data.codebook.digest}'{within}",
            max_results=20,
        )
        if "repeats" not in run.data.tags
    ]  # the run that was repeated has the version
