"""The models of a comparison: what each of them said of the same rows."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.codebook import Codebook, load_codebook
from data.files import Row
from data.problems import InputError, Problem
from data.rows import labelled
from data.table import load_rows
from evaluation.collapse import collapsed, renamed
from evaluation.predictions import (
    CODEBOOK,
    PREDICTIONS,
    aligned_rows,
    labels_in,
    predictions,
    read_predictions,
)
from evaluation.score import predicted


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model and its predictions, in the order of the rows that all candidates share.

    Attributes:
        ref: as given.
        name: short and unlike the others'.
        run_id: the run that made it; empty for a folder.
        rows: as `evaluation.predictions.predictions` makes them.
    """

    ref: str
    name: str
    run_id: str
    rows: list[Row]

    @property
    def labels(self) -> list[tuple[str, ...]]:
        """The predicted labels of each row."""
        return [labels_in(row["predicted"]) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Models on the same rows.

    Attributes:
        codebook: the labels that are compared.
        data: what the rows are (path and sha256, or the split of the runs).
        models: two or more.
    """

    codebook: Codebook
    data: dict[str, Any]
    models: tuple[Candidate, ...]


def on_file(refs: Sequence[str], data: str | Path, codebook: str | None,
            mapped_to: str | None) -> Candidates:
    """Returns what the models that `refs` name say of the rows of a file.

    Args:
        refs: `event@champion`, `event/3`, `runs:/RUN_ID` or folders.
        data: labelled rows.
        codebook: name or file of the codebook of the data; the first model's when None.
        mapped_to: compare on the names of this standard.

    Raises:
        InputError: with every problem of the data; or no such model, codebook or standard; or a
            model has labels that the codebook lacks.
    """
    from models.resolve import codebook_of, load_model, run_of

    served = [load_model(ref) for ref in refs]
    source = load_codebook(codebook) if codebook else codebook_of(served[0])
    scored = collapsed(source, mapped_to) if mapped_to else source
    rows = load_rows([data], scored, renamed(source, mapped_to) if mapped_to else None)
    pairs = [labelled(row) for row in rows]
    gold, examples = [pair.labels for pair in pairs], [pair.example for pair in pairs]
    names = _apart([f"{model.name} {model.version[:8]}".strip() for model in served])
    found = []
    for ref, name, model in zip(refs, names, served, strict=True):
        probabilities, thresholds = predicted(model, source, mapped_to, examples)
        found.append(Candidate(ref, name, run_of(ref) or "", predictions(
            rows, gold, probabilities, scored, thresholds)))
    return Candidates(scored, {
        "path": str(data), "sha256": hashlib.sha256(Path(data).read_bytes()).hexdigest(),
        "mapped_to": mapped_to}, tuple(found))


def of_runs(refs: Sequence[str], part: str, codebook: str | None) -> Candidates:
    """Returns what runs said of their own `dev` or `test` rows, from their artifacts.

    Args:
        refs: run ids, versions or aliases.
        part: `dev` or `test`.
        codebook: name or file; the one kept with the first run when None.

    Raises:
        InputError: a folder, no such run, a run without predictions, labels of another codebook,
            or runs that were measured on different rows (the message says what differs).
    """
    from models.resolve import run_name, run_of
    from models.store import connect

    run_ids = []
    for ref in refs:
        if not (run_id := run_of(ref)):
            raise InputError(Problem(ref, "has no run, so no predictions of its own",
                                     "name a file of rows to score it on (--data FILE)"))
        run_ids.append(run_id)
    client = connect()
    names = _apart([f"{run_name(client, run_id)} {run_id[:8]}" for run_id in run_ids])
    found: list[Candidate] = []
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        labels = load_codebook(codebook or _artifact(run_ids[0], CODEBOOK, refs[0], scratch))
        for ref, name, run_id in zip(refs, names, run_ids, strict=True):
            rows = read_predictions(
                _artifact(run_id, f"{part}/{PREDICTIONS}", ref, scratch), labels)
            found.append(Candidate(ref, name, run_id, aligned_rows(
                found[0].rows, rows, (found[0].name, name)) if found else rows))
    return Candidates(labels, {"split": part}, tuple(found))


def _artifact(run_id: str, path: str, ref: str, scratch: str) -> Path:
    import mlflow
    from mlflow.exceptions import MlflowException

    try:
        return Path(mlflow.artifacts.download_artifacts(
            run_id=run_id, artifact_path=path, dst_path=str(Path(scratch) / run_id)))
    except (MlflowException, OSError) as error:
        raise InputError(Problem(
            ref, f"its run holds no {path}",
            "name a finished run, train it again, or score on a file (--data FILE)")) from error


def _apart(names: Sequence[str]) -> list[str]:
    """The names, the second and further of equal ones numbered."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told
