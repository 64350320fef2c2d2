"""What `python -m train` does: each command returns what to print and the exit code."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from data.problems import InputError, Problem
from models.store.errors import without_password

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

    from data.terminal import Grid
    from models.registry.promotion import Judge
    from train.config import Plan
    from train.rows import RunData
    from train.search.study import Searched, Task

Say = Callable[[str], None]


@dataclass
class Answer:
    """Tables and lines for standard output, and the exit code."""

    shown: list[Grid | str] = field(default_factory=list)
    code: int = 0


def train(paths: Sequence[str], overrides: Sequence[str], options: Namespace, say: Say) -> Answer:
    """The runs of the configurations; 1 if one failed."""
    from train.config import plans as read_plans

    judge = _judge(options)
    plans = read_plans(paths, overrides)
    client, loaded = _ready(plans, options.dry_run, say)
    if client is None:
        return Answer(list(_planned(plans, loaded)))
    from train.runs_table import best_runs, links, runs_table
    from train.schedule import Options, carry_out

    outcomes = carry_out(
        client,
        plans,
        loaded,
        Options(resume=options.resume, reuse=options.reuse, progress=options.progress, say=say),
    )
    answer = Answer([runs_table(outcomes)], int(any(one.done is None for one in outcomes)))
    answer.shown += links(client, [one.done.run_id for one in outcomes if one.done is not None])
    if options.promote:
        _promote(answer, best_runs(client, outcomes), judge)
    return answer


def search(paths: Sequence[str], overrides: Sequence[str], options: Namespace, say: Say) -> Answer:
    """The trials of a study; 1 if one failed here, 130 after Ctrl-C."""
    from models.store.connection import tracking_uri
    from train.config import plans as read_plans
    from train.search.space import read_search

    judge = _judge(options)
    plans = read_plans(paths, overrides)
    if len(plans) != 1 or len(plans[0].runs) != 1:
        raise InputError(
            Problem(
                "--search",
                f"is given {sum(len(plan.runs) for plan in plans)} configurations",
                "expected one CONFIG.yaml, and no a|b",
            )
        )
    found = read_search(options.search, plans[0].runs[0][1])
    client, loaded = _ready(plans, options.dry_run, say)
    from train.runs_table import links
    from train.search.parent import carry_out, check
    from train.search.study import Task

    check(found, loaded[0][0])
    storage = options.study_storage or found.config.storage or _beside(tracking_uri())
    task = Task(
        found, plans[0].path, loaded[0][0], storage, say, options.progress, tuple(overrides)
    )
    if client is None:
        return Answer(list(_searched_space(task)))
    searched = carry_out(client, task)
    answer = Answer(
        list(_found(searched)), 130 if searched.interrupted else int(searched.failed > 0)
    )
    answer.shown += links(client, [searched.parent])
    if options.promote:
        _promote(answer, [searched.best_run] if searched.version else [], judge)
    return answer


def repeat(ref: str, options: Namespace, say: Say) -> Answer:
    """A finished run once more; 1 if a figure came out otherwise, 2 if it cannot be repeated."""
    from models.store.connection import connect
    from train.repeat.report import repeat_lines, repeat_table
    from train.repeat.rerun import repeat as again

    client = connect()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        repeated = again(client, ref, say, options.progress)
    except InputError:
        raise
    except Exception as error:  # any family may fail in its own way
        raise InputError(
            Problem(ref, f"could not be trained again: {type(error).__name__}: {error}")
        ) from error
    table: list[Grid | str] = [repeat_table(repeated)] if repeated.differing else []
    return Answer([*table, *repeat_lines(repeated)], int(not repeated.equal))


def _ready(
    plans: Sequence[Plan], dry: bool, say: Say
) -> tuple[MlflowClient | None, list[list[RunData]]]:
    """The store's client (none for a dry run) and the data of every run; says how they split."""
    from models.store.connection import check, connect, tracking_uri

    if not dry:
        check(tracking_uri())  # before the data is read: a wrong address is told at once
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from train.schedule import load_all

    loaded = load_all(plans)
    for line in (*_splits(plans, loaded), *_needless_seeds(plans)):
        say(line)
    if dry:
        return None, loaded
    from train.tracking import destination

    client = connect(make=True)
    destination.check(
        client,
        [
            (config, data)
            for plan, rows in zip(plans, loaded, strict=True)
            for (_, config), data in zip(plan.runs, rows, strict=True)
        ],
    )
    return client, loaded


