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


def run_name(config: Path, varied: str, seed: int, fixed: str = "") -> str:
    """The name of a run: the file, what varies, the seed, where all runs depart from the file.

    Args:
        config: the configuration's file.
        varied: what a sweep varies, as `settings_text` gives it; the seed may be part of it.
        seed: of the run.
        fixed: what the command line sets for all runs, as `fixed_text` gives it.
    """
    return _joined(config.stem, varied, "" if "seed=" in varied else f"seed={seed}", fixed)


def seeds_name(config: Path, varied: str, count: int, fixed: str = "") -> str:
    """The name of a parent of seeds: as a run's, with the number of seeds in place of one."""
    without_seed = re.sub(r"(?:^| )seed=\d+(?= |$)", "", varied).strip()
    return _joined(config.stem, without_seed, f"({count} seeds)", fixed)


def sweep_name(config: Path, count: int, fixed: str = "") -> str:
    """The name of a sweep's parent, which has so many runs."""
    return _joined(config.stem, f"({count} runs)", fixed)


def search_name(config: Path) -> str:
    """The name of a search's parent."""
    return f"{config.stem} (search)"


def trial_name(config: Path, varied: str, seed: int) -> str:
    """The name of a trial's run; as a run's, but the seed is none of what varies."""
    return f"{config.stem} {varied} seed={seed}"


def repeat_name(name: str) -> str:
    """The name of the repetition of a run of that name."""
    return f"{name} (repeat)"


def study_name(task: str, config: Path, digest: str) -> str:
    """The name of a search's study: the same for the same search of the same rows."""
    return f"{task} {config.stem} {digest}"


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
