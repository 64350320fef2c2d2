import json
import re

import numpy as np
import pytest

from data.codebook import Codebook
from data.problems import InputError
from evaluation.chance.significance import p_text
from evaluation.comparing.candidates import Candidate, Candidates, _apart
from evaluation.comparing.compare import compare, contrast, write_json
from evaluation.pages.comparison_page import MOST_ROWS, page, verdict, write_html

BOOK = Codebook.model_validate(
    {
        "name": "acts",
        "version": "3",
        "task": "event",
        "labels": [{"name": "kill"}, {"name": "arrest"}, {"name": "fail"}],
    }
)


def candidates(*sides, gold, articles=None):
    """Candidates m0, m1, … that predict the labels of `sides`; an article a row by default."""

    def rows(side):
        return [
            {
                "id": f"r{j}",
                "article_id": articles[j] if articles else f"a{j}",
                "text": f"Report <{j}> & more.",
                "gold": label,
                "predicted": said,
                "probability": 0.75,
            }
            for j, (label, said) in enumerate(zip(gold, side, strict=True))
        ]

    return Candidates(
        BOOK,
        {"split": "dev"},
        tuple(Candidate(f"ref{j}", f"m{j}", "", rows(side)) for j, side in enumerate(sides)),
    )


@pytest.fixture(scope="module")
def three():
    """A good model, the same again, and a poor one, on 120 rows."""
    rng = np.random.default_rng(4)
    gold = np.array(BOOK.names)[rng.integers(3, size=120)]
    good = np.where(rng.random(120) < 0.9, gold, "fail")
    poor = np.where(rng.random(120) < 0.6, gold, "arrest")
    return contrast(candidates(good, good, poor, gold=gold))


def test_a_model_against_itself(three):
    pair = three.pairs[0]
    assert (pair.difference, pair.low, pair.high, pair.ahead, pair.p, pair.p_holm) == (
        0,
        0,
        0,
        0.5,
        1,
        1,
    )
    assert (pair.wins, pair.losses, pair.only_first, pair.only_second) == (0, 0, [], [])
    assert pair.better == ""
    assert verdict(pair, "macro_f1") == "m0 and m1 have the same macro_f1."


def test_a_clearly_better_model(three):
    pair = three.pairs[1]
    assert (pair.first, pair.second, pair.better) == ("m0", "m2", "m0")
    assert pair.difference == pytest.approx(three.scores[0].macro_f1 - three.scores[2].macro_f1)
    assert 0 < pair.low < pair.difference < pair.high
    assert pair.p < pair.p_holm < 0.05
    assert pair.p_holm == pytest.approx(3 * pair.p)
    assert pair.wins == 3
    assert len(pair.only_first) - len(pair.only_second) == round(
        120 * (three.scores[0].accuracy - three.scores[2].accuracy)
    )
    assert verdict(pair, "macro_f1").startswith("m0 is better than m2 by 0.")


def test_rows_that_changed_sides():
    made = contrast(
        candidates(
            ["kill", "kill", "fail"], ["kill", "arrest", "kill"], gold=["kill", "kill", "kill"]
        ),
        "accuracy",
    )
    (pair,) = made.pairs
    assert pair.difference == 0
    assert pair.only_first == [
        {
            "id": "r1",
            "article_id": "a1",
            "text": "Report <1> & more.",
            "gold": "kill",
            "first": "kill",
            "first_probability": 0.75,
            "second": "arrest",
            "second_probability": 0.75,
        }
    ]
    assert [row["id"] for row in pair.only_second] == ["r2"]
    assert verdict(pair, "accuracy") == "m0 and m1 have the same accuracy."


def test_a_difference_that_can_be_luck_is_called_so():
    gold = ["kill"] * 10
    made = contrast(candidates(["kill"] * 10, ["kill"] * 9 + ["fail"], gold=gold), "accuracy")
    (pair,) = made.pairs
    assert pair.p == 1.0  # of the two ways to swap one article, both part them as far
    assert verdict(pair, "accuracy") == "m0 and m1 differ by 0.100 accuracy; this can be luck."


def test_what_cannot_be_compared():
    sides = candidates(["kill"] * 2, ["fail"] * 2, gold=["kill"] * 2)
    with pytest.raises(InputError, match="did you mean 'macro_f1'"):
        contrast(sides, "makro_f1")
    one = candidates(["kill"] * 2, ["fail"] * 2, gold=["kill"] * 2, articles=["a", "a"])
    with pytest.raises(InputError, match="of a single article"):
        contrast(one)
    with pytest.raises(InputError, match="expected two or more"):
        compare(["event/1"])
    with pytest.raises(InputError, match="--map: needs rows"):
        compare(["event/1", "event/2"], mapped_to="acled")


def test_page_needs_nothing_beside_itself(three, tmp_path):
    write_html(three, tmp_path / "deep" / "page.html")
    text = (tmp_path / "deep" / "page.html").read_text()
    assert not re.search(r"<script|<link|@import|https?:|url\(|src=", text)
    assert "Report &lt;" in text
    assert "Report <" not in text
    assert text.count("<h2>") == 4  # three pairs and the method
    assert verdict(three.pairs[1], "macro_f1") in text
    assert "120 rows of 120 articles" in text
    for tag in ("table", "details", "svg", "span", "div", "tr", "td"):
        assert len(re.findall(rf"<{tag}[ >]", text)) == text.count(f"</{tag}>"), tag


def test_page_lists_so_many_rows_and_says_so():
    many = MOST_ROWS + 40
    made = contrast(candidates(["kill"] * many, ["fail"] * many, gold=["kill"] * many), "accuracy")
    text = page(made)
    assert f"{many} rows (the first {MOST_ROWS} of them are listed)" in text
    assert text.count("Report &lt;") == MOST_ROWS


def test_json_has_everything(three, tmp_path):
    write_json(three, tmp_path / "out.json")
    kept = json.loads((tmp_path / "out.json").read_text())
    assert [model["name"] for model in kept["models"]] == ["m0", "m1", "m2"]
    assert set(kept["models"][0]["intervals"]["metrics"]) == {"macro_f1", "weighted_f1", "accuracy"}
    assert [(pair["first"], pair["second"], pair["better"]) for pair in kept["pairs"]] == [
        ("m0", "m1", ""),
        ("m0", "m2", "m0"),
        ("m1", "m2", "m1"),
    ]
    assert len(kept["pairs"][1]["only_first"]) == len(three.pairs[1].only_first)
    label = kept["pairs"][1]["labels"][0]
    assert label["label"] == "kill"
    assert label["difference"] == pytest.approx(label["first"] - label["second"])
    assert len(three.digest) == 8


def test_small_things():
    assert (p_text(0.0004), p_text(0.0449)) == ("< 0.001", "0.045")
    assert _apart(["a", "b", "a"]) == ["a", "b", "a (2)"]
