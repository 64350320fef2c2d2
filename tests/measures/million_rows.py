"""How much memory rows take on their way into a training: `python tests/measures/million_rows.py`.

Writes rows of about 25 words to a temporary folder, and for each step starts a process of its own,
which tells the peak of its resident memory. Not a test: it takes minutes.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LABELS = ("clash", "aid", "protest", "arrest", "talks", "none")
CODEBOOK = "name: measured\nversion: '1'\ntask: event\nlabels:\n" + "".join(
    f"- name: {label}\n" for label in LABELS
)
STEPS = ("libraries", "rows", "examples", "tfidf", "tokens")


def write(folder: Path, rows: int) -> None:
    """Writes the codebook and `rows.parquet`, a block of rows at a time."""
    import pyarrow
    import pyarrow.parquet

    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvw", k=6)) for _ in range(30_000)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    (folder / "measured.yaml").write_text(CODEBOOK, encoding="utf-8")
    writer = None
    for first in range(0, rows, 20_000):
        block = range(first, min(first + 20_000, rows))
        labels = [LABELS[number % len(LABELS)] for number in block]
        texts = chance.choices(words, weights, k=24 * len(block))
        table = pyarrow.table(
            {
                "id": [f"r{number}" for number in block],
                "article_id": [f"a{number // 20}" for number in block],
                "text": [
                    f"{' '.join(texts[24 * at : 24 * at + 24])} {label}."
                    for at, label in enumerate(labels)
                ],
                "label": labels,
                "split": ["dev" if number // 20 % 500 == 0 else "train" for number in block],
            }
        )
        if writer is None:
            writer = pyarrow.parquet.ParquetWriter(folder / "rows.parquet", table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def step(name: str, folder: Path, encoder: str) -> None:
    """Goes as far as that step and prints seconds and megabytes."""
    import datasets  # noqa: F401
    import sklearn.feature_extraction.text  # noqa: F401

    from models.classifier import Fitting
    from train.config import validated
    from train.rows import Loader

    started = time.process_time()
    if name != "libraries":
        data = Loader().load(
            validated(
                {
                    "task": "event",
                    "codebook": str(folder / "measured.yaml"),
                    "data": {"path": str(folder / "rows.parquet")},
                    "model": {"family": "majority"},
                },
                "measured",
            ),
            "measured",
        )
        facts = [data.digest, len(data.train.rows)]
    if name == "examples":
        facts += [sum(len(row.example.text) for row in data.train.examples)]
    if name == "tfidf":
        from models.families.tfidf import Tfidf, TfidfConfig

        config = TfidfConfig(family="tfidf", char_ngrams=0, word_ngrams=1, max_features=20_000)
        model = Tfidf(config, data.codebook)
        model.fit(data.train.examples, data.dev.examples, Fitting(1, lambda proba: {}))
        facts += [model.fitted.facts]
    if name == "tokens":
        from models.families.encoders import encoder_source, load_tokenizer
        from models.families.token_table import tokens_of
        from models.portable.tokens import CUTS

        tokenizer, ids = load_tokenizer(encoder_source(encoder), markers=False)
        spec = {"cut": CUTS[-1], "max_tokens": 64, **ids}
        tokens = tokens_of("train", data.train.examples, tokenizer, spec, folder / "state")
        facts += [sum(len(row.ids) for row in tokens)]
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _say(f"{name:10} {seconds:7.0f} s {peak:8.0f} MB")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Measures each step that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--encoder", default="packaged:all-MiniLM-L6-v2")
    parser.add_argument("--folder", type=Path, help="holds the rows already")
    options = parser.parse_args()
    if options.folder and len(options.steps) == 1:
        step(options.steps[0], options.folder, options.encoder)
        return
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        write(Path(scratch), options.rows)
        size = (Path(scratch) / "rows.parquet").stat().st_size / 1e6
        _say(f"{options.rows} rows, {size:.0f} MB as Parquet")
        for name in options.steps:
            given = ["--folder", scratch, "--steps", name, "--encoder", options.encoder]
            subprocess.run([sys.executable, __file__, *given], check=True)


if __name__ == "__main__":
    main()
