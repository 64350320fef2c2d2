import pytest

from data.quality.wording import (
    closest_pair,
    commonest_opening,
    moving_type_token_ratio,
    type_token_ratio,
)


def test_commonest_opening_ignores_case_and_punctuation():
    texts = ["On the quay, men sang.", "On the Quay — a dog slept.", "Rain fell."]
    assert commonest_opening(texts) == ("on the quay", 2)
    assert commonest_opening([]) == ("", 0)


def test_closest_pair_is_the_jaccard_index_of_runs_of_five():
    first = "the ferry left the old harbour at noon today"  # 5 runs
    second = "the ferry left the old harbour at dusk today"  # shares 3 of 7
    texts = ["nothing like the rest of them here", first, second]
    assert closest_pair(texts, ["a", "b", "c"]) == (pytest.approx(3 / 7), 1, 2)


def test_closest_pair_passes_over_texts_of_one_article():
    same = "the ferry left the old harbour at noon"
    assert closest_pair([same, same], ["a", "a"]) == (0.0, -1, -1)
    assert closest_pair([same, same], ["a", "b"])[0] == 1.0


def test_closest_pair_compares_short_texts_whole():
    assert closest_pair(["Follow us.", "follow us", "Follow them."], ["a", "b", "c"]) == (1, 0, 1)


def test_type_token_ratio():
    assert type_token_ratio(["A cat and a dog."]) == pytest.approx(4 / 5)
    assert type_token_ratio([]) == 0.0


def test_moving_ratio_is_the_mean_over_all_windows():
    # windows of two: (a a) 1/2, (a b) 1, (b b) 1/2
    assert moving_type_token_ratio(["a a", "b b"], window=2) == pytest.approx(2 / 3)


def test_moving_ratio_of_few_words_is_the_plain_one():
    assert moving_type_token_ratio(["a a b"], window=3) == pytest.approx(2 / 3)
    assert moving_type_token_ratio([], window=3) == 0.0
