"""The names of the splits, and what they are called elsewhere."""

from __future__ import annotations

from data.formats.missing import is_missing

SPLITS = ("train", "dev", "test")
ALSO = {
    "training": "train",
    "development": "dev",
    "val": "dev",
    "valid": "dev",
    "validation": "dev",
    "testing": "test",
}  # `eval` is dev to some and test to others
EXPECTED_SPLIT = f"expected train, dev or test; {', '.join(ALSO)} are read as these"


def has_split(value: object) -> bool:
    """Whether a field `split` says anything: None, nan and blanks do not."""
    return not is_missing(value)


def split_named(value: object) -> str | None:
    """The split that a row's field `split` means, whatever its case; None for no such name."""
    name = str(value).strip().casefold()
    return name if name in SPLITS else ALSO.get(name)
