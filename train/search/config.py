"""A search file: what varies, how trials are drawn, and when they are given up."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    model_validator,
)

from data.formats.yaml_files import read_yaml
from data.paths import find
from data.problems import InputError, Problem, nearest

Value = float | int | str | bool | None


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choices(_Strict):
    """One of these values."""

    choices: tuple[Value, ...] = Field(min_length=2)


class Range(_Strict):
    """A number from `low` to `high`, both included; even in logarithm, or in steps."""

    low: float
    high: float
    log: bool = False
    step: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _right(self) -> Range:
        if self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}")
        if self.log and self.low <= 0:
            raise ValueError(f"low {self.low:g} has no logarithm; expected more than 0")
        if self.log and self.step:
            raise ValueError("'log' and 'step' exclude each other")
        return self


def _kind(content: Any) -> str | None:
    if isinstance(content, dict):
        return "choices" if "choices" in content else "range"
    return next((name for name, kind in _KINDS.items() if isinstance(content, kind)), None)


_KINDS: dict[str, type[BaseModel]] = {"range": Range, "choices": Choices}
_Either = Annotated[
    Annotated[Range, Tag("range")] | Annotated[Choices, Tag("choices")], Discriminator(_kind)
]


class SearchConfig(_Strict):
    """A search.

    Attributes:
        metric: the dev metric to raise; null takes the configuration's `select_by`.
        trials: how many are finished in the end; null: 20, or the whole of a grid.
        timeout: seconds after which this call starts no more trials.
        sampler: `tpe`, `random` or `grid`.
        seed: of the sampler.
        pruner: `median` ends a trial whose best epoch so far is below the median of the others
            at that epoch; `hyperband` ends most of them early; `none`.
        warmup_epochs: epochs after which no trial is pruned yet.
        storage: SQLAlchemy address of the studies; null: `optuna.db` beside the tracking store.
        space: dotted keys of the configuration to what they may be.
    """

    metric: str | None = Field(default=None, pattern=r"^dev/.+")
    trials: int | None = Field(default=None, ge=1)
    timeout: float | None = Field(default=None, gt=0)
    sampler: Literal["tpe", "random", "grid"] = "tpe"
    seed: int = Field(default=13, ge=0, lt=2**31)
    pruner: Literal["median", "hyperband", "none"] = "median"
    warmup_epochs: int = Field(default=1, ge=1)
    storage: str | None = Field(default=None, pattern=r"^[a-z0-9+]+://.+")
    space: dict[str, _Either] = Field(min_length=1)


def read_file(path: str) -> SearchConfig:
    """Returns what a search file says; raises InputError with every fault of it."""
    file = find(path)
    if not file.is_file():
        raise InputError(Problem(path, "no such file", "expected a YAML file with a space"))
    content = read_yaml(file).content
    if not isinstance(content, dict):
        raise InputError(Problem(path, "holds no keys", "expected space, trials, sampler, …"))
    try:
        return SearchConfig.model_validate(content)
    except ValidationError as error:
        raise InputError(
            dict.fromkeys(_problem(fault, path) for fault in error.errors())
        ) from error


def _problem(fault: Any, path: str) -> Problem:
    places = [str(part) for part in fault["loc"] if part not in _KINDS]
    where, message = f"{path}: {'.'.join(places)}", fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        model = _KINDS.get(str(fault["loc"][2])) if len(fault["loc"]) > 2 else SearchConfig
        keys = list((model or SearchConfig).model_fields)
        return Problem(
            where, f"unknown key{nearest(places[-1], keys)}", f"expected one of {', '.join(keys)}"
        )
    if fault["type"] == "missing":
        return Problem(where, "is missing", "give it a value")
    if fault["type"] == "union_tag_not_found":
        return Problem(
            where, f"is {fault.get('input')!r}", "expected {low: …, high: …} or {choices: […]}"
        )
    got = fault.get("input")
    value = f"{got!r}: " if isinstance(got, (str, int, float, bool)) else ""
    return Problem(where, f"{value}{message}")
