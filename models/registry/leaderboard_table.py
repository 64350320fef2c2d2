"""The leaderboard for a terminal: a table for each group of versions that can be compared."""

from __future__ import annotations

from collections.abc import Sequence

from data.terminal import Column, Grid
from models.registry.leaderboard import Listed
from models.registry.promotion import ALIAS
from models.registry.references import SHORT

COLUMNS = (
    Column("model"),
    Column("family", rank=2),
    Column("run", folds=True, least=22),
    Column("dev", right=True),
    Column("test", right=True, rank=1),
    Column("sentences/s", right=True, rank=4),
    Column("MB", right=True, rank=5),
    Column(""),
    Column("run id", rank=3, narrow=lambda run_id: run_id[:SHORT]),
)


def table(rows: Sequence[Listed]) -> Grid:
    """Returns one group of `leaderboard.grouped`; its title says what the figures are of."""
    first, metric = rows[0], rows[0].select_by.removeprefix("dev/")
    codebooks = ", ".join(dict.fromkeys(row.codebook for row in rows if row.codebook))
    of = f"{first.dev_rows} dev rows" if first.dev_rows else "dev rows"
    digest = f" ({first.dev_digest[:8]})" if first.dev_digest else ""
    title = f"{first.name}: {metric} on {of}{digest}" + (
        f", codebook {codebooks}" if codebooks else ""
    )
    return Grid(title, COLUMNS, [_row(row, metric) for row in rows])


def _row(row: Listed, metric: str) -> tuple[str, ...]:
    def figure(key: str, digits: int) -> str:
        return f"{row.metrics[key]:.{digits}f}" if key in row.metrics else "–"

    return (
        f"{row.name}/{row.version}",
        row.family,
        row.run_name,
        figure(row.select_by, 3),
        figure(f"test/{metric}", 3),
        figure("sentences_per_second", 0),
        figure("model_megabytes", 1),
        ALIAS if row.champion else "",
        row.run_id,
    )
