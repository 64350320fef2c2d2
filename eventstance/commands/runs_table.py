"""What `eventstance train` says of its runs: a table, and what became of the best of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from data.problems import InputError
from data.terminal import Column, Grid, interval_below
from models.registry.references import SHORT
from models.store.errors import StoreError
from train.parents.reports import figure

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

    from models.registry.promotion import PromotionRule
    from train.schedule import Outcome

COLUMNS = (
    Column("task"),
    Column("run", folds=True, least=22),
    Column("by", rank=1),
    Column("dev", right=True, narrow=interval_below),
    Column("test", right=True, rank=2, narrow=interval_below),
    Column("train s", right=True, rank=3),
    Column("sentences/s", right=True, rank=4),
    Column("MB", right=True, rank=5),
    Column("run id", narrow=lambda run_id: run_id[:SHORT]),
)
SIZES = (("train_seconds", 0), ("sentences_per_second", 0), ("model_megabytes", 1))


def runs_table(outcomes: Sequence[Outcome]) -> Grid:
    """A row for each run: its figures on dev and test, speed, size, id.

    A parent of seeds has mean ± sd, and the interval.
    """
    return Grid("runs", COLUMNS, [_row(outcome) for outcome in outcomes])


def _row(outcome: Outcome) -> list[str]:
    metric = outcome.config.select_by.removeprefix("dev/")
    start = [outcome.config.task, outcome.name, metric]
    if outcome.done is None:
        return [*start, "failed", "", "", "", "", ""]
    values = outcome.done.metrics

    def text(name: str, digits: int) -> str:
        return f"{values[name]:.{digits}f}" if name in values else "–"

    figures = [
        figure(values, name) if outcome.seeds else text(name, 3)
        for name in (f"dev/{metric}", f"test/{metric}")
    ]
    if outcome.done.reused:
        start[1] += " (reused)"
    return [*start, *figures, *(text(name, digits) for name, digits in SIZES), outcome.done.run_id]


def best_runs(client: MlflowClient, outcomes: Sequence[Outcome]) -> list[str]:
    """The best run of each registered model: one for each metric and set of dev rows.

    Figures of different metrics or rows are not compared here; the rule of promotion refuses what
    it cannot compare.
    """
    best: dict[tuple[str, ...], tuple[float, str]] = {}
    for outcome in outcomes:
        done, config = outcome.done, outcome.config
        if done is None or outcome.seeds or not config.register_model:
            continue  # a parent has no model
        tags: Mapping[str, str] = {}
        with suppress(Exception):  # a store that is gone: promote says so, and the table is shown
            tags = client.get_run(done.run_id).data.tags
        key = (config.task, tags.get("codebook", ""), config.select_by, tags.get("dev_digest", ""))
        value = done.metrics.get(config.select_by, float("-inf"))
        if key not in best or value > best[key][0]:
            best[key] = value, done.run_id
    return [run_id for _, run_id in best.values()]


def promoted(run_ids: Sequence[str], rule: PromotionRule) -> tuple[list[str], bool]:
    """A line for each run, promoted or refused, how to label with the champion; whether all are."""
    from models.registry.promotion import RefusedError, promote

    if not run_ids:
        return ["refused: there is no finished run with a registered model to promote"], False
    lines, all_are = [], True
    for run_id in run_ids:
        try:
            entry = promote(run_id, rule)
            lines += [entry.line(), *filter(None, [entry.usage()])]
            all_are = all_are and entry.now is None
        except StoreError as error:  # no refusal: the promotion itself may be done
            lines.append(str(error))
            all_are = False
        except (RefusedError, InputError) as error:
            lines.append(f"refused: {error}")
            all_are = False
    return lines, all_are


def links(client: MlflowClient, run_ids: Sequence[str]) -> list[str]:
    """Where the UI shows the runs' experiments, as a table and charts of their figures.

    None where the store is gone by now: the runs' own lines say that.
    """
    from models.store.connection import tracking_uri
    from train.tracking.experiments import shown_at

    with suppress(Exception):
        places = dict.fromkeys(str(client.get_run(run_id).info.experiment_id) for run_id in run_ids)
        return shown_at(tracking_uri(), [client.get_experiment(place) for place in places])
    return []
