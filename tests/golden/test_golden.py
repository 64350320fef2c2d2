"""Figures of a fixed run on frozen rows; refresh.py tells how to renew them."""

import importlib.util
import json
from pathlib import Path

import pytest


def test_tfidf_on_frozen_rows_scores_as_before():
    path = Path(__file__).with_name("refresh.py")
    spec = importlib.util.spec_from_file_location("golden_refresh", path)
    refresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(refresh)
    expected = json.loads(refresh.FIGURES.read_text(encoding="utf-8"))
    assert refresh.measure() == pytest.approx(expected, abs=1e-6)
