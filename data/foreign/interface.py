"""What an importer is told, and what it may yield beside rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from data.codebook import Codebook
from data.files import Row
from data.problems import Problem


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to read a file, and what was noted in reading it.

    Attributes:
        codebook: whose labels the rows get.
        standard: the standard the file's labels are named in (`tweeteval`, say); None where the
            labels are names that the codebook knows.
        columns: field of a row (`text`, `label`, `id`, `target`, …) to its column in the file.
        label_map: label of the file to label of the codebook, where the user says so.
        encoding: of text files; None for that of a byte order mark, or UTF-8.
        sheet: of Excel workbooks; None where only one has rows.
        renamed: how often a label of the file was read as another name of the codebook.
        notes: how often something else was read otherwise than it stands in the file.
    """

    codebook: Codebook
    standard: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    label_map: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None
    sheet: str | None = None
    renamed: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    def column(self, field_name: str, default: str) -> str:
        """The column that holds a field."""
        return self.columns.get(field_name, default)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that is right and holds nothing to learn from: ignored, cancelled, unlabelled."""

    reason: str


Outcome = Row | Problem | Skipped
