"""Codebooks of files whose labels are looked at."""

import json

import pytest


@pytest.fixture
def book(tmp_path):
    """Writes a codebook of these labels; returns its path."""

    def write(several=False, task="event", names=("aid", "clash", "protest", "strike")):
        path = tmp_path / "book.yaml"
        path.write_text(
            json.dumps(
                {
                    "name": "small",
                    "version": "1",
                    "task": task,
                    "labels_per_row": "several" if several else "single",
                    "labels": [{"name": name, "definition": f"<{name}> & more."} for name in names],
                }
            )
        )
        return str(path)

    return write
