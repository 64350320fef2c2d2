"""What `eventstance train` does: runs of configurations, trials of a search, a repetition."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.problems import InputError, Problem
from models.store.errors import without_password

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

    from data.terminal import Grid
    from models.registry.promotion import PromotionRule
    from train.config import Plan
    from train.rows import RunData
    from train.search.study import Searched, Task


def train(options: Namespace) -> int:
    """Trains the runs of the configurations and prints them; returns 1 if one failed."""
    from train.config import plans as read_plans

    rule = _rule(options)
    plans = read_plans(*_words(options))
    client, loaded = _ready(plans, options.dry_run)
    if client is None:
        _show(*_planned(plans, loaded))
        return 0
    from eventstance.commands.runs_table import best_runs, links, runs_table
    from train.schedule import Options, carry_out

    outcomes = carry_out(
        client,
        plans,
        loaded,
        Options(resume=options.resume, reuse=options.reuse, progress=sys.stderr.isatty(), say=_say),
    )
    run_ids = [outcome.done.run_id for outcome in outcomes if outcome.done is not None]
    _show(runs_table(outcomes), *links(client, run_ids))
    code = int(len(run_ids) < len(outcomes))
    return _promoted(best_runs(client, outcomes), rule, code) if options.promote else code


def search(options: Namespace) -> int:
    """Runs the trials of a study and prints the best; 1 if one failed here, 130 after Ctrl-C."""
    from models.store.connection import tracking_uri
    from train.config import plans as read_plans
    from train.search.space import read_search

    rule = _rule(options)
    paths, overrides = _words(options)
    plans = read_plans(paths, overrides)
    if len(plans) != 1 or len(plans[0].runs) != 1:
        raise InputError(
            Problem(
                "--search",
                f"is given {sum(len(plan.runs) for plan in plans)} configurations",
                "expected one CONFIG.yaml, and no a|b",
            )
        )
    space = read_search(options.search, plans[0].runs[0][1])
    if both := {axis.key for axis in space.axes} & {key.partition("=")[0] for key in overrides}:
        raise InputError(
            Problem(
                key,
                f"is set here, and searched by {options.search}",
                "leave it out here, or out of a copy of that file",
            )
            for key in sorted(both)
        )
    client, loaded = _ready(plans, options.dry_run)
    from eventstance.commands.runs_table import links
    from train.search.parent import carry_out, check
    from train.search.study import Task, storage_of

    check(space, loaded[0][0])
    task = Task(
        space,
        plans[0].path,
        loaded[0][0],
        options.study_storage or space.config.storage or storage_of(tracking_uri()),
        _say,
        sys.stderr.isatty(),
        tuple(overrides),
    )
    if client is None:
        _show(*_searched_space(task))
        return 0
    searched = carry_out(client, task)
    _show(*_best(searched), *links(client, [searched.parent]))
    code = 130 if searched.interrupted else int(searched.failed > 0)
    if not options.promote:
        return code
    return _promoted([searched.best_run] if searched.version else [], rule, code)


def repeat(options: Namespace) -> int:
    """Trains a finished run again; 1 if a figure came out otherwise, 2 if it cannot be."""
    from models.store.connection import connect
    from train.repeat.report import repeat_lines, repeat_table
    from train.repeat.rerun import repeat as again

    client = connect()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        repeated = again(client, options.repeat, _say, sys.stderr.isatty())
    except InputError:
        raise
    except Exception as error:  # any family may fail in its own way
        raise InputError(
            Problem(options.repeat, f"could not be trained again: {type(error).__name__}: {error}")
        ) from error
    table = [repeat_table(repeated)] if repeated.differing else []
    _show(*table, *repeat_lines(repeated))
    return int(not repeated.equal)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _show(*parts: Grid | str) -> None:
    """Prints tables and lines, whole lines as they are."""
    if all(isinstance(part, str) for part in parts):
        print(*parts, sep="\n")  # without rich
        return
    from data.terminal import console

    terminal = console()
    for part in parts:
        terminal.print(part, highlight=False, markup=False, soft_wrap=isinstance(part, str))


def _words(options: Namespace) -> tuple[list[str], list[str]]:
    """The paths of configurations, and the overrides."""
    return [word for word in options.words if "=" not in word], [
        word for word in options.words if "=" in word
    ]


def _ready(plans: Sequence[Plan], dry: bool) -> tuple[MlflowClient | None, list[list[RunData]]]:
    """The store's client (none for a dry run) and the data of every run; says how they split."""
    from models.store.connection import check, connect, tracking_uri

    if not dry:
        check(tracking_uri())  # before the data is read: a wrong address is told at once
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from train.schedule import load_all

    loaded = load_all(plans)
    for line in (*_splits(plans, loaded), *_needless_seeds(plans)):
        _say(line)
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
            lines[f"{config.task}: {files}: split {rows.split.summary}"] = None
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
    return dict.fromkeys(line for line, values in seeds.items() if len(values) > 1)


def _planned(plans: Sequence[Plan], loaded: Sequence[Sequence[RunData]]) -> list[str]:
    from train.schedule import run_name

    return [
        f"{config.task}: {run_name(plan, varied, config)}: {_rows(rows)}"
        for plan, data in zip(plans, loaded, strict=True)
        for (varied, config), rows in zip(plan.runs, data, strict=True)
    ]


def _rows(data: RunData) -> str:
    return ", ".join(f"{len(part.rows)} {part.name}" for part in data.parts)


def _rule(options: Namespace) -> PromotionRule:
    """The rule of promotion; a margin that is none is told before anything is trained."""
    from evaluation.comparing.promotion_rule import MARGIN, promotion_rule

    return promotion_rule(MARGIN if options.margin is None else options.margin)


def _promoted(run_ids: Sequence[str], rule: PromotionRule, code: int) -> int:
    """Promotes runs, or says why not; returns the code, or that of a refusal if it is none."""
    from eventstance.commands.runs_table import promoted
    from models.registry.promotion import RefusedError

    lines, all_are = promoted(run_ids, rule)
    _show(*lines)
    return code or (0 if all_are else RefusedError.code)


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


def _best(searched: Searched) -> list[Grid | str]:
    from models.registry.names import registered_name
    from train.search.report import best_command, best_table

    task = searched.task
    parts: list[Grid | str] = []
    if searched.best_run:
        parts.append(best_table(searched))
    if searched.left:
        elsewhere = (
            f", {searched.elsewhere} in hand of other processes" if searched.elsewhere else ""
        )
        parts.append(
            ("interrupted: " if searched.interrupted else "")
            + f"{searched.left} of {task.search.trials} trials are left{elsewhere}; the "
            "same command goes on"
        )
    if searched.version:
        name = registered_name(task.search.base.task, task.data.codebook.name)
        parts.append(f"the best is registered as {name}/{searched.version}")
    parts.append(f"parent run with plots and trials.csv: {searched.parent}")
    if searched.best_run and not searched.left:
        parts.append(": ".join(best_command(searched)))
    return parts
