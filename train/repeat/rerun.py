"""A finished run once more, from what it holds, and whether its figures come out equal."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from data.paths import find
from data.problems import InputError, Problem
from evaluation.comparing.seed_runs import KIND
from models.store.artifact_names import CODE_DIFF, CODEBOOK, CONFIG, ENVIRONMENT, REPEAT, SPLIT
from models.store.artifacts import check_writable, run_file
from train.config import Plan, RunConfig, validated
from train.names import repeat_name
from train.repeat.report import Difference, Repeated, figures
from train.tracking.surroundings import differences, file_digest

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.tracking import MlflowClient

    from train.rows import RunData


@dataclass(frozen=True)
class Kept:
    """What a run holds that its repetition needs."""

    run: Run
    config: RunConfig
    codebook: Path
    split: Mapping[str, list[Any]]
    environment: Mapping[str, Any]
    diff: str


def repeat(
    client: MlflowClient, ref: str, say: Callable[[str], None], progress: bool = False
) -> Repeated:
    """Trains a finished run again and returns how its figures came out.

    The new run has the tag `repeats`, makes no version, and keeps the comparison as tags and as
    repeat.json.

    Args:
        client: of the store.
        ref: a run id, `runs:/RUN`, a version or an alias.
        say: receives a line for each step.
        progress: show bars.

    Raises:
        InputError: no finished run of this project, or its data are missing or not the same.
    """
    from train.run import Job, run

    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        kept = _kept(client, ref, Path(scratch))
        check_writable(kept.run.info.artifact_uri)
        data = _data(kept)
        _refuse_unfinished(kept.config, data.identity)
        original, name = str(kept.run.info.run_id), str(kept.run.info.run_name)
        say(f"{name}: the same {len(data.train.rows)} training rows are there; training again")
        with _threads(kept.environment.get("threads", {}), say):
            done = run(
                client,
                Job(
                    kept.config,
                    data,
                    name,
                    progress=progress,
                    register=False,
                    tags={"repeats": original},
                    say=say,
                ),
            )
        # Only now: the model holds the name, and is to be as large as it was.
        client.update_run(done.run_id, name=repeat_name(name))
        now = client.get_run(done.run_id)
        repeated = _compared(client, kept, now, Path(scratch))
        _log(client, repeated, now, Path(scratch))
    return repeated


def _kept(client: MlflowClient, ref: str, folder: Path) -> Kept:
    from models.registry.resolve import run_of

    run_id = run_of(ref)
    if run_id is None:
        raise InputError(Problem(ref, "is a folder", "name a run that is in the MLflow store"))
    run = client.get_run(run_id)
    if run.data.tags.get(KIND):
        raise InputError(Problem(ref, "is the parent of other runs", "name one of its runs"))
    if run.info.status != "FINISHED":
        raise InputError(Problem(ref, f"the run is {run.info.status}", "name a finished run"))
    files = {
        name: _artifact(client, run_id, name, folder)
        for name in (CONFIG, CODEBOOK, SPLIT, ENVIRONMENT, CODE_DIFF)
    }
    lacking = [name for name in (CONFIG, CODEBOOK, SPLIT) if files[name] is None]
    if lacking:
        raise InputError(
            Problem(
                ref,
                f"the run holds no {', '.join(lacking)}",
                "name a run that `eventstance train` made",
            )
        )
    content = yaml.safe_load(_read(files[CONFIG]))
    return Kept(
        run,
        validated(content, f"{ref}: {CONFIG}"),
        files[CODEBOOK] or folder / CODEBOOK,
        json.loads(_read(files[SPLIT])),
        json.loads(_read(files[ENVIRONMENT]) or "{}"),
        _read(files[CODE_DIFF]),
    )


def _artifact(client: MlflowClient, run_id: str, name: str, folder: Path) -> Path | None:
    try:
        return run_file(client, run_id, name, folder)
    except FileNotFoundError:
        return None


def _read(path: Path | None) -> str:
    return "" if path is None else path.read_text(encoding="utf-8")


def _data(kept: Kept) -> RunData:
    """The run's rows; raises InputError for each file that is missing or holds other rows."""
    from train.schedule import load_all

    where = f"run {kept.run.info.run_id[:8]}"
    files: Mapping[str, str] = kept.environment.get("files", {})
    section = kept.config.data
    names = dict.fromkeys((*section.path, *section.train, *section.dev, *section.test))
    missing = [name for name in names if not find(name).exists()]
    if missing:
        raise InputError(
            [
                Problem(
                    name,
                    "no such file",
                    f"{where} was trained on it"
                    + (f" (sha256 {files[name]})" if name in files else ""),
                )
                for name in missing
            ]
        )
    changed = [
        Problem(
            name,
            f"is another file than {where} was trained on: sha256 {now}",
            f"expected {files[name]}",
        )
        for name in names
        if name in files and (now := file_digest(find(name))) != files[name]
    ]
    config = kept.config.model_copy(update={"codebook": str(kept.codebook)})
    try:
        ((data,),) = load_all([Plan(Path(where), [("", config)])])
    except InputError as error:
        raise InputError([*changed, *error.problems]) from error
    _refuse_other_rows(kept, data, where, changed)
    return data


