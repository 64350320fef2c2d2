import time
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from data.codebook import Codebook, load_codebook
from evaluation.figures.metrics import score
from evaluation.plots.slices import forest
from evaluation.slices.columns import groups
from evaluation.slices.report import slices_lines, slices_text, worst_tag
from evaluation.slices.scores import Slice, Slices, slices

STANCE = Codebook.model_validate(
    {
        "name": "stance",
        "version": "1",
        "task": "stance",
        "labels": [{"name": "against"}, {"name": "neutral"}, {"name": "favor"}],
    }
)
ACTS = Codebook.model_validate(
    {
        "name": "acts",
        "version": "1",
        "task": "event",
        "labels_per_row": "several",
        "labels": [{"name": "kill"}, {"name": "arrest"}],
    }
)
COLUMNS = np.eye(3)


def halves(count=200, articles=40, right=(0.9, 0.4), seed=0):
    """Rows of which the second half is right less often; gold labels and predictions by chance."""
    rng = np.random.default_rng(seed)
    gold = rng.integers(3, size=count)
    wrong = rng.random(count) > np.repeat(right, count // 2)
    found = np.where(wrong, (gold + 1 + rng.integers(2, size=count)) % 3, gold)
    places = {"half": {"first": list(range(count // 2)), "second": list(range(count // 2, count))}}
    return (
        [(STANCE.names[j],) for j in gold],
        COLUMNS[found],
        [f"a{j}" for j in rng.integers(articles, size=count)],
        places,
    )


def test_figures_by_hand():
    """Four rows of the slice, one wrong: against 2/3, favor 4/5; the two others are wrong."""
    gold = [(name,) for name in ("against", "against", "favor", "favor", "neutral", "favor")]
    found = COLUMNS[[0, 2, 2, 2, 0, 0]]
    made = slices(STANCE, gold, found, list("abcaba"), {"genre": {"wire": [0, 1, 2, 3]}})
    (one,) = made.entries
    assert (one.name, one.rows, one.articles) == ("genre=wire", 4, 3)
    assert one.macro_f1 == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert (one.accuracy, one.rest, one.difference) == (0.75, 0, 0.75)
    assert (one.low, one.high) == (None, None)  # three articles are too few to resample
    assert one.p is None  # and the rest has two


def test_each_slice_has_the_figures_of_its_rows_alone():
    gold, found, articles, places = halves()
    for one in slices(STANCE, gold, found, articles, places).entries:
        rows = places["half"][one.value]
        alone = score(STANCE, [gold[row] for row in rows], found[rows])
        assert one.macro_f1 == pytest.approx(alone.macro_f1)
        assert one.accuracy == pytest.approx(alone.accuracy)
        assert one.low < one.macro_f1 < one.high
        assert one.articles == len({articles[row] for row in rows})


def test_difference_agrees_with_the_textbook_where_each_row_is_an_article():
    gold, found, _, places = halves(count=400)
    first, second = slices(STANCE, gold, found, [str(row) for row in range(400)], places).entries
    error = np.sqrt(sum(one.accuracy * (1 - one.accuracy) / 200 for one in (first, second)))
    assert first.difference == pytest.approx(first.accuracy - second.accuracy)
    margin = stats.t.ppf(0.975, 199) * error
    assert first.difference_high - first.difference == pytest.approx(margin, rel=0.08)
    assert (first.difference_low, first.difference_high) == pytest.approx(
        (-second.difference_high, -second.difference_low)
    )
    assert first.p == second.p < 1e-6


def test_worst_slices_are_the_clear_ones_first():
    gold, found, _, places = halves()
    rng = np.random.default_rng(1)
    those = [
        row
        for row in range(100, 200)
        if (found[row] != COLUMNS[STANCE.columns[gold[row][0]]]).any()
    ][:3]
    few = {"few": {"bad": those, "chance": list(map(int, rng.permutation(200)[:60]))}}
    made = slices(STANCE, gold, found, [f"b{row % 50}" for row in range(200)], places | few)
    names = [one.name for one in made.worst()]
    assert names[0] == "half=second"  # of three wrong rows nobody can tell
    assert "half=first" not in names
    assert made.metrics() == {
        "worst_slice_macro_f1": made.entries[1].macro_f1,
        "worst_slice_accuracy": made.entries[1].accuracy,
    }
    assert worst_tag(made)["worst_slice"].startswith("half=second: accuracy -0.")
    assert len(made.worst(1)) == 1


def test_more_slices_make_each_less_clear():
    gold, found, articles, places = halves(right=(0.75, 0.55))
    alone = slices(STANCE, gold, found, articles, {"half": {"second": places["half"]["second"]}})
    many = {f"column {j}": places["half"] for j in range(10)}
    among = slices(STANCE, gold, found, articles, many)
    assert alone.entries[0].p < 0.05 < among.entries[1].p
    assert among.tested == 20
    assert among.entries[1].p == pytest.approx(20 * alone.entries[0].p)  # Holm, the smallest of 20


def test_chance_seldom_makes_a_slice_of_few_articles_differ():
    """Right and wrong by article: 5 of 40 articles are a slice, and no model is worse there."""
    gold, places, seen = [("favor",)] * 400, {}, 0
    rng = np.random.default_rng(5)
    found = COLUMNS[np.where(rng.random(400) < np.repeat(rng.beta(4, 2, size=40), 10), 2, 0)]
    articles = [f"a{row // 10}" for row in range(400)]
    for trial in range(200):
        of = rng.permutation(40)[:5]
        places[str(trial)] = [int(row) for one in of for row in range(one * 10, one * 10 + 10)]
    for one in slices(STANCE, gold, found, articles, {"chance": places}, resamples=300).entries:
        seen += one.difference_low > 0 or one.difference_high < 0
    assert seen <= 0.08 * 200  # percentiles: 12 to 20 %


def test_a_slice_without_errors_is_not_certain_to_be_better():
    gold = [("favor",)] * 200
    found = COLUMNS[[2 if row < 20 or row % 10 else 0 for row in range(200)]]
    (one,) = slices(
        STANCE, gold, found, [str(row) for row in range(200)], {"c": {"v": list(range(20))}}
    ).entries
    assert one.accuracy == 1
    assert one.difference_low < 0 < one.difference  # 0.9 to the 20th is 0.12


def test_rows_of_several_labels_are_ranked_by_example_f1():
    gold = [("kill", "arrest"), ("kill",), (), ("arrest",)] * 5
    found = np.array([[1, 0], [1, 0], [0, 0], [1, 0]] * 5, dtype=float)
    made = slices(
        ACTS,
        gold,
        found,
        [str(row) for row in range(20)],
        {"c": {"v": [row for row in range(20) if row % 4 < 2]}},
    )
    assert made.figure == "example_f1"
    assert made.entries[0].rest == pytest.approx(0.5)  # two empty sets agree: 1, and 0
    assert made.entries[0].difference == pytest.approx((2 / 3 + 1) / 2 - 0.5)
    assert made.entries[0].accuracy == 0.5


def test_no_groups_no_slices():
    gold, found, articles, _ = halves()
    made = slices(STANCE, gold, found, articles, {})
    assert (made.entries, made.worst(), made.metrics(), made.as_json()) == ((), [], {}, [])
    assert worst_tag(made) == {}
    assert "none: no column has" in slices_text(made)
    assert "no column has" in slices_lines(made)[0]
    assert forest(made).axes == []


def test_report_and_plot_have_every_slice():
    gold, found, articles, places = halves()
    made = slices(STANCE, gold, found, articles, places)
    text = slices_text(made)
    second = made.entries[1]
    assert f"half=second   100  {second.articles:>8}  {second.macro_f1:.3f} [" in text
    assert "2 slices looked at; 1 clearly below the rest (*)" in text
    assert [line.split()[0] for line in text.splitlines()[-3:]] == ["half", "first", "second"]
    axes = forest(made).axes
    assert [label.get_text() for label in axes[0].get_yticklabels()] == [
        "worst",
        "half=second  (100)",
        "half",
        "first  (100)",
        "second  (100)",
    ]


def test_a_plot_of_many_slices_draws_those_of_most_articles():
    gold, found, articles, places = halves()
    half = places["half"]["first"]
    many = {"c": {f"v{j}": half[: 20 + j % 80] for j in range(100)}}
    figure = forest(slices(STANCE, gold, found, articles, many, resamples=20))
    assert "30 of fewest articles not drawn" in figure.get_suptitle()


def test_all_slices_of_1500_rows_take_less_than_2_seconds():
    codebook = load_codebook("event")
    rng = np.random.default_rng(0)
    gold = [(codebook.names[j],) for j in rng.integers(len(codebook.names), size=1_500)]
    rows = [
        {
            "text": "The bridge is shut.",
            "date": f"{2000 + j % 20}",
            "hard": ["irony"][j % 2 :],
            **{
                name: f"v{j * 7 % n}"
                for name, n in (("genre", 10), ("source", 30), ("country", 60), ("region", 5))
            },
        }
        for j in range(1_500)
    ]
    articles = [str(row) for row in range(1_500)]
    started = time.process_time()
    found = slices(
        codebook, gold, rng.random((1_500, len(codebook.names))), articles, groups(rows, articles)
    )
    assert time.process_time() - started < 2
    assert isinstance(found, Slices)
    assert found.tested > 60


def test_an_interval_needs_both_of_its_ends():
    row = Slice("genre", "wire", 30, 6, 0.4, 0.3, 0.5, 0.6, 0.8, -0.2, -0.3, -0.1)
    assert (row.interval, row.difference_interval) == ((0.3, 0.5), (-0.3, -0.1))
    bare = replace(row, low=None, high=None, difference_low=None, difference_high=None)
    assert (bare.interval, bare.difference_interval) == (None, None)
