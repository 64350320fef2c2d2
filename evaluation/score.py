"""A model scored on labelled rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook, load_codebook
from data.examples import Example
from data.files import Row, atomic
from data.problems import InputError, Problem
from data.rows import labelled
from data.table import load_rows
from evaluation.collapse import aligned, collapse, collapsed, renamed
from evaluation.intervals import Intervals, intervals
from evaluation.metrics import score
from evaluation.scores import Scores

if TYPE_CHECKING:
    import numpy as np

    from models.serving import ServedModel


@dataclass(frozen=True, slots=True)
class ModelScores:
    """What a model reached on a file of labelled rows.

    Attributes:
        scores: the metrics.
        codebook: the labels that were scored (the crosswalk's names after a mapping).
        model: the reference as given, and the name and version that it led to.
        data: path, sha256 of the file, and how many rows were scored and left out.
        mapped_to: the standard whose names were scored; None for the codebook's own labels.
        intervals: of the metrics, resampled by article; None for fewer than two articles.
    """

    scores: Scores
    codebook: Codebook
    model: dict[str, str]
    data: dict[str, Any]
    mapped_to: str | None = None
    intervals: Intervals | None = None

    def as_json(self) -> dict[str, Any]:
        """Returns everything as plain values: metrics, labels, confusion, model, data."""
        return {
            "model": self.model,
            "data": self.data,
            "codebook": {"name": self.codebook.name, "version": self.codebook.version},
            "mapped_to": self.mapped_to,
            "metrics": self.scores.flat(),
            "intervals": self.intervals.as_json() if self.intervals else None,
            "labels": [asdict(label) for label in self.scores.labels],
            "confusion": None if self.scores.confusion is None else {
                "labels": list(self.codebook.names), "counts": self.scores.confusion},
        }


def score_model(
    ref: str,
    data: str | Path,
    *,
    codebook: str | None = None,
    mapped_to: str | None = None,
    only: Sequence[str] = (),
    drop: Sequence[str] = (),
    closed: bool = False,
) -> ModelScores:
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

    Raises:
        InputError: with every problem of the data; or no such model, codebook, standard or label;
            or no row is left.
    """
    from models.resolve import codebook_of, load_model

    model = load_model(ref)
    source = load_codebook(codebook) if codebook else codebook_of(model)
    scored = collapsed(source, mapped_to) if mapped_to else source
    _check_labels(scored, only, drop)
    rows = load_rows([data], scored, renamed(source, mapped_to) if mapped_to else None)
    kept = [row for row in rows if _wanted(row, only, drop)]
    if not kept:
        raise InputError(Problem(str(data), "no row is left to score",
                                 "expected rows with the labels of --only and not of --drop"))
    scores, spread = _score(model, source, scored, mapped_to, kept, closed)
    return ModelScores(
        scores=scores,
        codebook=scored,
        model={"ref": ref, "name": model.name, "version": model.version},
        data={"path": str(data), "sha256": hashlib.sha256(Path(data).read_bytes()).hexdigest(),
              "rows": len(kept), "left_out": len(rows) - len(kept),
              "only": list(only), "drop": list(drop), "closed": closed},
        mapped_to=mapped_to,
        intervals=spread,
    )


def _score(
    model: ServedModel,
    source: Codebook,
    scored: Codebook,
    mapped_to: str | None,
    rows: Sequence[Row],
    closed: bool,
) -> tuple[Scores, Intervals | None]:
    pairs = [labelled(row) for row in rows]
    gold = [pair.labels for pair in pairs]
    probabilities, thresholds = predicted(
        model, source, mapped_to, [pair.example for pair in pairs])
    if closed and not scored.several:
        occurring = {label for labels in gold for label in labels}
        probabilities = probabilities * [name in occurring for name in scored.names]
    targets, seen = [pair.example.target for pair in pairs], set(model.train_targets)
    return (
        score(scored, gold, probabilities, thresholds=thresholds, targets=targets,
              train_targets=seen),
        intervals(scored, gold, probabilities, [pair.article_id for pair in pairs],
                  thresholds=thresholds, targets=targets, train_targets=seen))


def predicted(
    model: ServedModel, source: Codebook, mapped_to: str | None, examples: Sequence[Example]
) -> tuple[np.ndarray, np.ndarray | None]:
    """Returns a model's probabilities and thresholds in the columns of a codebook.

    Args:
        model: whose labels `source` has.
        source: the codebook of the data.
        mapped_to: a standard; the columns are then those of `collapsed(source, mapped_to)`, and
            there are no thresholds: a collapsed probability is measured against 0.5.
        examples: what to label.
    """
    probabilities = aligned(model.labels, source, model.predict_proba(examples))
    thresholds = _thresholds(model, source)
    if not mapped_to:
        return probabilities, thresholds
    return collapse(source, mapped_to, probabilities, thresholds), None


def _thresholds(model: ServedModel, codebook: Codebook) -> np.ndarray | None:
    """The model's thresholds in the codebook's order; a label it does not know is never found."""
    import numpy as np

    if model.thresholds is None:
        return None
    given = dict(zip(model.labels, model.thresholds, strict=True))
    return np.array([given.get(name, 1.0) for name in codebook.names])


def _check_labels(codebook: Codebook, only: Sequence[str], drop: Sequence[str]) -> None:
    problems = [codebook.label_problem(label, option)
                for option, labels in (("--only", only), ("--drop", drop)) for label in labels
                if label not in codebook.columns]
    if problems:
        raise InputError(problems)


def _wanted(row: Row, only: Sequence[str], drop: Sequence[str]) -> bool:
    labels = set(row["labels"])
    return not labels & set(drop) and (not only or bool(labels & set(only)))


def write_json(scores: ModelScores, path: str | Path) -> None:
    """Writes the scores as a JSON file, whole or not at all."""
    with atomic(path) as stream:
        json.dump(scores.as_json(), stream, ensure_ascii=False, indent=2)
        stream.write("\n")
