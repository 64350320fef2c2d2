"""PLV: sentences with a marked source and target and PLOVER codes (Hu and others, 2024)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from data.files import Row
from data.foreign.interface import ImportOptions, Outcome
from data.foreign.labels import put_labels
from data.formats.tab_separated import tsv_rows
from data.problems import InputError, Problem, Unreadable

CODEBOOK = "configs/benchmarks/codebooks/plv15.yaml"
CODEBOOKS = {"gold_root": CODEBOOK, "gold_penta": "cameo"}
_MARK = re.compile(r"<(/?)([st])>")
_ROLES = {"s": "actor", "t": "target"}


def codebook_for(label_column: str | None) -> str:
    """The codebook of a label column: `gold_root` (PLOVER types) or `gold_penta` (quad classes).

    Raises:
        InputError: another column, whose labels no codebook is known for.
    """
    column = label_column or "gold_root"
    if column not in CODEBOOKS:
        raise InputError(
            Problem(
                f"--label-column {column}",
                "has no codebook of its own",
                "name one with --codebook, or take gold_root or gold_penta",
            )
        )
    return CODEBOOKS[column]


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every pair, in order; source and target are spans of the sentence.

    A role that the sentence does not mark ("an actor", "a recipient") has no name and no span;
    one that is marked twice has its first place. Several pairs of one sentence are one article.
    """
    column = options.column("label", "gold_root")
    for line, record in tsv_rows(path, ("sentence", "marked_sentence", column), options.encoding):
        if isinstance(record, Problem):
            yield line, record
            continue
        text, spans = unmarked(record["marked_sentence"])
        if text != record["sentence"]:
            yield (
                line,
                Unreadable(
                    f"{path}:{line}",
                    "marked_sentence is not its sentence",
                    "expected the same text with <s> and <t> around the pair",
                    record,
                ),
            )
            continue
        row: Row = {"text": text}
        if number := record.get("sentence_id"):
            row["id"] = row["article_id"] = f"plv-{number}"
        for role, (start, end) in spans.items():
            row |= {role: text[start:end], f"{role}_start": start, f"{role}_end": end}
        yield line, put_labels(row, [record[column]], options)


def unmarked(marked: str) -> tuple[str, dict[str, tuple[int, int]]]:
    """The text without its marks, and the first span of `actor` and of `target` without blanks."""
    text = ""
    opened: dict[str, int] = {}
    spans: dict[str, tuple[int, int]] = {}
    last = 0
    for mark in _MARK.finditer(marked):
        text += marked[last : mark.start()]
        last = mark.end()
        role = _ROLES[mark[2]]
        if not mark[1]:
            opened[role] = len(text)
        elif role in opened:
            start, end = opened.pop(role), len(text)
            start += len(text[start:]) - len(text[start:].lstrip())
            end = len(text.rstrip()) if end == len(text) else end
            if start < end:
                spans.setdefault(role, (start, end))
    return text + marked[last:], spans
