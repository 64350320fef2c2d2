"""Articles in, labelled sentences out: `from predict import Labeler`, or `eventstance predict`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from predict.labeler import Labeler

__all__ = ["Labeler"]


def __getattr__(name: str) -> object:
    if name == "Labeler":
        from predict.labeler import Labeler

        return Labeler
    raise AttributeError(f"module 'predict' has no attribute '{name}'")
