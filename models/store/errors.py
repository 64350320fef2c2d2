"""What is wrong with the store itself, so that nothing can be said of what it holds."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from data.problems import InputError, Problem

WHERE = "MLFLOW_TRACKING_URI"


class StoreError(InputError):
    """The store cannot be read or written."""


class NoStoreError(StoreError):
    """There is no store at the address: nothing was trained there yet."""

    def __init__(self, address: str) -> None:
        super().__init__(
            Problem(
                address,
                "there is no store here yet",
                "training makes one (eventstance train configs/event/tfidf.yaml --promote); "
                f"or go to the folder of yours, or name it in {WHERE}",
            )
        )


def without_password(uri: str, user: bool = True) -> str:
    """Returns an address as messages may show it: `***` in place of a password.

    Args:
        uri: the address.
        user: keep the user's name, and the `***`.
    """
    try:
        parts = urlsplit(uri)
        if not parts.password:
            return uri
    except ValueError:
        return uri
    at = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:***@{at}" if user else at))
