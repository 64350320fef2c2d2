"""CASE 2021 task 2: news snippets with ACLED sub-event types (Haneczok and others, 2021)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from data.foreign.interface import ImportOptions, Outcome
from data.foreign.labels import put_labels
from data.formats.tab_separated import tsv_rows
from data.problems import Problem

CODEBOOK = "event"


def read(path: Path, options: ImportOptions) -> Iterator[tuple[int, Outcome]]:
    """Yields (line, row) for every snippet, in order; each is its own article."""
    if options.standard is None and "case2021" in options.codebook.standards():
        options = replace(options, standard="case2021")
    for line, record in tsv_rows(path, ("id", "EventSnippet", "SubType"), options.encoding):
        if isinstance(record, Problem):
            yield line, record
            continue
        row = {"id": f"case2021-{record['id'].strip()}", "text": record["EventSnippet"].strip()}
        yield line, put_labels(row, [record["SubType"]], options)
