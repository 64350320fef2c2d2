"""What a run would read, without files: for tests of what is told of it."""

from types import SimpleNamespace

import pytest


@pytest.fixture(scope="session")
def run_data():
    """Stands for the rows of a run: two dev rows, dealt by article; `digest` tells them apart."""

    def make(digest="rows"):
        part = SimpleNamespace(name="dev", rows=[1, 2], digest="d", examples=[])
        return SimpleNamespace(
            digest=digest,
            identity=f"{digest} labels",
            parts=(part,),
            dev=part,
            split=SimpleNamespace(way="article", summary="by article", warnings=()),
            codebook=SimpleNamespace(digest="labels", name="event", version="1", multilabel=False),
        )

    return make
