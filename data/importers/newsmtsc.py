"""NewsMTSC: news sentences with the polarity toward a mention (Hamborg and Donnay, EACL 2021)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from data.fields import as_text, whole_number
from data.files import Row, read_rows
from data.foreign.interface import ImportOptions, Outcome
from data.foreign.labels import put_labels
from data.foreign.spans import locate, span_fields
from data.problems import Problem, Unreadable

CODEBOOK = "stance"
# data set, article, its story, sentence, entity, from, to. In the published files the first
# number fixes all the rest of an article; the second is shared by articles on one story.
_ID = re.compile(r"([A-Za-z]\w*?)_(\d+)_(-?\d+)_(-?\d+)_(.+)_(\d+)_(\d+)", re.DOTALL)


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every labelled mention, in order.

    Takes the flat form (`sentence, mention, from, to, polarity, id`) and the authors' nested one
    (`sentence_normalized`, `primary_gid`, `targets`).
    """
    options = replace(options, standard=options.standard or "newsmtsc")
    for line, record in read_rows(path, options.encoding, options.sheet):
        if isinstance(record, Problem):
            yield line, record
        elif isinstance(targets := record.get("targets"), list):
            for number, target in enumerate(targets):
                fields = target if isinstance(target, dict) else {}
                flat = {
                    **fields,
                    "sentence": record.get("sentence_normalized"),
                    "id": fields.get("Input.gid") or f"{record.get('primary_gid')}-{number}",
                }
                yield line, _row(flat, f"{path}:{line}", options)
        else:
            yield line, _row(record, f"{path}:{line}", options)


def _row(record: Row, where: str, options: ImportOptions) -> Outcome:
    text, mention, start = (record.get(key) for key in ("sentence", "mention", "from"))
    if not (
        isinstance(text, str)
        and isinstance(mention, str)
        and mention.strip()
        and (first := whole_number(start)) is not None
    ):
        return Unreadable(
            where, "lacks sentence, mention or from", "expected NewsMTSC's fields", record
        )
    place = locate(text, first, first + len(mention), mention, "characters", options)
    if isinstance(place, str):
        return Unreadable(
            where,
            f"the sentence does not hold its mention '{mention}'",
            "expected text[from:to] to be the mention",
            record,
        )
    identity = as_text(record.get("id") or "")
    row: Row = {"id": identity, "text": text} | span_fields(text, "target", place)
    if parts := _ID.fullmatch(identity):
        row["article_id"] = f"{parts[1]}_{parts[2]}"
        row["source"] = parts[1]
        row["entity"] = parts[5]
    return put_labels(row, [record.get("polarity")], options)
