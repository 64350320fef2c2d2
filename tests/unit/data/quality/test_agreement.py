"""Agreement against figures calculated by hand in the literature."""

import pytest

from data.quality.agreement import (
    bootstrap_interval,
    cohen_kappa,
    count_matrix,
    krippendorff_alpha,
    measure,
)


def units(*observers):
    """Units from one string for each observer; a dot is a missing value."""
    return {
        str(at): {str(who): value for who, value in enumerate(column) if value != "."}
        for at, column in enumerate(zip(*observers, strict=True))
    }


# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": examples A, B and C.
BINARY = units("0100000010", "1110010000")
NOMINAL = units("aabbdcccedda", "babbbccceddd")
MISSING = units("123321412...", "1233224125.3", ".33323422" + "51.", "12332441251.")


@pytest.mark.parametrize(("data", "alpha"), [(BINARY, 0.095), (NOMINAL, 0.692), (MISSING, 0.743)])
def test_alpha_of_the_textbook(data, alpha):
    assert krippendorff_alpha(count_matrix(list(data.values()))) == pytest.approx(alpha, abs=5e-4)


def test_units_of_one_value_do_not_enter():
    more = dict(MISSING) | {"x": {"0": "9"}, "y": {}}
    counts = count_matrix(list(more.values()))
    assert krippendorff_alpha(counts) == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize("data", [{}, units("aaaa", "aaaa"), units("ab..", "..ab")])
def test_alpha_is_not_defined_without_variation_or_pairs(data):
    counts = count_matrix(list(data.values()))
    assert krippendorff_alpha(counts) is None
    assert bootstrap_interval(counts) is None


def test_full_agreement_is_one():
    counts = count_matrix(list(units("abcab", "abcab").values()))
    assert krippendorff_alpha(counts) == 1
    assert bootstrap_interval(counts) == (1, 1)


def test_the_interval_holds_alpha_and_narrows_with_units():
    few = count_matrix(list(MISSING.values()))
    many = count_matrix(list(MISSING.values()) * 25)
    low, high = bootstrap_interval(few)
    narrow_low, narrow_high = bootstrap_interval(many)
    assert low < 0.743 < high
    assert narrow_low < krippendorff_alpha(many) < narrow_high
    assert narrow_high - narrow_low < (high - low) / 2
    assert bootstrap_interval(few, seed=1) != bootstrap_interval(few, seed=0)


def test_kappa():
    # 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: p_o 0.70, p_e 0.50.
    both = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(both) == pytest.approx(0.4)
    assert cohen_kappa([("y", "y")] * 3) is None
    assert cohen_kappa([]) is None
    assert cohen_kappa([("y", "n"), ("n", "y")]) == -1


def test_measure_puts_it_together():
    result = measure(NOMINAL)
    assert (result.units, result.pairable, result.annotators) == (12, 12, ["0", "1"])
    assert result.agreement == pytest.approx(9 / 12)
    assert result.pairs[0].units == 12
    assert {(first, second): count for first, second, count in result.confused} == {
        ("a", "b"): 1,
        ("b", "d"): 1,
        ("a", "d"): 1,
    }
    assert "0.692" in str(result)
    assert result.as_json()["confused"][0][2] == 1


def test_annotators_that_share_nothing_are_no_pair():
    result = measure({"1": {"a": "x", "b": "y"}, "2": {"c": "x"}})
    assert [pair.annotators for pair in result.pairs] == [("a", "b")]
    assert result.pairable == 1
    assert "not defined" in str(measure({}))
