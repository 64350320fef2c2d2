"""Likely label errors of a labelled file: a model's doubts about rows that it was not trained on.

Confident learning: Northcutt, Jiang and Chuang 2021, Confident Learning: Estimating Uncertainty in
Dataset Labels, J. Artif. Intell. Res. 70; by cleanlab.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from data.codebook import Codebook, load_codebook
from data.examples import Labelled
from data.fields import as_text
from data.files import Row, read_rows
from data.paths import find
from data.problems import InputError, Problem
from data.quality.table import load_rows
from data.rows import labelled, normal
from data.splitting.split import fold_rows
from evaluation.figures.metrics import decide
from train.config import RunConfig

if TYPE_CHECKING:
    import numpy as np

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LabelError:
    """A row whose label looks wrong.

    Attributes:
        row: as it is kept, tidy.
        line: where it stands in the file.
        given, suggested: its labels, and those that the model holds for right.
        probability: of the suggested label; of several the highest, and of none (no label
            applies) 1 less the highest there is.
        given_probability: of the given label; of several the lowest, of none likewise.
        quality: cleanlab's label quality score, 0 (wrong) to 1 (right).
    """

    row: Row
    line: int
    given: tuple[str, ...]
    suggested: tuple[str, ...]
    probability: float
    given_probability: float
    quality: float


@dataclass(frozen=True)
class LabelErrors:
    """What was found in a file, the most doubtful label first.

    Attributes:
        path, codebook, family, folds: what was judged, and how.
        rows: how many there are.
        errors: those that look wrong.
        unjudged: label to its rows that no model could judge, because none that was trained
            without them knows it: all its rows are in one article, or nearly so.
        agreement: the share of the judged rows whose given labels the models give too.
    """

    path: Path
    codebook: Codebook
    family: str
    folds: int
    rows: int
    errors: list[LabelError]
    unjudged: Counter[str]
    agreement: float


def find_label_errors(
    path: str | Path, config: RunConfig, folds: int = 5, say: Say = lambda line: None
) -> LabelErrors:
    """Returns the likely label errors of a file.

    Each fold's probabilities come from a model of the config's family trained on the other folds;
    an article and its near-duplicates are in one fold. Nothing is chosen on dev rows: there are
    none, so that encoders train for all their epochs and probabilities are not calibrated.

    Args:
        path: labelled rows.
        config: family, its settings, codebook and seed; its data have no say.
        folds: how many.
        say: receives a line for each fold.

    Raises:
        InputError: with every problem of the file; no row has a label; fewer groups of articles
            than folds; fewer than two labels that can be judged.
    """
    import numpy as np

    path, codebook = Path(path), load_codebook(config.codebook)
    lines = _lines(find(path))
    rows = load_rows([find(path)], codebook)
    examples = [labelled(row) for row in rows]
    fold_of = fold_rows(rows, folds, config.seed)
    proba, trained = out_of_fold(examples, fold_of, config, codebook, say)
    gold = _gold(examples, codebook)
    judged = np.flatnonzero(np.all(gold <= trained, axis=1))  # all its labels are trained elsewhere
    unjudged = Counter(codebook.names[column] for column in np.argwhere(gold > trained)[:, 1])
    used = np.flatnonzero(np.any(gold[judged] > 0, axis=0))
    if len(used) < 2:
        raise InputError(
            Problem(
                str(path),
                f"has {len(used)} label(s) in rows of two or more articles",
                "expected at least two such labels",
            )
        )
    doubts = (_multilabel if codebook.multilabel else _single_label)(
        gold[judged][:, used], proba[judged][:, used]
    )
    names = [codebook.names[column] for column in used]
    return LabelErrors(
        path,
        codebook,
        config.model.family,
        folds,
        len(rows),
        [
            LabelError(
                rows[judged[doubt.index]],
                lines[str(rows[judged[doubt.index]]["id"])],
                examples[judged[doubt.index]].labels,
                tuple(names[j] for j in doubt.suggested),
                doubt.probability,
                doubt.given_probability,
                doubt.quality,
            )
            for doubt in sorted(doubts, key=lambda doubt: (doubt.quality, doubt.index))
        ],
        unjudged,
        float(np.all(decide(codebook, proba[judged]) == gold[judged], axis=1).mean()),
    )


def out_of_fold(
    examples: Sequence[Labelled],
    fold_of: Sequence[int],
    config: RunConfig,
    codebook: Codebook,
    say: Say = lambda line: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Returns each row's probabilities by the model of its fold, and the labels that model knows.

    Both have the shape `(n_rows, n_labels)`, the latter 0 or 1.
    """
    import numpy as np

    from models.classifier import Fitting
    from models.families import make

    proba = np.zeros((len(examples), len(codebook.names)))
    trained = np.zeros(proba.shape, dtype=int)
    folds = sorted(set(fold_of))
    for fold in folds:
        train = [row for row, at in zip(examples, fold_of, strict=True) if at != fold]
        held = np.flatnonzero(np.asarray(fold_of) == fold)
        say(
            f"fold {fold + 1} of {len(folds)}: {config.model.family} on {len(train):,} rows, "
            f"{len(held):,} to judge"
        )
        model = make(config.model, codebook)
        model.fit(
            train,
            [],
            Fitting(
                seed=config.seed,
                score_dev=lambda proba: {},
                select_by=config.select_by.removeprefix("dev/"),
            ),
        )
        proba[held] = model.predict_proba([examples[int(at)].example for at in held])
        trained[held] = _gold(train, codebook).max(axis=0)
    return proba, trained


