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
WAYS: tuple[Annotations, ...] = ("truth", "vote", "all")


@dataclass(slots=True, eq=False)
class ImportedRow:
    """A row that an importer gave, before it has its final id.

    Attributes:
        row: the row; its `id` is the file's, or one made from the file's name and the line.
        path: the file it is from.
        line: where it stands there.
        has_id: whether the file gave the id.
    """

    row: Row
    path: Path
    line: int
    has_id: bool

    @property
    def is_truth(self) -> bool:
        """Whether the annotation is marked as ground truth."""
        return str(self.row.get("ground_truth", "")).casefold() in ("true", "1")

    @property
    def unit(self) -> tuple[object, ...]:
        """What was labelled: rows that have it in common are annotations of the same.

        Ids were made unique when annotations became rows; the article stayed the same.
        """
        identity = self.row["article_id"] or (self.row["id"] if self.has_id else None)
        return (
            identity,
            *(
                self.row.get(field)
                for field in ("text", "target", "target_start", "actor", "actor_start")
            ),
        )


def name_annotators(found: Sequence[ImportedRow], paths: Sequence[Path]) -> Counter[str]:
    """Names the annotators after their files, where each gave one; returns rows a name.

    It is so where rows have no annotator and at least half of the texts of the smaller file stand
    in another file as well.
    """
    if len(paths) < 2 or any(one.row.get("annotator") for one in found):
        return Counter()
    units: dict[Path, set[tuple[object, ...]]] = {path: set() for path in paths}
    for one in found:
        units[one.path].add(one.unit)
    shared = {
        path
        for path in paths
        for other in paths
        if path != other
        and len(units[path] & units[other]) * 2 >= max(1, min(len(units[path]), len(units[other])))
    }
    stems = Counter(path.stem for path in paths)
    names = {path: path.stem if stems[path.stem] == 1 else str(path) for path in shared}
    for one in found:
        if one.path in names:
            one.row["annotator"] = names[one.path]
    return Counter(one.row["annotator"] for one in found if one.path in names)


def adjudicate(
    found: Sequence[ImportedRow], way: Annotations
) -> list[tuple[ImportedRow, str | Problem | None]]:
    """Returns each row with why it is left out: a reason, a problem, or None to keep it.

    Args:
        found: rows, in order.
        way: `truth` keeps the annotation marked as ground truth, alone, where a text has one;
            `vote` does so too, and keeps elsewhere the first row with the label that most
            annotators gave (a problem where two labels are equally frequent); `all` keeps all.
    """
    verdict: dict[int, str | Problem | None] = {}
    for rows in _units(found):
        verdict |= _judge(rows, way)
    return [(one, verdict[id(one)]) for one in found]


def count_disagreements(found: Sequence[ImportedRow]) -> int:
    """How many texts have different labels, those marked as ground truth alone where there are."""
    return sum(len({_labels(one) for one in _truths(rows) or rows}) > 1 for rows in _units(found))


def _truths(rows: Sequence[ImportedRow]) -> list[ImportedRow]:
    return [one for one in rows if one.is_truth]


def _labels(one: ImportedRow) -> tuple[str, ...]:
    return tuple(sorted(labels_of(one.row)))


def _units(found: Sequence[ImportedRow]) -> list[list[ImportedRow]]:
    units: dict[tuple[object, ...], list[ImportedRow]] = defaultdict(list)
    for one in found:
        units[one.unit].append(one)
    return list(units.values())


def _judge(rows: Sequence[ImportedRow], way: Annotations) -> dict[int, str | Problem | None]:
    kept: dict[int, str | Problem | None] = {id(one): None for one in rows}
    if way == "all" or len(rows) < 2:
        return kept
    if true := _truths(rows):
        kept |= {
            id(one): "another annotation of the text is the ground truth (--annotations all "
            "keeps it)"
            for one in rows
            if one not in true
        }
    return kept if way == "truth" else kept | _vote(true or rows)


def _vote(rows: Sequence[ImportedRow]) -> dict[int, str | Problem | None]:
    voices: dict[tuple[str, ...], set[object]] = defaultdict(set)
    for number, one in enumerate(rows):
        voices[_labels(one)].add(one.row.get("annotator") or number)
    most = max(map(len, voices.values()))
    first, *tied = [labels for labels, given in voices.items() if len(given) == most]
    if tied:
        names = " and ".join("+".join(labels) or "(none)" for labels in (first, *tied))
        return {
            id(one): Problem(
                f"{one.path}:{one.line}",
                f"annotators are divided on {names}",
                "decide it, or keep all with --annotations all",
            )
            for one in rows
        }
    winner = next(one for one in rows if _labels(one) == first)
    return {
        id(one): None if one is winner else "another annotation of the text was kept by vote"
        for one in rows
    }
