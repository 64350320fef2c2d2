"""What a parent run shows of its children: figures, tags, a description, a report page."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from data.fields import HELD_OUT
from data.formats.writing import atomic
from evaluation.comparing.seed_summary import SeedSummary, summary
from evaluation.figures.definitions import headline
from evaluation.figures.interval import interval_of, shown
from evaluation.pages import seed_page, sweep_page
from evaluation.pages.markup import pictures_in
from evaluation.plots.seeds import seeds_plot
from evaluation.plots.style import save
from models.store.artifact_names import REPORT, SEEDS_FILE
from train.parents import pages as parent_pages
from train.parents.parent_runs import CHILDREN, Child, Parent, adopt
from train.tracking.logged import of_parent
from train.tracking.tracked_run import Tracked

SEEDS_PLOT, SWEEP_PLOT = "seeds.png", "settings.png"
MOST_SEEDS = 10  # columns of a description


def report_seeds(parent: Parent, children: Sequence[Child]) -> SeedSummary:
    """Logs mean, sd and interval of all metrics, tags, plot, page; returns the figures.

    Args:
        parent: of the seeds.
        children: one or more finished ones, and any that failed.

    Raises:
        InputError: the children's predictions are gone, or of different rows.
    """
    done = [child for child in children if child.run_id]
    data, config = parent.runs[0].data, parent.runs[0].config
    figures = summary(
        [child.seed for child in done],
        [child.run_id for child in done],
        [child.metrics for child in done],
        data.codebook,
        [part.name for part in (data.dev, data.test) if part.rows],
        {row.example.target for row in data.train.examples if row.example.target},
    )
    ranked = _ranked(done, config.select_by)
    track = _track(parent, done)
    track.metrics(of_parent(figures.metrics(), config.select_by))
    track.tags_of(
        _ends(ranked)
        | {
            CHILDREN: " ".join(child.run_id for child in done),
            "mlflow.note.content": seeds_text(parent, children, figures, ranked),
        }
    )
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        with atomic(Path(scratch) / SEEDS_FILE) as stream:
            json.dump(
                {
                    "select_by": config.select_by,
                    "best": ranked[0].run_id,
                    "worst": ranked[-1].run_id,
                    "runs": [_as_json(child) for child in children],
                    "metrics": figures.as_json(),
                },
                stream,
                ensure_ascii=False,
                indent=2,
            )
        lost = f", of which {len(done)} finished" if len(done) < len(children) else ""
        save(seeds_plot(figures, headline(), parent.name + lost), Path(scratch) / SEEDS_PLOT)
        _write(
            Path(scratch),
            seed_page.page(
                parent_pages.seeds_page(
                    parent, children, figures, ranked, pictures_in(Path(scratch))
                )
            ),
        )
        track.files(Path(scratch))
    _link_datasets(track, done[0].run_id)
    return figures


def _write(folder: Path, page: str) -> None:
    with atomic(folder / REPORT) as stream:
        stream.write(page)


def _track(parent: Parent, done: Sequence[Child]) -> Tracked:
    """The parent's run, with the children that were trained on their own under it."""
    if not parent.run_id:
        parent.track.open()
    adopt(parent.track.client, [child.run_id for child in done], parent.run_id)
    return parent.track


def report_sweep(parent: Parent, children: Sequence[Child]) -> None:
    """Logs the children's figures, the best first, which that is, a plot and a page.

    Args:
        parent: of the sweep.
        children: one for each group of its runs that differ in no more than the seed, in order.
    """
    select = parent.runs[0].config.select_by
    done = _ranked([child for child in children if child.run_id], select)
    names = [
        name
        for part in HELD_OUT
        if (name := f"{part}/{select.removeprefix('dev/')}")
        in {key for child in done for key in child.metrics}
    ]
    track = _track(parent, done)
    lines = [
        f"{_many(children)}; the best by {select} first. "
        + _report(track, "every run, what varied, the best one's configuration"),
        "",
        "| run | " + " | ".join(names) + " |",
        "|---" * (len(names) + 1) + "|",
        *(
            "| "
            + " | ".join([_linked(track, child), *(figure(child.metrics, name) for name in names)])
            + " |"
            for child in done
        ),
        "",
        *_failures(children),
        "In brackets: 95 % intervals.",
    ]
    tags = _ends(done) if done else {}
    track.tags_of(
        tags
        | {
            CHILDREN: " ".join(child.run_id for child in done),
            "mlflow.note.content": "\n".join(lines),
        }
    )
    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        if len(done) > 1:
            save(parent_pages.sweep_plot(parent, children), Path(scratch) / SWEEP_PLOT)
        _write(
            Path(scratch),
            sweep_page.page(parent_pages.sweep_page(parent, children, pictures_in(Path(scratch)))),
        )
        track.files(Path(scratch))


