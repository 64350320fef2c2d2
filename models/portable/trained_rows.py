"""Which rows a model was trained on: hashes of them, kept in its folder.

Whoever scores a model on rows that it was trained on sees how well it remembers. The hashes tell
such rows without keeping a text; 64 bits make a wrong alarm among a million rows of a million
trained ones unlikely (1 in 18 million).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.examples import Example, Labelled
from data.text.words import same_text

FILE = "trained_rows.bin"  # sorted unsigned numbers of 8 bytes, the most significant first
_NUMBER = np.dtype(">u8")


def hashes(rows: Sequence[Labelled]) -> np.ndarray:
    """Returns the hashes of the rows' texts and targets, sorted, each once.

    Spellings of one text (see `data.text.words.same_text`) have one hash; no rows give none.
    """
    return np.unique(np.array([_hash(row.example) for row in rows], dtype=_NUMBER))


def write(folder: Path, trained: np.ndarray) -> None:
    """Writes the hashes beside a model's other files."""
    (folder / FILE).write_bytes(trained.astype(_NUMBER).tobytes())


def trained_on(folder: Path, examples: Sequence[Example]) -> list[bool]:
    """Whether the model in the folder was trained on each of the examples.

    A model that was saved before hashes were kept says no of all.
    """
    path = folder / FILE
    if not path.is_file():
        return [False] * len(examples)
    trained = np.frombuffer(path.read_bytes(), dtype=_NUMBER)
    hashed = np.array([_hash(example) for example in examples], dtype=_NUMBER)
    return [bool(is_trained) for is_trained in np.isin(hashed, trained)]


def _hash(example: Example) -> int:
    words = [" ".join(same_text(part)) for part in (example.text, example.target or "")]
    return int.from_bytes(hashlib.sha256("\n".join(words).encode()).digest()[:8], "big")
