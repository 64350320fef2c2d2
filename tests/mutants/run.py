"""Puts faults into a copy of the project, one at a time, and requires that named tests notice.

`python tests/mutants/run.py [NAME …]` (or `make mutants`) runs the faults of table.yaml, or those
named; `--list` tells what they are. For each it copies the project, replaces the text, and runs
the tests that the table names. Those pass without the fault and fail with it, by what they assert
or by an error of the project's own; else the fault survived, and the exit code is 1.

Each run of pytest is a fork of this process, which has imported the libraries and nothing of the
project: two to ten seconds less for every fault. So it needs a system with fork (Linux, macOS).
"""

from __future__ import annotations

import argparse
import gc
import importlib
import itertools
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("table.yaml")
COPIED = (
    "configs",
    "data",
    "evaluation",
    "eventstance",
    "models",
    "predict",
    "tests",
    "train",
    "pyproject.toml",
)
LIBRARIES = (
    "pytest",
    "hypothesis",
    "pydantic",
    "rich.table",
    "filelock",
    "numpy",
    "sklearn.linear_model",
    "sklearn.feature_extraction.text",
    "sklearn.isotonic",
    "sklearn.metrics",
    "skops.io",
    "matplotlib.figure",
    "torch",
    "transformers.trainer",
    "tokenizers",
    "onnxruntime",
    "datasets",
    "pyarrow.parquet",
    "datasketch",
    "ftfy",
    "mlflow.pyfunc",
    "mlflow.store.tracking.sqlalchemy_store",
    "mlflow.store.model_registry.sqlalchemy_store",
)
PASSED_OVER = ("anyio", "cacheprovider", "warnings", "xdist")  # plugins of pytest
LIMIT = 120  # seconds for the tests of one fault
# Errors of a fault that is no program any more; a test that meets them has noticed nothing.
BROKEN = {
    "SyntaxError",
    "IndentationError",
    "NameError",
    "UnboundLocalError",
    "ImportError",
    "ModuleNotFoundError",
}


