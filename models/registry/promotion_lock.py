"""One promotion at a time: a claim on the registered model, kept where everybody can see it."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

CLAIM = "promoting/"  # tags of the registered model; the value is when and who
STALE = timedelta(minutes=3)  # a claim this old was left by a process that was killed
WAIT = 15.0  # seconds


class ClaimedError(Exception):
    """Somebody else holds the claim; the message says since when."""


@contextmanager
def claimed(client: MlflowClient, name: str, who: str, wait: float = WAIT) -> Iterator[None]:
    """Holds the only claim on a registered model while the block runs.

    A store has no compare-and-set, so each process writes a claim of its own and then looks for
    others: of two at once, at least one sees the other's, withdraws, and tries again.

    Raises:
        ClaimedError: others held theirs for `wait` seconds.
    """
    key, deadline = f"{CLAIM}{uuid.uuid4().hex}", time.monotonic() + wait
    while True:
        client.set_registered_model_tag(name, key, f"{_now().isoformat()} {who}")
        try:
            claims = _other_claims(client, name, key)
            if not claims:
                yield
                return
        finally:
            # One that stays is stale in three minutes; a promotion that is done must not seem
            # to have failed.
            with suppress(Exception):
                client.delete_registered_model_tag(name, key)
        if time.monotonic() > deadline:
            raise ClaimedError(f"another promotion of {name} is under way since {claims[0]}")
        time.sleep(random.uniform(0.1, 0.5))  # or two would meet again and again


def _other_claims(client: MlflowClient, name: str, key: str) -> list[str]:
    """The claims of others that are not stale."""
    tags = client.get_registered_model(name).tags
    return [
        value
        for tag, value in tags.items()
        if tag.startswith(CLAIM)
        and tag != key
        and _now() - datetime.fromisoformat(value.split(" ")[0]) < STALE
    ]


def _now() -> datetime:
    return datetime.now(UTC)
