"""What `python -m train` does: each command returns what to print and the exit code."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from data.problems import InputError, Problem

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient
    from rich.table import Table

    from models.promotion import Judge
    from train.config import Plan
    from train.data import RunData
    from train.schedule import Outcome
    from train.search import Searched, Task

Say = Callable[[str], None]


@dataclass
class Answer:
    """Tables and lines for standard output, and the exit code."""

    shown: list[Table | str] = field(default_factory=list)
    code: int = 0


def train(paths: Sequence[str], overrides: Sequence[str], options: Namespace, say: Say) -> Answer:
    """The runs of the configurations; 1 if one failed."""
    from train.config import plans as read_plans

    judge = _judge(options)
    plans = read_plans(paths, overrides)
    client, loaded = _ready(plans, options.dry_run, say)
    if client is None:
        return Answer(list(_planned(plans, loaded)))
    from train.schedule import Options, carry_out

    outcomes = carry_out(client, plans, loaded, Options(
        resume=options.resume, reuse=options.reuse, progress=options.progress, say=say))
    answer = Answer([runs_table(outcomes)], int(any(one.done is None for one in outcomes)))
    if options.promote:
        _promote(answer, [
            (one.config.task, one.done.metrics.get(one.config.select_by, float("-inf")),
             one.done.run_id)
            for one in outcomes if one.done is not None and one.config.register_model
            and not one.seeds], judge)  # a parent has no model
    return answer


def search(paths: Sequence[str], overrides: Sequence[str], options: Namespace,
           say: Say) -> Answer:
    """The trials of a study; 1 if one failed here, 130 after Ctrl-C."""
    from models.store import tracking_uri
    from train.config import plans as read_plans
    from train.space import read_search

    judge = _judge(options)
    plans = read_plans(paths, overrides)
    if len(plans) != 1 or len(plans[0].runs) != 1:
        raise InputError(Problem(
            "--search", f"is given {sum(len(plan.runs) for plan in plans)} configurations",
            "expected one CONFIG.yaml, and no a|b"))
    found = read_search(options.search, plans[0].runs[0][1])
    client, loaded = _ready(plans, options.dry_run, say)
    from train.search import Task, carry_out, check

    check(found, loaded[0][0])
    storage = options.study_storage or found.config.storage or _beside(tracking_uri())
    task = Task(found, plans[0].path, loaded[0][0], storage, say, options.progress,
                tuple(overrides))
    if client is None:
        return Answer(list(_searched_space(task)))
    searched = carry_out(client, task)
    answer = Answer(list(_found(searched)), 130 if searched.interrupted else
                    int(searched.failed > 0))
    if options.promote:
        _promote(answer, [(found.base.task, 0.0, searched.best_run)] if searched.version else [],
                 judge)
    return answer


def repeat(ref: str, options: Namespace, say: Say) -> Answer:
    """A finished run once more; 1 if a figure came out otherwise, 2 if it cannot be repeated."""
    from models.store import connect
    from train.repeat import repeat as again
    from train.repeat_report import repeat_lines, repeat_table

    client = connect()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        repeated = again(client, ref, say, options.progress)
    except InputError:
        raise
    except Exception as error:  # any family may fail in its own way
        raise InputError(Problem(ref, f"could not be trained again: {type(error).__name__}: "
                                 f"{error}")) from error
    table: list[Table | str] = [repeat_table(repeated)] if repeated.differing else []
    return Answer([*table, *repeat_lines(repeated)], int(not repeated.equal))


def _ready(plans: Sequence[Plan], dry: bool, say: Say
           ) -> tuple[MlflowClient | None, list[list[RunData]]]:
    """The store's client (none for a dry run) and the data of every run; says how they split."""
    from models.store import check, connect, tracking_uri

    if not dry:
        check(tracking_uri())  # before the data is read: a wrong address is told at once
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from train.schedule import load_all

    loaded = load_all(plans)
    for line in (*_splits(plans, loaded), *_needless_seeds(plans)):
        say(line)
    return None if dry else connect(), loaded


def _splits(plans: Sequence[Plan], loaded: Sequence[Sequence[RunData]]) -> dict[str, None]:
    """How the rows of each data section came into their parts, and what is odd about it; once."""
    lines: dict[str, None] = {}
    for plan, data in zip(plans, loaded, strict=True):
        for (_, config), rows in zip(plan.runs, data, strict=True):
            files = "+".join(Path(name).name for name in (*config.data.path, *config.data.train))
            lines[f"{config.task}: {files}: split {rows.split.told}"] = None
            lines |= dict.fromkeys(f"{config.task}: {files}: warning: {warning}"
                                   for warning in rows.split.warnings)
    return lines


