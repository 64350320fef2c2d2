"""A model scored on labelled rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook, load_codebook
from data.files import Row, atomic, table_digest
from data.problems import InputError, Problem
from data.rows import labelled
from data.table import load_rows
from evaluation.chance.intervals import Intervals, intervals
from evaluation.chance.row_intervals import row_intervals
from evaluation.figures.abstention import Abstention, abstention
from evaluation.figures.calibration import CalibrationScores, calibration
from evaluation.figures.interval import Interval
from evaluation.figures.label_mapping import collapsed, in_columns, renamed
from evaluation.figures.metrics import score
from evaluation.figures.scores import Scores
from evaluation.predictions import predictions
from evaluation.slices.columns import Groups, groups
from evaluation.slices.scores import Slices, slices
from evaluation.slices.types import TypeScores, type_scores
from evaluation.trained_rows import TrainedRows, trained_rows

if TYPE_CHECKING:
    from models.portable.serving import ServedModel


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
        calibration: how far the probabilities can be believed; None where they are no longer the
            model's own (`closed`, or mapped with several labels a row).
        abstention: how often the model is certain; None if it never abstains, or where labels are
            not its own (`closed` or mapped). The metrics are those without abstention.
        types: the figures of the types above the labels; None where there are none.
        slices: the figures by columns of the data; None if they were not asked for.
        trained: the figures without the rows that the model was trained on; None where it was
            trained on none of them, or does not know. All other figures are of all rows.
    """

    scores: Scores
    codebook: Codebook
    model: dict[str, str]
    data: dict[str, Any]
    mapped_to: str | None = None
    intervals: Intervals | None = None
    calibration: CalibrationScores | None = None
    abstention: Abstention | None = None
    types: TypeScores | None = None
    slices: Slices | None = None
    trained: TrainedRows | None = None

    def trust(self) -> dict[str, float]:
        """Returns the figures of calibration and abstention that there are, by name."""
        return (self.calibration.flat() if self.calibration else {}) | (
            self.abstention.flat() if self.abstention else {}
        )

    def as_json(self) -> dict[str, Any]:
        """Returns everything as plain values: metrics, labels, confusion, model, data."""
        return {
            "model": self.model,
            "data": self.data,
            "codebook": {"name": self.codebook.name, "version": self.codebook.version},
            "mapped_to": self.mapped_to,
            "metrics": self.scores.flat()
            | self.trust()
            | (self.types.flat() if self.types else {}),
            "intervals": self.intervals.as_json() if self.intervals else None,
            "labels": [asdict(label) for label in self.scores.labels],
            "calibration": self.calibration.as_json() if self.calibration else None,
            "abstention": self.abstention.as_json() if self.abstention else None,
            "types": self.types.as_json() if self.types else None,
            "slices": None if self.slices is None else self.slices.as_json(),
            "trained_rows": None if self.trained is None else self.trained.as_json(),
            "confusion": None
            if self.scores.confusion is None
            else {"labels": list(self.codebook.names), "counts": self.scores.confusion},
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
    slices_by: Sequence[str] | None = None,
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
        slices_by: columns to score apart, as `evaluation.slices.columns.groups` takes them; all
            when empty, none when None.

    Raises:
        InputError: with every problem of the data; or no such model, codebook, standard, label or
            column; or no row is left.
    """
    from models.portable.trained_rows import trained_on
    from models.registry.resolve import codebook_of, load_found, locate

    found = locate(ref)
    model = load_found(found, ref)
    source = load_codebook(codebook) if codebook else codebook_of(model)
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
    return ModelScores(
        codebook=scored,
        model={"ref": ref, "name": model.name, "version": model.version},
        data={
            "path": str(data),
            "sha256": table_digest(data),
            "rows": len(kept),
            "left_out": len(rows) - len(kept),
            "only": list(only),
            "drop": list(drop),
            "closed": closed,
        },
        mapped_to=mapped_to,
        **_figures(
            model,
            source,
            scored,
            mapped_to,
            kept,
            closed,
            _grouped(kept, model, slices_by),
            trained_on(found.folder, [labelled(row).example for row in kept]),
        ),
    )


def _figures(
    model: ServedModel,
    source: Codebook,
    scored: Codebook,
    mapped_to: str | None,
    rows: Sequence[Row],
    closed: bool,
    grouped: Groups | None,
    trained: Sequence[bool],
) -> dict[str, Any]:
    """All figures, by their names in `ModelScores`."""
    pairs = [labelled(row) for row in rows]
    gold = [pair.labels for pair in pairs]
    served, raw = model.predict_both([pair.example for pair in pairs])
    probabilities, thresholds = in_columns(model, source, mapped_to, served)
    found: dict[str, Any] = {}
    if not closed and not (mapped_to and scored.multilabel):
        found["calibration"] = calibration(
            scored, gold, probabilities, in_columns(model, source, mapped_to, raw)[0]
        )
    least = None if closed or mapped_to else _certain_from(model, scored)
    if least is not None:
        found["abstention"] = abstention(
            scored, gold, probabilities, least, model.min_precision or 0.0, thresholds
        )
    if closed and not scored.multilabel:
        occurring = {label for labels in gold for label in labels}
        probabilities = probabilities * [name in occurring for name in scored.names]
    targets, seen = [pair.example.target for pair in pairs], set(model.train_targets)
    articles = [pair.article_id for pair in pairs]
    given = scored, gold, probabilities, articles
    if grouped is not None:
        found["slices"] = slices(*given, grouped, thresholds=thresholds)
    found["types"] = type_scores(*given, thresholds=thresholds)
    found["scores"] = score(
        scored, gold, probabilities, thresholds=thresholds, targets=targets, train_targets=seen
    )
    found["trained"] = trained_rows(
        *given, trained, thresholds=thresholds, targets=targets, train_targets=seen
    )
    spread = intervals(*given, thresholds=thresholds, targets=targets, train_targets=seen)
    if spread:
        kept = predictions(rows, gold, probabilities, scored, thresholds, least)
        spread = spread.beside(_told(found, row_intervals([kept], scored)))
    return found | {"intervals": spread}


def _told(found: Mapping[str, Any], of_rows: Mapping[str, Interval]) -> dict[str, Interval]:
    """The intervals of the figures that there are."""
    known = {
        name
        for key in ("calibration", "abstention", "types")
        if found.get(key)
        for name in found[key].flat()
    }
    return {name: pair for name, pair in of_rows.items() if name in known}


def _certain_from(model: ServedModel, codebook: Codebook) -> list[float | None] | None:
    """From where the codebook's labels are certain; None for a model that never abstains."""
    if model.certain_from is None:
        return None
    known = dict(zip(model.labels, model.certain_from, strict=True))
    return [known.get(name) for name in codebook.names]


def _grouped(
    rows: Sequence[Row], model: ServedModel, slices_by: Sequence[str] | None
) -> Groups | None:
    if slices_by is None:
        return None
    return groups(
        rows,
        [labelled(row).article_id for row in rows],
        train_targets=set(model.train_targets),
        wanted=slices_by,
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


def write_json(scores: ModelScores, path: str | Path) -> None:
    """Writes the scores as a JSON file, whole or not at all."""
    with atomic(path) as stream:
        json.dump(scores.as_json(), stream, ensure_ascii=False, indent=2)
        stream.write("\n")
