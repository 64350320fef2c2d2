"""Dates as rows have them."""

from __future__ import annotations

import re
from datetime import datetime

Day = tuple[int, int, int]

EXPECTED_DATE = "expected YYYY-MM-DD"
YEARS = range(1500, 2200)  # a number of four digits that stands alone may be another thing
_CLOCK = r"\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_FORMS = [
    re.compile(form)
    for form in (
        r"(\d{4})(?:-(\d{1,2}))?",
        rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}})(?:[T ]{_CLOCK})?{_ZONE}",
        rf"(\d{{4}})(\d{{2}})(\d{{2}})(?:[T ]?{_CLOCK})?{_ZONE}",
    )
]


def day_of(date: object) -> Day | None:
    """Year, month and day of a date that begins with its year, or None for anything else.

    `2014-08-03`, `2014/8/3`, `2014.08.03`, `20140803`, each also with a time behind it, and
    `2014-08` and `2014`; what a date leaves open counts as its beginning (0). None for a day that
    no calendar has, and for `03.08.2014`, `08/03/2014`, `3 Aug 2014` and numbers of days or
    seconds, in which nobody can be sure of the day.
    """
    text = "" if date is None or isinstance(date, bool | float) else str(date).strip()
    for form in _FORMS:
        if match := form.fullmatch(text):
            parts = [part for part in match.groups() if part is None or part.isdigit()]
            year, month, day = (int(part or 0) for part in (*parts, 0, 0)[:3])
            return (year, month, day) if _exists(year, month, day) else None
    return None


def _exists(year: int, month: int, day: int) -> bool:
    if (not month and year not in YEARS) or (day and not month):
        return False
    try:
        datetime(year, month or 1, day or 1)
    except ValueError:
        return False
    return True
