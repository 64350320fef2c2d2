"""Which version is served: promotion by rule, and the log of all promotions."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from data.problems import InputError, Problem
from models.claims import ClaimedError, claimed
from models.store import connect
from models.versions import run_or_none, version_meant

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.tracking import MlflowClient

ALIAS = "champion"
LOG_KEY = "promotion/"  # tags of the registered model: the log lies where the models lie
NOTED, REFUSED = "Promoted ", "Refused "  # how paragraphs of a version's description begin

# (the candidate's run, the champion's run, the metric that selects) -> why the candidate is to be
# the champion; raises RefusedError with what stands against it.
Judge = Callable[[str, str, str], str]


class RefusedError(Exception):
    """A promotion that the rule does not allow; the message gives the figures.

    Attributes:
        code: what command lines exit with, apart from 1 (a run failed) and 2 (bad input).
    """

    code = 3


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


def promote(ref: str, judge: Judge, *, force: bool = False, why: str = "",
            who: str = "") -> Promotion:
    """Makes a version the champion of its registered model and returns the log's entry.

    Args:
        ref: a run id, `runs:/RUN`, or `event/3`. A run without a version is registered; of a
            parent run the best child is taken.
        judge: decides between candidate and champion, as `evaluation.judge` does.
        force: overrule the judge; needs `why`.
        why: the reason.
        who: the user; the login name if empty.

    Without a champion any version with a figure is promoted; the champion itself stays. A refusal
    is noted on the version.

    Raises:
        RefusedError: the judge is against it, there is nothing to judge by, it is champion
            already, or somebody else promotes at the same time.
        InputError: no such run or version, or force without a reason.
    """
    if force and not why.strip():
        raise InputError(Problem("--force", "has no reason", 'say why: --why "…"'))
    client, who = connect(), who or _user()
    version, chosen = version_meant(client, ref)
    try:
        with claimed(client, version.name, who):
            champion = champion_of(client, version.name)
            reason = why if force else _decided(client, version, champion, judge, who)
            return _crowned(client, version, champion, Promotion(
                _now(), version.name, str(version.version),
                str(champion.version) if champion else "", who, reason + chosen, force))
    except ClaimedError as error:
        raise RefusedError(f"{error}; try again when it is done") from error


def _crowned(client: MlflowClient, version: ModelVersion, champion: ModelVersion | None,
             entry: Promotion) -> Promotion:
    """Sets the alias and writes the log, unless the champion is no more the one judged against."""
    _unmoved(client, entry, champion.version if champion else None)
    client.set_registered_model_alias(version.name, ALIAS, entry.version)
    client.set_model_version_tag(version.name, entry.version, "promoted", entry.line())
    client.set_registered_model_tag(version.name, f"{LOG_KEY}{entry.at}",
                                    json.dumps(asdict(entry), ensure_ascii=False))
    note(client, entry.model, entry.version, NOTED,
         f"{NOTED}{entry.at[:10]} by {entry.who}{', forced' if entry.forced else ''}: {entry.why}")
    _unmoved(client, entry, entry.version)
    return entry


def _unmoved(client: MlflowClient, entry: Promotion, expected: str | None) -> None:
    """Raises RefusedError if the alias is not where it should be: it was set past `promote`."""
    now = champion_of(client, entry.model)
    stands = str(now.version) if now else None
    if stands != (None if expected is None else str(expected)):
        raise RefusedError(
            f"while {entry.model}/{entry.version} was promoted, somebody else set {ALIAS} to "
            f"{'nothing' if stands is None else f'{entry.model}/{stands}'}, past this command; "
            "look (python -m models list), and promote again")


def note(client: MlflowClient, name: str, version: str, start: str, text: str) -> None:
    """Puts a paragraph first in a version's description, in place of the one with that start."""
    before = client.get_model_version(name, version).description or ""
    others = [part for part in before.split("\n\n") if part and not part.startswith(start)]
    client.update_model_version(name, version, description="\n\n".join([text, *others]))


def champion_of(client: MlflowClient, name: str) -> ModelVersion | None:
    """The version under the alias, or None."""
    from mlflow.exceptions import MlflowException

    try:
        return client.get_model_version_by_alias(name, ALIAS)
    except MlflowException as error:
        if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise  # a server that fails is no store without a champion
        return None


def history(name: str | None = None) -> list[Promotion]:
    """All promotions, of one registered model or of all, the oldest first."""
    client = connect()
    models = [model for model in client.search_registered_models()
              if name in (None, model.name)]
    return sorted((Promotion(**json.loads(value)) for model in models
                   for key, value in model.tags.items() if key.startswith(LOG_KEY)),
                  key=lambda entry: entry.at)


def _decided(client: MlflowClient, version: ModelVersion, champion: ModelVersion | None,
             judge: Judge, who: str) -> str:
    """The reason to promote; a refusal is noted on the version, with its figures, and raised."""
    name, number = version.name, str(version.version)
    if champion is not None and str(champion.version) == number:
        raise RefusedError(f"{name}/{number} is {ALIAS} already")
    try:
        return _reason(client, version, champion, judge)
    except RefusedError as error:
        at = _now()
        client.set_model_version_tag(name, number, "refused", f"{at}  asked by {who}: {error}")
        note(client, name, number, REFUSED, f"{REFUSED}{at[:10]}, asked by {who}: {error}")
        raise RefusedError(f"{error}; python -m models promote {name}/{number} --force "
                           '--why "…" overrules') from error


def _reason(client: MlflowClient, version: ModelVersion, champion: ModelVersion | None,
            judge: Judge) -> str:
    """The reason to promote; raises RefusedError with what stands against it."""
    label = f"{version.name}/{version.version}"
    run = run_or_none(client, version.run_id)
    if run is None:
        raise RefusedError(f"{label}: its run is gone, so are its figures")
    select = run.data.params.get("select_by", "dev/macro_f1")
    value = run.data.metrics.get(select)
    if value is None:
        raise RefusedError(f"{label}: its run has no {select}")
    if champion is None:
        low, high = (run.data.metrics.get(f"{select}_{side}") for side in ("low", "high"))
        spread = "" if low is None or high is None else f" [{low:.4f}, {high:.4f}]"
        return f"first {ALIAS}, {select} {value:.4f}{spread}"
    standing = f"{ALIAS} {version.name}/{champion.version}"
    before = run_or_none(client, champion.run_id)
    if before is None:
        raise RefusedError(f"{standing}: its run is gone, so are its figures")
    try:
        reason = judge(run.info.run_id, before.info.run_id, select)
    except RefusedError as error:
        stands = before.data.metrics.get(select)
        raise RefusedError(
            f"{label} ({select} {value:.4f}) does not replace {standing} "
            f"({f'no {select}' if stands is None else f'{stands:.4f}'}): {error}") from error
    other = before.data.params.get("select_by", select)
    return reason if other == select else f"{reason} (the champion before was chosen by {other})"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container user without a name
        return "unknown"
