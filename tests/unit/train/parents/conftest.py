"""Runs to be, as a plan has them."""

import pytest

from train.config import validated
from train.parents.parent_runs import Planned


@pytest.fixture(scope="session")
def planned(run_data):
    """Makes a run of `words.yaml`: `digest` of its rows, `keys` of its configuration."""

    def make(varied, digest="rows", c=4.0, **keys):
        config = validated(
            {
                "task": "event",
                "codebook": "event",
                "data": {"path": "rows.jsonl"},
                "model": {"family": "tfidf", "c": c},
                **keys,
            },
            "words.yaml",
        )
        return Planned(varied, config, run_data(digest))

    return make
