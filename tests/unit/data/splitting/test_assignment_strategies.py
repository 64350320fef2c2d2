"""A strategy is an entry of one table: configurations, the command and `split_rows` follow it."""

from collections import Counter
from typing import get_args

import pytest

from data.splitting.assignment import STRATEGIES, By, Group
from data.splitting.split import split_rows
from train.data_config import SplitConfig


def test_the_type_names_what_the_table_has():
    assert get_args(By) == tuple(STRATEGIES)


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_assigns_every_group_and_may_be_configured(name):
    groups = [
        Group(f"{number:02}", 2, Counter({"aid": 1, "clash": 1}), (2024, 1, number + 1))
        for number in range(20)
    ]
    splits = STRATEGIES[name].assign(groups, 0.25, 0.25, 1)
    assert len(splits) == len(groups)
    assert set(splits) == {"train", "dev", "test"}
    assert SplitConfig.model_validate({"by": name}).by == name


def test_a_new_entry_is_all_that_split_rows_needs(monkeypatch):
    class Reverse:
        needs_dates, advice = False, "none"

        @staticmethod
        def assign(groups, dev, test, seed):
            return ["dev", *["train"] * (len(groups) - 1)]

    monkeypatch.setitem(STRATEGIES, "reverse", Reverse)
    rows = [
        {"id": name, "article_id": name, "text": f"{name} sent flour.", "label": "aid"}
        for name in ("Arlow", "Besk", "Corin", "Dunmar", "Elvast")
    ]
    result = split_rows(rows, by="reverse", dev=0.2, test=0)
    assert Counter(result.splits) == {"train": 4, "dev": 1}
