"""The figures of a model card: tables in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evaluation.cards.facts import PARTS, CardFacts
from evaluation.chance.intervals import intervals, shown
from evaluation.figures.metrics import indicators, score
from evaluation.predictions import labels_in
from evaluation.slices.scores import Slice, Slices
from models.store.artifact_names import DATA_FACTS, SLICES

MEASURED = PARTS[1:]
CALIBRATION = ("ece", "ece_uncalibrated", "brier", "coverage", "precision_when_certain")
WORST = 5
CONFUSED = 8


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Returns a Markdown table; no rows give no lines."""
    if not rows:
        return []
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return [
        f"| {' | '.join(head)} |",
        "|---" * len(head) + "|",
        *(f"| {' | '.join(row)} |" for row in cells),
    ]


def headline(facts: CardFacts) -> list[str]:
    """Returns the averages on dev and test with their intervals, and calibration."""
    metrics = facts.metrics
    names = [
        name.removeprefix("dev/").removesuffix("_low")
        for name in metrics
        if name.startswith("dev/")
        and name.endswith("_low")
        and name.removeprefix("dev/").removesuffix("_low") not in CALIBRATION
    ]
    names.sort(key=lambda name: (name != "macro_f1", name.startswith("type_"), name))
    names += [name for name in CALIBRATION if f"dev/{name}" in metrics]
    parts = [part for part in MEASURED if any(name.startswith(f"{part}/") for name in metrics)]
    return table(
        ["", *parts],
        [[name, *(_figure(metrics, f"{part}/{name}") for part in parts)] for name in names],
    )


def _figure(metrics: dict[str, float], name: str) -> str:
    if name not in metrics:
        return "–"
    low, high = metrics.get(f"{name}_low"), metrics.get(f"{name}_high")
    return shown(metrics[name], None if low is None or high is None else (low, high))


def seeds(facts: CardFacts) -> list[str]:
    """Returns the figures of the same settings over several seeds; nothing for one seed."""
    if facts.seeds is None:
        return []
    metrics, tags = facts.seeds.data.metrics, facts.seeds.data.tags
    rows = [
        [name, _figure(metrics, name), f"{metrics[f'{name}_sd']:.3f}"]
        for name in ("dev/macro_f1", "test/macro_f1", "dev/accuracy", "test/accuracy")
        if name in metrics and f"{name}_sd" in metrics
    ]
    if not rows:
        return []
    return [
        f"The same settings with the seeds {', '.join(tags.get('seeds', '').split())} (run "
        f"`{facts.seeds.info.run_id}`); the intervals cover articles and seeds:",
        "",
        *table(["", "mean", "sd over seeds"], rows),
    ]


def by_label(facts: CardFacts) -> tuple[str, list[str]]:
    """Returns the part (test, else dev) and its table of labels: F1 with interval, and rows.

    Without kept predictions the part is empty, and there are no lines.
    """
    part = next((part for part in reversed(MEASURED) if facts.predictions(part)), "")
    rows, book = facts.predictions(part), facts.codebook
    if not rows:
        return "", []
    gold = [labels_in(row["gold"]) for row in rows]
    found = indicators(book, [labels_in(row["predicted"]) for row in rows])
    spread = intervals(book, gold, found, [row["article_id"] for row in rows])
    trained = ((facts.kept_json(DATA_FACTS) or {}).get("train") or {}).get("labels", {})
    return part, table(
        ["label", "precision", "recall", "F1", f"{part} rows", "train rows"],
        [
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
            for label in score(book, gold, found).labels
        ],
    )


def confusions(facts: CardFacts, part: str) -> list[str]:
    """Returns the labels taken for one another most often; nothing for several labels a row."""
    if facts.codebook.multilabel:
        return []
    pairs = Counter(
        (row["gold"], row["predicted"])
        for row in facts.predictions(part)
        if row["gold"] != row["predicted"]
    )
    return table(
        ["gold", "predicted", "rows"],
        [[gold, said, str(rows)] for (gold, said), rows in pairs.most_common(CONFUSED)],
    )


def worst_slices(facts: CardFacts) -> tuple[str, list[str]]:
    """Returns the part (test, else dev) and the rows on which it is worst, where it kept slices."""
    part = next((part for part in reversed(MEASURED) if f"{part}/{SLICES}" in facts.kept), "")
    if not part:
        return "", []
    figure = "example_f1" if facts.codebook.multilabel else "accuracy"
    found = Slices(figure, tuple(Slice(**one) for one in facts.kept_json(f"{part}/{SLICES}")))
    return part, table(
        ["rows with", "rows", "articles", "macro F1", f"{figure} below the rest by", "p (Holm)"],
        [
            [
                one.name,
                str(one.rows),
                str(one.articles),
                shown(
                    one.macro_f1,
                    None if one.low is None or one.high is None else (one.low, one.high),
                ),
                f"{-one.difference:.3f} of {one.rest:.3f}",
                "–" if one.p is None else f"{one.p:.3f}",
            ]
            for one in found.worst(WORST)
        ],
    )
