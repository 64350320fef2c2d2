"""What became of the records of an import, for the person who started it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.problems import Problem

MOST_LISTED = 10


@dataclass
class ImportReport:
    """What became of the records of an import."""

    out: Path
    codebook: str
    read: int = 0
    written: int = 0
    mended: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)
    labels: Counter[str] = field(default_factory=Counter)
    renamed: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    replaced: bool = False
    articles: set[str] = field(default_factory=set)

    @property
    def rejects_file(self) -> Path:
        """Where the rejected records are."""
        return self.out.with_name(f"{self.out.name}.rejects.jsonl")

    def reject(self, problem: Problem) -> None:
        """Counts a record that gives no row, by its reason."""
        reason = problem.what + (f" ({problem.expected})" if problem.expected else "")
        self.rejected[reason] += 1
        self.first.setdefault(reason, problem.where)

    def count_row(self, article: str, labels: Sequence[str]) -> None:
        """Counts a row that is written."""
        self.written += 1
        self.labels.update(labels or ["(none)"])
        self.articles.add(article)

    def commonest_reasons(self) -> str:
        """Why records gave no row: the three most frequent reasons, in one line."""
        counts = (self.rejected + self.skipped).most_common(3)
        return (
            "; ".join(
                f"{count}: {reason}"
                + (f" [at {self.first[reason]}]" if reason in self.first else "")
                for reason, count in counts
            )
            or "the files are empty"
        )

    def __str__(self) -> str:
        lines = [
            f"{self.out}: {self.written} rows of {len(self.articles)} articles, "
            f"codebook {self.codebook}"
            + (" (replaced the file that was there)" if self.replaced else ""),
            f"  records read {self.read}, written {self.written}, "
            f"rejected {self.rejected.total()}, skipped {self.skipped.total()}, "
            f"texts mended {self.mended}",
        ]
        lines += [f"  skipped {count}: {reason}" for reason, count in self.skipped.most_common()]
        lines += [
            f"  rejected {count}: {reason} [{'first ' if count > 1 else ''}at {self.first[reason]}]"
            for reason, count in self.rejected.most_common(MOST_LISTED)
        ]
        if (more := len(self.rejected) - MOST_LISTED) > 0:
            lines.append(f"  rejected for {more} reasons more")
        if self.rejected:
            lines.append(f"  rejected records: {self.rejects_file}")
        lines += [
            f"  read '{label}' as {name}: {count}"
            for (label, name), count in self.renamed.most_common(MOST_LISTED)
        ]
        if (more := len(self.renamed) - MOST_LISTED) > 0:
            lines.append(f"  read {more} labels more under other names")
        lines += [f"  {note}: {count}" for note, count in self.notes.most_common()]
        lines += [f"  {count:>7} {label}" for label, count in self.labels.most_common()]
        return "\n".join(lines)
