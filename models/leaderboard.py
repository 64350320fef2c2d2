"""All versions of the registered models with their figures, the best first."""

from __future__ import annotations

from dataclasses import dataclass

from models.promotion import champion_of
from models.store import connect
from models.versions import run_or_none


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
            run = run_or_none(client, version.run_id)
            select = run.data.params.get("select_by", "dev/macro_f1") if run else "dev/macro_f1"
            listed.append(Listed(
                model.name, str(version.version),
                champion is not None and str(champion.version) == str(version.version),
                version.run_id or "", run.info.run_name if run else "(run deleted)",
                run.data.tags.get("family", "") if run else "", select,
                dict(run.data.metrics) if run else {},
                run.data.tags.get("data_digest", "")[:8] if run else ""))
    return sorted(listed, key=lambda row: (row.name, -row.metrics.get(row.select_by, -1.0)))
