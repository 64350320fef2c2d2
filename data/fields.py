"""The fields of a labelled row: their names, values and empty values, and the splits."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

TEXT_FIELDS = (
    "id",
    "article_id",
    "text",
    "target",
    "actor",
    "date",
    "source",
    "annotator",
    "split",
)
OFFSET_FIELDS = ("target_start", "target_end", "actor_start", "actor_end")
FIELDS = (*TEXT_FIELDS, *OFFSET_FIELDS, "label", "labels")

# As written: `NONE` is a label of SemEval, and Nat a name.
MISSING_MARKS = frozenset(
    {"nan", "NaN", "None", "null", "NULL", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaT"}
)

SPLITS = ("train", "dev", "test")
HELD_OUT = ("dev", "test")  # what models are measured on
SPLIT_SYNONYMS = {
    "training": "train",
    "development": "dev",
    "val": "dev",
    "valid": "dev",
    "validation": "dev",
    "testing": "test",
}  # `eval` is dev to some and test to others
EXPECTED_SPLIT = f"expected train, dev or test; {', '.join(SPLIT_SYNONYMS)} are read as these"


def is_missing(value: Any) -> bool:
    """Whether a value says that there is none: None, NaN, blank text."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, float) and math.isnan(value))


def marks_missing(value: Any) -> bool:
    """Whether a text is one of the marks for a missing value (`nan`, `NULL`, `<NA>`, …)."""
    return isinstance(value, str) and value.strip() in MISSING_MARKS


def as_text(value: Any) -> str:
    """A name or label as text: whole numbers without their `.0`, truth values as in JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFC", str(value))


def whole_number(value: Any) -> int | None:
    """The whole number that a value is or writes out; None where it is none."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
        return int(number) if number == int(number) else None
    except (TypeError, ValueError, OverflowError):
        return None


def has_split(value: object) -> bool:
    """Whether a field `split` says anything: None, nan and blanks do not."""
    return not is_missing(value)


def split_named(value: object) -> str | None:
    """The split that a row's field `split` means, whatever its case; None for no such name."""
    name = str(value).strip().casefold()
    return name if name in SPLITS else SPLIT_SYNONYMS.get(name)
