"""What a run was trained and measured on, in numbers: kept beside its split."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from models.store.artifact_names import DATA_FACTS
from train.rows import Part, RunData


def data_facts(data: RunData) -> dict[str, Any]:
    """Returns rows, articles, digest, targets and rows of each label, for each part with rows."""
    return {part.name: _facts(part, data) for part in data.parts if part.rows}


def _facts(part: Part, data: RunData) -> dict[str, Any]:
    labels = Counter(label for row in part.gold for label in row)
    return {
        "rows": len(part.rows),
        "digest": part.digest,
        "articles": len({row.article_id for row in part.examples}),
        "targets": len({target for target in part.targets if target}),
        "labels": {name: labels[name] for name in data.codebook.names},
    }


def write_data_facts(folder: Path, data: RunData) -> None:
    """Writes data.json: the facts of each part, and how rows came into them."""
    split = {"split": data.split.summary, "warnings": list(data.split.warnings)}
    (folder / DATA_FACTS).write_text(
        json.dumps(data_facts(data) | split, indent=1, ensure_ascii=False), encoding="utf-8"
    )
