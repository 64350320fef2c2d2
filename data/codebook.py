"""Codebooks: the labels of a task, what they mean, and their names in other standards."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.paths import ROOT, find
from data.problems import InputError, Problem, nearest

PACKAGED = ROOT / "configs" / "codebooks"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Parent(_Strict):
    """A group of labels: ACLED's event type above its sub-event types."""

    name: str
    definition: str = ""


class Label(_Strict):
    """One label of a codebook; `crosswalk` maps a standard to the label's name there."""

    name: str = Field(pattern=r"^[A-Za-z0-9_.\-/ ]+$")
    definition: str = ""
    excludes: str = ""
    examples: tuple[str, ...] = ()
    parent: str | None = None
    crosswalk: dict[str, str] = {}


class Codebook(_Strict):
    """A task's labels. Columns of every probability matrix stand in the order of `labels`."""

    name: str
    version: str
    task: Literal["event", "stance"]
    labels_per_row: Literal["single", "several"] = "single"
    description: str = ""
    rules: tuple[str, ...] = ()
    parents: tuple[Parent, ...] = ()
    labels: tuple[Label, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _consistent(self) -> Codebook:
        names = [label.name for label in self.labels]
        if doubled := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"labels named twice: {', '.join(sorted(doubled))}")
        parents = {parent.name for parent in self.parents}
        for label in self.labels:
            if label.parent is not None and label.parent not in parents:
                hint = nearest(label.parent, list(parents))
                raise ValueError(f"label '{label.name}' has the parent '{label.parent}', "
                                 f"which is not under parents{hint}")
        return self

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The label names in column order."""
        return tuple(label.name for label in self.labels)

    @cached_property
    def columns(self) -> dict[str, int]:
        """Label name to column."""
        return {name: column for column, name in enumerate(self.names)}

    @property
    def several(self) -> bool:
        """Whether a row may have any number of labels."""
        return self.labels_per_row == "several"

    @property
    def digest(self) -> str:
        """Sha256 (16 hex digits) of the whole content: two codebooks with one name can differ."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def parent_of(self, label: str) -> str:
        """The parent's name, or the label itself where it has none."""
        return self.labels[self.columns[label]].parent or label

    def standards(self) -> list[str]:
        """The standards that at least one label has a name in, sorted."""
        return sorted({standard for label in self.labels for standard in label.crosswalk})

    def crosswalk(self, standard: str) -> dict[str, str]:
        """Label name to its name in `standard`, without the labels that have none there.

        Raises:
            InputError: no label has a name in that standard.
        """
        found = {label.name: label.crosswalk[standard]
                 for label in self.labels if standard in label.crosswalk}
        if not found:
            known = self.standards()
            raise InputError(Problem(
                f"codebook {self.name}", f"no crosswalk to '{standard}'{nearest(standard, known)}",
                f"expected one of {', '.join(known) or 'none: it has no crosswalks'}"))
        return found

    def from_standard(self, standard: str) -> dict[str, str]:
        """Name in `standard` to label name; where several labels share one, the first counts."""
        reverse: dict[str, str] = {}
        for name, code in self.crosswalk(standard).items():
            reverse.setdefault(code, name)
        return reverse

    def canonical(self, label: str) -> str | None:
        """The label meant by `label`: itself, another spelling of it, or its name in a standard.

        Returns None where nothing fits. Case, blanks, hyphens and slashes do not count. A name
        that means different labels in different standards (`0`, say) fits nothing.
        """
        return self._spellings.get(_fold(label))

    @cached_property
    def _spellings(self) -> dict[str, str | None]:
        spellings: dict[str, str | None] = {}
        for label in self.labels:
            for code in label.crosswalk.values():
                key = _fold(code)
                known = spellings.get(key, label.name)
                spellings[key] = label.name if known == label.name else None
        for name in self.names:
            spellings[_fold(name)] = name
        return spellings

    def label_problem(self, label: str, where: str) -> Problem:
        """The problem to report for a label that is not in this codebook."""
        meant = self.canonical(label)
        hint = f" (did you mean '{meant}'?)" if meant else nearest(label, self.names)
        return Problem(where, f"unknown label '{label}'{hint}",
                       f"expected a label of codebook {self.name} {self.version}: "
                       + _some(self.names))


def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", "_", str(text).strip().lower()).strip("_") or str(text)


def _some(names: tuple[str, ...], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def packaged_codebooks() -> list[str]:
    """Names of the codebooks that come with the project, sorted."""
    return sorted(path.stem for path in PACKAGED.glob("*.yaml"))


def load_codebook(name_or_path: str | Path) -> Codebook:
    """Returns the codebook of that name (packaged) or in that YAML file.

    Raises:
        InputError: there is none, it is no YAML, or its content is wrong (every fault listed).
    """
    path = find(name_or_path)
    if path.suffix not in {".yaml", ".yml"}:
        path = PACKAGED / f"{name_or_path}.yaml"
    if not path.is_file():
        known = packaged_codebooks()
        raise InputError(Problem(
            str(name_or_path), f"no such codebook{nearest(str(name_or_path), known)}",
            f"expected a YAML file or one of {', '.join(known)}"))
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Codebook.model_validate(content)
    except yaml.YAMLError as error:
        raise InputError(Problem(str(path), f"is not YAML: {error}")) from error
    except ValidationError as error:
        raise InputError(
            Problem(f"{path}: {'.'.join(map(str, fault['loc'])) or 'codebook'}", fault["msg"])
            for fault in error.errors()) from error
