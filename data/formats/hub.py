"""Data sets of the Hugging Face hub, fetched once and read from disk."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from data.formats.arrow import numbered
from data.problems import InputError, Problem

FORM = "hub:OWNER/NAME[@REVISION][/CONFIG]"
_NAME = re.compile(
    r"hub:(?P<name>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w.-]+))?(?:/(?P<config>[\w.-]+))?"
)
_COMMIT = re.compile(r"[0-9a-f]{40}")


def is_hub(name: str | Path) -> bool:
    """Whether a name is one of the hub: `hub:OWNER/NAME`, a revision and configuration maybe."""
    return str(name).startswith("hub:")


def fetched(name: str) -> Path:
    """Returns the folder that a data set of the hub is saved in, which names its commit.

    The network is asked which commit a branch or tag stands for, and for what is not there yet. A
    commit that is fetched already, named by all its 40 digits, needs no network. Nothing of the
    data set's own code is run. Rows without a column `id` are numbered, as `train-0`.

    Args:
        name: `hub:OWNER/NAME`, with `@REVISION` (a commit, branch or tag) and `/CONFIG` maybe.

    Raises:
        InputError: a name of another form, no such data set, or the hub cannot be reached.
    """
    parts = _NAME.fullmatch(str(name))
    if parts is None:
        raise InputError(Problem(str(name), "names no data set of the hub", f"expected {FORM}"))
    repository, revision, config = parts["name"], parts["revision"], parts["config"]
    commit = (
        revision
        if revision and _COMMIT.fullmatch(revision)
        else _commit(str(name), repository, revision)
    )
    folder = cache() / f"{repository.replace('/', '--')}{f'--{config}' if config else ''}@{commit}"
    if not folder.is_dir():
        _save(str(name), repository, config, commit, folder)
    return folder


def cache() -> Path:
    """Where data sets of the hub are kept: beside those of `datasets`."""
    import datasets

    return Path(datasets.config.HF_DATASETS_CACHE) / "eventstance"


def _commit(name: str, repository: str, revision: str | None) -> str:
    """The commit that a branch or tag stands for now."""
    from huggingface_hub import HfApi

    try:
        return str(HfApi().dataset_info(repository, revision=revision).sha)
    except Exception as error:  # its own kinds, httpx's, the system's
        raise _unreachable(name, error, repository) from error


def _save(name: str, repository: str, config: str | None, commit: str, folder: Path) -> None:
    """Fetches a commit and saves it, whole or not at all."""
    import datasets

    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".part-"))
    try:
        try:
            table: Any = datasets.load_dataset(repository, config, revision=commit)
        except Exception as error:
            raise _unreachable(name, error, repository) from error
        if isinstance(table, dict):
            table = datasets.DatasetDict(
                {split: numbered(rows, f"{split}-") for split, rows in table.items()}
            )
        table.save_to_disk(str(scratch / "saved"))
        (scratch / "saved").rename(folder)
    except OSError as error:
        if not folder.is_dir():  # else another process was faster
            raise InputError(Problem(str(folder), f"cannot be written ({error})")) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _unreachable(name: str, error: Exception, repository: str) -> InputError:
    kept = sorted(path.name for path in cache().glob(f"{repository.replace('/', '--')}*@*"))
    first = (str(error).strip().splitlines() or [""])[0]
    advice = (
        f"to go without the network name a commit that is here: {', '.join(kept)}"
        if kept
        else "look at the name and the network, or save the data set to a folder (save_to_disk)"
    )
    return InputError(
        Problem(name, f"cannot be fetched ({type(error).__name__}: {first[:200]})", advice)
    )
