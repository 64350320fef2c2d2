"""What an importer is told, and what it may yield beside rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from data.codebook import Codebook
from data.files import Row
from data.problems import Problem


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to read a file.

    Attributes:
        codebook: whose labels the rows get.
        standard: the standard the file's labels are named in (`tweeteval`, say); None where the
            labels are names that the codebook knows.
        columns: field of a row (`text`, `label`, `id`, `target`, …) to its column in the file.
    """

    codebook: Codebook
    standard: str | None = None
    columns: dict[str, str] = field(default_factory=dict)

    def column(self, field_name: str, default: str) -> str:
        """The column that holds a field."""
        return self.columns.get(field_name, default)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that is right and holds nothing to learn from: ignored, cancelled, unlabelled."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreadable(Problem):
    """A record that gives no row; `raw` is what stood there."""

    raw: object = None


Outcome = Row | Problem | Skipped
