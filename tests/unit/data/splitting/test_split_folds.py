from collections import Counter

import pytest

from data.problems import InputError
from data.splitting.split import fold_rows

WORDS = ("river", "bridge", "harvest", "mill", "clinic", "tower", "market", "ferry", "quarry")


def rows(articles, per_article=4):
    return [
        {
            "id": f"{a}-{n}",
            "article_id": f"a{a}",
            "label": ("yes", "no")[n % 2],
            "text": f"Item {a} {WORDS[a % 9]} {n}: "
            + " ".join(f"{WORDS[(a * 7 + n * k) % 9]}{a}{k}" for k in range(9)),
        }
        for a in range(articles)
        for n in range(per_article)
    ]


def test_articles_stay_whole_and_folds_are_even():
    table = rows(30)
    folds = fold_rows(table, 5, seed=2)
    assert Counter(folds) == dict.fromkeys(range(5), 24)
    fold_of = {}
    for row, fold in zip(table, folds, strict=True):
        assert fold_of.setdefault(row["article_id"], fold) == fold
    assert fold_rows(table, 5, seed=2) == folds
    assert fold_rows(table, 5, seed=3) != folds


def test_labels_are_spread_evenly():
    table = rows(40)
    for row in table[:40]:
        row["label"] = "rare"  # ten articles
    counts = Counter(
        fold for row, fold in zip(table, fold_rows(table, 5), strict=True) if row["label"] == "rare"
    )
    assert counts == dict.fromkeys(range(5), 8)


def test_near_duplicates_share_a_fold():
    table = rows(12)
    table[0]["text"] = table[-1]["text"] = (
        "The ferry to the northern bank stopped running after the flood took both piers away."
    )
    folds = fold_rows(table, 6)
    assert folds[0] == folds[-1]


def test_too_few_articles_are_said():
    with pytest.raises(InputError, match=r"the 12 rows make 3 groups.*, or at most 3 folds"):
        fold_rows(rows(3), 5)
    with pytest.raises(InputError, match=r"make 1 groups.*rows of more articles \(field \w+\)$"):
        fold_rows(rows(1), 2)
    with pytest.raises(InputError, match="two or more"):
        fold_rows(rows(3), 1)
    assert fold_rows([], 5) == []
