"""How a study stands: its parent run's tags, table, report and the best model's version."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from data.files import Row, write_rows
from data.formats.writing import atomic
from data.problems import InputError
from data.terminal import Column, Grid
from evaluation.pages import sweep_page
from evaluation.pages.markup import pictures_in
from evaluation.plots import searches as search_plots
from evaluation.plots.style import save
from models.registry.references import SHORT
from models.store.artifact_names import BEST_CONFIG, REPORT, TRIALS
from train.search import page as search_page
from train.search import study as studies
from train.search.page import state, values_of
from train.search.space import shown
from train.search.stale_trials import WORKER, running, this_process
from train.search.study import Searched
from train.tracking.tracked_run import link

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient
    from optuna.trial import FrozenTrial

FEW = 4  # complete trials below which nothing is said of importance


def settle(client: MlflowClient, searched: Searched, tried: int) -> Searched:
    """Writes how the study stands to its parent run and, if it is done, registers the best.

    Of processes side by side, the one whose trial ended last does so.

    Args:
        client: of the store.
        searched: the study.
        tried: trials of this process; a call that finds nothing left settles as well.
    """
    _log(client, searched)
    done = not searched.left and not searched.elsewhere
    if done and (not tried or _ended_last(searched)):
        searched = replace(searched, version=_register(client, searched))
    if not searched.elsewhere:
        complete = studies.best(searched.trials)
        client.set_terminated(
            searched.parent,
            "KILLED"
            if searched.interrupted
            else "FINISHED"
            if complete or searched.left
            else "FAILED",
        )
    return searched


def _ended_last(searched: Searched) -> bool:
    ended = [trial for trial in studies.finished(searched.trials) if trial.datetime_complete]
    last = max(ended, key=lambda trial: (trial.datetime_complete, trial.number), default=None)
    return last is not None and last.user_attrs.get(WORKER) == this_process()


def _register(client: MlflowClient, searched: Searched) -> str:
    """The version of the best trial's model, registered if the configuration says so."""
    from train.run import registered

    task, complete = searched.task, studies.best(searched.trials)
    if not complete or not task.search.base.register_model:
        return ""
    run_id = str(complete[0].user_attrs[studies.RUN])
    try:
        return registered(client, task.search.base, task.data.codebook.name, run_id)
    except InputError as error:  # its run was deleted; the figures of the study still stand
        task.say(f"the best trial's model is not registered: {error}")
        return ""


def _log(client: MlflowClient, searched: Searched) -> None:
    complete = studies.best(searched.trials)
    tags = {
        "trials_finished": str(len(studies.finished(searched.trials))),
        "trials_left": str(searched.left),
        "mlflow.note.content": description(
            searched,
            link(client.get_run(searched.parent).info.experiment_id, searched.parent, REPORT),
        ),
    }
    if complete:
        top = complete[0]
        tags |= {
            "best_trial": str(top.number),
            "best_value": f"{top.value:.6f}",
            "best_run": str(top.user_attrs.get(studies.RUN, "")),
        }
        tags |= {f"best/{key}": shown(value) for key, value in values_of(top).items()}
    for key, value in tags.items():
        client.set_tag(searched.parent, key, value[:5_000])
    if not studies.finished(searched.trials):
        return
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        _write(Path(scratch), client, searched)
        client.log_artifacts(searched.parent, scratch)


def _write(folder: Path, client: MlflowClient, searched: Searched) -> None:
    """Writes the table of trials, the best configuration, the plots and the page with them."""
    search, complete, best = searched.task.search, studies.best(searched.trials), ""
    write_rows(folder / TRIALS, trial_rows(searched.trials))
    save(
        search_plots.trial_history(_points(searched.trials), search.metric), folder / "history.png"
    )
    if shares := importances(searched):
        save(search_plots.importance(shares, search.metric), folder / "importance.png")
    if len(complete) > 1:
        save(search_page.settings_plot(searched), folder / "settings.png")
    if complete:
        best = yaml.safe_dump(
            search.run_config(values_of(complete[0])).resolved(),
            sort_keys=False,
            allow_unicode=True,
        )
        (folder / BEST_CONFIG).write_text(best, encoding="utf-8")
    with atomic(folder / REPORT) as stream:
        stream.write(
            sweep_page.page(
                search_page.search_page(
                    client,
                    searched,
                    best,
                    best_command(searched) if complete else ("", ""),
                    pictures_in(folder),
                )
            )
        )


