"""PLOVER's gold records: sentences of the CAMEO manual with marked actors (PLOVER_GSR_CAMEO)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.files import Row
from data.foreign.interface import ImportOptions, Outcome, Skipped
from data.foreign.labels import put_labels
from data.foreign.mojibake import find_mention
from data.formats.json_records import json_records
from data.problems import Problem, Unreadable

CODEBOOK = "plover"
# Types of PLOVER 0.5 that later versions merged into another.
_MERGED = {"DEMAND": "REQUEST", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "FIGHT": "ASSAULT"}
_MARK = re.compile(r"\((SRC|TAR|EVT|LOC)(?:/(SRC|TAR|EVT|LOC))?:\s*|[()}]")
_ROLES = {"SRC": "actor", "TAR": "target"}
_NO_DATE = "2000-01-01"  # stands in every record
_KEPT = ("context", "mode", "language", "comment")


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every record, in order; each is its own article.

    Source and target are spans where the markup, or else the named actor, is found in the text.
    Of several, the first counts; where two act on each other, they are source and target.
    """
    for line, record in json_records(path, options.encoding):
        if isinstance(record, Problem):
            yield line, record
        elif record.get("event") == "DOCUMENT":
            yield line, Skipped("documentation of the file, no sentence")
        elif not isinstance(record.get("text"), str) or not record.get("event"):
            yield (
                line,
                Unreadable(
                    f"{path}:{line}", "lacks text or event", "expected a coded sentence", record
                ),
            )
        else:
            yield line, _row(record, options)


def _row(record: Row, options: ImportOptions) -> Row:
    text, event = record["text"].strip(), str(record["event"])
    row: Row = {"id": str(record.get("id") or ""), "text": text}
    if (date := record.get("date")) and date != _NO_DATE:
        row["date"] = date
    row |= _pair(record, text)
    row |= {key: str(record[key]) for key in _KEPT if record.get(key)}
    if event in _MERGED and event not in options.codebook.columns:
        row["published_label"] = event
        event = _MERGED[event]
    return put_labels(row, [event], options)


def _pair(record: Row, text: str) -> Row:
    marked = marked_mentions(_markup(record))
    first = marked["actor"][:1]
    # Where two act on each other both are marked as both: the target is the one further on.
    targets = [mention for mention in marked["target"] if mention not in first]
    fields: Row = {}
    for role, mentions, named in (("actor", first, "source"), ("target", targets[:1], "target")):
        for mention, near in mentions + _actors(record.get(named))[:1]:
            start = find_mention(text, mention, near)
            if start is not None and start != fields.get("actor_start"):
                fields |= {
                    role: mention,
                    f"{role}_start": start,
                    f"{role}_end": start + len(mention),
                }
                break
    return fields


def _markup(record: Row) -> str:
    information = record.get("textInfo")
    if isinstance(information, dict):
        information = information.get("markup")
    return information if isinstance(information, str) else ""


def _actors(actors: Any) -> list[tuple[str, int]]:
    if not isinstance(actors, list):
        return []
    return [
        (str(actor["actorText"]).strip(), 0)
        for actor in actors
        if isinstance(actor, dict) and actor.get("actorText")
    ]


def marked_mentions(markup: str) -> dict[str, list[tuple[str, int]]]:
    """The marked actors and targets of a markup, each with its offset in the text without marks.

    Round brackets that are no marks belong to the text; a mark that never closes is left out.
    """
    text = ""
    opened: list[tuple[list[str], int]] = []
    mentions: dict[str, list[tuple[str, int]]] = {"actor": [], "target": []}
    last = 0
    for mark in _MARK.finditer(markup):
        text += markup[last : mark.start()]
        last = mark.end()
        if mark[1] or mark[0] == "(":
            opened.append(([_ROLES.get(kind, "") for kind in mark.groups() if kind], len(text)))
            text += "" if mark[1] else "("
            continue
        roles, start = opened.pop() if opened else ([], 0)
        text += "" if roles else ")"
        for role in filter(None, roles):
            mention = text[start:].strip()
            if mention:
                mentions[role].append((mention, start))
    return mentions
