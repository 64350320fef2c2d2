"""Labelled files looked over: every problem at once, or what they hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.codebook import Codebook
from data.files import Row
from data.problems import Problem
from data.quality.table import MAX_PROBLEMS, checked_rows
from data.rows import labels_of
from data.text.names import find_name
from data.text.words import span_cuts_word


@dataclass(frozen=True)
class CheckReport:
    """What is in the files and what is wrong with them.

    Attributes:
        rows: the rows that are right.
        problems: every fault of the others, at most about 1,000.
        warnings: what is allowed and still looks wrong.
        codebook: what they were checked against.
    """

    rows: list[Row]
    problems: list[Problem]
    warnings: list[str]
    codebook: Codebook

    def summary(self) -> str:
        """Counts of rows, articles, labels and, for stance, targets."""
        labels = Counter(label for row in self.rows for label in labels_of(row))
        articles = {row.get("article_id") for row in self.rows}
        book = f"codebook {self.codebook.name} {self.codebook.version}"
        lines = [f"{len(self.rows)} rows of {len(articles)} articles are right under {book}"]
        if self.problems:
            more = " (reading stopped there)" if len(self.problems) >= MAX_PROBLEMS else ""
            lines.append(f"{len(self.problems)} problems{more}")
        lines += [f"  {labels[name]:>7} {name}" for name in self.codebook.names]
        if self.codebook.multilabel:
            lines.append(f"  {sum(not labels_of(row) for row in self.rows):>7} (none)")
        if self.codebook.task == "stance":
            targets = Counter(str(row["target"]) for row in self.rows)
            often = ", ".join(f"{name} {count}" for name, count in targets.most_common(5))
            lines.append(f"{len(targets)} targets: {often}" + (", …" if len(targets) > 5 else ""))
        return "\n".join(lines)


def check_files(
    paths: Sequence[str | Path],
    codebook: Codebook,
    encoding: str | None = None,
    sheet: str | None = None,
) -> CheckReport:
    """Returns the rows and the problems of the files together; ids must be unique over all.

    `encoding` and `sheet` are as for `data.files.read_rows`.

    Raises:
        InputError: a file is missing or is no table.
    """
    rows, problems = checked_rows(paths, codebook, None, encoding, sheet)
    if not rows and not problems:
        problems = [Problem(", ".join(map(str, paths)), "holds no rows", "expected labelled rows")]
    return CheckReport(rows, problems, [*conflicts(rows), *strange_targets(rows)], codebook)


def conflicts(rows: Sequence[Row]) -> list[str]:
    """A warning for each text (and target) that stands in several rows with different labels."""
    seen: dict[tuple[object, ...], dict[tuple[str, ...], list[Row]]] = defaultdict(dict)
    for row in rows:
        key = (
            row["text"],
            *(row.get(field) for field in ("target", "target_start", "actor_start")),
        )
        seen[key].setdefault(tuple(sorted(labels_of(row))), []).append(row)
    return [
        _conflict(rows_by_labels) for rows_by_labels in seen.values() if len(rows_by_labels) > 1
    ]


def _conflict(rows_by_labels: dict[tuple[str, ...], list[Row]]) -> str:
    readings = ", ".join(
        f"{'+'.join(labels) or '(none)'} in row {rows[0]['id']}"
        for labels, rows in rows_by_labels.items()
    )
    annotators = {row.get("annotator") for rows in rows_by_labels.values() for row in rows}
    advice = (
        "; its annotators disagree: import with --annotations vote for one label a text"
        if len(annotators) > 1
        else ""
    )
    return f"one text, different labels: {readings}{advice}"


def strange_targets(rows: Sequence[Row]) -> list[str]:
    """A warning for each row whose target is not in its text, or whose offsets cut a word.

    Offsets may hold another name than the target's own (a pronoun, an alias), so that alone is
    right.
    """
    warnings = []
    for row in rows:
        for role in ("target", "actor"):
            name, text = row.get(role), str(row["text"])
            start, end = row.get(f"{role}_start"), row.get(f"{role}_end")
            if start is not None and end is not None:
                if span_cuts_word(text, start, end):
                    warnings.append(
                        f"row {row['id']}: {role} at {start}–{end} is "
                        f"'{text[start:end]}', which begins or ends inside a word"
                    )
            elif name and find_name(text, str(name)) is None:
                warnings.append(
                    f"row {row['id']}: {role} '{name}' is not in its text; give "
                    f"{role}_start and {role}_end of the words that mean it"
                )
    return warnings
