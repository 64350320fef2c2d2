"""Codebooks: the labels of a task, what they mean, and their names in other standards."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from data.formats.yaml_files import YamlFile, read_yaml
from data.paths import ROOT, find
from data.problems import InputError, Problem, nearest

TASKS = ("event", "stance")
PACKAGED = ROOT / "configs" / "codebooks"
JOINER = "|"  # how several labels stand in one field of a file; no label's name holds it
_JOINERS = re.compile("[\u200c\u200d]")  # of letters, in Persian and Hindi words
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LabelType(_Strict):
    """A group of labels: ACLED's event type above its sub-event types."""

    name: str
    definition: str = ""


class Label(_Strict):
    """One label of a codebook; `crosswalk` maps a standard to the label's name there."""

    name: str = Field(min_length=1, max_length=200)
    definition: str = ""
    excludes: str = ""
    examples: tuple[str, ...] = ()
    parent: str | None = None
    crosswalk: dict[str, str] = {}

    @field_validator("name")
    @classmethod
    def _writable(cls, name: str) -> str:
        if JOINER in name or not _JOINERS.sub("", name).isprintable() or name != name.strip():
            raise ValueError(
                f"label name {name!r} has a '{JOINER}', a line break or another "
                "character that is not printed, or blanks around it"
            )
        return unicodedata.normalize("NFC", name)


