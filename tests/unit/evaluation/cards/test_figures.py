"""The figures of a card as rows of text."""

from evaluation.cards.figures import by_label, confusions, headline, seeds, worst_slices


def test_averages_stand_first_and_macro_f1_before_all(facts):
    known = facts()
    parts, rows = headline(known)
    assert parts == ["dev", "test"]
    assert rows == [["macro_f1", "0.500 [0.400, 0.600]", "0.450"], ["ece", "0.050", "–"]]


def test_labels_are_scored_on_test_rows(facts):
    part, rows = by_label(facts())
    assert part == "test"
    clash, siege, speech = rows
    assert clash[:3] == ["clash", "0.333", "0.500"]
    assert clash[3].startswith("0.400 [")
    assert clash[4:] == ["2", "1150"]
    assert siege[:3] == ["siege", "0.000", "0.000"]
    assert speech == ["speech", "–", "–", "–", "0", "0"]  # neither occurs nor is said


def test_labels_taken_for_one_another_are_counted_by_direction(facts):
    assert confusions(facts(), "test") == [["siege", "clash", "2"], ["clash", "siege", "1"]]
    assert confusions(facts(book={"labels_per_row": "several"}), "test") == []


def test_the_worst_slices_come_with_their_distance_to_the_rest(facts):
    assert worst_slices(facts()) == (
        "test",
        "accuracy",
        [["genre=wire", "30", "6", "0.400 [0.300, 0.500]", "0.200 of 0.800", "0.004"]],
    )


def test_what_a_run_did_not_keep_gives_no_rows(facts):
    bare = facts(files={})
    assert by_label(bare) == ("", [])
    assert confusions(bare, "") == []
    assert worst_slices(bare)[::2] == ("", [])
    assert seeds(bare) == []


def test_a_label_called_like_the_end_of_an_interval_is_no_average(facts, monkeypatch):
    known = facts()
    monkeypatch.setitem(known.run.data.metrics, "dev/f1/risk_low", 0.5)
    assert [row[0] for row in headline(known)[1]] == ["macro_f1", "ece"]
