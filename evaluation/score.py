"""A model scored on labelled rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from data.codebook import Codebook, load_codebook
from data.files import Row, table_digest
from data.formats.writing import atomic
from data.problems import InputError, Problem
from data.quality.table import load_rows
from data.rows import labelled
from evaluation.evaluation import Evaluation, evaluate
from evaluation.figures.label_mapping import collapsed, renamed


def score_model(
    ref: str,
    data: str | Path,
    *,
    codebook: str | None = None,
    mapped_to: str | None = None,
    only: Sequence[str] = (),
    drop: Sequence[str] = (),
    closed: bool = False,
    slices_by: Sequence[str] | None = None,
) -> Evaluation:
    """Returns how well the model `ref` labels the rows of the file `data`.

    Args:
        ref: `event@champion`, `event/3`, `runs:/RUN_ID` or a folder.
        data: labelled rows; with `mapped_to`, labels may be names of that standard or of the
            codebook.
        codebook: name or file of the codebook to read the data with; the model's own when None.
        mapped_to: score on the codebook's names in this standard (`case2021`), where the
            probabilities of the labels behind one name count together.
        only: score only rows with one of these gold labels; any label may still be predicted.
        drop: leave out rows with one of these gold labels.
        closed: let the model choose only among labels that the scored rows have: the figure to
            set beside systems that know no other labels. For one label a row.
        slices_by: columns to score apart, as `evaluation.slices.columns.groups` takes them; all
            when empty, none when None.

    Raises:
        InputError: with every problem of the data; or no such model, codebook, standard, label or
            column; or no row is left.
    """
    from models.portable.trained_rows import trained_on
    from models.registry.resolve import codebook_of, load_found, locate

    located = locate(ref)
    served = load_found(located, ref)
    source = load_codebook(codebook) if codebook else codebook_of(served)
    scored = collapsed(source, mapped_to) if mapped_to else source
    _check_labels(scored, only, drop)
    rows = load_rows([data], scored, renamed(source, mapped_to) if mapped_to else None)
    kept = [row for row in rows if _wanted(row, only, drop)]
    if not kept:
        raise InputError(
            Problem(
                str(data),
                "no row is left to score",
                "expected rows with the labels of --only and not of --drop",
            )
        )
    examples = [labelled(row) for row in kept]
    evaluation = evaluate(
        served,
        source,
        kept,
        examples,
        mapped_to=mapped_to,
        closed=closed,
        slices_by=slices_by,
        trained_on=trained_on(located.folder, [row.example for row in examples]),
    )
    return replace(
        evaluation,
        model={"ref": ref, "name": served.name, "version": served.version},
        data={
            "path": str(data),
            "sha256": table_digest(data),
            "rows": len(kept),
            "left_out": len(rows) - len(kept),
            "only": list(only),
            "drop": list(drop),
            "closed": closed,
        },
    )


def _check_labels(codebook: Codebook, only: Sequence[str], drop: Sequence[str]) -> None:
    problems = [
        codebook.label_problem(label, option)
        for option, labels in (("--only", only), ("--drop", drop))
        for label in labels
        if label not in codebook.columns
    ]
    if problems:
        raise InputError(problems)


def _wanted(row: Row, only: Sequence[str], drop: Sequence[str]) -> bool:
    labels = set(row["labels"])
    return not labels & set(drop) and (not only or bool(labels & set(only)))


def write_json(scores: Evaluation, path: str | Path) -> None:
    """Writes the scores as a JSON file, whole or not at all."""
    with atomic(path) as stream:
        json.dump(scores.as_json(), stream, ensure_ascii=False, indent=2)
        stream.write("\n")
