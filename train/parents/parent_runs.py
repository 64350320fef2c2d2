"""Parent runs: several seeds of one configuration, or all the runs of a sweep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.problems import InputError, Problem
from evaluation.comparing.seed_runs import KIND
from train.config import Plan, RunConfig
from train.rows import RunData
from train.tracking.checkpoint import reason
from train.tracking.destination import experiment_name
from train.tracking.origin import parameters, run_tags
from train.tracking.tracked_run import Tracked

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

GROUP = "group_digest"  # tag: the runs that a parent stands for
CHILDREN = "children"  # tag: the finished runs that its figures are of
PARENT = "mlflow.parentRunId"


@dataclass(frozen=True)
class Planned:
    """One run to be: what varies as `key=value` text, its configuration and its data."""

    varied: str
    config: RunConfig
    data: RunData

    @property
    def recipe(self) -> str:
        """Equal for runs that differ in nothing but the seed."""
        content = {**self.config.resolved(), "seed": None}
        return json.dumps([content, self.data.identity], sort_keys=True)


@dataclass(frozen=True)
class Parent:
    """A parent run.

    Attributes:
        track: the run; without id while the store does not answer.
        runs: what it stands for.
        reopened: the parent of an earlier command with the same runs is gone on with.
    """

    track: Tracked
    runs: Sequence[Planned]
    reopened: bool = False

    @property
    def name(self) -> str:
        """Readable."""
        return self.track.name

    @property
    def run_id(self) -> str:
        """In MLflow."""
        return self.track.run_id


@dataclass(frozen=True)
class Child:
    """How a child run ended: `run_id` is empty and `error` says why if it failed."""

    name: str
    seed: int
    run_id: str
    metrics: Mapping[str, float]
    error: str = ""


def check_apart(plan: Plan) -> None:
    """Raises InputError where a plan has the same run twice: two equal seeds are not two."""
    seen: dict[str, str] = {}
    for varied, config in plan.runs:
        if config.digest in seen:
            raise InputError(
                Problem(
                    f"{plan.path}: {varied}",
                    "is the same run a second time",
                    "name each value once",
                )
            )
        seen[config.digest] = varied


def by_recipe(runs: Sequence[Planned]) -> list[list[Planned]]:
    """Returns the runs in groups that differ in nothing but the seed, in order of appearance."""
    groups: dict[str, list[Planned]] = {}
    for planned in runs:
        groups.setdefault(planned.recipe, []).append(planned)
    return list(groups.values())


@contextmanager
def opened(
    client: MlflowClient,
    kind: str,
    name: str,
    runs: Sequence[Planned],
    above: Parent | None,
    go_on: bool,
    say: Callable[[str], None],
) -> Iterator[Parent]:
    """Opens a parent run, or goes on with the newest one of the same runs; the caller ends it.

    A store that fails here stops nothing: the children are trained, and the parent is opened when
    they are told of. An exception ends it as FAILED, Ctrl-C as KILLED, and passes through.

    Args:
        client: of the store.
        kind: `seeds` or `sweep`.
        name: of the run.
        runs: that it will stand for.
        above: the parent of the parent.
        go_on: look for one of an earlier command.
        say: receives a line if there is none, or if it cannot be opened.
    """
    track = _track(client, kind, name, runs, above)
    what = f"{runs[0].config.task}: {name}"
    try:
        if go_on:
            track.run_id = _before(client, track.experiment, kind, _digest(runs))
            if not track.run_id:
                say(f"{what}: the store has no parent of the same runs, so a new one is made")
        reopened = bool(track.run_id)
        track.open()
    except Exception as error:
        reopened = False
        say(
            f"{what}: the parent run could not be opened ({reason(error)}); it is opened when "
            "its runs are trained"
        )
    status = "FAILED"
    try:
        yield Parent(track, runs, reopened)
        status = ""
    except KeyboardInterrupt:
        status = "KILLED"
        raise
    finally:
        if status and track.run_id:
            with suppress(Exception):  # what went wrong before is what counts
                track.end(status)


def _track(
    client: MlflowClient, kind: str, name: str, runs: Sequence[Planned], above: Parent | None
) -> Tracked:
    """The parent run, not opened yet: with the tags and parameters that all its runs have."""
    tags = _shared(
        [
            run_tags(planned.config, planned.data, above.run_id if above else None)
            for planned in runs
        ]
    )
    tags |= {
        KIND: kind,
        GROUP: _digest(runs),
        "seeds": " ".join(dict.fromkeys(str(planned.config.seed) for planned in runs)),
    }
    return Tracked(
        client,
        experiment_name(runs[0].config, runs[0].data.codebook),
        name,
        {key: value for key, value in tags.items() if key not in ("seed", "config_digest")},
        _shared([parameters(planned.config, planned.data) for planned in runs]),
    )


def _digest(runs: Sequence[Planned]) -> str:
    """Sha256 (12 hex digits) of what the runs are, in any order."""
    return hashlib.sha256(
        "".join(
            sorted(f"{planned.config.digest}-{planned.data.identity}\n" for planned in runs)
        ).encode()
    ).hexdigest()[:12]


def _before(client: MlflowClient, experiment: str, kind: str, digest: str) -> str:
    """The newest parent of the same runs, or an empty string."""
    known_experiment = client.get_experiment_by_name(experiment)
    parents = (
        client.search_runs(
            [known_experiment.experiment_id],
            f"tags.{GROUP} = '{digest}' and tags.{KIND} = '{kind}'",
            order_by=["attributes.start_time DESC"],
            max_results=1,
        )
        if known_experiment
        else []
    )
    return str(parents[0].info.run_id) if parents else ""


def _shared(mappings: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What all have: so that a parent lines up with single runs."""
    return {
        key: value
        for key, value in mappings[0].items()
        if all(mapping.get(key) == value for mapping in mappings)
    }


def adopt(client: MlflowClient, run_ids: Iterable[str], parent: str) -> None:
    """Puts runs that were trained on their own under a parent; one that has a parent keeps it."""
    for run_id in run_ids:
        if PARENT not in client.get_run(run_id).data.tags:
            client.set_tag(run_id, PARENT, parent)
            client.set_tag(run_id, "parent", parent)
