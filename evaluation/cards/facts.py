"""What is known of a model: its folder, its run and what that keeps, its version and promotion."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from data.codebook import Codebook
from data.fields import HELD_OUT
from data.files import Row
from data.paths import ROOT
from evaluation.comparing.seed_runs import KIND, SEEDS
from evaluation.predictions import read_predictions
from models.store.artifact_names import (
    CODEBOOK,
    CONFIG,
    DATA_FACTS,
    ENVIRONMENT,
    METRICS,
    PREDICTIONS,
    SLICES,
    SPLIT,
    SPLIT_TEXT,
)
from models.store.artifacts import run_file

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.tracking import MlflowClient

    from models.registry.promotion import Promotion

FILES = (
    CONFIG,
    CODEBOOK,
    METRICS,
    DATA_FACTS,
    SPLIT,
    SPLIT_TEXT,
    ENVIRONMENT,
    *(f"{part}/{name}" for part in HELD_OUT for name in (PREDICTIONS, SLICES)),
)
CORPUS = ROOT / "data" / "corpus"


@dataclass(frozen=True)
class CardFacts:
    """A model and all that its run and version hold.

    Attributes:
        ref: as given.
        name: `event/3`, the run's name, or the folder's.
        folder: of the portable model.
        meta: its `model.json`.
        run: that made it; None for a folder.
        seeds: the parent run, if that stands for several seeds.
        kept: the run's artifacts, as far as they are there: path to local file.
        promoted: the version's promotions, the newest first.
        champion: whether it is the champion now.
    """

    ref: str
    name: str
    folder: Path
    meta: dict[str, Any]
    run: Run | None
    seeds: Run | None
    kept: dict[str, Path]
    promoted: list[Promotion]
    champion: bool

    @cached_property
    def codebook(self) -> Codebook:
        """The codebook it was trained for."""
        return Codebook.model_validate(self.meta["codebook"])

    @property
    def metrics(self) -> dict[str, float]:
        """All figures of its run."""
        return (self.kept_json(METRICS) or {}) | (self.run.data.metrics if self.run else {})

    @property
    def tags(self) -> dict[str, str]:
        """The tags of its run."""
        return dict(self.run.data.tags) if self.run else {}

    def kept_json(self, path: str) -> Any:
        """The content of a JSON or YAML artifact; None where the run holds none."""
        if path not in self.kept:
            return None
        text = self.kept[path].read_text(encoding="utf-8")
        return yaml.safe_load(text) if path.endswith(".yaml") else json.loads(text)

    def predictions(self, part: str) -> list[Row]:
        """What the run kept of the rows of a part; none where it kept nothing."""
        name = f"{part}/{PREDICTIONS}"
        path = self.kept.get(name)
        return read_predictions(path, self.codebook, f"{self.ref}: {name}") if path else []

    @cached_property
    def of_corpus(self) -> list[str]:
        """The data files of the run that are those of the packaged corpus, by their content."""
        files = (self.kept_json(ENVIRONMENT) or {}).get("files", {})
        own = {
            hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in CORPUS.glob("*.jsonl")
        }
        return [name for name, digest in files.items() if digest in own]


@contextmanager
def card_facts(ref: str) -> Iterator[CardFacts]:
    """Gathers what is known of a model; the artifacts are there while the block runs.

    Raises:
        InputError: there is no such model, or it was not saved by this project.
    """
    from models.registry.resolve import locate, run_of

    located = locate(ref)
    meta = json.loads((located.folder / "model.json").read_text(encoding="utf-8"))
    run_id = run_of(ref)
    if run_id is None:
        yield CardFacts(ref, located.name, located.folder, meta, None, None, {}, [], False)
        return
    from models.registry.promotion import champion_of, history
    from models.registry.versions import run_or_none, version_of_run
    from models.store.connection import connect

    client = connect()
    run = client.get_run(run_id)
    version = version_of_run(client, run_id)
    champion = champion_of(client, version.name) if version else None
    parent = run_or_none(client, run.data.tags.get("mlflow.parentRunId"))
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        yield CardFacts(
            ref,
            f"{version.name}/{version.version}" if version else located.name,
            located.folder,
            meta,
            run,
            parent if parent and parent.data.tags.get(KIND) == SEEDS else None,
            _artifacts(client, run_id, scratch),
            [
                entry
                for entry in reversed(history(version.name))
                if entry.version == str(version.version)
            ]
            if version
            else [],
            bool(version and champion and str(champion.version) == str(version.version)),
        )


def _artifacts(client: MlflowClient, run_id: str, scratch: str) -> dict[str, Path]:
    kept = {}
    for path in FILES:
        try:
            kept[path] = run_file(client, run_id, path, scratch)
        except FileNotFoundError:
            continue  # an older run, no test rows, or none of it left: the card says less
    return kept
