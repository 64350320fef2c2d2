"""JSON as people write it: NaN is no value, a key given twice is a fault, halves of emoji too."""

from __future__ import annotations

import json
import math
from typing import Any

from data.formats.lines import has_half_character


class _TwiceError(ValueError):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        duplicate = next(name for name in names if names.count(name) > 1)
        raise _TwiceError(f"names '{duplicate}' twice")
    return content


DECODER = json.JSONDecoder(object_pairs_hook=_object)


def faults_in(text: str, value: Any) -> str | None:
    """What a JSON value holds that no row may, in words; None if nothing.

    Args:
        text: the JSON that `value` was read from.
        value: what was read.
    """
    if "Infinity" in text and _any(
        value, lambda part: isinstance(part, float) and math.isinf(part)
    ):
        return "holds Infinity, which is no JSON value"
    if ("\\u" in text or not text.isascii()) and _any(
        value, lambda part: isinstance(part, str) and has_half_character(part)
    ):
        return "holds half of a character (a cut emoji, say)"
    return None


def _any(value: Any, wanted: Any) -> bool:
    if isinstance(value, dict):
        return any(wanted(key) or _any(inner, wanted) for key, inner in value.items())
    if isinstance(value, list):
        return any(_any(inner, wanted) for inner in value)
    return bool(wanted(value))


def without_nan(value: Any) -> Any:
    """The value without NaN: left out of objects, null in lists and elsewhere."""
    if isinstance(value, dict):
        return {key: without_nan(inner) for key, inner in value.items() if not _is_nan(inner)}
    if isinstance(value, (list, tuple)):
        return [without_nan(inner) for inner in value]
    return None if _is_nan(value) else value


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)
