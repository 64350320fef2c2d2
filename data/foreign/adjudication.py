"""One label a text, where several annotators labelled it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from data.files import Row
from data.problems import Problem
from data.rows import labels_of

Annotations = Literal["truth", "vote", "all"]


@dataclass(slots=True, eq=False)
class ImportedRow:
    """A row that an importer gave, before it has its final id.

    Attributes:
        fields: of the row; its `id` is the file's, or one made from the file's name and the line.
        path: the file it is from.
        line: where it stands there.
        has_id: whether the file gave the id.
    """

    fields: Row
    path: Path
    line: int
    has_id: bool

    @property
    def is_truth(self) -> bool:
        """Whether the annotation is marked as ground truth."""
        return str(self.fields.get("ground_truth", "")).casefold() in ("true", "1")

    @property
    def unit(self) -> tuple[object, ...]:
        """What was labelled: rows that have it in common are annotations of the same.

        Ids were made unique when annotations became rows; the article stayed the same.
        """
        identity = self.fields["article_id"] or (self.fields["id"] if self.has_id else None)
        return (
            identity,
            *(
                self.fields.get(field)
                for field in ("text", "target", "target_start", "actor", "actor_start")
            ),
        )


def name_annotators(rows: Sequence[ImportedRow], paths: Sequence[Path]) -> Counter[str]:
    """Names the annotators after their files, where each gave one; returns rows a name.

    It is so where rows have no annotator and at least half of the texts of the smaller file stand
    in another file as well.
    """
    if len(paths) < 2 or any(row.fields.get("annotator") for row in rows):
        return Counter()
    units: dict[Path, set[tuple[object, ...]]] = {path: set() for path in paths}
    for row in rows:
        units[row.path].add(row.unit)
    shared = {
        path
        for path in paths
        for other_path in paths
        if path != other_path
        and len(units[path] & units[other_path]) * 2
        >= max(1, min(len(units[path]), len(units[other_path])))
    }
    stems = Counter(path.stem for path in paths)
    names = {path: path.stem if stems[path.stem] == 1 else str(path) for path in shared}
    for row in rows:
        if row.path in names:
            row.fields["annotator"] = names[row.path]
    return Counter(row.fields["annotator"] for row in rows if row.path in names)


def adjudicate(
    rows: Sequence[ImportedRow], policy: Annotations
) -> list[tuple[ImportedRow, str | Problem | None]]:
    """Returns each row with why it is left out: a reason, a problem, or None to keep it.

    Args:
        rows: as imported, in order.
        policy: `truth` keeps the annotation marked as ground truth, alone, where a text has one;
            `vote` does so too, and keeps elsewhere the first row with the label that most
            annotators gave (a problem where two labels are equally frequent); `all` keeps all.
    """
    verdict: dict[int, str | Problem | None] = {}
    for unit in _units(rows):
        verdict |= _verdicts(unit, policy)
    return [(row, verdict[id(row)]) for row in rows]


def count_disagreements(rows: Sequence[ImportedRow]) -> int:
    """How many texts have different labels, those marked as ground truth alone where there are."""
    return sum(len({_labels(row) for row in _truths(unit) or unit}) > 1 for unit in _units(rows))


def _truths(rows: Sequence[ImportedRow]) -> list[ImportedRow]:
    return [row for row in rows if row.is_truth]


def _labels(row: ImportedRow) -> tuple[str, ...]:
    return tuple(sorted(labels_of(row.fields)))


def _units(rows: Sequence[ImportedRow]) -> list[list[ImportedRow]]:
    units: dict[tuple[object, ...], list[ImportedRow]] = defaultdict(list)
    for row in rows:
        units[row.unit].append(row)
    return list(units.values())


def _verdicts(rows: Sequence[ImportedRow], policy: Annotations) -> dict[int, str | Problem | None]:
    kept: dict[int, str | Problem | None] = {id(row): None for row in rows}
    if policy == "all" or len(rows) < 2:
        return kept
    if truths := _truths(rows):
        kept |= {
            id(row): "another annotation of the text is the ground truth (--annotations all "
            "keeps it)"
            for row in rows
            if row not in truths
        }
    return kept if policy == "truth" else kept | _vote(truths or rows)


def _vote(rows: Sequence[ImportedRow]) -> dict[int, str | Problem | None]:
    voices: dict[tuple[str, ...], set[object]] = defaultdict(set)
    for number, row in enumerate(rows):
        voices[_labels(row)].add(row.fields.get("annotator") or number)
    most = max(map(len, voices.values()))
    first, *tied = [labels for labels, voters in voices.items() if len(voters) == most]
    if tied:
        names = " and ".join("+".join(labels) or "(none)" for labels in (first, *tied))
        return {
            id(row): Problem(
                f"{row.path}:{row.line}",
                f"annotators are divided on {names}",
                "decide it, or keep all with --annotations all",
            )
            for row in rows
        }
    winner = next(row for row in rows if _labels(row) == first)
    return {
        id(row): None if row is winner else "another annotation of the text was kept by vote"
        for row in rows
    }
