"""What is warned of in a split that came out otherwise than hoped for."""

from collections import Counter

import pytest

from data.splitting.assignment import Group
from data.splitting.split_warnings import AssignedRows, split_warnings


def assigned(splits, by="article", wanted=(0.6, 0.2, 0.2), groups=None, rows=None, labels=None):
    rows = rows or [
        {"id": str(at), "article_id": str(at), "text": f"Text {at}.", "date": "2020-01-01"}
        for at in range(len(splits))
    ]
    counts = {name: Counter() for name in ("train", "dev", "test")}
    for split, label in zip(splits, labels or ["a"] * len(splits), strict=True):
        counts[split][label] += 1
    return AssignedRows(
        rows,
        splits,
        counts,
        groups or [Group(str(at), 1, Counter(a=1)) for at in range(len(splits))],
        by,
        dict(zip(("train", "dev", "test"), wanted, strict=True)),
    )


AS_WANTED = ["train"] * 6 + ["dev"] * 2 + ["test"] * 2


def test_a_split_as_wanted_needs_no_word():
    assert list(split_warnings(assigned(AS_WANTED))) == []
    assert list(split_warnings(assigned([]))) == []


@pytest.mark.parametrize(
    ("by", "advice"),
    [
        ("article", "take another seed"),
        ("date", "take other fractions"),
        ("random", "add articles"),
    ],
)
def test_empty_and_far_from_wanted_comes_with_the_advice_of_its_way(by, advice):
    empty, far = split_warnings(assigned(["train"] * 8 + ["dev"] * 2, by))
    assert empty.startswith("test is empty: 10 groups are too few for 0.2; ")
    assert "train 80% for 60%, dev 20% for 20%, test 0% for 20%" in far
    assert advice in empty and advice in far


def test_a_split_that_nobody_asked_for_may_be_empty():
    splits = ["train"] * 8 + ["dev"] * 2
    assert list(split_warnings(assigned(splits, wanted=(0.8, 0.2, 0)))) == []


def test_labels_absent_from_dev_or_test_are_named():
    labels = ["a", "b", "c", "a", "b", "c", "a", "b", "a", "c"]
    assert list(split_warnings(assigned(AS_WANTED, labels=labels))) == [
        "dev has no row with c",
        "test has no row with b",
    ]


def test_one_group_of_most_rows_is_named():
    groups = [Group("a", 7, Counter(a=7)), Group("b", 3, Counter(a=3))]
    (warning,) = split_warnings(assigned(AS_WANTED, groups=groups))
    assert warning.startswith("one group holds 70% of all rows")
    alone = [Group("a", 10, Counter(a=10))]
    assert list(split_warnings(assigned(AS_WANTED, groups=alone))) == []


def test_dates_of_different_exactness_are_named_where_dates_decide():
    rows = [
        {
            "id": str(at),
            "article_id": str(at),
            "text": f"Text {at}.",
            "date": f"2020-01-{at + 1:02}",
        }
        for at in range(10)
    ]
    rows[4]["date"] = "2020-01"
    (warning,) = split_warnings(assigned(AS_WANTED, by="date", rows=rows))
    assert warning.startswith("1 of 10 dates are less exact than the others (id 4: 2020-01)")
    assert list(split_warnings(assigned(AS_WANTED, rows=rows))) == []


def test_texts_on_both_sides_say_why_they_kept_nothing_together():
    rows = [{"id": str(at), "article_id": str(at), "text": "He declined."} for at in range(10)]
    (warning,) = split_warnings(assigned(AS_WANTED, rows=rows))
    assert "also stands in train" in warning
    assert "texts under 8 words, or in more than 5 articles" in warning
