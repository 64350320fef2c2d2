"""What users write to name a model or a run, and which one they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.codebook import TASKS
from data.problems import InputError, Problem
from models.registry.names import is_of_task
from models.store.connection import all_pages, is_missing, shown_uri

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

CHAMPION = "champion"
SHORT = 8  # hex digits of a run id, as tables print it
EXPECTED = (
    "expected NAME@ALIAS, NAME/VERSION, runs:/RUN (8 digits of it do), or the folder of "
    "a saved model"
)
VERSION = re.compile(r"(?:models:/)?([^/:]+)/(\d{1,9})")
ALIAS = re.compile(r"(?:models:/)?([^/:]+)@([\w.-]+)")
RUN = re.compile(rf"(?:runs:/)?([0-9a-fA-F]{{{SHORT},32}})(?:/model)?")


@dataclass(frozen=True)
class Reference:
    """A registered version, or a run: the one that is not meant is empty.

    Attributes:
        name, version: of a registered model.
        run_id: whole.
    """

    name: str = ""
    version: str = ""
    run_id: str = ""


def dereference(client: MlflowClient, ref: str) -> Reference:
    """Returns the version or run that `ref` names, aliases resolved and run ids whole.

    The version itself is not looked for.

    Raises:
        InputError: it has no such form, or there is no such alias or run.
    """
    if match := VERSION.fullmatch(ref):
        return Reference(match[1], str(int(match[2])))
    if match := ALIAS.fullmatch(ref):
        return Reference(*version_of_alias(client, match[1], match[2], ref))
    if match := RUN.fullmatch(ref):
        return Reference(run_id=whole_run_id(client, match[1].lower(), ref))
    raise InputError(Problem(ref, "names no model or run", EXPECTED))


def is_reference(ref: str) -> bool:
    """Whether `ref` has the form of one; there need be no such thing."""
    return any(form.fullmatch(ref) for form in (VERSION, ALIAS, RUN))


def whole_run_id(client: MlflowClient, run_id: str, ref: str) -> str:
    """The whole id of the run whose id begins so.

    Raises:
        InputError: no run's id begins so, or those of several do.
    """
    if len(run_id) == 32:
        return run_id
    from mlflow.entities import ViewType

    experiments = [
        experiment.experiment_id
        for experiment in all_pages(client.search_experiments, view_type=ViewType.ALL)
    ]
    runs = client.search_runs(experiments, f"attributes.run_id LIKE '{run_id}%'", max_results=10)
    if len(runs) == 1:
        return str(runs[0].info.run_id)
    if not runs:
        raise InputError(Problem(ref, f"no such run in {shown_uri()}", EXPECTED))
    listed = ", ".join(f"{run.info.run_id} ({run.info.run_name})" for run in runs)
    raise InputError(Problem(ref, "is the beginning of several runs' ids", f"name one: {listed}"))


def version_of_alias(client: MlflowClient, name: str, alias: str, ref: str) -> tuple[str, str]:
    """The registered model and the version that an alias stands at.

    A task without a champion of its own codebook has that of another, if there is only one.

    Raises:
        InputError: there is no such alias.
    """
    from mlflow.exceptions import MlflowException

    try:
        return name, str(client.get_model_version_by_alias(name, alias).version)
    except MlflowException as error:
        if not is_missing(error):
            raise  # the store was not read: nothing is known of its aliases
        models = [
            model for model in all_pages(client.search_registered_models) if alias in model.aliases
        ]
        of_task = [model for model in models if name in TASKS and is_of_task(model.name, name)]
        if alias == CHAMPION and len(of_task) == 1:
            return str(of_task[0].name), str(of_task[0].aliases[alias])
        raise InputError(
            Problem(
                ref,
                f"no model '{name}' has the alias '{alias}' in {shown_uri()}",
                (
                    f"there is {', '.join(f'{model.name}@{alias}' for model in models)}; "
                    if models
                    else ""
                )
                + "train (eventstance train CONFIG --promote) or promote (eventstance models "
                "promote RUN) first, or name a version, run or folder",
            )
        ) from error
