"""How groups are assigned to splits: by hash, by date, balanced by labels."""

from collections import Counter
from typing import get_args

import pytest

from data.splitting.assignment import (
    STRATEGIES,
    By,
    Group,
    balanced,
    by_date,
    by_hash,
    hashed,
    stratified,
)


def group(key, rows=1, latest=None, **labels):
    return Group(key, rows, Counter(labels or {"a": rows}), latest)


MANY = [group(hashed(str(number))) for number in range(400)]


def test_a_hash_is_sha256_in_hexadecimal():
    assert hashed("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_by_hash_other_groups_move_nobody():
    assigned = by_hash(MANY, 0.2, 0.1, seed=1)
    assert by_hash(MANY[100:], 0.2, 0.1, seed=1) == assigned[100:]
    assert by_hash(MANY[::-1], 0.2, 0.1, seed=1) == assigned[::-1]
    assert by_hash(MANY, 0.2, 0.1, seed=2) != assigned
    shares = Counter(assigned)
    assert shares["dev"] / 400 == pytest.approx(0.2, abs=0.05)
    assert shares["test"] / 400 == pytest.approx(0.1, abs=0.05)


def test_by_date_the_newest_are_test_whatever_their_order():
    groups = [group(str(day), latest=(2020, 1, day)) for day in (5, 1, 4, 2, 3)]
    assert by_date(groups, dev=0.2, test=0.2) == ["test", "train", "dev", "train", "train"]
    assert by_date(groups, dev=0, test=0.4) == ["test", "train", "test", "train", "train"]
    assert set(by_date(groups, dev=0, test=0)) == {"train"}


def test_by_date_a_large_group_goes_where_its_middle_falls():
    groups = [group("a", 1, (2020, 0, 0)), group("b", 9, (2021, 0, 0))]
    assert by_date(groups, dev=0.2, test=0.2) == ["train", "train"]
    assert by_date(groups, dev=0.2, test=0.5) == ["train", "test"]


def test_equal_dates_are_in_the_order_of_their_keys():
    groups = [group(key, latest=(2020, 1, 1)) for key in "dbca"]
    assert by_date(groups, dev=0.25, test=0.25) == ["test", "train", "dev", "train"]


def test_balanced_spreads_every_label():
    groups = [group(str(n), 2, a=2) for n in range(20)] + [group(f"b{n}", b=1) for n in range(10)]
    assigned = balanced(groups, dev=0.2, test=0.2, seed=0)
    assert Counter(assigned[:20]) == {"train": 12, "dev": 4, "test": 4}
    assert Counter(assigned[20:]) == {"train": 6, "dev": 2, "test": 2}


@pytest.mark.parametrize("seed", range(10))
def test_the_only_group_of_a_label_is_for_training(seed):
    groups = [group(str(n), a=1) for n in range(4)] + [group("x", rare=1)]
    assert balanced(groups, dev=0.4, test=0.4, seed=seed)[-1] == "train"


def test_stratified_takes_parts_of_any_number_and_those_that_are_fixed():
    groups = [group(hashed(str(n)), 3) for n in range(12)]
    assert Counter(stratified(groups, [0.25] * 4, seed=3)) == dict.fromkeys(range(4), 3)
    assert stratified(groups, [0.5, 0.5], 3, fixed={0: 1, 1: 1})[:2] == [1, 1]
    assert stratified(groups, [0.25] * 4, seed=3) != stratified(groups, [0.25] * 4, seed=4)
    assert stratified([], [0.5, 0.5], seed=0) == []


@pytest.mark.parametrize("by", STRATEGIES)
def test_every_strategy_gives_each_group_a_split_and_says_what_it_is_good_for(by):
    groups = [group(str(day), latest=(2020, 1, day + 1)) for day in range(20)]
    assigned = STRATEGIES[by].assign(groups, 0.2, 0.2, 3)
    assert len(assigned) == 20
    assert set(assigned) <= {"train", "dev", "test"}
    assert STRATEGIES[by].purpose and STRATEGIES[by].advice
    assert STRATEGIES[by].needs_dates == (by == "date")


def test_the_strategies_are_those_that_may_be_named():
    assert tuple(STRATEGIES) == get_args(By)
