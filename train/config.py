"""What a run is: a YAML file, overridden on the command line, checked by pydantic."""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.formats.yaml_files import read_yaml
from data.paths import find
from data.problems import InputError, Problem, nearest
from models.calibration import Kind
from models.families import FAMILIES, ModelConfig, by_chance
from train.data_config import DataConfig, SplitConfig
from train.names import fixed_text, settings_text

WHOLE = ("data.train", "data.path")


class RunConfig(BaseModel):
    """One training run, resolved; saved with the run, and enough to repeat it.

    Attributes:
        task: `event` or `stance`.
        codebook: name or file; with the task it names the experiment and the registered model, as
            `models.registry.names.registered_name` says.
        seed: of the training.
        data: the labelled files.
        model: a family and its settings.
        select_by: the dev metric that chooses epochs and models.
        tune_thresholds: for several labels: choose each label's threshold on dev.
        calibration: what makes scores probabilities, fitted on dev: `temperature` (one number,
            never changes which label wins), `isotonic` (then a curve for each label), or `none`;
            `temperature` by default, for the majority family `none`.
        min_precision: the precision that labels shall have; what is less sure is labelled
            `uncertain`. Unset, every sentence gets a label.
        experiment: another MLflow experiment than the codebook's.
        register_model: make the trained model a version of the registered model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    task: Literal["event", "stance"]
    codebook: str
    seed: int = Field(default=13, ge=0, lt=2**32)
    data: DataConfig
    model: ModelConfig
    select_by: str = Field(default="dev/macro_f1", pattern=r"^dev/.+")
    tune_thresholds: bool = True
    calibration: Kind = "temperature"
    min_precision: float | None = Field(default=None, gt=0, lt=1)
    experiment: str | None = None
    register_model: bool = Field(default=True, alias="register")

    @model_validator(mode="before")
    @classmethod
    def _usual_calibration(cls, values: Any) -> Any:
        if not isinstance(values, dict) or values.get("calibration") is not None:
            return values
        model = values.get("model")
        family = model.get("family") if isinstance(model, dict) else getattr(model, "family", None)
        known = FAMILIES.get(str(family))
        return values | {"calibration": known[1].calibrations[0] if known else "temperature"}

    @model_validator(mode="after")
    def _calibration_fits(self) -> RunConfig:
        kinds = FAMILIES[self.model.family][1].calibrations
        if self.calibration not in kinds:
            raise ValueError(
                f"calibration '{self.calibration}' is not for the family "
                f"'{self.model.family}': expected {' or '.join(kinds)}"
            )
        return self

    @property
    def digest(self) -> str:
        """Sha256 (12 hex digits) of everything that decides the result.

        Where a run is shown, and whether its model is registered, does not.
        """
        content = json.dumps(
            {
                key: value
                for key, value in self.resolved().items()
                if key not in ("experiment", "register")
            },
            sort_keys=True,
        )
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @property
    def seedless(self) -> str:
        """Why more seeds would show nothing; empty where another seed can make another model."""
        return (
            ""
            if by_chance(self.model)
            else (
                f"{self.model.family} comes out the same with every seed: one run is enough "
                "(data.split.seed deals the rows, and is another)"
            )
        )

    def resolved(self) -> dict[str, Any]:
        """The whole configuration, defaults filled in, as plain YAML-able values."""
        return self.model_dump(mode="json", by_alias=True)

    def flat(self) -> dict[str, str]:
        """The resolved values under dotted keys, as MLflow parameters; unset ones left out."""
        return {
            key: ", ".join(value) if isinstance(value, list) else str(value)
            for key, value in _flat(self.resolved(), "")
            if value not in (None, [])
        }


@dataclass(frozen=True)
class Plan:
    """The runs of one configuration file.

    Attributes:
        path: the file.
        runs: (what varies, as `key=value` text; its configuration).
        fixed: what the command line sets for all of them, as `key=value` text.
        name: stands in the runs' names for that of the file, where there is one.
    """

    path: Path
    runs: list[tuple[str, RunConfig]] = field(default_factory=list)
    fixed: str = ""
    name: str = ""


def plans(paths: Sequence[str | Path], overrides: Sequence[str] = ()) -> list[Plan]:
    """Returns the runs of each file under the overrides.

    Args:
        paths: YAML files.
        overrides: `key=value`; `key=a|b` makes one run for each value, several such keys one for
            each combination.

    Raises:
        InputError: every fault of every file and override at once.
    """
    problems: list[Problem] = []
    varied: list[list[tuple[str, Any]]] = []
    for override in overrides:
        key, sign, text = override.partition("=")
        if not sign or not key:
            problems.append(Problem(override, "is no override", "expected key=value"))
            continue
        if key in {known for choices in varied for known, _ in choices}:
            problems.append(
                Problem(
                    override,
                    f"gives '{key}' a second time",
                    "name each key once; key=a|b makes a run of each",
                )
            )
            continue
        varied.append([(key, _value(part)) for part in text.split("|")])
    fixed = fixed_text(choices[0] for choices in varied if len(choices) == 1)
    made = []
    for name in paths:
        plan = Plan(Path(name), fixed=fixed)
        made.append(plan)
        try:
            base = _read(find(name))
        except InputError as error:
            problems += error.problems
            continue
        for combination in itertools.product(*varied):
            content = copy.deepcopy(base)
            # Whole files first: they put the config's own files and split aside, and what is
            # said of the split on the same command line counts after that.
            for key, value in sorted(combination, key=lambda pair: pair[0] not in WHOLE):
                _set(content, key, value)
            label = settings_text(
                pair for pair, choices in zip(combination, varied, strict=True) if len(choices) > 1
            )
            try:
                plan.runs.append((label, validated(content, str(name))))
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(dict.fromkeys(problems))
    return made


def single(
    config: str | Path | Mapping[str, Any] | RunConfig,
    files: Mapping[str, Any],
    overrides: Mapping[str, Any],
    name: str = "",
) -> Plan:
    """Returns the one run of a configuration under overrides.

    Args:
        config: a YAML file, what it would hold, or that of another run; it is not changed.
        files: keys of the data section and their files; they put the config's own aside.
        overrides: dotted keys and their values.
        name: of the run, before its seed; if empty that of the file, or the family, and overrides.

    Raises:
        InputError: every fault.
    """
    if isinstance(config, RunConfig):
        config = config.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    elif not isinstance(config, (str, Path, Mapping)):
        raise InputError(
            Problem("config", f"is {type(config).__name__}", "expected a YAML file or a mapping")
        )
    if isinstance(config, Mapping):
        where, content = "config", _plain(config, "config")
        model = content.get("model")
        family = str(model.get("family")) if isinstance(model, dict) else where
    else:
        where, family = str(config), ""
        content = _read(find(config))
    pairs = [*files.items(), *overrides.items()]
    for key, value in sorted(pairs, key=lambda pair: pair[0] not in WHOLE):
        _set(content, key, value)
    fixed = fixed_text(_flat(dict(overrides), ""))
    run = validated(content, where)
    return Plan(Path(where), [("", run)], "" if name else fixed, name or family)


def validated(content: Any, where: str) -> RunConfig:
    """Returns the configuration in `content`; raises InputError with every fault."""
    try:
        return RunConfig.model_validate(content)
    except ValidationError as error:
        raise InputError([_problem(fault, content, where) for fault in error.errors()]) from error


def _problem(fault: Any, content: Any, where: str) -> Problem:
    path = [str(part) for part in fault["loc"] if part not in FAMILIES and part != "[key]"]
    key = ".".join(path) or "configuration"
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        known = _known_keys(path[:-1], content)
        return Problem(
            f"{where}: {key}",
            f"unknown key{nearest(path[-1], known)}",
            f"expected one of {', '.join(known)}",
        )
    if fault["type"] == "missing":
        return Problem(f"{where}: {key}", "is missing", "give it a value")
    if fault["type"] in ("union_tag_invalid", "union_tag_not_found"):
        chosen = str((content.get("model") or {}).get("family"))
        return Problem(
            f"{where}: model.family",
            f"unknown family '{chosen}'{nearest(chosen, list(FAMILIES))}",
            f"expected one of {', '.join(FAMILIES)}",
        )
    if fault["type"] == "string_pattern_mismatch":
        return Problem(
            f"{where}: {key}",
            f"'{fault.get('input')}': says not on which rows",
            "expected dev/ and a measure, as dev/macro_f1",
        )
    got = fault.get("input")
    shown = f"{got!r}: " if isinstance(got, (str, int, float, bool)) else ""
    return Problem(f"{where}: {key}", f"{shown}{message}")


def _known_keys(path: Sequence[str], content: Any) -> list[str]:
    if path[:1] == ["model"]:
        chosen = FAMILIES.get(str((content.get("model") or {}).get("family")))
        return list(chosen[0].model_fields) if chosen else ["family"]
    model: type[BaseModel] = RunConfig
    if path[:1] == ["data"]:
        model = SplitConfig if path[1:] == ["split"] else DataConfig
    return [info.alias or name for name, info in model.model_fields.items()]


def _read(path: Path) -> Any:
    if not path.is_file():
        raise InputError(
            Problem(
                str(path),
                "is a folder" if path.is_dir() else "no such file",
                "expected a YAML configuration",
            )
        )
    content = read_yaml(path).content
    if not isinstance(content, dict):
        raise InputError(Problem(str(path), "holds no keys", "expected task, data, model, …"))
    return _plain(content, str(path))


def _plain(content: Mapping[str, Any], where: str) -> Any:
    """A copy in the values of JSON; dates and the like as text."""
    try:
        return json.loads(json.dumps(dict(content), default=str))
    except (TypeError, ValueError) as error:  # a date as a key, or a list that holds itself
        raise InputError(
            Problem(where, f"cannot be written as JSON ({error})", "expected names as keys")
        ) from error


def _value(text: str) -> Any:
    try:
        return yaml.safe_load(text) if text else None
    except yaml.YAMLError:
        return text


def _set(content: dict[str, Any], key: str, value: Any) -> None:
    *sections, last = key.split(".")
    for section in sections:
        if not isinstance(content.get(section), dict):
            content[section] = {}
        content = content[section]
    if last == "train" and sections == ["data"]:
        content.pop("path", None)  # files of one's own take the place of the config's
        content.pop("split", None)
    elif last == "path" and sections == ["data"]:
        for part in ("train", "dev", "test"):
            content.pop(part, None)
    content[last] = value


def _flat(value: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{prefix}.{key}" if prefix else key)
    else:
        yield prefix, value
