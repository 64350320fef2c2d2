"""A model's answers on labelled rows, and every figure of them: the one way of measuring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from data.codebook import Codebook
from data.examples import Labelled
from data.files import Row
from evaluation.chance.intervals import Intervals, intervals
from evaluation.chance.row_intervals import row_intervals
from evaluation.figures.abstention import Abstention, abstention
from evaluation.figures.calibration import CalibrationScores, calibration, calibration_method
from evaluation.figures.label_mapping import collapsed, in_columns
from evaluation.figures.metrics import score
from evaluation.figures.scores import Scores
from evaluation.predictions import predictions
from evaluation.report import misclassified
from evaluation.slices.columns import Groups, groups
from evaluation.slices.scores import Slices, slices
from evaluation.slices.types import TypeScores, type_scores
from evaluation.trained_rows import TrainedRows, trained_rows

if TYPE_CHECKING:
    import numpy as np

    from models.portable.serving import ServedModel


@dataclass(frozen=True, eq=False, kw_only=True)
class Evaluation:
    """What a model says of labelled rows, and how good that is; figures are computed when asked.

    Attributes:
        codebook: the labels that are scored (the crosswalk's names after a mapping).
        rows: tidy rows.
        gold: the right labels of each row.
        articles: of each row; they are what is resampled.
        probabilities: shape `(n_rows, n_labels)`.
        uncalibrated: the same before calibration; None where the probabilities are no longer the
            model's own, so that nothing is said of their calibration.
        thresholds: shape `(n_labels,)`; None for one label a row.
        certain_from: for each label the probability from which it is said; None for a model that
            never abstains, or whose labels are not its own.
        min_precision: what these were chosen for.
        targets: of each row.
        train_targets: of the training rows; empty when not known.
        trained_on: whether the model was trained on each row; empty when not known.
        groups: column to slice to the places of its rows; None where slices were not asked for.
        name: of the part of a run's rows, `dev` or `test`.
        calibrated: how the model is calibrated, in words.
        model: the reference as given, and the name and version that it led to.
        data: path, sha256 of the file, and how many rows were scored and left out.
        mapped_to: the standard whose names are scored; None for the codebook's own labels.
        pictures: plots of it, file name to PNG; empty until they are drawn.
    """

    codebook: Codebook
    rows: Sequence[Row]
    gold: Sequence[tuple[str, ...]]
    articles: Sequence[str]
    probabilities: np.ndarray
    uncalibrated: np.ndarray | None = None
    thresholds: np.ndarray | None = None
    certain_from: Sequence[float | None] | None = None
    min_precision: float = 0.0
    targets: Sequence[str | None] | None = None
    train_targets: set[str] = field(default_factory=set)
    trained_on: Sequence[bool] = ()
    groups: Groups | None = None
    name: str = ""
    calibrated: str = ""
    model: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    mapped_to: str | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def scores(self) -> Scores:
        """The metrics of the labels; without abstention, where a model may abstain."""
        return score(
            self.codebook,
            self.gold,
            self.probabilities,
            thresholds=self.thresholds,
            targets=self.targets,
            train_targets=self.train_targets,
        )

    @cached_property
    def spread(self) -> Intervals | None:
        """The intervals of the metrics, resampled by article; None for fewer than two articles."""
        spread = intervals(
            self.codebook,
            self.gold,
            self.probabilities,
            self.articles,
            thresholds=self.thresholds,
            targets=self.targets,
            train_targets=self.train_targets,
        )
        if spread is None:
            return None
        of_rows = row_intervals([self.predictions], self.codebook)
        figures = self.trust() | (self.types.flat() if self.types else {})
        return spread.beside({name: pair for name, pair in of_rows.items() if name in figures})

    @cached_property
    def calibration(self) -> CalibrationScores | None:
        """How far the probabilities can be believed; None where they are not the model's own."""
        if self.uncalibrated is None:
            return None
        return calibration(self.codebook, self.gold, self.probabilities, self.uncalibrated)

    @cached_property
    def abstention(self) -> Abstention | None:
        """How often the model is certain; None if it never abstains."""
        if self.certain_from is None:
            return None
        return abstention(
            self.codebook,
            self.gold,
            self.probabilities,
            self.certain_from,
            self.min_precision,
            self.thresholds,
        )

    @cached_property
    def types(self) -> TypeScores | None:
        """The figures of the types above the labels; None where there are none."""
        return type_scores(
            self.codebook, self.gold, self.probabilities, self.articles, thresholds=self.thresholds
        )

    @cached_property
    def slices(self) -> Slices | None:
        """The figures by columns of the rows; None if they were not asked for."""
        if self.groups is None:
            return None
        return slices(
            self.codebook,
            self.gold,
            self.probabilities,
            self.articles,
            self.groups,
            thresholds=self.thresholds,
        )

    @cached_property
    def trained(self) -> TrainedRows | None:
        """The figures without the rows that the model was trained on.

        None where it was trained on none of them, or does not know. All other figures are of all
        rows.
        """
        return trained_rows(
            self.codebook,
            self.gold,
            self.probabilities,
            self.articles,
            self.trained_on,
            thresholds=self.thresholds,
            targets=self.targets,
            train_targets=self.train_targets,
        )

    @cached_property
    def predictions(self) -> list[Row]:
        """The rows with what was predicted, as `evaluation.predictions` makes them."""
        return predictions(
            self.rows,
            self.gold,
            self.probabilities,
            self.codebook,
            self.thresholds,
            self.certain_from,
        )

    @cached_property
    def mistakes(self) -> list[Row]:
        """The rows that are wrong, the surest first, as `evaluation.report.misclassified` does."""
        return misclassified(
            self.rows, self.gold, self.probabilities, self.codebook, self.thresholds
        )

    @cached_property
    def metrics(self) -> dict[str, float]:
        """All metrics and the bounds of their intervals, by name."""
        return (
            self.scores.flat()
            | (self.spread.flat() if self.spread else {})
            | self.trust()
            | (self.slices.metrics() if self.slices else {})
            | (self.types.flat() if self.types else {})
        )

    def trust(self) -> dict[str, float]:
        """Returns the figures of calibration and abstention that there are, by name."""
        return (self.calibration.flat() if self.calibration else {}) | (
            self.abstention.flat() if self.abstention else {}
        )

    def as_json(self) -> dict[str, Any]:
        """Returns everything as plain values: metrics, labels, confusion, model, data."""
        metrics = self.scores.flat() | self.trust() | (self.types.flat() if self.types else {})
        return {
            "model": self.model,
            "data": self.data,
            "codebook": {"name": self.codebook.name, "version": self.codebook.version},
            "mapped_to": self.mapped_to,
            "metrics": metrics,
            "intervals": self.spread.as_json() if self.spread else None,
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


def evaluate(
    served: ServedModel,
    codebook: Codebook,
    rows: Sequence[Row],
    examples: Sequence[Labelled],
    answers: tuple[np.ndarray, np.ndarray] | None = None,
    *,
    mapped_to: str | None = None,
    closed: bool = False,
    slices_by: Sequence[str] | None = (),
    trained_on: Sequence[bool] = (),
    name: str = "",
) -> Evaluation:
    """Returns what a model says of labelled rows.

    Args:
        served: the model.
        codebook: of the data; with `mapped_to`, the rows' labels are names of that standard.
        rows: tidy rows.
        examples: the same rows as labelled examples.
        answers: what `served.predict_both` gives for the examples; asked for here when None.
        mapped_to: score on the codebook's names in this standard.
        closed: let the model choose only among labels that the rows have; one label a row.
        slices_by: columns to score apart, all when empty, none when None.
        trained_on: whether the model was trained on each row; empty when not known.
        name: of the part of a run's rows.

    Raises:
        InputError: the model has labels that the codebook lacks; no such standard or column. The
            figures raise it for no rows.
    """
    scored = collapsed(codebook, mapped_to) if mapped_to else codebook
    gold, articles = [row.labels for row in examples], [row.article_id for row in examples]
    train_targets = set(served.train_targets)
    places = None
    if slices_by is not None:
        places = groups(rows, articles, train_targets=train_targets, wanted=slices_by)
    calibrated, raw = answers or served.predict_both([row.example for row in examples])
    probabilities, thresholds = in_columns(served, codebook, mapped_to, calibrated)
    uncalibrated, _ = in_columns(served, codebook, mapped_to, raw)
    if closed and not scored.multilabel:
        occurring = {label for labels in gold for label in labels}
        probabilities = probabilities * [name in occurring for name in scored.names]
    own_probabilities = not closed and not (mapped_to and scored.multilabel)
    return Evaluation(
        codebook=scored,
        rows=rows,
        gold=gold,
        articles=articles,
        probabilities=probabilities,
        uncalibrated=uncalibrated if own_probabilities else None,
        thresholds=thresholds,
        certain_from=None if closed or mapped_to else _certain_from(served, scored),
        min_precision=served.min_precision or 0.0,
        targets=[row.example.target for row in examples],
        train_targets=train_targets,
        trained_on=trained_on,
        groups=places,
        name=name,
        calibrated=calibration_method(served),
        mapped_to=mapped_to,
    )


def _certain_from(model: ServedModel, codebook: Codebook) -> list[float | None] | None:
    """From where the codebook's labels are certain; None for a model that never abstains."""
    if model.certain_from is None:
        return None
    certain_from = dict(zip(model.labels, model.certain_from, strict=True))
    return [certain_from.get(name) for name in codebook.names]
