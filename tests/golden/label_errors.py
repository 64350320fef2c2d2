"""How many wrong labels `eventstance data errors` finds: labels are made wrong and looked for.

`python tests/golden/label_errors.py` from the project's folder prints it for the whole event
corpus (1 to 2 minutes); test_label_errors_found.py holds a part of it to bounds.
"""

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def spoiled(rows, share, seed, codebook, siblings=False):
    """The rows with a share of labels replaced, and the ids of those rows.

    Another label is drawn from all that occur; with `siblings`, from those of the same parent.
    """
    draw = random.Random(seed)
    names = sorted({row["label"] for row in rows})
    chosen = set(draw.sample(range(len(rows)), round(share * len(rows))))
    made, wrong = [], set()
    for at, row in enumerate(rows):
        others = [
            name
            for name in names
            if name != row["label"]
            and (not siblings or codebook.type_of(name) == codebook.type_of(row["label"]))
        ]
        if at in chosen and others:
            wrong.add(row["id"])
            row = row | {"label": draw.choice(others)}
        made.append(row)
    return made, wrong


def measure(rows, *, share=0.05, seed=1, siblings=False, overrides=()):
    """Precision among the k most doubtful rows, k being the rows made wrong, and recall of all."""
    from data.codebook import load_codebook
    from data.files import write_rows
    from train.config import plans
    from train.label_errors.detection import find_label_errors

    made, wrong = spoiled(rows, share, seed, load_codebook("event"), siblings)
    (plan,) = plans([ROOT / "configs/event/tfidf.yaml"], overrides)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "spoiled.jsonl"
        write_rows(path, made)
        found = find_label_errors(path, plan.runs[0][1])
    ranked = [error.row["id"] for error in found.errors]
    true = {row["id"]: row["label"] for row in rows}
    mended = sum(
        true[error.row["id"]] in error.suggested
        for error in found.errors
        if error.row["id"] in wrong
    )
    hits = len(wrong & set(ranked))
    return {
        "rows": len(rows),
        "made_wrong": len(wrong),
        "found": len(ranked),
        "precision_at_k": len(wrong & set(ranked[: len(wrong)])) / len(wrong),
        "precision_at_100": len(wrong & set(ranked[:100])) / min(100, len(ranked)),
        "recall": hits / len(wrong),
        "right_label_suggested": mended / max(hits, 1),
    }


def corpus(labels=()):
    """The rows of the packaged event corpus, or those with one of the labels."""
    path = ROOT / "data" / "corpus" / "event.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if not labels or row["label"] in labels]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--share", type=float, default=0.05, help="of the labels made wrong")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--siblings", action="store_true", help="take the wrong label from the same parent"
    )
    parser.add_argument("overrides", nargs="*", metavar="key=value")
    options = vars(parser.parse_args())
    sys.path.insert(0, str(ROOT))
    sys.stdout.write(json.dumps(measure(corpus(), **options), indent=1) + "\n")