def _refuse_other_rows(kept: Kept, data: RunData, where: str, changed: Sequence[Problem]) -> None:
    """Raises InputError where rows, codebook or split came out otherwise; `changed` tells why."""
    tags = kept.run.data.tags
    split = {part.name: [row.get("id") for row in part.rows] for part in data.parts}
    for what, then, now in (
        ("data", tags.get("data_digest"), data.digest),
        ("codebook", tags.get("codebook_digest"), data.codebook.digest),
    ):
        if then != now:
            raise InputError(
                changed
                or Problem(f"{where}: {what}", f"comes out with digest {now}", f"expected {then}")
            )
    if split != kept.split:
        raise InputError(
            Problem(
                f"{where}: {SPLIT}",
                "the rows are split otherwise now",
                "repeat it with the code it was trained with",
            )
        )


def _refuse_unfinished(config: RunConfig, data: str) -> None:
    """Raises InputError where a run would log a model that is trained already, not train one."""
    from train.tracking.checkpoint import CHECKPOINTS

    for folder in sorted(CHECKPOINTS.glob(f"{config.digest}-{data}*/trained")):
        raise InputError(
            Problem(
                str(folder.parent),
                "holds an equal run that is trained, but not logged whole",
                f"complete it first: eventstance train {folder.parent / CONFIG} --resume",
            )
        )


@contextmanager
def _threads(then: Mapping[str, Any], say: Callable[[str], None]) -> Iterator[None]:
    """Lets torch compute with as many threads as it did then: sums depend on their number."""
    count = then.get("torch")
    if not isinstance(count, int):
        yield
        return
    import torch

    before = torch.get_num_threads()
    if before != count:
        say(f"torch computes with {count} threads, as it did then, not with {before}")
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _compared(client: MlflowClient, kept: Kept, now: Run, folder: Path) -> Repeated:
    then_values, now_values = figures(client, kept.run), figures(client, now)
    differing = [
        Difference(name, value, now_values.get(name))
        for name, value in then_values.items()
        if now_values.get(name) != value
    ]
    fresh = folder / "now"
    fresh.mkdir()
    run_id = str(now.info.run_id)
    environment = json.loads(_read(_artifact(client, run_id, ENVIRONMENT, fresh)) or "{}")
    diff = _read(_artifact(client, run_id, CODE_DIFF, fresh))
    around = differences(
        {
            "commit": kept.run.data.tags.get("git_commit", ""),
            CODE_DIFF: _digest(kept.diff),
            **{key: value for key, value in kept.environment.items() if key != "files"},
        },
        {
            "commit": now.data.tags.get("git_commit", ""),
            CODE_DIFF: _digest(diff),
            **{key: value for key, value in environment.items() if key != "files"},
        },
    )
    return Repeated(
        str(kept.run.info.run_id),
        run_id,
        len(then_values),
        tuple(sorted(differing, key=lambda difference: (-difference.size, difference.metric))),
        tuple(sorted(set(now_values) - set(then_values))),
        tuple(around),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else ""


def _log(client: MlflowClient, repeated: Repeated, now: Run, folder: Path) -> None:
    content = {
        "repeats": repeated.original,
        "equal": repeated.equal,
        "compared": repeated.compared,
        "differing": [
            {"metric": figure.metric, "then": figure.then, "now": figure.now}
            for figure in repeated.differing
        ],
        "only_now": repeated.added,
        "surroundings": [
            dict(zip(("what", "then", "now"), change, strict=True))
            for change in repeated.surroundings
        ],
    }
    (folder / REPEAT).write_text(json.dumps(content, indent=1), encoding="utf-8")
    client.log_artifact(repeated.run_id, str(folder / REPEAT))
    largest = repeated.differing[0].size if repeated.differing else 0.0
    note = now.data.tags.get("mlflow.note.content", "")
    sentence = f"Repeats run {repeated.original}: {repeated.verdict()}."
    for key, value in {
        "repeat_equal": str(repeated.equal).lower(),
        "repeat_largest_difference": f"{largest:g}",
        "mlflow.note.content": f"{sentence}\n\n{note}",
    }.items():
        client.set_tag(repeated.run_id, key, value[:5_000])