def _needless_seeds(plans: Sequence[Plan]) -> dict[str, None]:
    """Where several seeds are asked of what no seed changes; a line for each family."""
    seeds: dict[str, set[int]] = {}
    for plan in plans:
        for _, config in plan.runs:
            if config.seedless:
                seeds.setdefault(f"{config.task}: {plan.path.stem}: {config.seedless}",
                                 set()).add(config.seed)
    return dict.fromkeys(line for line, found in seeds.items() if len(found) > 1)


def _planned(plans: Sequence[Plan], loaded: Sequence[Sequence[RunData]]) -> list[str]:
    from train.schedule import run_name

    return [f"{config.task}: {run_name(plan, varied, config)}: {_rows(rows)}"
            for plan, data in zip(plans, loaded, strict=True)
            for (varied, config), rows in zip(plan.runs, data, strict=True)]


def _rows(data: RunData) -> str:
    return ", ".join(f"{len(part.rows)} {part.name}" for part in data.parts)


def runs_table(outcomes: Sequence[Outcome]) -> Table:
    """A row for each run: its figures on dev and test, speed, size, id.

    A parent of seeds has mean ± sd, and below them the interval.
    """
    from rich.table import Table

    from train.parent_reports import figure

    table = Table(title="runs")
    for column in ("task", "run", "dev", "test", "train s", "sentences/s", "MB", "run id"):
        table.add_column(column, justify="left" if column in ("task", "run", "run id") else "right",
                         no_wrap=column != "run", overflow="fold")
    for outcome in outcomes:
        metric = outcome.config.select_by.removeprefix("dev/")
        if outcome.done is None:
            table.add_row(outcome.config.task, outcome.name, "failed", "", "", "", "", "")
            continue
        values = outcome.done.metrics
        figures = [f"{values[name]:.{digits}f}" if name in values else "–" for name, digits in (
            (f"dev/{metric}", 3), (f"test/{metric}", 3), ("train_seconds", 0),
            ("sentences_per_second", 0), ("model_megabytes", 1))]
        if outcome.seeds:
            figures[:2] = (figure(values, f"{part}/{metric}").replace(" [", "\n[")
                           for part in ("dev", "test"))
        table.add_row(outcome.config.task,
                      outcome.name + (" (reused)" if outcome.done.reused else ""),
                      *figures, outcome.done.run_id)
    return table


def _judge(options: Namespace) -> Judge:
    """The rule of promotion; a margin that is none is told before anything is trained."""
    from evaluation.judge import MARGIN, paired_judge

    return paired_judge(MARGIN if options.margin is None else options.margin)


def _promote(answer: Answer, runs: Sequence[tuple[str, float, str]], judge: Judge) -> None:
    """Promotes the best run of each task, or says why not; runs are (task, value, id).

    What is not promoted gives the answer the code of a refusal, unless a run failed.
    """
    from models.promotion import RefusedError, promote

    best: dict[str, tuple[float, str]] = {}
    for task, value, run_id in runs:
        if task not in best or value > best[task][0]:
            best[task] = (value, run_id)
    promoted = 0
    for _, run_id in best.values():
        try:
            answer.shown.append(promote(run_id, judge).line())
            promoted += 1
        except (RefusedError, InputError) as error:
            answer.shown.append(f"refused: {error}")
    if not best:
        answer.shown.append("refused: there is no finished run with a registered model to promote")
    if promoted < max(len(best), 1):
        answer.code = answer.code or RefusedError.code


def _beside(tracking: str) -> str:
    from train.study import storage_of

    return storage_of(tracking)


def _searched_space(task: Task) -> list[str]:
    from train.study import finished_so_far

    search, config = task.search, task.search.config
    pruner = ("" if config.pruner == "none" else
              f", {config.pruner} pruner after epoch {config.warmup_epochs}")
    return [f"{search.base.task}: {task.config_path.stem}: {_rows(task.data)}; to raise: "
            f"{search.metric}", *(f"  {axis}" for axis in search.axes),
            f"{search.trials} trials ({config.sampler}, seed {config.seed}{pruner}), "
            f"{finished_so_far(task.storage, task.name)} finished",
            f"study '{task.name}' in {task.storage}"]


def _found(searched: Searched) -> list[Table | str]:
    from train.search_report import best_command, best_table

    task = searched.task
    answer: list[Table | str] = []
    if searched.best_run:
        answer.append(best_table(searched))
    if searched.left:
        elsewhere = (f", {searched.elsewhere} in hand of other processes"
                     if searched.elsewhere else "")
        answer.append(("interrupted: " if searched.interrupted else "")
                      + f"{searched.left} of {task.search.trials} trials are left{elsewhere}; the "
                      "same command goes on")
    if searched.version:
        answer.append(f"the best is registered as {task.search.base.task}/{searched.version}")
    answer.append(f"parent run with plots and trials.csv: {searched.parent}")
    if searched.best_run and not searched.left:
        answer.append(": ".join(best_command(searched)))
    return answer
