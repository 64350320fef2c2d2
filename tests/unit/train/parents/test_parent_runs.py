"""Which runs stand under one parent, and how that is opened."""

from pathlib import Path

import pytest

from data.problems import InputError
from train.config import Plan
from train.parents.parent_runs import by_recipe, check_apart, opened


def test_runs_that_differ_in_the_seed_alone_stand_together(planned):
    runs = [planned(f"seed={seed} c={c}", seed=seed, c=c) for seed in (1, 2) for c in (1.0, 2.0)]
    assert [[one.varied for one in group] for group in by_recipe(runs)] == [
        ["seed=1 c=1.0", "seed=2 c=1.0"],
        ["seed=1 c=2.0", "seed=2 c=2.0"],
    ]
    other = planned("seed=3", digest="other rows", seed=3)
    assert len(by_recipe([planned("seed=1", seed=1), other])) == 2


def test_a_run_that_is_there_twice_is_refused(planned):
    runs = [
        (one.varied, one.config)
        for one in (planned("seed=1", seed=1), planned("seed=2", seed=2), planned("seed=1", seed=1))
    ]
    check_apart(Plan(Path("words.yaml"), runs[:2]))
    with pytest.raises(InputError, match=r"words\.yaml: seed=1: is the same run a second time"):
        check_apart(Plan(Path("words.yaml"), runs))


class Gone:
    """A store that does not answer."""

    def __getattr__(self, name):
        raise ConnectionError("no store")


def test_a_store_that_is_gone_keeps_nothing_from_being_trained(planned):
    said = []
    with opened(
        Gone(), "seeds", "words (1 seeds)", [planned("seed=1", seed=1)], None, True, said.append
    ) as parent:
        assert (parent.run_id, parent.reopened) == ("", False)
    assert "could not be opened" in said[0]
    with (
        pytest.raises(KeyboardInterrupt),
        opened(Gone(), "seeds", "words", [planned("seed=1")], None, False, said.append),
    ):
        raise KeyboardInterrupt
