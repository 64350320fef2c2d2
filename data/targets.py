"""Whom a stance can be about: read from a file or written as NAME=ALIAS,ALIAS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.examples import Target
from data.formats.yaml_files import read_yaml
from data.problems import InputError, Problem
from data.text.gazetteer import Gazetteer as Gazetteer


class _TargetEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(min_length=1)
    aliases: list[str] = []


class _TargetFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    targets: list[_TargetEntry] = Field(min_length=1)


def load_targets(path: str | Path) -> list[Target]:
    """Returns the targets of a YAML file: `targets: [{name: …, aliases: […]}]`.

    Raises:
        InputError: no such file, no YAML, or wrong content (every fault listed).
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(Problem(str(path), "no such file", "expected a YAML file of targets"))
    file = read_yaml(path)
    try:
        content = _TargetFile.model_validate(file.content)
    except ValidationError as error:
        raise InputError(
            Problem(
                f"{file.where(fault['loc'])}: {'.'.join(map(str, fault['loc'])) or 'content'}",
                fault["msg"],
                (file.hint(fault["loc"]) if fault["type"] == "string_type" else None)
                or "expected targets: [{name: …, aliases: […]}]",
            )
            for fault in error.errors()
        ) from error
    return [Target(entry.name, tuple(entry.aliases)) for entry in content.targets]


def parse_target(text: str) -> Target:
    """Returns the target written as `NAME` or `NAME=ALIAS,ALIAS,…`.

    Raises:
        InputError: the name is empty.
    """
    name, _, aliases = text.partition("=")
    if not name.strip():
        raise InputError(
            Problem(f"target '{text}'", "has no name", 'expected "Islamic State=IS,ISIS,ISIL"')
        )
    return Target(
        name.strip(), tuple(alias.strip() for alias in aliases.split(",") if alias.strip())
    )


def as_targets(targets: Sequence[Target | str]) -> list[Target]:
    """Returns targets, those given as text read by `parse_target`."""
    return [parse_target(target) if isinstance(target, str) else target for target in targets]
