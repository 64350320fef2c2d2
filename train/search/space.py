"""What a search may vary: a YAML file, checked against the configuration before any trial."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.problems import InputError, Problem
from train.config import RunConfig, validated
from train.search.config import Choices, Range, SearchConfig, Value, read_file

FIXED = ("task", "codebook", "select_by", "experiment", "register", "model.family")


@dataclass(frozen=True)
class Axis:
    """One key that varies, in the configuration's own kind of number.

    Attributes:
        key: dotted.
        choices: the values; empty for a range.
        low, high, step, log: the range.
        whole: whether only whole numbers count.
    """

    key: str
    choices: tuple[Value, ...] = ()
    low: float = 0
    high: float = 0
    step: float | None = None
    log: bool = False
    whole: bool = False

    def __str__(self) -> str:
        if self.choices:
            return f"{self.key}: " + " | ".join(map(shown, self.choices))
        return (
            f"{self.key}: {self.low:g} to {self.high:g}"
            + (f" by {self.step:g}" if self.step else "")
            + (", whole numbers" if self.whole else "")
            + (", even in logarithm" if self.log else "")
        )

    @property
    def points(self) -> tuple[Value, ...]:
        """All its values; none for a range without steps."""
        if self.choices or not (self.step or (self.whole and not self.log)):
            return self.choices
        step = self.step or 1
        count = int((self.high - self.low) / step + 1e-9) + 1
        return tuple(self.rounded(self.low + place * step) for place in range(count))

    def rounded(self, value: float) -> float | int:
        """The value as it is trained with: four digits, so that a printed command repeats it."""
        if self.whole:
            return round(value)
        return min(max(float(f"{value:.4g}"), self.low), self.high)

    def suggest(self, trial: Any) -> Value:
        """What an Optuna trial draws here."""
        if self.choices:
            drawn: Value = trial.suggest_categorical(self.key, list(self.choices))
            return drawn
        if self.whole:
            return int(
                trial.suggest_int(
                    self.key, int(self.low), int(self.high), step=int(self.step or 1), log=self.log
                )
            )
        return self.rounded(
            trial.suggest_float(self.key, self.low, self.high, step=self.step, log=self.log)
        )


@dataclass(frozen=True)
class Search:
    """A search file that fits its configuration.

    Attributes:
        path: the file.
        config: what it says.
        base: the configuration that varies.
        axes: what varies.
        metric: the dev metric to raise.
    """

    path: str
    config: SearchConfig
    base: RunConfig
    axes: tuple[Axis, ...]
    metric: str

    @property
    def trials(self) -> int:
        """How many trials are finished in the end; a grid has no more than its points."""
        if self.config.sampler != "grid":
            return self.config.trials or 20
        size = len(self.grid())
        return min(self.config.trials or size, size)

    @property
    def digest(self) -> str:
        """Sha256 (12 hex digits) of what decides the trials; their number and the time do not."""
        content = {
            "base": self.base.digest,
            "metric": self.metric,
            **self.config.model_dump(
                mode="json", include={"sampler", "seed", "pruner", "warmup_epochs", "space"}
            ),
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]

    def grid(self) -> list[dict[str, Value]]:
        """Every combination of the axes' points, in order."""
        return [
            dict(zip((axis.key for axis in self.axes), values, strict=True))
            for values in itertools.product(*(axis.points for axis in self.axes))
        ]

    def run_config(self, values: Mapping[str, Value]) -> RunConfig:
        """The configuration under these values; raises InputError if they do not go together."""
        return validated(_with(self.base, values), self.path)


def read_search(path: str, base: RunConfig) -> Search:
    """Returns the search in a YAML file, fitted to a configuration.

    Raises:
        InputError: with every fault: of the file, and of keys and values that the configuration
            does not take.
    """
    config = read_file(path)
    problems: list[Problem] = []
    axes = []
    for key, asked in config.space.items():
        try:
            axes.append(_axis(key, asked, base, f"{path}: space.{key}", config.sampler))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(dict.fromkeys(problems))
    return Search(path, config, base, tuple(axes), config.metric or base.select_by)


def shown(value: Value) -> str:
    """A value as a command line takes it."""
    return (
        "null"
        if value is None
        else str(value).lower()
        if isinstance(value, bool)
        else (f"{value:g}" if isinstance(value, float) else str(value))
    )


def _axis(key: str, asked: Range | Choices, base: RunConfig, where: str, sampler: str) -> Axis:
    """The axis; raises InputError for a key that must stay, or that does not take the values."""
    if key in FIXED or key.split(".")[0] == "data":
        raise InputError(
            Problem(
                where,
                "decides what is measured, so trials would not compare",
                "leave it to the configuration",
            )
        )
    if key == "seed":
        raise InputError(
            Problem(
                where,
                "is luck, not a setting",
                "train the best with several seeds afterwards: seed=1|2|3",
            )
        )
    if isinstance(asked, Choices):
        return Axis(
            key,
            choices=tuple(
                dict.fromkeys(_tried(base, key, [("", value) for value in asked.choices], where))
            ),
        )
    ends = _tried(base, key, [("low", asked.low), ("high", asked.high)], where)
    if any(isinstance(end, (bool, str)) or end is None for end in ends):
        raise InputError(Problem(where, "takes no numbers from a range", "give it choices: […]"))
    whole = isinstance(ends[0], int)
    if whole and asked.step and asked.step != int(asked.step):
        raise InputError(
            Problem(
                where, f"step {asked.step:g}: only whole numbers count here", "give a whole step"
            )
        )
    axis = Axis(key, (), asked.low, asked.high, asked.step, asked.log, whole)
    if sampler == "grid" and not axis.points:
        raise InputError(
            Problem(where, "has no end of values for a grid", "give it choices: […], or a step")
        )
    return axis


def _tried(
    base: RunConfig, key: str, values: Sequence[tuple[str, Value]], where: str
) -> list[Value]:
    """The values as the configuration takes them; raises InputError with all that it refuses."""
    problems: list[Problem] = []
    taken = []
    for label, value in values:
        try:
            taken.append(_value(validated(_with(base, {key: value}), where), key))
        except InputError as error:
            problems += [
                Problem(where, problem.what, problem.expected)
                if problem.what.startswith("unknown key")
                else Problem(f"{where}.{label}".rstrip("."), problem.what, problem.expected)
                for problem in error.problems
            ]
    if problems:
        raise InputError(dict.fromkeys(problems))
    return taken


def _with(base: RunConfig, values: Mapping[str, Value]) -> dict[str, Any]:
    content = base.resolved()
    for key, value in values.items():
        *sections, last = key.split(".")
        place = content
        for section in sections:
            place = place.setdefault(section, {})
            if not isinstance(place, dict):
                raise InputError(Problem(key, f"'{section}' holds no keys", "name one that does"))
        place[last] = value
    return content


def _value(config: RunConfig, key: str) -> Value:
    value: Any = config.resolved()
    for part in key.split("."):
        value = value[part]
    return value if isinstance(value, (int, float, str, bool)) else None
