"""Many runs in one go: all checked first, sweeps under a parent, equal runs reused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from data.problems import InputError, Problem, nearest
from train.config import Plan, RunConfig
from train.data import Loader, RunData

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

    from train.run import Done


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
    """How one run ended: with what it did, or with why it failed."""

    name: str
    config: RunConfig
    done: Done | None
    error: str = ""


def load_all(plans: Sequence[Plan]) -> list[list[RunData]]:
    """Returns the data of every run; raises InputError with all problems of all of them."""
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
    import numpy as np

    from evaluation.metrics import score
    from models.encoders import encoder_source

    gold = data.dev.gold[:1]
    known = list(score(data.codebook, gold, np.zeros((1, len(data.codebook.names)))).averages())
    measure = config.select_by.removeprefix("dev/")
    if measure not in known:
        raise InputError(Problem(
            f"{where}: select_by", f"unknown measure '{measure}'{nearest(measure, known)}",
            f"expected dev/ and one of {', '.join(known)}"))
    if encoder := getattr(config.model, "encoder", ""):
        encoder_source(encoder)


def carry_out(client: MlflowClient, plans: Sequence[Plan], loaded: Sequence[Sequence[RunData]],
              options: Options) -> list[Outcome]:
    """Runs everything in order; a run that fails does not keep the others from running.

    Ctrl-C passes through after the run in hand is marked KILLED.
    """
    outcomes = []
    for plan, data in zip(plans, loaded, strict=True):
        parent = _parent(client, plan, data[0]) if len(plan.runs) > 1 else None
        try:
            outcomes += [_one(client, plan, varied, config, rows, parent, options)
                         for (varied, config), rows in zip(plan.runs, data, strict=True)]
        except KeyboardInterrupt:
            if parent:
                client.set_terminated(parent, "KILLED")
            raise
        if parent:
            failed = any(outcome.done is None for outcome in outcomes[-len(plan.runs):])
            client.set_terminated(parent, "FAILED" if failed else "FINISHED")
    return outcomes


def _one(client: MlflowClient, plan: Plan, varied: str, config: RunConfig, data: RunData,
         parent: str | None, options: Options) -> Outcome:
    from train.run import Job, run

    name = run_name(plan, varied, config)
    if options.reuse and (found := _equal(client, config, data, name)):
        options.say(f"{config.task}: {name}: reused, an equal run is finished")
        return Outcome(name, config, replace(found, reused=True))
    options.say(f"{config.task}: {name}: training on {len(data.train.rows)} rows")
    job = Job(config, data, name, parent, options.resume, options.progress)
    try:
        done = run(client, job)
    except Exception as error:  # any family may fail in its own way; the others still run
        options.say(f"{config.task}: {name}: failed: {type(error).__name__}: {error}")
        return Outcome(name, config, None, f"{type(error).__name__}: {error}")
    value = done.metrics.get(config.select_by, float("nan"))
    options.say(f"{config.task}: {name}: {config.select_by} {value:.3f} "
                f"in {done.metrics['train_seconds']:.0f} s")
    return Outcome(name, config, done)


def run_name(plan: Plan, varied: str, config: RunConfig) -> str:
    """A readable name: the configuration's file, what varies, and the seed."""
    return " ".join(part for part in (plan.path.stem, varied, f"seed={config.seed}"
                                      if "seed=" not in varied else "") if part)


def _parent(client: MlflowClient, plan: Plan, data: RunData) -> str:
    import mlflow

    from train.tracking import run_tags

    config = plan.runs[0][1]
    mlflow.set_experiment(config.experiment or config.task)
    with mlflow.start_run(run_name=f"{plan.path.stem} ({len(plan.runs)} runs)") as run:
        tags = run_tags(config, data, None) | {"kind": "parent"}
        mlflow.set_tags({key: value for key, value in tags.items()
                         if value and key not in ("seed", "config_digest")})
        return str(run.info.run_id)


def _equal(client: MlflowClient, config: RunConfig, data: RunData, name: str) -> Done | None:
    from train.run import Done

    experiment = client.get_experiment_by_name(config.experiment or config.task)
    if experiment is None:
        return None
    found = client.search_runs(
        [experiment.experiment_id],
        f"attributes.status = 'FINISHED' and tags.config_digest = '{config.digest}' "
        f"and tags.data_digest = '{data.digest}' "
        f"and tags.codebook_digest = '{data.codebook.digest}'", max_results=1)
    if not found:
        return None
    run = found[0]
    return Done(run.info.run_id, name, run.data.metrics)
