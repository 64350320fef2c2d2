"""The leaderboard: all versions with their figures, the best of what can be compared first."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.terminal import Column, Grid
from models.registry.names import is_of_task
from models.registry.references import CHAMPION, SHORT
from models.registry.versions import FIGURE, ROWS, selects
from models.store.connection import all_pages, connect, quoted, store_errors

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.tracking import MlflowClient

AT_ONCE = 200  # runs that are asked for in one query
COLUMNS = (
    Column("model"),
    Column("family", rank=2),
    Column("run", folds=True, least=22),
    Column("dev", right=True),
    Column("test", right=True, rank=1),
    Column("sentences/s", right=True, rank=4),
    Column("MB", right=True, rank=5),
    Column(""),
    Column("run id", rank=3, narrow=lambda run_id: run_id[:SHORT]),
)


@dataclass(frozen=True)
class Listed:
    """A version as `list` shows it.

    Attributes:
        name, version: of the registered model.
        champion: whether it is served.
        run_id, run_name, family: of its run; `(run deleted)` if that is gone.
        select_by: the dev metric that it was chosen by.
        metrics: of its run.
        codebook: name and version.
        dev_rows: how many dev rows it was measured on; empty if the run does not say.
        dev_digest: of those rows.
    """

    name: str
    version: str
    champion: bool
    run_id: str
    run_name: str
    family: str
    select_by: str
    metrics: dict[str, float]
    codebook: str
    dev_rows: str
    dev_digest: str

    @property
    def group(self) -> tuple[str, ...]:
        """Equal for versions whose figures can be compared."""
        return self.name, self.select_by, self.dev_digest

    @property
    def value(self) -> float:
        """The figure that it was chosen by; below all others if its run has none."""
        return self.metrics.get(self.select_by, float("-inf"))


@store_errors()
def versions(name: str | None = None) -> list[Listed]:
    """All versions of one registered model, of a task's, or of all; the best first.

    Versions of one registered model, metric and set of dev rows stand together, the group with the
    champion first: the figures of others are neither better nor worse.
    """
    client = connect()
    listed_versions = []
    for model in all_pages(client.search_registered_models):
        if name is None or is_of_task(model.name, name):
            listed_versions += [
                (version, str(model.aliases.get(CHAMPION)) == str(version.version))
                for version in all_pages(
                    client.search_model_versions, f"name = {quoted(model.name)}"
                )
            ]
    runs = {
        str(run.info.run_id): run
        for run in _runs(
            client, {version.run_id for version, _ in listed_versions if version.run_id}
        )
    }
    listed = [
        _listed(version, champion, runs.get(version.run_id or ""))
        for version, champion in listed_versions
    ]
    served = {row.group for row in listed if row.champion}
    return sorted(
        listed,
        key=lambda row: (
            row.name,
            row.group not in served,
            row.group,
            -row.value,
            -int(row.version),
        ),
    )


def grouped(rows: Iterable[Listed]) -> Iterator[list[Listed]]:
    """The versions that can be compared, in the order of `versions`."""
    for _, group in itertools.groupby(rows, key=lambda row: row.group):
        yield list(group)


def _listed(version: ModelVersion, champion: bool, run: Run | None) -> Listed:
    tags = run.data.tags if run else {}
    codebook = f"{tags.get('codebook', '')} {tags.get('codebook_version', '')}".strip()
    return Listed(
        version.name,
        str(version.version),
        champion,
        version.run_id or "",
        run.info.run_name if run else "(run deleted)",
        tags.get("family", ""),
        selects(run) if run else FIGURE,
        dict(run.data.metrics) if run else {},
        codebook,
        tags.get("dev_rows") or (_dev_rows(run) if run else ""),
        tags.get(ROWS, ""),
    )


def _dev_rows(run: Run) -> str:
    """The number of dev rows, from the run's datasets: older runs have no tag of it."""
    for used in run.inputs.dataset_inputs if run.inputs else ():
        if any(tag.value == "dev" for tag in used.tags) and used.dataset.profile:
            return str(json.loads(used.dataset.profile).get("num_rows", ""))
    return ""


def _runs(client: MlflowClient, ids: set[str]) -> Iterator[Run]:
    """The runs of these ids that there are, those that were deleted in the UI among them."""
    from mlflow.entities import ViewType

    experiments = [
        experiment.experiment_id
        for experiment in all_pages(client.search_experiments, view_type=ViewType.ALL)
    ]
    remaining = sorted(ids)
    while remaining:
        batch, remaining = remaining[:AT_ONCE], remaining[AT_ONCE:]
        yield from all_pages(
            client.search_runs,
            experiments,
            f"attributes.run_id IN ({', '.join(map(quoted, batch))})",
            run_view_type=ViewType.ALL,
        )


def table(rows: Sequence[Listed]) -> Grid:
    """Returns a table of one group of `grouped`; its title says what the figures are of."""
    first, metric = rows[0], rows[0].select_by.removeprefix("dev/")
    codebooks = ", ".join(dict.fromkeys(row.codebook for row in rows if row.codebook))
    of = f"{first.dev_rows} dev rows" if first.dev_rows else "dev rows"
    digest = f" ({first.dev_digest[:8]})" if first.dev_digest else ""
    title = f"{first.name}: {metric} on {of}{digest}" + (
        f", codebook {codebooks}" if codebooks else ""
    )
    return Grid(title, COLUMNS, [_row(row, metric) for row in rows])


def _row(row: Listed, metric: str) -> tuple[str, ...]:
    def figure(key: str, digits: int) -> str:
        return f"{row.metrics[key]:.{digits}f}" if key in row.metrics else "–"

    return (
        f"{row.name}/{row.version}",
        row.family,
        row.run_name,
        figure(row.select_by, 3),
        figure(f"test/{metric}", 3),
        figure("sentences_per_second", 0),
        figure("model_megabytes", 1),
        CHAMPION if row.champion else "",
        row.run_id,
    )
