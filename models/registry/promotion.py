"""Which version is served: promotion by rule, and the log of all promotions."""

from __future__ import annotations

import getpass
import json
import shlex
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from data.codebook import TASKS
from data.problems import InputError, Problem
from models.registry.names import is_of_task, labels_of_run
from models.registry.promotion_lock import ClaimedError, claimed
from models.registry.references import CHAMPION
from models.registry.versions import manifest_now, resolve_version, run_or_none, selects
from models.store.artifact_names import MANIFEST
from models.store.connection import all_pages, connect, is_missing, store_errors
from models.store.errors import StoreError

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.tracking import MlflowClient

LOG_KEY = "promotion/"  # tags of the registered model: the log lies where the models lie
NOTED, REFUSED = "Promoted ", "Refused "  # how paragraphs of a version's description begin

# (the candidate's run, the champion's run, the metric that selects) -> why the candidate is to be
# the champion; raises RefusedError with what stands against it.
PromotionRule = Callable[[str, str, str], str]


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
        manifest: sha256 of the model's model.json; empty in the entries of older programs.
        now: what somebody else made champion while this was written down; not in the log.
    """

    at: str
    model: str
    version: str
    replaced: str
    who: str
    why: str
    forced: bool
    manifest: str = ""
    now: str | None = None

    def line(self) -> str:
        """The entry as one line."""
        before = f" (before: {self.replaced})" if self.replaced else ""
        after = (
            ""
            if self.now is None
            else (
                f"; but then somebody else set {CHAMPION} to {self.now}, past this command: look "
                "(eventstance models list), and promote again"
            )
        )
        return (
            f"{self.at}  {self.model}/{self.version} is {CHAMPION}{before}  "
            f"by {self.who}{', forced' if self.forced else ''}: {self.why}{after}"
        )

    def usage(self) -> str:
        """How the champion of another codebook than the task's own is labelled with; or empty."""
        task = next((task for task in TASKS if is_of_task(self.model, task)), "")
        return (
            ""
            if self.model == task or not task
            else (
                f"label with it: eventstance predict FILE --out FILE --{task}-model "
                f"{shlex.quote(f'{self.model}@{CHAMPION}')}"
            )
        )


@store_errors()
def promote(
    ref: str, rule: PromotionRule, *, force: bool = False, why: str = "", who: str = ""
) -> Promotion:
    """Makes a version the champion of its registered model and returns the log's entry.

    Args:
        ref: a run id, `runs:/RUN`, or `event/3`. A run without a version is registered; of a
            parent run the best child is taken.
        rule: decides between candidate and champion, as `comparing.promotion_rule` does.
        force: overrule it; needs `why`.
        why: the reason.
        who: the user; the login name if empty.

    Without a champion any version with a figure is promoted; the champion itself stays. A refusal
    is noted on the version. Labels other than the champion's are refused without force. Once the
    alias is set the promotion counts: what then happens is told in the entry.

    Raises:
        RefusedError: the rule is against it, there is nothing to judge by, it is champion
            already, or somebody else promotes at the same time.
        InputError: no such run or version, or force without a reason.
    """
    if force and not why.strip():
        raise InputError(Problem("--force", "has no reason", 'say why: --why "…"'))
    client, who = connect(), who or _user()
    version, choice = resolve_version(client, ref)
    try:
        with claimed(client, version.name, who):
            champion = champion_of(client, version.name)
            reason = why if force else _decided(client, version, champion, rule, who)
            return _set_champion(
                client,
                version,
                champion,
                Promotion(
                    _now(),
                    version.name,
                    str(version.version),
                    str(champion.version) if champion else "",
                    who,
                    reason + choice,
                    force,
                    version.tags.get(MANIFEST) or manifest_now(f"{version.name}/{version.version}"),
                ),
            )
    except ClaimedError as error:
        raise RefusedError(f"{error}; try again when it is done") from error


def _set_champion(
    client: MlflowClient, version: ModelVersion, champion: ModelVersion | None, entry: Promotion
) -> Promotion:
    """Sets the alias and writes the log, unless the champion is no more the one judged against."""
    before = str(champion.version) if champion else None
    if (served := _version_served(client, entry.model)) != before:
        raise RefusedError(
            f"while {entry.model}/{entry.version} was judged, somebody else set {CHAMPION} to "
            f"{_named(entry.model, served)}, past this command; look (eventstance models list), "
            "and promote again"
        )
    if not version.tags.get(MANIFEST) and entry.manifest:
        client.set_model_version_tag(version.name, entry.version, MANIFEST, entry.manifest)
    client.set_registered_model_alias(version.name, CHAMPION, entry.version)
    try:
        fields = {key: value for key, value in asdict(entry).items() if value is not None}
        client.set_registered_model_tag(
            version.name, f"{LOG_KEY}{entry.at}", json.dumps(fields, ensure_ascii=False)
        )
        client.set_model_version_tag(version.name, entry.version, "promoted", entry.line())
        note(
            client,
            entry.model,
            entry.version,
            NOTED,
            f"{NOTED}{entry.at[:10]} by {entry.who}"
            f"{', forced' if entry.forced else ''}: {entry.why}",
        )
        served = _version_served(client, entry.model)
    except Exception as error:  # the promotion itself is done, and must not seem refused
        raise StoreError(
            Problem(
                f"{entry.model}/{entry.version}",
                f"is {CHAMPION} now, but that could not be written "
                f"into the log of promotions ({type(error).__name__}: {str(error)[:200]})",
                "see that the store is well; eventstance models list shows what is served",
            )
        ) from error
    return entry if served == entry.version else replace(entry, now=_named(entry.model, served))


