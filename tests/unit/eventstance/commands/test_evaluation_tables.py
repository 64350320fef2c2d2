from types import SimpleNamespace

from eventstance.commands.evaluation_tables import averages_lines, labels_table, pairs_table


def label(name, occurs=True):
    return SimpleNamespace(
        label=name, precision=0.5, recall=0.25, f1=1 / 3, support=4, predicted=2, occurs=occurs
    )


def result(spread=None):
    """A result with one label that occurs and one that does not."""
    return SimpleNamespace(
        model={"name": "event", "version": "3"},
        data={"path": "rows.jsonl", "rows": 4},
        codebook=SimpleNamespace(name="small", version="1"),
        mapped_to=None,
        spread=spread,
        types=None,
        trained=None,
        trust=dict,
        scores=SimpleNamespace(
            labels=[label("aid"), label("clash", occurs=False)],
            averages=lambda: {"macro_f1": 1 / 3, "unseen_target_rows": 4.0},
        ),
    )


def test_a_label_has_its_figures_or_dashes_where_it_does_not_occur():
    table = labels_table(result())
    assert table.title == "event 3 on rows.jsonl (4 rows), codebook small 1"
    assert table.rows == [
        ["aid", "0.500", "0.250", "0.333", "4", "2"],
        ["clash", "-", "-", "-", "4", "2"],
    ]


def test_averages_have_their_intervals_and_say_of_what():
    lines = averages_lines(result())
    assert [line.split() for line in lines] == [["macro_f1", "0.3333"], ["unseen_target_rows", "4"]]
    intervals = SimpleNamespace(
        averages={"macro_f1": (0.25, 0.5)}, labels={}, articles=3, resamples=1000
    )
    lines = averages_lines(result(intervals))
    assert lines[0].split() == ["macro_f1", "0.3333", "[0.2500,", "0.5000]"]
    assert lines[-1] == "[95 % intervals: 3 articles resampled 1000 times]"


def test_two_models_have_their_difference_and_who_won():
    pair = SimpleNamespace(
        first="a",
        second="b",
        difference=0.1,
        low=0.05,
        high=0.15,
        p=0.01,
        p_holm=0.02,
        wins=3,
        losses=1,
        only_first=[1, 2],
        only_second=[],
    )
    table = pairs_table(SimpleNamespace(metric="accuracy", pairs=[pair]))
    assert table.title == "first minus second, accuracy"
    (row,) = table.rows
    assert row[:3] == ["a", "b", "0.100 [0.050, 0.150]"]
    assert row[5:] == ["3:1", "2:0"]