@dataclass(frozen=True, slots=True)
class _Doubt:
    index: int
    suggested: tuple[int, ...]
    probability: float
    given_probability: float
    quality: float


def _single_label(gold: np.ndarray, proba: np.ndarray) -> list[_Doubt]:
    """The doubtful rows of a codebook with one label a row.

    How many follows from cleanlab's estimate of the noise; which, from its quality score among
    the rows for which the model has another label. Of the labels of the event corpus with 5 %
    made wrong that finds 96 % (made into labels of the same parent 87 %), where cleanlab's own
    choice of as many rows finds 77 % (80 %): tests/golden/label_errors.py, tfidf of words.
    """
    import numpy as np
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    given = gold.argmax(axis=1)
    proba = proba + 1e-9  # a row whose only labels were never trained with it has none
    proba = proba / proba.sum(axis=1, keepdims=True)
    most = int(find_label_issues(given, proba, n_jobs=1).sum())
    quality = get_label_quality_scores(given, proba)
    best = proba.argmax(axis=1)
    differing = np.flatnonzero(best != given)
    return [
        _Doubt(
            int(at),
            (int(best[at]),),
            float(proba[at, best[at]]),
            float(proba[at, given[at]]),
            float(quality[at]),
        )
        for at in differing[np.argsort(quality[differing], kind="stable")][:most]
    ]


def _multilabel(gold: np.ndarray, proba: np.ndarray) -> list[_Doubt]:
    """The doubtful rows of a codebook with any number of labels a row.

    A row is as good as the worst of its labels; an average, cleanlab's default, would let many
    labels that are rightly absent hide a wrong one.
    """
    import numpy as np
    from cleanlab.multilabel_classification import filter as filtering
    from cleanlab.multilabel_classification import rank

    labels = [[int(j) for j in row.nonzero()[0]] for row in gold]
    wrong = filtering.find_label_issues(labels, proba, n_jobs=1)
    quality = rank.get_label_quality_scores(labels, proba, aggregator_kwargs={"method": np.min})
    doubt_of = np.where(gold > 0, 1 - proba, proba)  # how much speaks against each decision
    doubts = []
    for at in wrong.nonzero()[0]:
        turned = doubt_of[at] >= min(0.5, doubt_of[at].max())
        suggested = tuple(int(j) for j in (gold[at] != turned).nonzero()[0])
        doubts.append(
            _Doubt(
                int(at),
                suggested,
                _sure(proba[at], suggested, max),
                _sure(proba[at], labels[at], min),
                float(quality[at]),
            )
        )
    return doubts


def _sure(proba: np.ndarray, columns: Sequence[int], chosen: Callable[..., float]) -> float:
    return float(chosen(proba[list(columns)])) if columns else float(1 - proba.max())


def _gold(examples: Sequence[Labelled], codebook: Codebook) -> np.ndarray:
    from models.classifier import label_matrix

    return label_matrix(examples, codebook).astype(int)


def _lines(path: Path) -> dict[str, int]:
    """Id to line; raises InputError if no row has a label."""
    lines: dict[str, int] = {}
    has_labels = False
    for line, content in read_rows(path):
        if not isinstance(content, Problem):
            row = normal(content)
            lines[as_text(row.get("id"))] = line
            has_labels |= "label" in row or "labels" in row
    if lines and not has_labels:
        raise InputError(
            Problem(
                str(path),
                f"none of its {len(lines)} rows has a label",
                "expected labelled rows: field label, or labels",
            )
        )
    return lines