class Codebook(_Strict):
    """A task's labels. Columns of every probability matrix stand in the order of `labels`."""

    name: str
    version: str
    task: Literal["event", "stance"]
    labels_per_row: Literal["single", "several"] = "single"
    description: str = ""
    rules: tuple[str, ...] = ()
    parents: tuple[LabelType, ...] = ()
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
                raise ValueError(
                    f"label '{label.name}' has the parent '{label.parent}', "
                    f"which is not under parents{hint}"
                )
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
    def multilabel(self) -> bool:
        """Whether a row may have any number of labels."""
        return self.labels_per_row == "several"

    @property
    def digest(self) -> str:
        """Sha256 (16 hex digits) of the whole content: two codebooks with one name can differ."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def type_of(self, label: str) -> str:
        """The name of the type that the label is of, or the label itself where it has none."""
        return self.labels[self.columns[label]].parent or label

    def standards(self) -> list[str]:
        """The standards that at least one label has a name in, sorted."""
        return sorted({standard for label in self.labels for standard in label.crosswalk})

    def crosswalk(self, standard: str) -> dict[str, str]:
        """Label name to its name in `standard`, without the labels that have none there.

        Raises:
            InputError: no label has a name in that standard.
        """
        names = {
            label.name: label.crosswalk[standard]
            for label in self.labels
            if standard in label.crosswalk
        }
        if not names:
            standards = self.standards()
            raise InputError(
                Problem(
                    f"codebook {self.name}",
                    f"no crosswalk to '{standard}'{nearest(standard, standards)}",
                    f"expected one of {', '.join(standards) or 'none: it has no crosswalks'}",
                )
            )
        return names

    def meanings(self, label: str, standard: str | None = None) -> tuple[str, ...]:
        """The labels that `label` may mean, in column order; none where nothing fits.

        With a standard, those of that name there, or else the codebook's own label of that name.
        Without one, the label itself; or one that is spelled alike (case, blanks, hyphens and
        slashes between words do not count); or those that any standard calls so. Where several
        standards number their labels, a number means something in a named one only. So does
        `none`, which marks a missing value as often as SemEval's neutral.

        Raises:
            InputError: no label has a name in that standard.
        """
        text = _composed(label).strip()
        if standard is not None:
            codes = self.crosswalk(standard)
            same = text.casefold()
            return tuple(name for name, code in codes.items() if code.casefold() == same) or tuple(
                name for name in self.names if name.casefold() == same
            )
        if text in self.columns:
            return (text,)
        own = tuple(name for name in self.names if name.casefold() == text.casefold()) or tuple(
            name for name in self.names if _fold(name) == _fold(text)
        )
        number = _NUMBER.fullmatch(text) is not None
        if own or text.casefold() == "none" or (number and self._numbering > 1):
            return own
        key = _fold(text)
        return tuple(
            label.name
            for label in self.labels
            if any(_fold(code) == key for code in label.crosswalk.values())
        )

    @cached_property
    def _numbering(self) -> int:
        """How many standards have numbers for names."""
        return len(
            {
                standard
                for label in self.labels
                for standard, code in label.crosswalk.items()
                if _NUMBER.fullmatch(code)
            }
        )

    def readings(self, label: str) -> dict[str, tuple[str, ...]]:
        """What each standard that knows `label` means by it."""
        key = _composed(label).strip().casefold()
        names_by_standard = {
            standard: tuple(
                name for name, code in self.crosswalk(standard).items() if code.casefold() == key
            )
            for standard in self.standards()
        }
        return {standard: names for standard, names in names_by_standard.items() if names}

    def label_problem(self, label: str, where: str) -> Problem:
        """The problem to report for a label that is not in this codebook."""
        meanings = self.meanings(label)
        hint = (
            f" (did you mean '{meanings[0]}'?)"
            if len(meanings) == 1
            else f" (it may be {' or '.join(meanings)})"
            if meanings
            else ""
            if self.readings(label)
            else nearest(label, self.names)
        )
        return Problem(
            where,
            f"unknown label '{label}'{hint}",
            f"expected a label of codebook {self.name} {self.version}: " + _first_names(self.names),
        )


def _composed(label: object) -> str:
    """The text with each letter and its accents as one character, however it was typed."""
    return unicodedata.normalize("NFC", str(label))


def _fold(text: str) -> str:
    """What two spellings of a name have in common. Signs stay: -1 is not 1, and C+ not C."""
    return re.sub(r"(?<=\w)[\s_/-]+(?=\w)|_+", "_", text.casefold())


def _first_names(names: tuple[str, ...], most: int = 8) -> str:
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
    if path.suffix.lower() not in {".yaml", ".yml"}:
        path = PACKAGED / f"{name_or_path}.yaml"
    if not path.is_file():
        packaged = packaged_codebooks()
        raise InputError(
            Problem(
                str(name_or_path),
                f"no such codebook{nearest(str(name_or_path), packaged)}",
                f"expected a YAML file or one of {', '.join(packaged)}",
            )
        )
    file = read_yaml(path)
    try:
        return Codebook.model_validate(file.content)
    except ValidationError as error:
        # Labels that are wrong themselves leave a list that is too short: that is no second fault.
        faults = [fault for fault in error.errors() if fault["type"] != "too_short"]
        raise InputError(_problem(fault, file) for fault in faults or error.errors()) from error


def _problem(fault: Any, file: YamlFile) -> Problem:
    """The problem of one fault that pydantic found."""
    key = fault["loc"]
    where = f"{file.where(key)}: {'.'.join(map(str, key)) or 'codebook'}"
    kind, hint = fault["type"], file.hint(key)
    if kind == "string_type":
        return Problem(where, "is no text", hint or "expected text")
    if kind == "tuple_type":
        return Problem(where, "is no list", "expected a list, each entry after a hyphen")
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return Problem(
            where, "is no object", "expected keys with values, as in configs/codebooks/event.yaml"
        )
    if kind == "missing":
        return Problem(where, "is missing", "give it a value")
    if kind == "too_short":
        return Problem(where, "has fewer than two labels", "there is nothing to tell apart")
    if kind == "extra_forbidden":
        keys = list(
            (
                Label if key[0] == "labels" else LabelType if key[0] == "parents" else Codebook
            ).model_fields
        )
        return Problem(
            where,
            f"unknown key{nearest(str(key[-1]), keys)}",
            f"expected one of {', '.join(keys)}",
        )
    return Problem(where, fault["msg"].removeprefix("Value error, "))
