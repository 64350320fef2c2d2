"""The parent run of several seeds: which runs its figures are the mean of."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.problems import InputError, Problem
from models.store.artifact_names import SEEDS_FILE
from models.store.artifacts import run_file

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.tracking import MlflowClient

KIND = "kind"  # tag of parent runs
SEEDS, SWEEP = "seeds", "sweep"  # its values: the same settings with several seeds, or any others


@dataclass(frozen=True, slots=True)
class SeedRuns:
    """The finished runs of a parent of seeds.

    Attributes:
        name: of the parent.
        children: run ids, in the order of the seeds.
    """

    name: str
    children: tuple[str, ...]


def seeds_of(ref: str, run_id: str) -> SeedRuns | None:
    """Returns the finished seeds of a parent run; None for a run of its own.

    Args:
        ref: as the user named it, for messages.
        run_id: of a run in the store.

    Raises:
        InputError: the parent has no finished seed, or its runs differ in more than the seed.
    """
    from models.store.connection import connect

    client = connect()
    run = client.get_run(run_id)
    kind = run.data.tags.get(KIND)
    if kind == SEEDS:
        return SeedRuns(str(run.info.run_name), _finished(client, ref, run))
    if kind and not (run.outputs and run.outputs.model_outputs):
        best = run.data.tags.get("best_child")
        raise InputError(
            Problem(
                ref,
                "is the parent of runs with different settings, so it has no figure of its own",
                "name one of its runs" + (f"; the best is {best}" if best else ""),
            )
        )
    return None


def _finished(client: MlflowClient, ref: str, run: Run) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        try:
            kept = json.loads(
                run_file(client, run.info.run_id, SEEDS_FILE, scratch).read_text(encoding="utf-8")
            )
        except FileNotFoundError:
            kept = {"runs": []}
    children = tuple(
        str(child["run_id"]) for child in kept["runs"] if child["status"] == "FINISHED"
    )
    if not children:
        raise InputError(
            Problem(
                ref,
                f"is a parent without a finished seed (it is {run.info.status})",
                "wait for it, go on with it (its training command with --resume), or name a "
                "finished run",
            )
        )
    return children
