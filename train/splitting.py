"""Which rows of a run are train, dev and test: as they say, as the files say, or dealt anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from data.fields import has_split, split_named
from data.files import Row
from data.problems import InputError, Problem
from data.splitting.split import split_rows
from train.data_config import DataConfig, SplitConfig

BY_ROWS, BY_FILES = "rows", "files"
ANEW = "data.split.fresh=true splits anew"


@dataclass(frozen=True)
class SplitUsed:
    """How the rows of a run came into their parts.

    Attributes:
        way: `rows`, `files`, or the way they were dealt: `article`, `date`, `random`.
        summary: the same in a line, with what was passed over.
        report: sizes, groups and label shares, where rows were dealt.
        warnings: what the user should know.
    """

    way: str
    summary: str
    report: str = ""
    warnings: tuple[str, ...] = ()

    def text(self) -> str:
        """All of it, as it is kept with a run."""
        lines = [
            f"split {self.summary}",
            *([self.report] if self.report else []),
            *(f"warning: {warning}" for warning in self.warnings if warning not in self.report),
        ]
        return "\n".join(lines) + "\n"


def split_used(rows: Sequence[Row], config: DataConfig, where: str) -> tuple[list[str], SplitUsed]:
    """The split of each row, and how it came about.

    Rows that all have a field `split` keep it, whatever the configuration says, unless it asks
    for a fresh one. Files that are given as training rows have none if all of them say `train`.

    Args:
        rows: of `path`, or of `train` files that dev is taken out of.
        config: the `data` section.
        where: of the configuration, for messages.

    Raises:
        InputError: only some of the rows have a split, or none and the configuration has none.
    """
    fresh = config.split is not None and config.split.fresh
    values = [row.get("split") for row in rows]
    counts = Counter(split for split in values if has_split(split))
    if (
        fresh
        or not counts
        or (config.train and {split_named(name) for name in counts} == {"train"})
    ):
        if config.split is None:
            raise InputError(
                Problem(
                    f"{where}: data.split",
                    f"is missing, and {len(rows)} of {len(rows)} rows have no 'split' field",
                    "give data.split, or rows with a split each",
                )
            )
        return _split_anew(rows, config.split, where)
    if counts.total() < len(rows):
        lacking = next(row.get("id") for row in rows if not has_split(row.get("split")))
        raise InputError(
            Problem(
                f"{where}: data",
                f"{len(rows) - counts.total()} of {len(rows)} rows have no 'split' (id "
                f"{lacking}, say), the others have one",
                f"give every row one (eventstance data split FILE), or say that {ANEW}",
            )
        )
    named = {split: str(split_named(split)) for split in counts}
    return [named[split] for split in values], SplitUsed(
        BY_ROWS,
        f"as the rows say{_read_as(counts)}"
        + (f" (not {in_words(config.split)}: {ANEW})" if config.split else ""),
    )


def in_words(split: SplitConfig) -> str:
    """How rows are dealt, as `by article, dev 0.1, test 0.1, seed 0`."""
    return f"by {split.by}, dev {split.dev:g}, test {split.test:g}, seed {split.seed}"


def other_roles(rows: Iterable[Row], part: str) -> list[str]:
    """A warning where rows of files given for a part say that they are of another one."""
    counts = Counter(
        name
        for row in rows
        if has_split(row.get("split")) and (name := str(split_named(row["split"]))) != part
    )
    return [
        f"{count} rows of data.{part} say that their split is {name}: the files decide"
        for name, count in counts.most_common()
    ]


def _split_anew(rows: Sequence[Row], split: SplitConfig, where: str) -> tuple[list[str], SplitUsed]:
    try:
        result = split_rows(rows, by=split.by, dev=split.dev, test=split.test, seed=split.seed)
    except InputError as error:
        raise InputError(
            [
                replace(problem, where=f"{where}: data.split: {problem.where}")
                for problem in error.problems
            ]
        ) from error
    before = sum(has_split(row.get("split")) for row in rows)
    return list(result.splits), SplitUsed(
        split.by,
        in_words(split) + (f" (not as {before} rows say)" if before else ""),
        result.report(),
        result.warnings,
    )


def _read_as(names_in_rows: Iterable[object]) -> str:
    """The names that are read as another one, if there are any."""
    names = dict.fromkeys(str(name).strip() for name in names_in_rows)
    read = [f"{name} as {split_named(name)}" for name in names if name != split_named(name)]
    return f" ({', '.join(read)})" if read else ""
