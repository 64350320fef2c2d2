"""What is known of a model, as files and without a store."""

import json
from types import SimpleNamespace

import pytest

from evaluation.cards.facts import CardFacts
from evaluation.slices.scores import Slice

LABELS = [
    {"name": "clash", "definition": "fighting | of <two> sides", "parent": "war"},
    {"name": "siege", "parent": "war"},
    {"name": "speech"},
]
BOOK = {"name": "mixed", "version": "2", "task": "event", "description": "What happens."}
METRICS = {
    "dev/macro_f1": 0.5,
    "dev/macro_f1_low": 0.4,
    "dev/macro_f1_high": 0.6,
    "dev/ece": 0.05,
    "test/macro_f1": 0.45,
    "train_seconds": 3.2,
    "sentences_per_second": 1234.5,
}
WORST = Slice("genre", "wire", 30, 6, 0.4, 0.3, 0.5, 0.6, 0.8, -0.2, -0.3, -0.1, 0.004)
SAID = (("clash", "clash"), ("clash", "siege"), ("siege", "clash"), ("siege", "clash"))


def kept_files():
    """The artifacts of a run by path, as values."""
    return {
        "config.yaml": {
            "task": "event",
            "model": {"family": "tfidf", "c": 4},
            "seed": 13,
            "data": {"path": ["rows.jsonl"], "share": 0.5},
        },
        "data.json": {
            "split": "by article",
            "warnings": ["few rows"],
            "train": {
                "rows": 1200,
                "articles": 40,
                "digest": "ab",
                "labels": {"clash": 1150, "siege": 50, "speech": 0},
            },
            "dev": {"rows": 4, "articles": 2, "digest": "cd"},
        },
        "split.json": {"train": [], "dev": []},
        "test/slices.json": [{name: getattr(WORST, name) for name in Slice.__slots__}],
        "test/predictions.jsonl": [
            {
                "id": f"r{place}",
                "article_id": f"a{place % 2}",
                "text": "words",
                "gold": gold,
                "predicted": said,
                "probability": 0.5,
                "square": 0.1,
                "gaps": {},
            }
            for place, (gold, said) in enumerate(SAID)
        ],
    }


@pytest.fixture
def facts(tmp_path):
    """Makes the facts of a run; arguments are what is otherwise."""

    def facts(meta=None, book=None, files=None, tags=None, of_run=True, **changes):
        kept = {}
        for path, content in (kept_files() if files is None else files).items():
            kept[path] = tmp_path / path.replace("/", "_")
            kept[path].write_text(
                "".join(json.dumps(row) + "\n" for row in content)
                if path.endswith(".jsonl")
                else json.dumps(content)
            )
        run = SimpleNamespace(
            info=SimpleNamespace(run_id="r1", run_name="tfidf seed=13", start_time=86_400_000),
            data=SimpleNamespace(metrics=METRICS, tags=tags or {"git_commit": "abc"}),
        )
        (tmp_path / "model").mkdir(exist_ok=True)
        return CardFacts(
            **{
                "ref": "event@champion",
                "name": "event/3",
                "folder": tmp_path / "model",
                "meta": {
                    "task": "event",
                    "family": "tfidf",
                    "codebook": BOOK
                    | {"parents": [{"name": "war"}], "labels": LABELS}
                    | (book or {}),
                    "codebook_digest": "d1",
                    "columns": [0, 1],
                    **(meta or {}),
                },
                "run": run if of_run else None,
                "seeds": None,
                "kept": kept,
                "promoted": [],
                "champion": False,
                **changes,
            }
        )

    return facts