@dataclass(frozen=True)
class Mutant:
    """A fault: the text of a file that is replaced, and the tests that must notice.

    Attributes:
        name: short, in snake case.
        file: from the project's folder.
        old: text that the file holds exactly once.
        new: what takes its place.
        tests: node ids; each must fail, one of its cases at least.
        why: what would be wrong for a user.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    why: str

    def fault(self, root: Path) -> str:
        """What is wrong with the entry itself; empty if nothing is."""
        path = root / self.file
        if not path.is_file():
            return f"stale: there is no {self.file}"
        times = path.read_text(encoding="utf-8").count(self.old)
        if times != 1:
            return f"stale: its old text stands {times} times in {self.file}"
        if not self.tests:
            return "stale: it names no test"
        for node in self.tests:
            place, _, test = node.partition("::")
            name = test.partition("[")[0]
            if not (root / place).is_file() or (
                f"def {name}(" not in (root / place).read_text(encoding="utf-8")
            ):
                return f"stale: there is no test {node}"
        return ""


def mutants() -> list[Mutant]:
    """The faults of the table, in order.

    Raises:
        ValueError: two have one name, or an entry lacks a key or has another.
    """
    content = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    made = []
    for entry in content:
        if set(entry) != {"name", "file", "old", "new", "test", "why"}:
            raise ValueError(f"{TABLE.name}: {entry.get('name')}: has the keys {sorted(entry)}")
        tests = entry["test"]
        made.append(
            Mutant(
                entry["name"],
                entry["file"],
                entry["old"].rstrip("\n"),
                entry["new"].rstrip("\n"),
                tuple([tests] if isinstance(tests, str) else tests or ()),
                entry["why"],
            )
        )
    twice = [name for name, count in Counter(one.name for one in made).items() if count > 1]
    if twice:
        raise ValueError(f"{TABLE.name}: named twice: {', '.join(twice)}")
    return made


@dataclass(eq=False)  # pytest wants to hash it
class Noted:
    """What pytest tells of the tests it ran, as a plugin of it.

    Attributes:
        passed: ids of the tests that passed.
        failed: id to the name of the error, of tests that failed themselves.
        errors: id to the name of the error, where a test could not be run or collected.
    """

    passed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def pytest_runtest_makereport(self, item, call):
        if call.excinfo is None or call.excinfo.typename == "Skipped":
            if call.when == "call" and call.excinfo is None:
                self.passed.append(item.nodeid)
        elif call.when == "call" and call.excinfo.typename not in BROKEN:
            self.failed[item.nodeid] = call.excinfo.typename
        else:
            self.errors[item.nodeid] = call.excinfo.typename

    def pytest_collectreport(self, report):
        if report.failed:
            self.errors[report.nodeid] = "cannot be collected"


@dataclass
class Job:
    """A run of pytest in a process of its own, on one of the copies."""

    name: str
    slot: Path
    file: str
    process: int
    started: float


class Runs:
    """Runs of pytest, as many at once as there are copies of the project."""

    def __init__(self, scratch: Path, at_once: int) -> None:
        self.scratch = scratch
        self.free = [self._copy(scratch / f"copy-{number}") for number in range(at_once)]
        self.jobs: list[Job] = []
        self.stamps = itertools.count(int(time.time()) + 1)
        self.noted: dict[str, Noted] = {}
        self.seconds: dict[str, float] = {}

    def _copy(self, folder: Path) -> Path:
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                folder.mkdir(exist_ok=True)
                shutil.copy(source, folder / name)
        return folder

    def start(self, name: str, tests: list[str], mutant: Mutant | None = None) -> None:
        """Starts a run when a copy is free; its outcome is in `noted` when it has ended."""
        while not self.free:
            self.wait()
        slot = self.free.pop()
        if mutant:
            path = slot / mutant.file
            path.write_text(
                path.read_text(encoding="utf-8").replace(mutant.old, mutant.new), encoding="utf-8"
            )
            self._stamp(path)
        sys.stdout.flush()
        process = os.fork()
        if not process:
            _test(slot, tests, self.scratch / name)
        self.jobs.append(Job(name, slot, mutant.file if mutant else "", process, time.monotonic()))

    def wait(self) -> None:
        """Waits until one run has ended, and mends its copy."""
        while True:
            for job in self.jobs:
                ended, _ = os.waitpid(job.process, os.WNOHANG)
                late = time.monotonic() - job.started > LIMIT * (4 if job.name == "none" else 1)
                if ended or late:
                    self._ended(job, late and not ended)
                    return
            time.sleep(0.02)

    def _ended(self, job: Job, late: bool) -> None:
        if late:
            os.killpg(job.process, signal.SIGKILL)
            os.waitpid(job.process, 0)
        told = self.scratch / job.name / "noted.json"
        self.noted[job.name] = (
            Noted(errors={"": f"took over {LIMIT} seconds"})
            if late
            else Noted(**json.loads(told.read_text()))
            if told.is_file()
            else Noted(errors={"": "pytest did not come to its end"})
        )
        self.seconds[job.name] = time.monotonic() - job.started
        if job.file:
            shutil.copy(ROOT / job.file, job.slot / job.file)
            self._stamp(job.slot / job.file)
        self.jobs.remove(job)
        self.free.append(job.slot)

    def _stamp(self, path: Path) -> None:
        """Gives a file a time that it never had: by that Python knows which bytecode is of it."""
        stamp = next(self.stamps)
        os.utime(path, (stamp, stamp))


def _test(folder: Path, tests: list[str], told: Path) -> None:
    """In the forked process: runs pytest on a copy, writes down what it tells, and ends."""
    os.setsid()
    told.mkdir()
    with (told / "output").open("w") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
    os.chdir(folder)
    os.environ["PYTHONPATH"] = str(folder)
    sys.path[:] = [str(folder), *(entry for entry in sys.path if entry != str(ROOT))]
    noted = Noted()
    try:
        importlib.import_module("pytest").main(
            [
                *(word for name in PASSED_OVER for word in ("-p", f"no:{name}")),
                "--tb=short",
                "--hypothesis-seed=0",
                f"--rootdir={folder}",
                f"--basetemp={told / 'tmp'}",
                *tests,
            ],
            plugins=[noted],
        )
        (told / "noted.json").write_text(json.dumps(vars(noted)))
    finally:
        sys.stdout.flush()
        os._exit(0)


def verdict(mutant: Mutant, with_it: Noted, without: Noted) -> tuple[bool, str]:
    """Whether the fault was noticed, and by which test and error, or why not."""
    if with_it.errors:
        return False, f"no verdict: {'; '.join(sorted(set(with_it.errors.values())))}"
    caught = []
    for node in mutant.tests:
        cases = [one for one in with_it.failed if _is_of(one, node)]
        known = [one for one in (*without.failed, *without.errors) if _is_of(one, node)]
        if known or not any(_is_of(one, node) for one in without.passed):
            return False, f"{_short(node)} does not pass without the fault"
        if not cases:
            return False, f"survived: {_short(node)} passes"
        caught.append(f"{_short(node)}: {with_it.failed[cases[0]]}")
    return True, "; ".join(caught)


def _is_of(case: str, node: str) -> bool:
    return case == node or case.startswith(f"{node}[")


def _short(node: str) -> str:
    return node.partition("::")[2]


def main() -> int:
    """Returns 0 if every fault was noticed, else 1."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="of faults; all by default")
    parser.add_argument("--list", action="store_true", help="tell what the faults are")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="at once (default: 2)")
    options = parser.parse_args()
    every = mutants()
    if unknown := set(options.names) - {one.name for one in every}:
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    chosen = [one for one in every if not options.names or one.name in options.names]
    if options.list:
        for one in chosen:
            print(f"{one.name} ({one.file}): {one.why}")
        return 0
    stale = {one.name: fault for one in chosen if (fault := one.fault(ROOT))}
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        runs = _run([one for one in chosen if one.name not in stale], Path(scratch), options.jobs)
        missed = _report(chosen, stale, runs)
    print(
        f"{len(chosen) - missed} of {len(chosen)} faults were noticed, in "
        f"{time.monotonic() - started:.0f} s"
    )
    return int(missed > 0)


