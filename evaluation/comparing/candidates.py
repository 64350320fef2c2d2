"""The models of a comparison: what each of them said of the same rows."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data.codebook import Codebook, load_codebook
from data.files import Row, table_digest
from data.problems import InputError, Problem
from data.quality.table import load_rows
from data.rows import labelled
from evaluation.comparing.seed_runs import seeds_of
from evaluation.figures.label_mapping import collapsed, predicted, renamed
from evaluation.predictions import (
    aligned_rows,
    labels_in,
    predictions,
    read_predictions,
)
from models.store.artifact_names import CODEBOOK, PREDICTIONS
from models.store.artifacts import run_file


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model and its predictions, in the order of the rows that all candidates share.

    Attributes:
        ref: as given.
        name: short and unlike the others'.
        run_id: the run that made it, or the parent of the runs of its seeds; empty for a folder.
        rows: as `evaluation.predictions.predictions` makes them; of the first seed.
        further: the same of the further seeds.
        children: the runs of the seeds; none for a single run.
    """

    ref: str
    name: str
    run_id: str
    rows: list[Row]
    further: tuple[list[Row], ...] = ()
    children: tuple[str, ...] = ()

    @property
    def of_seeds(self) -> tuple[list[Row], ...]:
        """The rows of each seed."""
        return (self.rows, *self.further)

    @property
    def labels(self) -> list[list[tuple[str, ...]]]:
        """The predicted labels of each row, for each seed."""
        return [[labels_in(row["predicted"]) for row in rows] for rows in self.of_seeds]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Models on the same rows.

    Attributes:
        codebook: the labels that are compared.
        data: what the rows are (path and sha256, or the split of the runs).
        models: two or more.
        trained: for each model whether it (or one of its seeds) was trained on each row; empty
            where the rows are those of the runs.
    """

    codebook: Codebook
    data: dict[str, Any]
    models: tuple[Candidate, ...]
    trained: tuple[tuple[bool, ...], ...] = ()

    def at(self, places: Sequence[int]) -> Candidates:
        """Returns the same models on some of the rows."""

        def some(rows: Sequence[Any]) -> list[Any]:
            return [rows[place] for place in places]

        return replace(
            self,
            models=tuple(
                replace(model, rows=some(model.rows), further=tuple(map(some, model.further)))
                for model in self.models
            ),
            trained=tuple(tuple(some(of_model)) for of_model in self.trained),
        )


def on_file(
    refs: Sequence[str], data: str | Path, codebook: str | None, mapped_to: str | None
) -> Candidates:
    """Returns what the models that `refs` name say of the rows of a file.

    Args:
        refs: `event@champion`, `event/3`, run ids or folders; the parent of several seeds stands
            for the models of all of them.
        data: labelled rows.
        codebook: name or file of the codebook of the data; the first model's when None.
        mapped_to: compare on the names of this standard.

    Raises:
        InputError: with every problem of the data; or no such model, codebook or standard; or a
            model has labels that the codebook lacks.
    """
    from models.portable.trained_rows import trained_on
    from models.registry.resolve import codebook_of, load_found, locate, run_of

    runs = [run_of(ref) or "" for ref in refs]
    groups = [
        seeds_of(ref, run_id) if run_id else None for ref, run_id in zip(refs, runs, strict=True)
    ]
    located = [
        {name: locate(name) for name in (group.children if group else (ref,))}
        for ref, group in zip(refs, groups, strict=True)
    ]
    served = [[load_found(model, name) for name, model in models.items()] for models in located]
    source = load_codebook(codebook) if codebook else codebook_of(served[0][0])
    scored = collapsed(source, mapped_to) if mapped_to else source
    rows = load_rows([data], scored, renamed(source, mapped_to) if mapped_to else None)
    pairs = [labelled(row) for row in rows]
    gold, examples = [pair.labels for pair in pairs], [pair.example for pair in pairs]
    names = _apart(
        [
            f"{group.name} {run_id[:8]}"
            if group
            else f"{models[0].name} {models[0].version[:8]}".strip()
            for group, run_id, models in zip(groups, runs, served, strict=True)
        ]
    )
    candidates = []
    for ref, name, run_id, group, models in zip(refs, names, runs, groups, served, strict=True):
        first, *further = [
            predictions(rows, gold, probabilities, scored, thresholds)
            for probabilities, thresholds in (
                predicted(model, source, mapped_to, examples) for model in models
            )
        ]
        candidates.append(
            Candidate(ref, name, run_id, first, tuple(further), group.children if group else ())
        )
    trained = [
        [trained_on(model.folder, examples) for model in models.values()] for models in located
    ]
    return Candidates(
        scored,
        {"path": str(data), "sha256": table_digest(data), "mapped_to": mapped_to},
        tuple(candidates),
        tuple(tuple(map(any, zip(*of_seeds, strict=True))) for of_seeds in trained),
    )


def of_runs(refs: Sequence[str], part: str, codebook: str | None) -> Candidates:
    """Returns what runs said of their own `dev` or `test` rows, from their artifacts.

    Args:
        refs: run ids, versions or aliases; the parent of several seeds stands for all of them.
        part: `dev` or `test`.
        codebook: name or file; the one kept with the first run when None.

    Raises:
        InputError: a folder, no such run, a run without predictions, a parent without finished
            seeds or of runs that are not seeds, labels of another codebook, or runs that were
            measured on different rows (the message says what differs).
    """
    from models.registry.resolve import run_name, run_of
    from models.store.connection import connect

    run_ids = []
    for ref in refs:
        if not (run_id := run_of(ref)):
            raise InputError(
                Problem(
                    ref,
                    "has no run, so no predictions of its own",
                    "name a file of rows to score it on (--data FILE)",
                )
            )
        run_ids.append(run_id)
    client = connect()
    names = _apart([f"{run_name(client, run_id)} {run_id[:8]}" for run_id in run_ids])
    groups = [seeds_of(ref, run_id) for ref, run_id in zip(refs, run_ids, strict=True)]
    candidates: list[Candidate] = []
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        first_run = groups[0].children[0] if groups[0] else run_ids[0]
        labels = load_codebook(codebook) if codebook else _codebook(first_run, refs[0], scratch)
        for ref, name, run_id, group in zip(refs, names, run_ids, groups, strict=True):
            children = group.children if group else ()
            rows = kept_rows(children or (run_id,), part, labels, (ref, name), scratch)
            if candidates:
                rows = [
                    aligned_rows(candidates[0].rows, of_seed, (candidates[0].name, name))
                    for of_seed in rows
                ]
            candidates.append(Candidate(ref, name, run_id, rows[0], tuple(rows[1:]), children))
    return Candidates(labels, {"split": part}, tuple(candidates))


def kept_rows(
    run_ids: Sequence[str], part: str, codebook: Codebook, called: tuple[str, str], scratch: str
) -> list[list[Row]]:
    """Returns what runs said of the same rows, those of the first in its order.

    Args:
        run_ids: one run, or the runs of several seeds.
        part: `dev` or `test`.
        codebook: that they were trained for.
        called: the reference and the name of the model that they are, for messages.
        scratch: a folder for the files.

    Raises:
        InputError: a run without predictions, or they are of different rows.
    """
    ref, name = called
    kept: list[list[Row]] = []
    for run_id in run_ids:
        path = f"{part}/{PREDICTIONS}"
        rows = read_predictions(
            _artifact(run_id, path, ref, scratch), codebook, f"run {run_id[:8]}: {path}"
        )
        kept.append(
            aligned_rows(kept[0], rows, (f"{name}: its seeds {run_ids[0][:8]}", run_id[:8]))
            if kept
            else rows
        )
    return kept


def _codebook(run_id: str, ref: str, scratch: str) -> Codebook:
    path = _artifact(run_id, CODEBOOK, ref, scratch)
    try:
        return load_codebook(path)
    except InputError as error:  # the file is a copy that is soon gone: name the run's
        raise InputError(
            replace(
                problem, where=problem.where.replace(str(path), f"run {run_id[:8]}: {CODEBOOK}")
            )
            for problem in error.problems
        ) from error


def _artifact(run_id: str, path: str, ref: str, scratch: str) -> Path:
    from mlflow.tracking import MlflowClient

    try:
        return run_file(MlflowClient(), run_id, path, scratch)
    except FileNotFoundError as error:
        raise InputError(
            Problem(
                ref,
                f"its run{'' if run_id in ref else ' ' + run_id} holds no {path}",
                "name a finished run, train it again, or score on a file (--data FILE)",
            )
        ) from error


def _apart(names: Sequence[str]) -> list[str]:
    """The names, the second and further of equal ones numbered."""
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return distinct
