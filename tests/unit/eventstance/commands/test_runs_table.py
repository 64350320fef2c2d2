from types import SimpleNamespace

from data.problems import Problem
from eventstance.commands.runs_table import best_runs, links, promoted, runs_table
from train.run import Done
from train.schedule import Outcome

ID = "0123456789abcdef" * 2


def outcome(name, value=None, select="dev/macro_f1", seeds=0, run_id=ID):
    config = SimpleNamespace(task="event", select_by=select, register_model=True)
    if value is None:
        return Outcome(name, config, None, "the disk is full")
    return Outcome(
        name,
        config,
        Done(
            run_id,
            name,
            {
                select: value,
                f"{select}_sd": 0.01,
                f"{select}_low": 0.7,
                f"{select}_high": 0.8,
                "train_seconds": 3.2,
                "model_megabytes": 1.25,
            },
        ),
        seeds=seeds,
    )


def test_rows_say_by_which_metric_and_end_in_whole_ids():
    table = runs_table(
        [
            outcome("words", 0.75),
            outcome("shares", 0.9, "dev/accuracy"),
            outcome("broken"),
            outcome("words (3 seeds)", 0.75, seeds=3),
        ]
    )
    assert table.rows[0] == ["event", "words", "macro_f1", "0.750", "–", "3", "–", "1.2", ID]
    assert table.rows[1][2:4] == ["accuracy", "0.900"]
    assert table.rows[2][1:4] == ["broken", "macro_f1", "failed"]
    assert table.rows[3][3].startswith("0.750 ± 0.010 [0.700, 0.800]")
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_best_is_chosen_among_what_can_be_compared():
    tags = {
        "a" * 32: {"codebook": "event", "dev_digest": "d1"},
        "b" * 32: {"codebook": "event", "dev_digest": "d1"},
        "c" * 32: {"codebook": "event", "dev_digest": "d2"},
        "d" * 32: {"codebook": "mine", "dev_digest": "d1"},
        "e" * 32: {"codebook": "event", "dev_digest": "d1"},
    }
    client = SimpleNamespace(
        get_run=lambda run_id: SimpleNamespace(data=SimpleNamespace(tags=tags[run_id]))
    )
    runs = [
        outcome("a", 0.5, run_id="a" * 32),
        outcome("b", 0.6, run_id="b" * 32),
        outcome("c", 0.9, run_id="c" * 32),
        outcome("d", 0.1, run_id="d" * 32),
        outcome("e", 0.8, "dev/accuracy", run_id="e" * 32),
        outcome("broken"),
        outcome("parent", 1.0, seeds=2),
    ]
    assert best_runs(client, runs) == [name * 32 for name in "bcde"]


def test_a_store_that_is_gone_after_training_takes_nothing_away(monkeypatch):
    from models.registry import promotion
    from models.store.errors import StoreError

    def gone(*_, **__):
        raise StoreError(Problem("event/1", "is champion now, but that could not be written"))

    client = SimpleNamespace(get_run=gone)
    runs = [outcome("a", 0.5, run_id="a" * 32), outcome("b", 0.6, run_id="b" * 32)]
    assert best_runs(client, runs) == ["b" * 32]
    assert links(client, ["b" * 32]) == []
    monkeypatch.setattr(promotion, "promote", gone)
    assert promoted(["b" * 32], None) == (
        ["event/1: is champion now, but that could not be written"],
        False,
    )
