"""What stands where nothing stands: the marks that tools leave for a missing value."""

from __future__ import annotations

import math
from typing import Any

# As written: `NONE` is a label of SemEval, and Nat a name.
MARKS = frozenset({"nan", "NaN", "None", "null", "NULL", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaT"})


def is_missing(value: Any) -> bool:
    """Whether a value says that there is none: None, NaN, blank text."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, float) and math.isnan(value))


def marks_missing(value: Any) -> bool:
    """Whether a text is one of the marks for a missing value (`nan`, `NULL`, `<NA>`, …)."""
    return isinstance(value, str) and value.strip() in MARKS
