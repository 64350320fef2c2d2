"""Several models scored on the same file: each figure of each, their mean and deviation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from data.files import atomic
from data.problems import InputError, Problem
from data.terminal import Column, Grid
from evaluation.comparing.seed_runs import seeds_of
from evaluation.evaluation import Evaluation
from evaluation.score import score_model


def expanded(refs: Sequence[str]) -> list[str]:
    """Returns the references, a parent run of seeds replaced by its finished runs.

    Raises:
        InputError: a reference names nothing, or a parent has no finished seed.
    """
    from models.registry.resolve import run_of

    found: list[str] = []
    for ref in refs:
        run_id = run_of(ref)
        seeds = seeds_of(ref, run_id) if run_id else None
        found += [f"runs:/{child}" for child in seeds.children] if seeds else [ref]
    return found


def score_models(refs: Sequence[str], data: str | Path, **given: Any) -> list[Evaluation]:
    """Returns the scores of each model on the file; arguments and errors as `score_model`.

    Raises:
        InputError: also where models have other labels than the first, so that no mean says
            anything.
    """
    found: list[Evaluation] = []
    for ref in refs:
        found.append(score_model(ref, data, **given))
        if set(found[-1].codebook.names) != set(found[0].codebook.names):
            raise InputError(
                Problem(
                    ref,
                    f"has other labels (codebook {found[-1].codebook.name}) than {refs[0]} "
                    f"(codebook {found[0].codebook.name})",
                    "score them one by one, or give --codebook or --map",
                )
            )
    return found


def averages_of(found: Sequence[Evaluation]) -> dict[str, tuple[float, float]]:
    """Returns mean and sample standard deviation of each average that all models have.

    Counts of rows are left out. A single model has the deviation 0.
    """
    every = [one.scores.averages() for one in found]
    return {
        name: (mean(values), stdev(values) if len(values) > 1 else 0.0)
        for name in every[0]
        if not name.endswith("_rows")
        and len(values := [one[name] for one in every if name in one]) == len(every)
    }


def several_table(found: Sequence[Evaluation]) -> Grid:
    """Returns a line of averages for each model, then their mean and standard deviation."""
    rows, averages, book = found[0].data, averages_of(found), found[0].codebook
    table = Grid(
        f"{len(found)} models on {rows['path']} ({rows['rows']} rows), codebook {book.name} "
        f"{book.version}",
        [
            Column("model", folds=True, least=14),
            *(
                Column(name, right=True, rank=rank, narrow=lambda cell: cell.replace(" ±", "\n±"))
                for rank, name in enumerate(averages)
            ),
        ],
    )
    for one in found:
        values = one.scores.averages()
        table.rows.append(
            [
                f"{one.model['name']} {one.model['version'][:8]}".strip(),
                *(f"{values[name]:.4f}" for name in averages),
            ]
        )
        if one.trained and one.trained.scores:
            rest = one.trained.scores.averages()
            table.rows.append(
                [
                    f"  without {one.trained.rows} rows it was trained on",
                    *(f"{rest[name]:.4f}" if name in rest else "–" for name in averages),
                ]
            )
    table.rows += [
        None,
        ["mean ± sd", *(f"{middle:.4f} ± {spread:.4f}" for middle, spread in averages.values())],
    ]
    return table


def write_several(found: Sequence[Evaluation], path: str | Path) -> None:
    """Writes all scores, and mean and deviation, as a JSON file, whole or not at all."""
    averages = averages_of(found)
    with atomic(path) as stream:
        json.dump(
            {
                "models": [one.as_json() for one in found],
                "mean": {name: pair[0] for name, pair in averages.items()},
                "sd": {name: pair[1] for name, pair in averages.items()},
            },
            stream,
            ensure_ascii=False,
            indent=2,
        )
        stream.write("\n")
