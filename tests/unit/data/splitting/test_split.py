"""Splits: who stays together, how the ways deal, and what is refused."""

from collections import Counter

import pytest

from data.problems import InputError
from data.splitting.split import split_rows

WORDS = [
    "amber",
    "bridge",
    "copper",
    "dune",
    "ember",
    "ferry",
    "gravel",
    "harbour",
    "island",
    "jetty",
    "kiln",
    "lantern",
    "mill",
    "needle",
    "orchard",
    "pier",
    "quarry",
    "river",
    "silo",
    "tunnel",
    "umbra",
    "valley",
    "wharf",
    "yard",
    "zinc",
]


def row(article, number=0, label="a", **fields):
    text = " ".join(
        WORDS[(article * 7 + number * 3 + step * (1 + article % 5)) % len(WORDS)] + str(article)
        for step in range(10)
    )
    return {
        "id": f"{article}-{number}",
        "article_id": f"art{article}",
        "text": f"{text} {number}",
        "labels": [label],
        **fields,
    }


def rows_of(articles, per_article=3):
    return [
        row(article, number, "ab"[number % 2])
        for article in range(articles)
        for number in range(per_article)
    ]


@pytest.mark.parametrize("by", ["article", "random"])
def test_fractions_and_articles(by):
    rows = rows_of(300)
    result = split_rows(rows, by=by, dev=0.2, test=0.1, seed=3)
    share = Counter(result.splits)
    assert abs(share["dev"] / 900 - 0.2) < 0.06
    assert abs(share["test"] / 900 - 0.1) < 0.06
    together = {}
    for row, split in zip(rows, result.splits, strict=True):
        assert together.setdefault(row["article_id"], split) == split
    assert (result.groups, result.articles, result.largest_group) == (300, 300, 3)


@pytest.mark.parametrize("by", ["article", "random"])
def test_same_seed_same_split_another_seed_another(by):
    rows = rows_of(60)
    first = split_rows(rows, by=by, dev=0.2, test=0.2, seed=1).splits
    assert split_rows(rows, by=by, dev=0.2, test=0.2, seed=1).splits == first
    assert split_rows(rows, by=by, dev=0.2, test=0.2, seed=2).splits != first
    backwards = split_rows(rows[::-1], by=by, dev=0.2, test=0.2, seed=1).splits
    assert backwards[::-1] == first


@pytest.mark.parametrize("by", ["article", "date", "random"])
def test_near_duplicates_stay_together_in_every_way(by):
    rows = [row | {"date": f"20{10 + at % 10}-01-01"} for at, row in enumerate(rows_of(40, 1))]
    copies = [
        {
            **row,
            "id": f"copy{at}",
            "article_id": f"copy{at}",
            "text": row["text"] + " x",
            "date": "2024-01-01",
        }
        for at, row in enumerate(rows)
    ]
    result = split_rows(rows + copies, by=by, dev=0.2, test=0.2)
    assert result.splits[:40] == result.splits[40:]
    assert len(set(result.splits)) == 3
    assert result.near_duplicate_groups == result.groups == 40
    assert "40 groups joined by near-duplicates" in result.report()


def test_dates_run_from_train_to_test():
    rows = [row(number, date=f"{2000 + number}-05-01") for number in range(20)]
    result = split_rows(rows[::-1], by="date", dev=0.25, test=0.15)
    assert result.splits == ["test"] * 3 + ["dev"] * 5 + ["train"] * 12


def test_rows_without_a_date_are_refused():
    with pytest.raises(InputError, match="1 of 2 rows have no date"):
        split_rows([row(1, date="2020"), row(2, date="soon")], by="date", dev=0, test=0.5)


@pytest.mark.parametrize("by", ["article", "date", "random"])
@pytest.mark.parametrize(
    ("dev", "test", "splits"),
    [(0, 0, {"train"}), (0.3, 0, {"train", "dev"}), (0, 0.3, {"train", "test"})],
)
def test_nothing_goes_to_a_split_of_nothing(by, dev, test, splits):
    rows = [
        row | {"date": row["article_id"].replace("art", "20").ljust(4, "0")[:4]}
        for row in rows_of(60, 1)
    ]
    result = split_rows(rows, by=by, dev=dev, test=test, seed=4, allow_missing=True)
    assert set(result.splits) == splits


@pytest.mark.parametrize(("dev", "test"), [(0.5, 0.5), (-0.1, 0.2), (1, 0), (float("nan"), 0)])
def test_fractions_are_checked(dev, test):
    with pytest.raises(InputError, match="fractions"):
        split_rows(rows_of(3), by="article", dev=dev, test=test)


def test_dates_with_slashes_are_ordered_by_month():
    rows = [row(number, date=f"2024/{number:02}/20") for number in range(1, 13)]
    result = split_rows(rows[::-1], by="date", dev=0.25, test=0.25)
    assert result.splits == ["test"] * 3 + ["dev"] * 3 + ["train"] * 6


