"""Several models on the same file."""

import json
from types import SimpleNamespace

import pytest

from evaluation import several


def scored(macro, unseen=None):
    averages = {"macro_f1": macro, "accuracy": macro / 2, "unseen_target_rows": 7.0}
    if unseen is not None:
        averages["macro_f1_unseen_targets"] = unseen
    return SimpleNamespace(
        scores=SimpleNamespace(averages=lambda: averages), as_json=lambda: averages,
        model={"name": f"m{macro}", "version": ""}, trained=None,
        data={"path": "f.jsonl", "rows": 3})


def test_mean_and_sample_deviation_of_what_all_models_have(tmp_path):
    found = [scored(0.5, 0.1), scored(0.7, 0.2), scored(0.6)]
    averages = several.averages_of(found)
    assert set(averages) == {"macro_f1", "accuracy"}
    assert averages["macro_f1"] == pytest.approx((0.6, 0.1))
    several.write_several(found, tmp_path / "out.json")
    kept = json.loads((tmp_path / "out.json").read_text())
    assert kept["mean"]["accuracy"] == pytest.approx(0.3) and len(kept["models"]) == 3
    assert several.averages_of([scored(0.5)])["macro_f1"] == (0.5, 0.0)


def test_a_parent_of_seeds_stands_for_its_runs(monkeypatch):
    monkeypatch.setattr("models.resolve.run_of", lambda ref: "" if ref == "folder" else ref)
    monkeypatch.setattr(several, "seeds_of", lambda ref, run: SimpleNamespace(
        children=("one", "two")) if ref == "parent" else None)
    assert several.expanded(["folder", "parent", "run"]) == [
        "folder", "runs:/one", "runs:/two", "run"]


def test_models_may_be_named_together_or_one_by_one():
    from evaluation.__main__ import _parser

    words = ["score", "--data", "f.jsonl", "--model"]
    together = _parser().parse_args([*words, "a", "b"]).model
    assert together == ["a", "b"]
    assert _parser().parse_args([*words, "a", "--model", "b"]).model == together
