import argparse

from eventstance.commands.evaluation import add_arguments


def test_models_may_be_named_together_or_one_by_one():
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    words = ["score", "--data", "f.jsonl", "--model"]
    together = parser.parse_args([*words, "a", "b"]).model
    assert together == ["a", "b"]
    assert parser.parse_args([*words, "a", "--model", "b"]).model == together
