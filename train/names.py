"""How runs are called: single runs, parents of seeds and of sweeps, searches, trials, repeats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FILES = ("data.path", "data.train", "data.dev", "data.test", "codebook")
UNNAMED = ("seed", "experiment", "register")  # in no name: it has the seed, and they change nothing


def settings_text(pairs: Iterable[tuple[str, Any]]) -> str:
    """Settings as a part of a name: `learning_rate=0.0003 data.path=mine.jsonl`."""
    return " ".join(f"{key.removeprefix('model.')}={value}" for key, value in pairs)


def fixed_text(pairs: Iterable[tuple[str, Any]]) -> str:
    """Settings that hold for all runs of a command, as a part of their names."""
    return settings_text((key, _short(key, value)) for key, value in pairs if key not in UNNAMED)


def _short(key: str, value: Any) -> Any:
    """A value as names have it: of files and folders of ours the last part only."""
    if isinstance(value, list):
        return "+".join(str(_short(key, item)) for item in value)
    if isinstance(value, str) and (
        key in FILES or (key == "model.encoder" and Path(value).is_dir())
    ):
        return Path(value).name or value
    return value


def run_name(base: str, varied: str, seed: int, fixed: str = "") -> str:
    """The name of a run: the file, what varies, the seed, where all runs depart from the file.

    Args:
        base: what names begin with, as the configuration file's without its suffix.
        varied: what a sweep varies, as `settings_text` gives it; the seed may be part of it.
        seed: of the run.
        fixed: what the command line sets for all runs, as `fixed_text` gives it.
    """
    return _joined(base, varied, "" if "seed=" in varied else f"seed={seed}", fixed)


def seeds_name(base: str, varied: str, count: int, fixed: str = "") -> str:
    """The name of a parent of seeds: as a run's, with the number of seeds in place of one."""
    without_seed = re.sub(r"(?:^| )seed=\d+(?= |$)", "", varied).strip()
    return _joined(base, without_seed, f"({count} seeds)", fixed)


def sweep_name(base: str, count: int, fixed: str = "") -> str:
    """The name of a sweep's parent, which has so many runs."""
    return _joined(base, f"({count} runs)", fixed)


def search_name(base: str) -> str:
    """The name of a search's parent."""
    return f"{base} (search)"


def trial_name(base: str, varied: str, seed: int) -> str:
    """The name of a trial's run; as a run's, but the seed is none of what varies."""
    return f"{base} {varied} seed={seed}"


def repeat_name(name: str) -> str:
    """The name of the repetition of a run of that name."""
    return f"{name} (repeat)"


def study_name(task: str, base: str, digest: str) -> str:
    """The name of a search's study; `digest` is that of the search and its rows."""
    return f"{task} {base} {digest}"


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