def _run(chosen: list[Mutant], scratch: Path, at_once: int) -> Runs:
    os.environ |= {
        "OMP_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "EVENTSTANCE_MADE": str(scratch / "made"),
    }
    (scratch / "made").mkdir()
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()  # else each fork copies the memory of all libraries when it looks for garbage
    runs = Runs(scratch, at_once)
    if chosen:
        runs.start("none", sorted({node for one in chosen for node in one.tests}))
    for one in chosen:
        runs.start(one.name, list(one.tests), one)
    while runs.jobs:
        runs.wait()
    return runs


def _report(chosen: list[Mutant], stale: dict[str, str], runs: Runs) -> int:
    """Prints a line for each fault; returns how many went unnoticed."""
    missed = 0
    if "none" in runs.seconds:
        print(
            f"{len(runs.noted['none'].passed)} tests pass without a fault "
            f"({runs.seconds['none']:.0f} s)"
        )
    for one in chosen:
        good, told = (
            (False, stale[one.name])
            if one.name in stale
            else verdict(one, runs.noted[one.name], runs.noted["none"])
        )
        missed += not good
        print(
            f"{'   ' if good else 'NOT'} {one.name:<32} {one.file:<32} "
            f"{runs.seconds.get(one.name, 0):5.1f} s  {told}"
        )
        if not good and one.name in runs.seconds:
            tail = (runs.scratch / one.name / "output").read_text(errors="replace").splitlines()
            print("\n".join(f"        {line}" for line in tail[-12:]))
    return missed


if __name__ == "__main__":
    sys.exit(main())