def _splits(plans: Sequence[Plan], loaded: Sequence[Sequence[RunData]]) -> dict[str, None]:
    """How the rows of each data section came into their parts, and what is odd about it; once."""
    lines: dict[str, None] = {}
    for plan, data in zip(plans, loaded, strict=True):
        for (_, config), rows in zip(plan.runs, data, strict=True):
            files = "+".join(Path(name).name for name in (*config.data.path, *config.data.train))
            lines[f"{config.task}: {files}: split {rows.split.told}"] = None
            lines |= dict.fromkeys(
                f"{config.task}: {files}: warning: {warning}" for warning in rows.split.warnings
            )
    return lines


def _needless_seeds(plans: Sequence[Plan]) -> dict[str, None]:
    """Where several seeds are asked of what no seed changes; a line for each family."""
    seeds: dict[str, set[int]] = {}
    for plan in plans:
        for _, config in plan.runs:
            if config.seedless:
                seeds.setdefault(f"{config.task}: {plan.path.stem}: {config.seedless}", set()).add(
                    config.seed
                )
    return dict.fromkeys(line for line, found in seeds.items() if len(found) > 1)


def _planned(plans: Sequence[Plan], loaded: Sequence[Sequence[RunData]]) -> list[str]:
    from train.schedule import run_name

    return [
        f"{config.task}: {run_name(plan, varied, config)}: {_rows(rows)}"
        for plan, data in zip(plans, loaded, strict=True)
        for (varied, config), rows in zip(plan.runs, data, strict=True)
    ]


def _rows(data: RunData) -> str:
    return ", ".join(f"{len(part.rows)} {part.name}" for part in data.parts)


def _judge(options: Namespace) -> Judge:
    """The rule of promotion; a margin that is none is told before anything is trained."""
    from evaluation.comparing.promotion_rule import MARGIN, paired_judge

    return paired_judge(MARGIN if options.margin is None else options.margin)


def _promote(answer: Answer, run_ids: Sequence[str], judge: Judge) -> None:
    """Promotes runs, or says why not; then the answer gets the code of a refusal, if no other."""
    from models.registry.promotion import RefusedError
    from train.runs_table import promoted

    lines, all_are = promoted(run_ids, judge)
    answer.shown += lines
    if not all_are:
        answer.code = answer.code or RefusedError.code


def _beside(tracking: str) -> str:
    from train.search.study import storage_of

    return storage_of(tracking)


def _searched_space(task: Task) -> list[str]:
    from train.search.study import finished_so_far

    search, config = task.search, task.search.config
    pruner = (
        ""
        if config.pruner == "none"
        else f", {config.pruner} pruner after epoch {config.warmup_epochs}"
    )
    return [
        f"{search.base.task}: {task.config_path.stem}: {_rows(task.data)}; to raise: "
        f"{search.metric}",
        *(f"  {axis}" for axis in search.axes),
        f"{search.trials} trials ({config.sampler}, seed {config.seed}{pruner}), "
        f"{finished_so_far(task.storage, task.name)} finished",
        f"study '{task.name}' in {without_password(task.storage)}",
    ]


def _found(searched: Searched) -> list[Grid | str]:
    from models.registry.names import registered_name
    from train.search.report import best_command, best_table

    task = searched.task
    answer: list[Grid | str] = []
    if searched.best_run:
        answer.append(best_table(searched))
    if searched.left:
        elsewhere = (
            f", {searched.elsewhere} in hand of other processes" if searched.elsewhere else ""
        )
        answer.append(
            ("interrupted: " if searched.interrupted else "")
            + f"{searched.left} of {task.search.trials} trials are left{elsewhere}; the "
            "same command goes on"
        )
    if searched.version:
        name = registered_name(task.search.base.task, task.data.codebook.name)
        answer.append(f"the best is registered as {name}/{searched.version}")
    answer.append(f"parent run with plots and trials.csv: {searched.parent}")
    if searched.best_run and not searched.left:
        answer.append(": ".join(best_command(searched)))
    return answer
