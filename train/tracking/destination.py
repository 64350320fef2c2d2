"""Where runs are kept: experiment, registered model, the folder of their files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.codebook import Codebook
from data.problems import InputError, Problem
from models.registry.names import LabelSet, check_labels, registered_name
from models.store import database
from models.store.artifacts import check_writable
from models.store.connection import tracking_uri
from models.store.locations import Locations

if TYPE_CHECKING:
    from mlflow.entities import Experiment
    from mlflow.tracking import MlflowClient

    from train.config import RunConfig
    from train.rows import RunData


def experiment_name(config: RunConfig, codebook: Codebook) -> str:
    """The MLflow experiment of a run: the configuration's, else its registered model's name."""
    return config.experiment or registered_name(config.task, codebook.name)


def experiment(client: MlflowClient, name: str) -> Experiment:
    """The experiment of that name, made if it is missing.

    Of a sqlite store its files go beside the store; MLflow by itself takes the working folder.
    """
    from mlflow.exceptions import MlflowException

    existing = client.get_experiment_by_name(name)
    if existing is not None:
        return existing
    file = database.file_of(tracking_uri())
    place = None if file is None else Locations(file).of_experiment(name)
    try:
        return client.get_experiment(client.create_experiment(name, artifact_location=place))
    except MlflowException:  # another process has just made it
        existing = client.get_experiment_by_name(name)
        if existing is None:
            raise
        return existing


def check(client: MlflowClient, runs: Sequence[tuple[RunConfig, RunData]]) -> None:
    """Raises InputError, before anything is trained, where runs cannot be kept.

    Their experiment's files belong to another store's folder, or their registered model has
    versions of other labels.
    """
    for name in sorted({experiment_name(config, data.codebook) for config, data in runs}):
        existing = client.get_experiment_by_name(name)
        if existing is not None:
            check_writable(str(existing.artifact_location))
    problems: list[Problem] = []
    for name, codebook in {
        registered_name(config.task, data.codebook.name): data.codebook
        for config, data in runs
        if config.register_model
    }.items():
        try:
            check_labels(client, name, LabelSet.of(codebook), f"codebook {codebook.name}")
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
