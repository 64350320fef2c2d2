from evaluation.figures.interval import bounds, bracketed, interval_of, metric_text, shown


def test_bounds_are_told_by_their_ending():
    assert bounds("dev/macro_f1_low")
    assert bounds("ece_high")
    assert not bounds("lower_f1")


def test_an_interval_needs_both_of_its_ends():
    metrics = {"f1": 0.5, "f1_low": 0.4, "f1_high": 0.6, "ece_low": 0.1}
    assert interval_of(metrics, "f1") == (0.4, 0.6)
    assert interval_of(metrics, "ece") is None
    assert interval_of({}, "f1") is None


def test_figures_stand_with_their_intervals():
    assert shown(0.7714, (0.7483, 0.7931)) == "0.771 [0.748, 0.793]"
    assert shown(0.7714, None) == "0.771"
    assert shown(0.7714, (0.7, 0.8), digits=2) == "0.77 [0.70, 0.80]"
    assert bracketed((0.7, 0.8)) == "  [0.7000, 0.8000]"
    assert bracketed(None) == ""


def test_a_metric_stands_with_its_interval_and_a_missing_one_is_a_dash():
    assert metric_text({"f1": 0.5, "f1_low": 0.4, "f1_high": 0.6}, "f1") == "0.500 [0.400, 0.600]"
    assert metric_text({"f1": 0.5}, "f1") == "0.500"
    assert metric_text({}, "f1") == "–"
