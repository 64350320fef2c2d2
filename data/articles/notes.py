"""What the user should know though no record is set aside for it."""

from __future__ import annotations

from collections import Counter


class Notes:
    """Kinds of observation, how often each was made, and its first example."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def add(self, kind: str, example: str) -> None:
        """Notes one more of a kind."""
        self._counts[kind] += 1
        self._examples.setdefault(kind, example)

    def lines(self) -> list[str]:
        """Returns a line for each kind, in the order of their first; none where all is well."""
        return [
            f"{kind}: {count:,}, such as {self._examples[kind]}"
            if count > 1
            else f"{kind}: {self._examples[kind]}"
            for kind, count in self._counts.items()
        ]
