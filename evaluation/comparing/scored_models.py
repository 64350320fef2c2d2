"""Models scored on the same file: each figure of each, their mean and deviation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from data.formats.writing import atomic
from data.problems import InputError, Problem
from data.terminal import Column, Grid
from evaluation.comparing.seed_runs import seeds_of
from evaluation.evaluation import Evaluation
from evaluation.figures.definitions import is_count
from evaluation.score import score_model


def with_seeds(refs: Sequence[str]) -> list[str]:
    """Returns the references, a parent run of seeds replaced by its finished runs.

    Raises:
        InputError: a reference names nothing, or a parent has no finished seed.
    """
    from models.registry.resolve import run_of

    single: list[str] = []
    for ref in refs:
        run_id = run_of(ref)
        seeds = seeds_of(ref, run_id) if run_id else None
        single += [f"runs:/{child}" for child in seeds.children] if seeds else [ref]
    return single


def score_models(refs: Sequence[str], data: str | Path, **options: Any) -> list[Evaluation]:
    """Returns the evaluation of each model on the file; options and errors as `score_model`.

    Raises:
        InputError: also where models have other labels than the first, so that no mean says
            anything.
    """
    evaluations: list[Evaluation] = []
    for ref in refs:
        evaluations.append(score_model(ref, data, **options))
        first, last = (evaluations[place].codebook for place in (0, -1))
        if set(last.names) != set(first.names):
            raise InputError(
                Problem(
                    ref,
                    f"has other labels (codebook {last.name}) than {refs[0]} "
                    f"(codebook {first.name})",
                    "score them one by one, or give --codebook or --map",
                )
            )
    return evaluations


def mean_and_deviation(evaluations: Sequence[Evaluation]) -> dict[str, tuple[float, float]]:
    """Returns mean and sample standard deviation of each average that all models have.

    Counts of rows are left out. A single model has the deviation 0.
    """
    averages = [evaluation.scores.averages() for evaluation in evaluations]
    return {
        name: (mean(values), stdev(values) if len(values) > 1 else 0.0)
        for name in averages[0]
        if not is_count(name)
        and len(values := [of_model[name] for of_model in averages if name in of_model])
        == len(averages)
    }


def scores_table(evaluations: Sequence[Evaluation]) -> Grid:
    """Returns a line of averages for each model, then their mean and standard deviation."""
    rows, book = evaluations[0].data, evaluations[0].codebook
    averages = mean_and_deviation(evaluations)
    table = Grid(
        f"{len(evaluations)} models on {rows['path']} ({rows['rows']} rows), codebook {book.name} "
        f"{book.version}",
        [
            Column("model", folds=True, least=14),
            *(
                Column(name, right=True, rank=rank, narrow=lambda cell: cell.replace(" ±", "\n±"))
                for rank, name in enumerate(averages)
            ),
        ],
    )
    for evaluation in evaluations:
        values, model = evaluation.scores.averages(), evaluation.model
        table.rows.append(
            [
                f"{model['name']} {model['version'][:8]}".strip(),
                *(f"{values[name]:.4f}" for name in averages),
            ]
        )
        if evaluation.trained and evaluation.trained.scores:
            rest = evaluation.trained.scores.averages()
            table.rows.append(
                [
                    f"  without {evaluation.trained.rows} rows it was trained on",
                    *(f"{rest[name]:.4f}" if name in rest else "–" for name in averages),
                ]
            )
    table.rows += [
        None,
        ["mean ± sd", *(f"{middle:.4f} ± {spread:.4f}" for middle, spread in averages.values())],
    ]
    return table


def write_scores(evaluations: Sequence[Evaluation], path: str | Path) -> None:
    """Writes all scores, and mean and deviation, as a JSON file, whole or not at all."""
    averages = mean_and_deviation(evaluations)
    with atomic(path) as stream:
        json.dump(
            {
                "models": [evaluation.as_json() for evaluation in evaluations],
                "mean": {name: pair[0] for name, pair in averages.items()},
                "sd": {name: pair[1] for name, pair in averages.items()},
            },
            stream,
            ensure_ascii=False,
            indent=2,
        )
        stream.write("\n")
