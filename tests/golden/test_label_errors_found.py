"""Labels of the corpus made wrong are found again; label_errors.py measures it on all of it."""

import importlib.util
from pathlib import Path

LABELS = {"armed_clash", "attack", "peaceful_protest", "natural_disaster", "arrests", "diplomacy"}


def test_labels_made_wrong_are_found():
    path = Path(__file__).with_name("label_errors.py")
    spec = importlib.util.spec_from_file_location("golden_label_errors", path)
    measured = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(measured)
    # The first round alone: rounds to come do not move the figures.
    rows = [row for row in measured.corpus(LABELS) if row["article_id"] < "a290"]
    figures = measured.measure(rows, seed=3, overrides=["model.char_ngrams=0"])
    # Measured with seeds 1 to 4: precision 0.74 to 0.83, recall 0.79 to 0.88, right label 0.85 to
    # 0.97. By chance the first two would be 0.05.
    assert figures["made_wrong"] == round(0.05 * len(rows)) > 40
    assert figures["precision_at_k"] > 0.7
    assert figures["recall"] > 0.75
    assert figures["right_label_suggested"] > 0.8
    assert figures["found"] < 2 * figures["made_wrong"]
