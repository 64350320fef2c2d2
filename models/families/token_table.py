"""The tokens of training rows: in memory, or of large tables in a file of the training's state."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from data.examples import Labelled
from data.formats.disk_table import TableRows
from models.portable.inputs import as_input
from models.portable.tokens import Tokens, tokenize


def tokens_of(
    name: str,
    rows: Sequence[Labelled],
    tokenizer: Any,
    spec: dict[str, Any],
    folder: Path | None,
    progress: bool = False,
) -> Sequence[Tokens]:
    """Returns the tokens of each row, in order.

    Those of a large table are made by `Dataset.map` and read from its file whenever they are asked
    for. A training that goes on finds the file again: its name is made of the tokenizer, of how
    rows are cut, and which and how many they are; the folder is that of these rows and settings.

    Args:
        name: of the rows: `train` or `dev`.
        rows: to be tokenised.
        tokenizer: as `models.portable.tokens.tokenize` takes it.
        spec: as well.
        folder: of the training's state, which is removed with it; None for one that lasts as long
            as the process.
        progress: show a bar.
    """
    if not isinstance(rows, TableRows):
        return tokenize(tokenizer, [as_input(row.example) for row in rows], spec)

    def tokenized(block: Sequence[Labelled]) -> dict[str, list[Any]]:
        tokens = tokenize(tokenizer, [as_input(row.example) for row in block], spec)
        return {
            "ids": [row.ids for row in tokens],
            "pool": [list(row.pool) for row in tokens],
            "cut": [row.cut for row in tokens],
        }

    content = json.dumps([name, len(rows), tokenizer.to_str(), spec], sort_keys=True, default=str)
    table = rows.mapped(tokenized, hashlib.sha256(content.encode()).hexdigest(), folder, progress)
    return TableRows(
        table, lambda row: Tokens(row["ids"], (row["pool"][0], row["pool"][1]), row["cut"])
    )
