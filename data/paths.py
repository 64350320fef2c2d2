"""Files that a user names, and files that come with the project."""

from __future__ import annotations

from pathlib import Path

from data.formats.hub import fetched, is_hub

ROOT = Path(__file__).resolve().parent.parent


def find(path: str | Path) -> Path:
    """Returns `path` as it stands if it exists, else the project's own file of that name.

    So `data/corpus/event.jsonl` in a configuration works from any folder. A path found in
    neither place comes back unchanged. Of a data set of the hub (`hub:OWNER/NAME`) the folder that
    it is saved in, fetched if need be.

    Raises:
        InputError: a data set of the hub that cannot be fetched.
    """
    if is_hub(path):
        return fetched(str(path))
    path = Path(path).expanduser()
    if not path.exists() and not path.is_absolute() and (ROOT / path).exists():
        return ROOT / path
    return path