def _version_served(client: MlflowClient, name: str) -> str | None:
    """The version under the alias, or None."""
    now = champion_of(client, name)
    return str(now.version) if now else None


def _named(name: str, version: str | None) -> str:
    return "nothing" if version is None else f"{name}/{version}"


def note(client: MlflowClient, name: str, version: str, start: str, text: str) -> None:
    """Puts a paragraph first in a version's description, in place of the one with that start."""
    before = client.get_model_version(name, version).description or ""
    paragraphs = [part for part in before.split("\n\n") if part and not part.startswith(start)]
    client.update_model_version(name, version, description="\n\n".join([text, *paragraphs]))


def champion_of(client: MlflowClient, name: str) -> ModelVersion | None:
    """The version under the alias, or None."""
    from mlflow.exceptions import MlflowException

    try:
        return client.get_model_version_by_alias(name, CHAMPION)
    except MlflowException as error:
        if not is_missing(error):
            raise  # a server that fails is no store without a champion
        return None


@store_errors()
def history(name: str | None = None) -> list[Promotion]:
    """All promotions, of one registered model, of a task's, or of all, the oldest first."""
    client = connect()
    models = [
        model
        for model in all_pages(client.search_registered_models)
        if name is None or is_of_task(model.name, name)
    ]
    return sorted(
        (
            Promotion(**json.loads(value))
            for model in models
            for key, value in model.tags.items()
            if key.startswith(LOG_KEY)
        ),
        key=lambda entry: entry.at,
    )


def _decided(
    client: MlflowClient,
    version: ModelVersion,
    champion: ModelVersion | None,
    rule: PromotionRule,
    who: str,
) -> str:
    """The reason to promote; a refusal is noted on the version, with its figures, and raised."""
    name, number = version.name, str(version.version)
    if champion is not None and str(champion.version) == number:
        raise RefusedError(f"{name}/{number} is {CHAMPION} already")
    try:
        return _reason(client, version, champion, rule)
    except RefusedError as error:
        at = _now()
        client.set_model_version_tag(name, number, "refused", f"{at}  asked by {who}: {error}")
        note(client, name, number, REFUSED, f"{REFUSED}{at[:10]}, asked by {who}: {error}")
        raise RefusedError(
            f'{error}; eventstance models promote {name}/{number} --force --why "…" overrules'
        ) from error


def _reason(
    client: MlflowClient, version: ModelVersion, champion: ModelVersion | None, rule: PromotionRule
) -> str:
    """The reason to promote; raises RefusedError with what stands against it."""
    label = f"{version.name}/{version.version}"
    run = run_or_none(client, version.run_id)
    if run is None:
        raise RefusedError(f"{label}: its run is gone, so are its figures")
    select = selects(run)
    value = run.data.metrics.get(select)
    if value is None:
        raise RefusedError(f"{label}: its run has no {select}")
    if champion is None:
        low, high = (run.data.metrics.get(f"{select}_{side}") for side in ("low", "high"))
        spread = "" if low is None or high is None else f" [{low:.4f}, {high:.4f}]"
        return f"first {CHAMPION}, {select} {value:.4f}{spread}"
    standing = f"{CHAMPION} {version.name}/{champion.version}"
    champion_run = run_or_none(client, champion.run_id)
    if champion_run is None:
        raise RefusedError(f"{standing}: its run is gone, so are its figures")
    labels = [labels_of_run(client, compared.info.run_id) for compared in (run, champion_run)]
    if labels[0] and labels[1] and (differences := labels[0].differences(labels[1])):
        raise RefusedError(
            f"{label} has other labels than {standing} ({differences}): their figures cannot be "
            "compared; give the changed codebook a name of its own, and train again"
        )
    try:
        reason = rule(run.info.run_id, champion_run.info.run_id, select)
    except RefusedError as error:
        served = champion_run.data.metrics.get(select)
        raise RefusedError(
            f"{label} ({select} {value:.4f}) does not replace {standing} "
            f"({f'no {select}' if served is None else f'{served:.4f}'}): {error}"
        ) from error
    select_before = selects(champion_run)
    return (
        reason
        if select_before == select
        else f"{reason} (the champion before was chosen by {select_before})"
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container user without a name
        return "unknown"
