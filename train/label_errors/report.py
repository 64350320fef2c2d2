"""Label errors as files for a program and for Label Studio, and as text for a terminal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from data.codebook import JOINER
from data.files import Row, write_rows
from data.formats.writing import atomic
from data.quality.annotation_tasks import annotation_task, labelling_page
from train.label_errors.detection import LabelError, LabelErrors

SHOWN = 10
NONE = "(none)"


def write_errors(judged: LabelErrors, prefix: str | Path, limit: int | None = None) -> list[Path]:
    """Writes rows, tasks and labelling page below that prefix; returns the three files.

    Args:
        judged: what was found; the first `limit` of them are written.
        prefix: a path without suffix.
        limit: all if None.
    """
    errors = judged.errors[:limit]
    rows, tasks, page = (
        Path(f"{prefix}{suffix}")
        for suffix in (".jsonl", ".label_studio.json", ".label_studio.xml")
    )
    write_rows(rows, (_row(judged, rank, error) for rank, error in enumerate(errors, 1)))
    with atomic(tasks) as stream:
        json.dump(
            [_task(judged, rank, error) for rank, error in enumerate(errors, 1)],
            stream,
            ensure_ascii=False,
            indent=1,
            default=str,
        )
        stream.write("\n")
    with atomic(page) as stream:
        stream.write(labelling_page(judged.codebook))
    return [rows, tasks, page]


def _row(judged: LabelErrors, rank: int, error: LabelError) -> Row:
    target = {"target": error.row["target"]} if error.row.get("target") else {}
    given, suggested = list(error.given), list(error.suggested)
    return {
        "rank": rank,
        "id": error.row["id"],
        "article_id": error.row["article_id"],
        "at": f"{judged.path}:{error.line}",
        "text": error.row["text"],
        **target,
        "given": given if judged.codebook.multilabel else given[0],
        "suggested": suggested if judged.codebook.multilabel else suggested[0],
        "probability": round(error.probability, 4),
        "given_probability": round(error.given_probability, 4),
        "quality": round(error.quality, 4),
    }


def _task(judged: LabelErrors, rank: int, error: LabelError) -> Row:
    return annotation_task(
        rank,
        error.row,
        error.suggested,
        round(error.probability, 4),
        f"{judged.family}, {judged.folds} folds",
        {"at": f"{judged.path}:{error.line}", "quality": round(error.quality, 4)},
    )


def summary(judged: LabelErrors) -> str:
    """Returns how many rows look wrong, the ten worst, and which label is taken for which."""
    errors = judged.errors
    lines = [
        f"{len(errors):,} of {judged.rows:,} rows look mislabelled "
        f"({len(errors) / judged.rows:.1%}), judged by {judged.family} in {judged.folds} folds "
        "by article",
        f"these models give {judged.agreement:.0%} of the rows the labels they have: the "
        "fewer, the more of their doubts are mistakes of their own",
    ]
    if judged.unjudged:
        lines.append(
            "not judged, for want of rows in other articles: "
            + ", ".join(f"{label} ({rows})" for label, rows in judged.unjudged.most_common())
        )
    if not errors:
        return "\n".join(lines)
    lines += ["", "most doubtful first:"]
    lines += [
        f"{judged.path}:{error.line}  {_names(error.given)} "
        f"({error.given_probability:.2f}) → {_names(error.suggested)} "
        f"({error.probability:.2f})\n    {_cut(_text(error))}"
        for error in errors[:SHOWN]
    ]
    pairs = Counter((_names(error.given), _names(error.suggested)) for error in errors)
    lines += ["", f"{'rows':>6}  given → suggested"]
    lines += [
        f"{rows:>6}  {given} → {suggested}" for (given, suggested), rows in pairs.most_common(SHOWN)
    ]
    if len(pairs) > SHOWN:
        lines.append(
            f"{sum(rows for _, rows in pairs.most_common()[SHOWN:]):>6}  "
            f"in {len(pairs) - SHOWN} more pairs"
        )
    return "\n".join(lines)


def _names(labels: Sequence[str]) -> str:
    return JOINER.join(labels) or NONE


def _text(error: LabelError) -> str:
    target = error.row.get("target")
    return f"[{target}] {error.row['text']}" if target else str(error.row["text"])


def _cut(text: str, most: int = 110) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
