"""What holds for every split, whatever the rows."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from data.problems import InputError
from data.splitting.near_duplicates import MIN_WORDS, link_articles, similarity
from data.splitting.split import split_rows
from data.text.words import words_of

WORD = st.sampled_from([f"w{number}" for number in range(12)])
TEXT = st.lists(WORD, min_size=1, max_size=14).map(" ".join)
ROW = st.fixed_dictionaries(
    {
        "article_id": st.sampled_from([f"a{number}" for number in range(12)]),
        "text": TEXT,
        "labels": st.lists(st.sampled_from("xyz"), max_size=3, unique=True),
        "date": st.dates().map(str),
    }
)
ROWS = st.lists(ROW, max_size=40)
WAY = st.sampled_from(["article", "date", "random"])
FRACTION = st.sampled_from([0, 0.1, 0.3, 0.45])


@given(rows=ROWS, by=WAY, dev=FRACTION, test=FRACTION, seed=st.integers(0, 5))
def test_no_group_is_ever_split(rows, by, dev, test, seed):
    result = split_rows(rows, by=by, dev=dev, test=test, seed=seed, allow_missing=True)
    linked = link_articles([row["text"] for row in rows], [row["article_id"] for row in rows])
    splits = defaultdict(set)
    for row, split in zip(rows, result.splits, strict=True):
        splits[linked.groups[row["article_id"]]].add(split)
    assert all(len(names) == 1 for names in splits.values())
    assert result.groups == len(splits)
    allowed = {"train"} | ({"dev"} if dev else set()) | ({"test"} if test else set())
    assert set(result.splits) <= allowed


@given(rows=ROWS, by=WAY)
def test_texts_that_are_equal_are_in_one_split_unless_passed_over(rows, by):
    result = split_rows(rows, by=by, dev=0.3, test=0.3, allow_missing=True)
    articles = defaultdict(set)
    splits = defaultdict(set)
    for row, split in zip(rows, result.splits, strict=True):
        words = words_of(row["text"])
        articles[words].add(row["article_id"])
        splits[words].add(split)
    for words, names in splits.items():
        if len(words) >= MIN_WORDS and len(articles[words]) <= 5:
            assert len(names) == 1


@given(rows=ROWS, more=ROWS, seed=st.integers(0, 5))
def test_by_article_others_do_not_move_it(rows, more, seed):
    """Articles with words of their own are added: nobody who was there moves."""
    other = [
        {**row, "article_id": f"new-{row['article_id']}", "text": row["text"].replace("w", "v")}
        for row in more
    ]
    before = split_rows(rows, by="article", dev=0.3, test=0.3, seed=seed, allow_missing=True)
    after = split_rows(other + rows, by="article", dev=0.3, test=0.3, seed=seed, allow_missing=True)
    assert after.splits[len(other) :] == before.splits


@given(rows=st.lists(ROW, min_size=1, max_size=40), by=WAY)
def test_train_has_every_label_or_it_is_refused(rows, by):
    try:
        result = split_rows(rows, by=by, dev=0.3, test=0.3)
    except InputError:
        return
    assert set(result.labels["dev"]) | set(result.labels["test"]) <= set(result.labels["train"])


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 1000),
    by=st.sampled_from(["article", "random"]),
    dev=st.floats(0.1, 0.3),
    test=st.floats(0.1, 0.3),
)
def test_many_groups_come_near_the_fractions(seed, by, dev, test):
    rows = [
        {
            "article_id": f"{seed}-{number}",
            "text": f"text{number} of its own",
            "labels": ["xyz"[number % 3]],
        }
        for number in range(600)
    ]
    splits = split_rows(rows, by=by, dev=dev, test=test, seed=seed).splits
    slack = 0.01 if by == "random" else 0.1  # 5 standard deviations of 600 draws
    assert abs(splits.count("dev") / 600 - dev) < slack
    assert abs(splits.count("test") / 600 - test) < slack


@given(rows=ROWS)
def test_by_date_no_train_group_is_newer_than_a_test_group(rows):
    result = split_rows(rows, by="date", dev=0.2, test=0.3, allow_missing=True)
    linked = link_articles([row["text"] for row in rows], [row["article_id"] for row in rows])
    latest = defaultdict(str)
    split_of = {}
    for row, split in zip(rows, result.splits, strict=True):
        group = linked.groups[row["article_id"]]
        latest[group] = max(latest[group], row["date"])
        split_of[group] = split
    order = ["train", "dev", "test"]
    ranks = [
        order.index(split_of[group])
        for group in sorted(latest, key=lambda g: (latest[g], order.index(split_of[g])))
    ]
    assert ranks == sorted(ranks)


@given(one=st.lists(WORD).map(tuple), other=st.lists(WORD).map(tuple))
def test_similarity_is_symmetric_and_one_only_for_itself(one, other):
    index = similarity(one, other)
    assert index == similarity(other, one)
    assert 0 <= index <= 1
    assert similarity(one, one) == 1
