"""The figures of a model card, as rows of text."""

from __future__ import annotations

from collections import Counter

from data.fields import HELD_OUT
from evaluation.cards.facts import CardFacts
from evaluation.chance.intervals import intervals
from evaluation.figures.definitions import METRICS
from evaluation.figures.interval import metric_text, shown
from evaluation.figures.metrics import indicators, score
from evaluation.predictions import labels_in
from evaluation.slices.scores import Slice, Slices
from models.store.artifact_names import DATA_FACTS, SLICES

CALIBRATION = ("ece", "ece_uncalibrated", "brier", "coverage", "precision_when_certain")
WORST = 5
CONFUSED = 8


def headline(facts: CardFacts) -> tuple[list[str], list[list[str]]]:
    """Returns dev and test as far as there are figures, and rows of a figure on each of them.

    Averages and calibration, with their intervals.
    """
    metrics = facts.metrics
    names = [name for name in METRICS if f"dev/{name}_low" in metrics and name not in CALIBRATION]
    names.sort(key=lambda name: (name != "macro_f1", name.startswith("type_"), name))
    names += [name for name in CALIBRATION if f"dev/{name}" in metrics]
    parts = [part for part in HELD_OUT if any(name.startswith(f"{part}/") for name in metrics)]
    return parts, [
        [name, *(metric_text(metrics, f"{part}/{name}") for part in parts)] for name in names
    ]


def seeds(facts: CardFacts) -> list[list[str]]:
    """Returns figures of the same settings, mean and deviation over seeds; none for one seed."""
    if facts.seeds is None:
        return []
    metrics = facts.seeds.data.metrics
    return [
        [name, metric_text(metrics, name), f"{metrics[f'{name}_sd']:.3f}"]
        for name in ("dev/macro_f1", "test/macro_f1", "dev/accuracy", "test/accuracy")
        if name in metrics and f"{name}_sd" in metrics
    ]


def by_label(facts: CardFacts) -> tuple[str, list[list[str]]]:
    """Returns the part (test, else dev) and a row for each label.

    A row: label, precision, recall, F1 with interval, rows of the part, training rows. Without
    kept predictions the part is empty, and there are no rows.
    """
    part = next((part for part in reversed(HELD_OUT) if facts.predictions(part)), "")
    rows, book = facts.predictions(part), facts.codebook
    if not rows:
        return "", []
    gold = [labels_in(row["gold"]) for row in rows]
    predicted = indicators(book, [labels_in(row["predicted"]) for row in rows])
    spread = intervals(book, gold, predicted, [row["article_id"] for row in rows])
    trained = ((facts.kept_json(DATA_FACTS) or {}).get("train") or {}).get("labels", {})
    return part, [
        [
            label.label,
            f"{label.precision:.3f}",
            f"{label.recall:.3f}",
            shown(label.f1, spread.labels.get(label.label) if spread else None),
            str(label.support),
            str(trained.get(label.label, "–")),
        ]
        if label.occurs
        else [label.label, "–", "–", "–", "0", str(trained.get(label.label, "–"))]
        for label in score(book, gold, predicted).labels
    ]


def confusions(facts: CardFacts, part: str) -> list[list[str]]:
    """Returns gold, predicted and rows of the labels taken for one another most often.

    None for several labels a row.
    """
    if facts.codebook.multilabel:
        return []
    pairs = Counter(
        (row["gold"], row["predicted"])
        for row in facts.predictions(part)
        if row["gold"] != row["predicted"]
    )
    return [[gold, predicted, str(rows)] for (gold, predicted), rows in pairs.most_common(CONFUSED)]


def worst_slices(facts: CardFacts) -> tuple[str, str, list[list[str]]]:
    """Returns the part (test, else dev), the figure that ranks its slices, and the worst of them.

    A row: slice, rows, articles, macro F1 with interval, how far below the rest, p. Where no
    slices were kept the part is empty, and there are no rows.
    """
    figure = "example_f1" if facts.codebook.multilabel else "accuracy"
    part = next((part for part in reversed(HELD_OUT) if f"{part}/{SLICES}" in facts.kept), "")
    if not part:
        return "", figure, []
    slices = Slices(figure, tuple(Slice(**row) for row in facts.kept_json(f"{part}/{SLICES}")))
    return (
        part,
        figure,
        [
            [
                row.name,
                str(row.rows),
                str(row.articles),
                shown(row.macro_f1, row.interval),
                f"{-row.difference:.3f} of {row.rest:.3f}",
                "–" if row.p is None else f"{row.p:.3f}",
            ]
            for row in slices.worst(WORST)
        ],
    )
