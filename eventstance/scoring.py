"""Models measured and compared from Python, as data frames."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.problems import InputError, Problem
from eventstance.model import arguments, ref_of, store_of

if TYPE_CHECKING:
    from pandas import DataFrame

    from eventstance.model import Referred


@dataclass(frozen=True)
class Scores:
    """What a model reached on labelled rows.

    Attributes:
        metrics: averages, figures of each label and of calibration, by name.
        figures: everything as plain values, as `eventstance evaluation score --json` writes it.
        warning: what the rows that the model was trained on mean for the figures; or empty.
    """

    metrics: Mapping[str, float] = field(repr=False)
    figures: Mapping[str, Any] = field(repr=False)
    warning: str = ""

    def __str__(self) -> str:
        return str(self.to_frame().to_string())

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(max_rows=20))

    def to_frame(self) -> DataFrame:
        """Returns `metric, value, low, high`, a row a metric; no interval where there is none."""
        return with_intervals(self.metrics, _flat_intervals(self.figures["intervals"]))

    def labels(self) -> DataFrame:
        """Returns precision, recall, F1, support and predictions of each label, indexed by it."""
        import pandas

        return pandas.DataFrame(list(self.figures["labels"])).set_index("label")

    def confusion(self) -> DataFrame | None:
        """Returns how often each gold label (row) was called what; None for several labels."""
        import pandas

        table = self.figures["confusion"]
        if table is None:
            return None
        names = list(table["labels"])
        return pandas.DataFrame(table["counts"], index=names, columns=names)


@dataclass(frozen=True)
class Comparison:
    """Models on the same rows, pair by pair.

    Attributes:
        metric: what they are compared by.
        figures: everything as plain values, as `eventstance evaluation compare --json` writes it.
        warning: what rows that models were trained on mean; or empty.
    """

    metric: str
    figures: Mapping[str, Any] = field(repr=False)
    warning: str = ""

    def __str__(self) -> str:
        return str(self.to_frame().to_string())

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(max_rows=20))

    def to_frame(self) -> DataFrame:
        """Returns every two models: `first, second, difference, low, high, p, p_holm, better`.

        The difference is first minus second, with its 95 % interval; `better` is empty where the
        difference may be luck.
        """
        import pandas

        columns = ["first", "second", "difference", "low", "high", "p", "p_holm", "better"]
        return pandas.DataFrame(list(self.figures["pairs"]))[columns]

    def models(self) -> DataFrame:
        """Returns `name, ref, value, low, high` of the metric, a row a model."""
        import pandas

        return pandas.DataFrame(
            [
                {"name": model["name"], "ref": model["ref"], "value": model["metrics"][self.metric]}
                | dict(
                    zip(("low", "high"), model["intervals"]["metrics"][self.metric], strict=True)
                )
                for model in self.figures["models"]
            ]
        )

    def labels(self) -> DataFrame:
        """Returns the difference of F1 with its interval, a row a pair and label."""
        import pandas

        return pandas.DataFrame(
            [
                {"first": pair["first"], "second": pair["second"], **label}
                for pair in self.figures["pairs"]
                for label in pair["labels"]
            ]
        )


def score(
    model: str | Path | Referred,
    rows: Any,
    *,
    store: str | Path | None = None,
    codebook: str | Path | None = None,
    mapped_to: str | None = None,
    only: str | Sequence[str] = (),
    drop: str | Sequence[str] = (),
    closed: bool = False,
    slices: str | Sequence[str] | None = None,
) -> Scores:
    """Returns how well a model labels rows.

    Args:
        model: a reference (`event@champion`, `event/3`, a run id, a folder), what `load_model`
            gave, or a finished run.
        rows: a path, a data frame, a `Dataset`, or records.
        store: address of the MLflow store, or the file of a sqlite one; for this call alone. A
            finished run is looked for in its own, and may not be named beside another.
        codebook: name or file; the model's own when None.
        mapped_to: score on the labels' names in this standard (`case2021`).
        only: score only rows with one of these labels.
        drop: leave out rows with one of these labels.
        closed: let the model choose only among labels that the scored rows have.
        slices: columns to score apart, all when empty; in `figures["slices"]`.

    Raises:
        InputError: with every problem of the rows; or no such model, codebook, label or column.
    """
    from evaluation.score import score_model
    from eventstance.rows import KINDS
    from models.store.process_state import undisturbed

    store = store_of([model], store)
    with _file_of(rows) as (file, shown), arguments(store), undisturbed(store):
        if file is None:
            raise InputError(Problem("rows", "are None", f"expected {KINDS}"))
        scores = score_model(
            ref_of(model),
            file,
            codebook=None if codebook is None else str(codebook),
            mapped_to=mapped_to,
            only=_listed(only),
            drop=_listed(drop),
            closed=closed,
            slices_by=None if slices is None else _listed(slices),
        )
    figures = scores.as_json()
    figures["data"] = {**figures["data"], "path": shown}
    name = f"{scores.model['name']} {scores.model['version'][:8]}".strip()
    warning = scores.trained.warning(name) if scores.trained else ""
    return Scores(figures["metrics"], figures, warning)


def compare(
    *models: str | Path | Referred,
    rows: Any = None,
    metric: str = "macro_f1",
    part: str = "dev",
    store: str | Path | None = None,
    codebook: str | Path | None = None,
    mapped_to: str | None = None,
) -> Comparison:
    """Returns models compared on the same rows, every two of them.

    Args:
        models: two or more, as `score` takes them; the parent run of several seeds stands for
            their mean.
        rows: to score all of them on, as `score` takes them; None for what the runs said of their
            own rows, which must be the same.
        metric: an average, as `macro_f1` or `accuracy`.
        part: without `rows`: `dev` or `test` rows of the runs.
        store: as for `score`.
        codebook: name or file; the first model's when None.
        mapped_to: compare on the labels' names in this standard; needs `rows`.

    Raises:
        InputError: the models cannot be compared, and why.
    """
    from evaluation.comparing.compare import compare as compared
    from models.store.process_state import undisturbed

    if part not in ("dev", "test"):
        raise InputError(Problem("part", f"is '{part}'", "expected dev or test"))
    store = store_of(models, store)
    with _file_of(rows) as (file, shown), arguments(store), undisturbed(store):
        comparison = compared(
            [ref_of(model) for model in models],
            file,
            metric=metric,
            part=part,
            codebook=None if codebook is None else str(codebook),
            mapped_to=mapped_to,
        )
    figures = comparison.as_json()
    if file is not None:
        figures["data"] = {**figures["data"], "path": shown}
    return Comparison(comparison.metric, figures, comparison.trained_warning())


def with_intervals(
    values: Mapping[str, float],
    intervals: Mapping[str, Sequence[float]],
    parts: bool = False,
) -> DataFrame:
    """Returns `metric, value, low, high`, a row a value; NaN where there is no interval.

    Names that end in `_low` and `_high` are the intervals of others and no metrics themselves.

    Args:
        values: by name.
        intervals: (low, high) by name; of others they stand among the values.
        parts: names begin with `dev/` or `test/`, which becomes a column `part` before the others.
    """
    import pandas

    from evaluation.figures.interval import interval_of

    none = float("nan")
    ends = {f"{name}_{side}" for name in (*intervals, *values) for side in ("low", "high")}
    table = []
    for name, value in values.items():
        if name in ends:
            continue
        low, high = intervals.get(name) or interval_of(values, name) or (none, none)
        part, _, metric = name.partition("/") if parts else ("", "", name)
        table.append({"part": part, "metric": metric, "value": value, "low": low, "high": high})
    frame = pandas.DataFrame(table, columns=["part", "metric", "value", "low", "high"])
    return frame if parts else frame.drop(columns="part")


def _flat_intervals(intervals: Mapping[str, Any] | None) -> dict[str, Sequence[float]]:
    if intervals is None:
        return {}
    from evaluation.figures.scores import label_metric

    return {
        **intervals["metrics"],
        **{label_metric(label): pair for label, pair in intervals["f1"].items()},
    }


def _listed(names: str | Sequence[str]) -> Sequence[str]:
    """Several names, or one that stands alone."""
    return [names] if isinstance(names, str) else names


@contextmanager
def _file_of(rows: Any) -> Iterator[tuple[Path | None, str]]:
    """The file of the rows, and what they are called; none for no rows."""
    from data.paths import find
    from eventstance.rows import as_files

    if rows is None:
        yield None, ""
        return
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        handed = as_files(rows, Path(scratch), parts=False)
        file = find(handed.files["path"])
        with handed.named():
            yield file, handed.names.get(str(file), str(file))
