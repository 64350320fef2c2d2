"""Writes the golden files again: `python tests/golden/refresh.py` from the project's folder.

Do so only for a change that is meant to move the figure, and say in its commit from what to what.
With `--rows` the frozen rows are drawn anew from the corpus as well.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROWS, FIGURES = HERE / "event_rows.jsonl", HERE / "figures.json"
LABELS = ("armed_clash", "attack", "peaceful_protest", "no_event", "diplomacy", "arrests")
FIELDS = ("id", "article_id", "text", "label")


def draw():
    """300 rows of six labels: 50 of each, the first by article."""
    corpus = HERE.parents[1] / "data" / "corpus" / "event.jsonl"
    rows = [json.loads(line) for line in corpus.read_text(encoding="utf-8").splitlines()]
    kept = [row for label in LABELS for row in [row for row in rows if row["label"] == label][:50]]
    articles = sorted({row["article_id"] for row in kept})
    held_out = set(articles[::4])
    ROWS.write_text(
        "".join(
            json.dumps(
                {field: row[field] for field in FIELDS}
                | {"split": "dev" if row["article_id"] in held_out else "train"},
                ensure_ascii=False,
            )
            + "\n"
            for row in sorted(kept, key=lambda row: row["id"])
        ),
        encoding="utf-8",
    )


def measure():
    """Macro-F1 and accuracy on the frozen dev rows of a TF-IDF model with its defaults."""
    from data.codebook import load_codebook
    from data.rows import labelled, tidy
    from evaluation.figures.metrics import score
    from models.classifier import Fitting
    from models.families.tfidf import Tfidf, TfidfConfig

    codebook = load_codebook("event")
    rows = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    train, dev = (
        [labelled(tidy(row)) for row in rows if row["split"] == split] for split in ("train", "dev")
    )
    model = Tfidf(TfidfConfig(family="tfidf"), codebook)
    model.fit(train, dev, Fitting(seed=13, score_dev=lambda proba: {}))
    scores = score(
        codebook, [row.labels for row in dev], model.predict_proba([row.example for row in dev])
    )
    return {
        "rows": len(rows),
        "dev_rows": len(dev),
        "macro_f1": scores.macro_f1,
        "accuracy": scores.accuracy,
    }


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parents[1]))
    if "--rows" in sys.argv:
        draw()
    FIGURES.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
