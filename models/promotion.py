"""Which version is served: promotion by rule, and the log of all promotions."""

from __future__ import annotations

import getpass
import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data.problems import InputError, Problem
from models.resolve import model_id_of
from models.store import connect

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.tracking import MlflowClient

ALIAS = "champion"
LOG_KEY = "promotion/"  # tags of the registered model: the log lies where the models lie


class RefusedError(Exception):
    """A promotion that the rule does not allow; the message gives the figures."""


@dataclass(frozen=True)
class Promotion:
    """One entry of the log.

    Attributes:
        at: UTC, ISO 8601.
        model: registered model.
        version: the new champion.
        replaced: the version before, or empty.
        who: the user's name.
        why: the rule's figures, or the reason given with force.
        forced: whether the rule was overruled.
    """

    at: str
    model: str
    version: str
    replaced: str
    who: str
    why: str
    forced: bool

    def line(self) -> str:
        """The entry as one line."""
        before = f" (before: {self.replaced})" if self.replaced else ""
        return (f"{self.at}  {self.model}/{self.version} is {ALIAS}{before}  "
                f"by {self.who}{', forced' if self.forced else ''}: {self.why}")


def promote(ref: str, *, force: bool = False, why: str = "", who: str = "") -> Promotion:
    """Makes a version the champion of its registered model and returns the log's entry.

    Args:
        ref: a run id, `runs:/RUN`, or `event/3`. A run without a version is registered.
        force: overrule the rule; needs `why`.
        why: the reason.
        who: the user; the login name if empty.

    The rule: the candidate's `select_by` figure is higher than the champion's on the same dev
    rows. Without a champion any version is promoted; the champion itself stays.

    Raises:
        RefusedError: not better, other dev rows, another measure, or champion already.
        InputError: no such run or version, or force without a reason.
    """
    if force and not why.strip():
        raise InputError(Problem("--force", "has no reason", 'say why: --why "…"'))
    client = connect()
    version = _version(client, ref)
    champion = champion_of(client, version.name)
    reason = why
    if not force:
        reason = _judge(client, version, champion)
    entry = Promotion(
        datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), version.name, str(version.version),
        str(champion.version) if champion else "", who or _user(), reason, force)
    client.set_registered_model_alias(version.name, ALIAS, str(version.version))
    client.set_model_version_tag(version.name, str(version.version), "promoted", entry.line())
    client.set_registered_model_tag(version.name, f"{LOG_KEY}{entry.at}",
                                    json.dumps(asdict(entry), ensure_ascii=False))
    return entry


def champion_of(client: MlflowClient, name: str) -> ModelVersion | None:
    """The version under the alias, or None."""
    from mlflow.exceptions import MlflowException

    try:
        return client.get_model_version_by_alias(name, ALIAS)
    except MlflowException:
        return None


def history(name: str | None = None) -> list[Promotion]:
    """All promotions, of one registered model or of all, the oldest first."""
    client = connect()
    models = [model for model in client.search_registered_models()
              if name in (None, model.name)]
    return sorted((Promotion(**json.loads(value)) for model in models
                   for key, value in model.tags.items() if key.startswith(LOG_KEY)),
                  key=lambda entry: entry.at)


@dataclass(frozen=True)
class Listed:
    """A version as `list` shows it."""

    name: str
    version: str
    champion: bool
    run_id: str
    run_name: str
    family: str
    select_by: str
    metrics: dict[str, float]
    data: str


def versions(name: str | None = None) -> list[Listed]:
    """All versions of one registered model or of all; the best by its dev figure first."""
    client = connect()
    listed = []
    for model in client.search_registered_models():
        if name not in (None, model.name):
            continue
        champion = champion_of(client, model.name)
        for version in client.search_model_versions(f"name = '{model.name}'"):
            run = _run(client, version.run_id)
            select = run.data.params.get("select_by", "dev/macro_f1") if run else "dev/macro_f1"
            listed.append(Listed(
                model.name, str(version.version),
                champion is not None and str(champion.version) == str(version.version),
                version.run_id or "", run.info.run_name if run else "(run deleted)",
                run.data.tags.get("family", "") if run else "", select,
                dict(run.data.metrics) if run else {},
                run.data.tags.get("data_digest", "")[:8] if run else ""))
    return sorted(listed, key=lambda row: (row.name, -row.metrics.get(row.select_by, -1.0)))


def _judge(client: MlflowClient, version: ModelVersion, champion: ModelVersion | None) -> str:
    """The reason to promote; raises RefusedError with the reason against it."""
    run = _run(client, version.run_id)
    if run is None:
        raise RefusedError(f"{version.name}/{version.version}: its run is gone, so is its figure")
    select = run.data.params.get("select_by", "dev/macro_f1")
    value = run.data.metrics.get(select)
    if value is None:
        raise RefusedError(f"{version.name}/{version.version}: its run has no {select}")
    if champion is None:
        return f"first {ALIAS}, {select} {value:.4f}"
    label = f"{version.name}/{champion.version}"
    if str(champion.version) == str(version.version):
        raise RefusedError(f"{label} is {ALIAS} already ({select} {value:.4f})")
    before = _run(client, champion.run_id)
    if before is None or select not in before.data.metrics:
        raise RefusedError(f"{ALIAS} {label} has no {select} to compare with; --force overrules")
    if before.data.tags.get("dev_digest") != run.data.tags.get("dev_digest"):
        raise RefusedError(
            f"{version.name}/{version.version} ({select} {value:.4f}) and {ALIAS} {label} "
            f"({before.data.metrics[select]:.4f}) were measured on different dev rows; train "
            "both on the same split, or --force")
    standing = before.data.metrics[select]
    if value <= standing:
        raise RefusedError(f"{version.name}/{version.version} is not better: {select} {value:.4f}, "
                      f"{ALIAS} {label} has {standing:.4f}; --force overrules")
    return f"{select} {value:.4f} > {standing:.4f} of version {champion.version}"


def _version(client: MlflowClient, ref: str) -> ModelVersion:
    from mlflow.exceptions import MlflowException

    named = re.fullmatch(r"(?:models:/)?([\w.-]+)/(\d+)", ref)
    if named:
        try:
            return client.get_model_version(named[1], named[2])
        except MlflowException as error:
            raise InputError(Problem(ref, "no such version", "python -m models list shows them")
                             ) from error
    run_id = ref.removeprefix("runs:/").removesuffix("/model")
    if not re.fullmatch(r"[0-9a-f]{32}", run_id):
        raise InputError(Problem(ref, "names no run or version",
                                 "expected a run id of 32 hex digits, or NAME/VERSION"))
    model_id = model_id_of(client, run_id)
    existing = list(client.search_model_versions(f"run_id = '{run_id}'"))
    if existing:
        return existing[0]
    task = client.get_run(run_id).data.tags.get("task", "")
    return register(client, task, run_id, model_id)


def register(client: MlflowClient, name: str, run_id: str, model_id: str) -> ModelVersion:
    """Makes a run's logged model the next version of registered model `name`."""
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    return client.create_model_version(name, source=f"models:/{model_id}", run_id=run_id,
                                       model_id=model_id)


def _run(client: MlflowClient, run_id: str | None) -> Any:
    from mlflow.exceptions import MlflowException

    try:
        return client.get_run(run_id) if run_id else None
    except MlflowException:
        return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container user without a name
        return "unknown"