def trial_rows(trials: Sequence[FrozenTrial]) -> list[Row]:
    """A row for each trial that counts or runs: how it ended, its value, what it drew."""
    counted = {trial.number for trial in [*studies.finished(trials), *running(trials)]}
    return [
        {
            "trial": trial.number,
            "state": state(trial),
            "value": trial.value,
            "epochs": len(trial.intermediate_values) or None,
            "train_seconds": trial.user_attrs.get(studies.SECONDS),
            "run_id": trial.user_attrs.get(studies.RUN),
            **values_of(trial),
            "same_as": trial.user_attrs.get(studies.SAME),
            "error": trial.user_attrs.get(studies.ERROR),
        }
        for trial in trials
        if trial.number in counted
    ]


def _points(trials: Sequence[FrozenTrial]) -> list[tuple[int, float, bool]]:
    points = []
    for trial in trials:
        if trial.state.name == "COMPLETE":
            points.append((trial.number, float(trial.value or 0.0), False))
        elif trial.state.name == "PRUNED" and trial.intermediate_values:
            points.append((trial.number, max(trial.intermediate_values.values()), True))
    return points


def importances(searched: Searched) -> dict[str, float]:
    """Each setting's share in the variance of the metric (fANOVA: Hutter et al. 2014).

    Empty for fewer than four complete trials, or where all have the same value.
    """
    from optuna.importance import FanovaImportanceEvaluator, get_param_importances

    complete = studies.best(searched.trials)
    if len(complete) < FEW or complete[0].value == complete[-1].value:
        return {}
    shares = get_param_importances(searched.study, evaluator=FanovaImportanceEvaluator(seed=0))
    return {key.removeprefix("model."): float(share) for key, share in shares.items()}


def description(searched: Searched, report: str) -> str:
    """The parent run's short report in Markdown: the ten best trials and how to go on.

    `report` is the address of the report page, which is there once a trial is finished.
    """
    task, trials = searched.task, searched.trials
    complete, finished = studies.best(trials), studies.finished(trials)
    pruned = sum(trial.state.name == "PRUNED" for trial in finished)
    failed = sum(studies.ERROR in trial.user_attrs for trial in finished)
    keys = [axis.key for axis in task.search.axes]
    lines = [
        f"Search over {len(keys)} settings of `{task.config_path.name}` by "
        f"{task.search.metric}: {len(complete)} trials complete, {pruned} pruned, "
        f"{failed} failed, {searched.left} left."
        + (f" [Report]({report}): every trial, plots, the best configuration." if finished else ""),
        "",
    ]
    if complete:
        lines += [
            "| trial | " + " | ".join([task.search.metric, *map(_short, keys)]) + " |",
            "|---" * (len(keys) + 2) + "|",
        ]
        lines += [
            f"| {trial.number} | {trial.value:.4f} | "
            + " | ".join(shown(values_of(trial).get(key)) for key in keys)
            + " |"
            for trial in complete[:10]
        ]
        advice, command = best_command(searched)
        lines += [
            "",
            "The best of many trials looks better than it is: it was chosen for its dev "
            f"figure. {advice[:1].upper()}{advice[1:]}:",
            "",
            f"    {command}",
            "",
        ]
    return "\n".join([*lines, f"Artifacts: {TRIALS}, {BEST_CONFIG}, the plots of the report."])


def best_command(searched: Searched) -> tuple[str, str]:
    """What the command that trains the best trial's configuration is good for, and the command.

    It trains three seeds, or one where no seed changes the model.
    """
    search = searched.task.search
    values, seed = values_of(studies.best(searched.trials)[0]), search.base.seed
    seedless = search.run_config(values).seedless
    replaced = set(values) if seedless else {*values, "seed"}
    words = [
        "eventstance",
        "train",
        str(searched.task.config_path),
        *(word for word in searched.task.overrides if word.partition("=")[0] not in replaced),
        *(f"{key}={shown(value)}" for key, value in values.items()),
        *([] if seedless else [f"seed={seed}|{seed + 1}|{seed + 2}"]),
        "--reuse",
    ]
    return f"train it by itself; {seedless}" if seedless else "train it with more seeds", (
        shlex.join(words)
    )


def best_table(searched: Searched, count: int = 5) -> Grid:
    """The best trials for a terminal."""
    keys = [axis.key for axis in searched.task.search.axes]
    return Grid(
        f"best trials of {searched.task.name}",
        [
            Column("trial", right=True),
            Column(searched.task.search.metric, right=True),
            *(
                Column(_short(key), right=True, folds=True, rank=rank, least=8)
                for rank, key in enumerate(keys)
            ),
            Column("run id", narrow=lambda run_id: run_id[:SHORT]),
        ],
        [
            [
                str(trial.number),
                f"{trial.value:.4f}",
                *(shown(values_of(trial).get(key)) for key in keys),
                str(trial.user_attrs.get(studies.RUN, "")),
            ]
            for trial in studies.best(searched.trials)[:count]
        ],
    )


def _short(key: str) -> str:
    return key.removeprefix("model.")
