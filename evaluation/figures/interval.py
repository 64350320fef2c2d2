"""Intervals: how they are named among metrics, and how they stand in text."""

from __future__ import annotations

from collections.abc import Mapping

Interval = tuple[float, float]


def bounds(name: str) -> bool:
    """Whether a metric is the end of another's interval."""
    return name.endswith(("_low", "_high"))


def interval_of(metrics: Mapping[str, float], name: str) -> Interval | None:
    """Returns the interval of a metric as `_low` and `_high` say it; None where they do not."""
    low, high = metrics.get(f"{name}_low"), metrics.get(f"{name}_high")
    return None if low is None or high is None else (low, high)


def shown(value: float, pair: Interval | None, digits: int = 3) -> str:
    """Returns a figure with its interval as text: `0.771 [0.748, 0.793]`."""
    text = f"{value:.{digits}f}"
    return text if pair is None else f"{text} [{pair[0]:.{digits}f}, {pair[1]:.{digits}f}]"


def metric_text(metrics: Mapping[str, float], name: str) -> str:
    """Returns a metric with its interval as text, or a dash where there is no such metric."""
    return shown(metrics[name], interval_of(metrics, name)) if name in metrics else "–"


def bracketed(pair: Interval | None) -> str:
    """Returns an interval as text behind a figure of four digits; nothing without one."""
    return "" if pair is None else f"  [{pair[0]:.4f}, {pair[1]:.4f}]"