def report_failures(parent: Parent, children: Sequence[Child]) -> None:
    """Says on a parent without a finished child why each failed."""
    _track(parent, ()).tags_of(
        {"mlflow.note.content": "\n".join([f"{_many(children)}.", "", *_failures(children)])}
    )


def seeds_text(
    parent: Parent, children: Sequence[Child], figures: SeedSummary, ranked: Sequence[Child]
) -> str:
    """Returns the description of a parent of seeds in Markdown."""
    config, data = parent.runs[0].config, parent.runs[0].data
    names = [
        name
        for metric in headline()
        for part in HELD_OUT
        if (name := f"{part}/{metric}") in figures.values
    ]
    seeds = figures.seeds[:MOST_SEEDS]
    head = ["", "mean", "sd", "95 % interval", *(f"seed {seed}" for seed in seeds)]
    lines = [
        f"**{config.model.family}** on {config.task}, the mean of {_many(children)}; rows: "
        + ", ".join(f"{len(part.rows)} {part.name}" for part in data.parts)
        + ". "
        + _report(parent.track, "every seed, all metrics, labels, the rows that seeds disagree on"),
        "",
        "| " + " | ".join(head) + " |",
        "|---" * len(head) + "|",
    ]
    for name in names:
        sd, pair = figures.sd(name), figures.spread.get(name)
        lines.append(
            "| "
            + " | ".join(
                [
                    name,
                    f"{figures.mean(name):.3f}",
                    "–" if sd is None else f"{sd:.4f}",
                    f"{pair[0]:.3f} to {pair[1]:.3f}" if pair else "–",
                    *(f"{value:.3f}" for value in figures.values[name][:MOST_SEEDS]),
                ]
            )
            + " |"
        )
    lines += ["", *_failures(children)]
    if figures.alike:
        lines += [seed_page.ALIKE, ""]
    elif len(ranked) > 1:
        best, worst = ranked[0], ranked[-1]
        lines += [
            f"By {config.select_by} the best is {_linked(parent.track, best)} "
            f"(`{best.run_id}`), the worst {_linked(parent.track, worst)} "
            f"(`{worst.run_id}`).",
            "",
        ]
    return "\n".join(
        [
            *lines,
            "sd: between seeds. Intervals: 95 %, of the mean, resampled by article and by "
            f"seed. All metrics of all seeds: {SEEDS_FILE}; a plot: {SEEDS_PLOT}.",
        ]
    )


def figure(metrics: Mapping[str, float], name: str) -> str:
    """Returns a metric as text, with sd and interval if it has them: `0.731 ± 0.004 [0.70, …]`."""
    if name not in metrics:
        return "–"
    sd = f" ± {metrics[f'{name}_sd']:.3f}" if f"{name}_sd" in metrics else ""
    value, _, rest = shown(metrics[name], interval_of(metrics, name)).partition(" ")
    return f"{value}{sd}" + (f" {rest}" if rest else "")


def _many(children: Sequence[Child]) -> str:
    done = sum(bool(child.run_id) for child in children)
    return (
        f"{done} runs"
        if done == len(children)
        else (f"{done} of {len(children)} runs, {len(children) - done} failed")
    )


def _failures(children: Sequence[Child]) -> list[str]:
    failed = [child for child in children if not child.run_id]
    return [
        *(f"- {_cell(child.name)} failed: {child.error}" for child in failed),
        *([""] if failed else []),
    ]


def _report(track: Tracked, holds: str) -> str:
    return f"[Report]({track.link(REPORT)}): {holds}."


def _linked(track: Tracked, child: Child) -> str:
    return f"[{_cell(child.name)}]({track.link(run_id=child.run_id)})"


def _cell(text: str) -> str:
    return re.sub(r"([|\[\]])", r"\\\1", text)


def _ranked(children: Sequence[Child], select_by: str) -> list[Child]:
    return sorted(children, key=lambda child: -child.metrics.get(select_by, float("-inf")))


def _ends(ranked: Sequence[Child]) -> dict[str, str]:
    best, worst = ranked[0], ranked[-1]
    return {
        "best_child": best.run_id,
        "best_child_name": best.name,
        "worst_child": worst.run_id,
        "worst_child_name": worst.name,
    }


def _as_json(child: Child) -> dict[str, object]:
    return {
        "seed": child.seed,
        "run_id": child.run_id,
        "name": child.name,
        "status": "FINISHED" if child.run_id else "FAILED",
        **({"error": child.error} if child.error else {}),
    }


def _link_datasets(track: Tracked, child: str) -> None:
    """Links the rows of the children with the parent: all of them had the same."""
    client = track.client
    if not client.get_run(track.run_id).inputs.dataset_inputs:
        client.log_inputs(track.run_id, datasets=client.get_run(child).inputs.dataset_inputs)
