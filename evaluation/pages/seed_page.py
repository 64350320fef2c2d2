"""Several seeds of one configuration as one HTML page that needs nothing beside itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from data.codebook import Codebook
from evaluation.comparing.seed_rows import Agreement, Answer, Divided
from evaluation.comparing.seed_summary import SeedSummary
from evaluation.figures.definitions import meaning
from evaluation.figures.scores import label_metric
from evaluation.pages.markup import (
    amount,
    contents,
    document,
    heading,
    labels,
    pairs,
    pictures,
    strip,
    table,
    texts,
    with_interval,
)
from evaluation.plots.style import BLUE

PARTS = ("dev", "test")
MOST_ROWS = 30  # divided rows of a part
MOST_SWAPS = 10
MOST_NAMED = 5  # labels
GROUPS = {  # of metrics, by how their names begin; what fits none is an average
    "types": r"type_|errors_",
    "calibration": r"ece|brier",
    "slices": r"worst_slice|slice",
    "abstention": r"coverage|precision_when|certain|risk|aurc|abst",
    "": r"f1/",
}
ALIKE = (
    "All seeds gave the same predictions, so nothing in this training depends on the seed: "
    "one run says as much."
)
METHOD = (
    "sd: between seeds, divided by n − 1. In brackets: 95 % intervals of the mean, "
    "resampled by article and by seed; of costs, figures before calibration and the worst "
    "slice by Student's t, over seeds alone."
)


@dataclass(frozen=True)
class RunOfSeed:
    """How the run of a seed ended: `value` is its figure by `select_by`, None if it failed."""

    seed: int
    name: str
    run_id: str
    value: float | None
    error: str = ""


@dataclass(frozen=True)
class SeedPage:
    """What the page tells.

    Attributes:
        title: the parent run's name.
        summary: a sentence below it.
        codebook: the labels.
        found: the figures.
        headline: the metrics that stand first, with `dev/` and `test/`.
        select_by: what the runs are ranked by.
        runs: finished ones, the best first, then those that failed.
        agreement: of each part, where the seeds say the same.
        settings: name to value, as text.
        data: a row of cells for each part of the data, below `data_head`.
        pictures: file name to PNG.
    """

    title: str
    summary: str
    codebook: Codebook
    found: SeedSummary
    headline: Sequence[str]
    select_by: str
    runs: Sequence[RunOfSeed]
    agreement: Mapping[str, Agreement]
    settings: Mapping[str, str]
    data_head: Sequence[str] = ()
    data: Sequence[Sequence[str]] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def page(told: SeedPage) -> str:
    """Returns the page; every text of the data, the settings and the codebook is escaped."""
    found = told.found
    return document(
        told.title,
        [
            f"<h1>{escape(told.title)}</h1>",
            f'<p class="quiet">{escape(told.summary)}</p>',
            contents(["figures", "seeds", "all figures", "labels", "rows", "data", "settings"]),
            heading("figures"),
            f'<p class="verdict">{ALIKE}</p>' if found.alike else "",
            _headline(found, [name for name in told.headline if name in found.values]),
            f'<p class="small quiet">{METHOD}</p>',
            pictures(told.pictures, told.pictures),
            heading("seeds"),
            _runs(told.runs, told.select_by),
            heading("all figures"),
            *_all(found),
            heading("labels"),
            *(_labels(told, part) for part in PARTS),
            heading("rows"),
            *(_rows(part, of, len(found.seeds)) for part, of in told.agreement.items()),
            heading("data"),
            texts(told.data_head, told.data),
            heading("settings"),
            pairs(told.settings),
        ],
    )


def _headline(found: SeedSummary, names: Sequence[str]) -> str:
    seeds = [f"seed {seed}" for seed in found.seeds]
    head = ["metric", "mean", "sd", *seeds]
    return table(
        head,
        [
            [
                escape(name),
                with_interval(found.mean(name), found.spread.get(name), " "),
                _sd(found, name),
                *map(amount, found.values[name]),
            ]
            for name in names
        ],
        right=range(1, len(head)),
    )


def _sd(found: SeedSummary, name: str) -> str:
    sd = found.sd(name)
    return "–" if sd is None else "0" if not sd else f"{sd:.4f}" if sd < 1 else amount(sd)


def _span(values: Sequence[float]) -> str:
    low, high = amount(min(values)), amount(max(values))
    return low if low == high else f"{low} … {high}"


def _runs(runs: Sequence[RunOfSeed], select_by: str) -> str:
    done = sum(run.value is not None for run in runs)

    def note(place: int, run: RunOfSeed) -> str:
        if run.error:
            return f'<span class="text">failed: {escape(run.error)}</span>'
        if runs[0].value == runs[done - 1].value:
            return ""
        return {0: "best", done - 1: "worst"}.get(place, "")

    lost = (
        ""
        if done == len(runs)
        else (
            f'<p class="verdict second">{done} of {len(runs)} seeds finished; the figures are '
            "theirs.</p>"
        )
    )
    return lost + table(
        ["seed", "run", "run id", select_by, ""],
        [
            [
                str(run.seed),
                escape(run.name),
                f"<code>{escape(run.run_id) or '–'}</code>",
                "–" if run.value is None else amount(run.value),
                note(place, run),
            ]
            for place, run in enumerate(runs)
        ],
        right=[3],
    )


def _all(found: SeedSummary) -> Iterator[str]:
    """All metrics but those by label, by what they are of; those of no part are costs."""
    parts = [part for part in PARTS if any(name.startswith(f"{part}/") for name in found.values)]
    grouped: dict[str, list[str]] = {"averages": [], **{group: [] for group in GROUPS}}
    for name in found.values:
        part, _, bare = name.partition("/")
        if part in parts:
            group = next(
                (group for group, begins in GROUPS.items() if re.match(begins, bare)), "averages"
            )
            grouped[group] += [bare] if bare not in grouped[group] else []
    yield _figures(
        found,
        {group: names for group, names in grouped.items() if group and names},
        [f"{part}/" for part in parts],
    )
    costs = [name for name in found.values if name.partition("/")[0] not in parts]
    if costs:
        yield _figures(found, {"training and cost": costs}, [""])


def _figures(
    found: SeedSummary, grouped: Mapping[str, Sequence[str]], prefixes: Sequence[str]
) -> str:
    def cells(name: str) -> list[str]:
        if name not in found.values:
            return ["–"] * 3
        values, pair = found.values[name], found.spread.get(name) or found.over_seeds(name)
        if "/" not in name and len(set(values)) == 1 and values[0] == int(values[0]):
            return [f"{values[0]:,.0f}", "0", f"{values[0]:,.0f}"]  # epochs, rows that were cut
        return [with_interval(found.mean(name), pair, " "), _sd(found, name), _span(values)]

    head, lines = ["metric"], []
    for prefix in prefixes:
        head += [prefix.rstrip("/") or "mean", "sd", "of the seeds"]
    for group, names in grouped.items():
        lines.append([f"<b>{escape(group)}</b>", *[""] * len(head)])
        lines += [
            [
                escape(name),
                *(cell for prefix in prefixes for cell in cells(prefix + name)),
                f'<span class="quiet small">{escape(meaning(name))}</span>',
            ]
            for name in names
        ]
    return table([*head, "what it says"], lines, right=range(1, len(head)))


def _labels(told: SeedPage, part: str) -> str:
    """F1 of the labels, those first that vary most by seed."""
    found = told.found
    named = {f"{part}/{label_metric(label)}": label for label in told.codebook.names}
    names = sorted(
        (name for name in named if name in found.values), key=lambda name: -(found.sd(name) or 0)
    )
    if not names:
        return ""
    support = told.agreement[part].support if part in told.agreement else {}

    def line(name: str) -> list[str]:
        values, label = found.values[name], named[name]
        low, high = min(values), max(values)
        return [
            labels(label),
            str(support.get(label, 0)),
            with_interval(found.mean(name), found.spread.get(name), " "),
            _sd(found, name),
            _span(values),
            strip(found.mean(name), low, high, 0, 1, BLUE),
        ]

    vary = [named[name] for name in names[:MOST_NAMED] if found.sd(name)]
    most = f"<p>Most by seed: {', '.join(map(labels, vary))}.</p>" if vary else ""
    return f"<h3>Labels, {part}</h3>{most}" + table(
        ["label", "rows", "mean F1", "sd", "of the seeds", "0 … lowest, mean, highest … 1"],
        map(line, names),
        right=range(1, 5),
    )


def _rows(part: str, of: Agreement, seeds: int) -> str:
    if not of.rows:
        return ""
    counts = [
        ("all seeds are right", of.right),
        ("all say the same, and wrong", of.wrong),
        ("they are divided", len(of.divided)),
    ]
    told = f"<h3>Rows, {escape(part)}</h3>" + table(
        [f"of {of.rows:,} rows", "rows", "share"],
        [[text, f"{count:,}", f"{count / of.rows:.1%}"] for text, count in counts],
        right=(1, 2),
    )
    if not of.divided:
        return told
    swaps = table(
        ["seeds waver between", "and", "rows"],
        [
            [labels(first), labels(second), str(count)]
            for first, second, count in of.swaps()[:MOST_SWAPS]
        ],
        right=[2],
    )
    listed = of.divided[:MOST_ROWS]
    more = f"; {len(listed)} of {len(of.divided):,}" if len(of.divided) > MOST_ROWS else ""
    by = "the surest" if seeds == 2 else "those that divide most pairs of seeds"
    target = any(one.row.get("target") for one in listed)
    head = ["text", *(["target"] if target else []), "gold", "what the seeds say"]
    return (
        told
        + swaps
        + f"<p>Divided rows, {by} first{more}:</p>"
        + table(head, [_divided(one, target) for one in listed])
    )


def _divided(one: Divided, target: bool) -> list[str]:
    row = one.row
    return [
        f'<div class="text">{escape(str(row["text"]))}<br>'
        f'<span class="quiet small">{escape(str(row["id"]))}</span></div>',
        *([escape(str(row.get("target") or ""))] if target else []),
        labels(str(row["gold"])),
        f'<div class="said">{"<br>".join(map(_answer, one.answers))}</div>',
    ]


def _answer(answer: Answer) -> str:
    seeds = ", ".join(map(str, answer.seeds))
    said = labels(answer.labels)
    return (f'<span class="one">{said}</span>' if answer.right else said) + (
        f' <span class="quiet small">{answer.probability:.2f}, '
        f"{'seed' if len(answer.seeds) == 1 else 'seeds'} {seeds}</span>"
    )
