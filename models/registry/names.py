"""The registered model that runs of a codebook belong to, and the labels that it is of.

Runs of different labels never compete: each codebook has a registered model and an experiment.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import yaml

from data.codebook import Codebook
from data.problems import InputError, Problem
from models.store.artifact_names import CODEBOOK
from models.store.artifacts import run_file
from models.store.connection import is_missing, quoted

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

LABELS = "labels"  # tag of a registered model: what LabelSet.text gives
MOST = 5_000  # characters of a tag that every database keeps


def is_of_task(name: str, task: str) -> bool:
    """Whether a registered model of that name is one of the task, with whatever codebook."""
    return name == task or name.startswith(f"{task}-")


def registered_name(task: str, codebook: str) -> str:
    """The registered model, and experiment, of a task's codebook of that name.

    That of the codebook named as the task is the task's; of `mine` it is `event-mine`.
    """
    slug = (
        re.sub(r"[^\w.-]+", "-", codebook).strip("-.") or sha256(codebook.encode()).hexdigest()[:8]
    )
    return slug if slug == task or slug.startswith(f"{task}-") else f"{task}-{slug}"


@dataclass(frozen=True)
class LabelSet:
    """The labels that a model chooses among, whatever their order and meaning."""

    names: frozenset[str]
    multilabel: bool

    @classmethod
    def of(cls, codebook: Codebook) -> LabelSet:
        """That of a codebook."""
        return cls(frozenset(codebook.names), codebook.multilabel)

    @property
    def text(self) -> str:
        """As a tag holds it."""
        return json.dumps(
            {"several": self.multilabel, "names": sorted(self.names)}, ensure_ascii=False
        )

    @classmethod
    def parse(cls, text: str) -> LabelSet:
        """From `text`."""
        content = json.loads(text)
        return cls(frozenset(content["names"]), bool(content["several"]))

    def differences(self, other: LabelSet, most: int = 5) -> str:
        """What this set has that the other lacks, and the reverse; empty if they are equal."""
        parts = [
            f"{what} {', '.join(sorted(names)[:most])}"
            + (f" and {len(names) - most} more" if len(names) > most else "")
            for what, names in (
                ("only here:", self.names - other.names),
                ("lacking here:", other.names - self.names),
            )
            if names
        ]
        if self.multilabel != other.multilabel:
            parts.append(
                "a row has "
                + (
                    "several labels here, one there"
                    if self.multilabel
                    else "one label here, several there"
                )
            )
        return "; ".join(parts)


def labels_of_run(client: MlflowClient, run_id: str) -> LabelSet | None:
    """The labels that a run was trained for, from the codebook it holds; None without one."""
    try:
        with TemporaryDirectory(prefix="eventstance-") as scratch:
            content = yaml.safe_load(
                run_file(client, run_id, CODEBOOK, scratch).read_text(encoding="utf-8")
            )
        return LabelSet.of(Codebook.model_validate(content))
    except (OSError, ValueError):  # it holds none, or none of ours
        return None


def labels_of_model(client: MlflowClient, name: str) -> LabelSet | None:
    """The labels of a registered model: by its tag, else its newest version's; None without."""
    from mlflow.exceptions import MlflowException

    try:
        text = client.get_registered_model(name).tags.get(LABELS)
    except MlflowException as error:
        if is_missing(error):
            return None
        raise
    if text:
        return LabelSet.parse(text)
    for version in client.search_model_versions(f"name = {quoted(name)}", max_results=1):
        return labels_of_run(client, version.run_id) if version.run_id else None
    return None


def check_labels(client: MlflowClient, name: str, labels: LabelSet, where: str) -> None:
    """Raises InputError where a registered model's versions are of other labels than these."""
    registered = labels_of_model(client, name)
    if registered is not None and (differences := labels.differences(registered)):
        raise InputError(
            Problem(
                where,
                f"its codebook has other labels than the versions of registered model '{name}' "
                f"({differences})",
                "their figures cannot be compared: give the changed codebook a name of "
                "its own (name: …), or set register=false",
            )
        )


def note_labels(client: MlflowClient, name: str, labels: LabelSet) -> None:
    """Writes down the labels of a registered model."""
    if len(labels.text) <= MOST:
        client.set_registered_model_tag(name, LABELS, labels.text)