def test_dates_in_doubt_are_refused_with_their_rows():
    rows = [row(1, date="2024-10-20"), row(2, date="20.10.2024"), row(3), row(4, date=1729382400)]
    with pytest.raises(InputError) as refused:
        split_rows(rows, by="date", dev=0, test=0.5)
    message = str(refused.value)
    assert "3 of 4 rows have no date" in message
    assert "2-0 has '20.10.2024', 3-0 has none, 4-0 has '1729382400'" in message
    assert "expected YYYY-MM-DD" in message
    with pytest.raises(InputError, match=r"mine\.jsonl:2 has '20\.10\.2024'"):
        split_rows(
            rows, by="date", dev=0, test=0.5, places=[f"mine.jsonl:{line}" for line in range(1, 5)]
        )


def test_dates_of_different_exactness_are_warned_of():
    rows = [
        row(number, date="2024" if number == 3 else f"2024-01-{number + 1:02}")
        for number in range(20)
    ]
    assert any(
        "1 of 20 dates are less exact" in warning
        for warning in split_rows(rows, by="date", dev=0, test=0.3).warnings
    )
    same = [dated | {"date": f"{2000 + number}"} for number, dated in enumerate(rows)]
    assert not any(
        "exact" in warning for warning in split_rows(same, by="date", dev=0, test=0.3).warnings
    )


def test_article_zero_is_an_article():
    rows = [row(number) | {"article_id": number // 5} for number in range(20)]
    assert split_rows(rows, by="article", dev=0.2, test=0.2).articles == 4


@pytest.mark.parametrize("by", ["article", "date", "random"])
def test_texts_of_train_that_stand_in_dev_or_test_are_warned_of(by):
    rows = [
        {
            **row(number, at),
            "date": f"{2000 + number}",
            **({"text": "He declined to comment."} if at == 2 else {}),
        }
        for number in range(60)
        for at in range(3)
    ]
    result = split_rows(rows, by=by, dev=0.2, test=0.2)
    (overlap,) = [warning for warning in result.warnings if "also stands in train" in warning]
    assert "He declined to comment." in overlap
    assert result.splits.count("dev") // 3 == int(overlap.split()[0])


@pytest.mark.parametrize("by", ["article", "date", "random"])
def test_a_split_far_from_the_sizes_asked_for_is_warned_of(by):
    rows = [
        {**row(0 if number < 80 else number, number), "date": "2001-01-01"} for number in range(100)
    ]
    result = split_rows(rows, by=by, dev=0.2, test=0.2)
    assert any("far from the sizes asked for" in warning for warning in result.warnings)
    even = [{**row(number), "date": f"{2000 + number}"} for number in range(100)]
    assert split_rows(even, by="random", dev=0.2, test=0.2).warnings == ()


def test_an_unknown_way_is_refused():
    with pytest.raises(InputError, match="expected one of article, date, random"):
        split_rows(rows_of(3), by="week", dev=0.1, test=0.1)


def test_a_label_absent_from_train_is_an_error_unless_allowed():
    rows = [
        row(number, date=f"{2000 + number}", label="new" if number == 19 else "old")
        for number in range(20)
    ]
    with pytest.raises(InputError, match=r"new \(1 in test\)"):
        split_rows(rows, by="date", dev=0.1, test=0.1)
    result = split_rows(rows, by="date", dev=0.1, test=0.1, allow_missing=True)
    assert result.labels["test"]["new"] == 1


def test_a_label_absent_from_dev_is_a_warning():
    rows = [
        row(number, date=f"{2000 + number}", label="old" if number == 0 else "new")
        for number in range(20)
    ]
    result = split_rows(rows, by="date", dev=0.1, test=0.1)
    assert "warning: dev has no row with old" in result.report()


def test_random_balances_several_labels():
    rows = [
        {
            **row(number),
            "labels": ["often"] + ["rare"] * (number % 10 == 0) + ["some"] * (number % 3 == 0),
        }
        for number in range(200)
    ]
    result = split_rows(rows, by="random", dev=0.2, test=0.2)
    assert [result.labels[name]["rare"] for name in ("train", "dev", "test")] == [12, 4, 4]
    assert abs(result.labels["dev"]["some"] - 67 * 0.2) < 2


def test_random_keeps_the_only_group_of_a_label_in_train():
    for seed in range(20):
        rows = [row(number, label="only" if number == 7 else "other") for number in range(20)]
        result = split_rows(rows, by="random", dev=0.4, test=0.4, seed=seed)
        assert result.splits[7] == "train"


def test_empty_splits_are_warned_of():
    report = split_rows(rows_of(1), by="article", dev=0.01, test=0.01).report()
    assert "warning: dev is empty" in report
    assert "warning: test is empty" in report


def test_one_large_group_is_warned_of():
    rows = [*rows_of(2, 1), *(row(9, number) for number in range(8))]
    report = split_rows(rows, by="random", dev=0.1, test=0.1, allow_missing=True).report()
    assert "one group holds 80%" in report


def test_no_rows_are_an_empty_split():
    for by in ("article", "date", "random"):
        assert split_rows([], by=by, dev=0.1, test=0.1).splits == []


def test_shares_stand_in_columns_below_long_labels():
    rows = [row(number, label="l" * 40 if number % 2 else "s") for number in range(8)]
    report = split_rows(rows, by="random", dev=0.2, test=0.2, allow_missing=True).report()
    lines = [line for line in report.splitlines() if line.startswith(("share of", "  l", "  s"))]
    assert len({len(line) for line in lines}) == 1
