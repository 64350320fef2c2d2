"""Models on the same file: their figures, mean and deviation."""

import json

import pytest

from data.codebook import Codebook
from evaluation.comparing import scored_models

BOOK = Codebook.model_validate(
    {
        "name": "acts",
        "version": "1",
        "task": "event",
        "labels": [{"name": "raid"}, {"name": "talks"}],
    }
)
ROWS = [
    ("They raided.", "raid"),
    ("They shot.", "raid"),
    ("They met.", "talks"),
    ("They spoke.", "talks"),
]


@pytest.fixture
def scored(known_model, tmp_path, write_jsonl):
    """Scores of models that are right about so many of the four rows."""
    data = write_jsonl(
        tmp_path / "rows.jsonl",
        [
            {"id": str(place), "article_id": f"a{place}", "text": text, "label": label}
            for place, (text, label) in enumerate(ROWS)
        ],
    )

    def score(*right):
        folders = []
        for place, many in enumerate(right):
            sure = {
                text: [0.9, 0.1] if (label == "raid") == (at < many) else [0.1, 0.9]
                for at, (text, label) in enumerate(ROWS)
            }
            folders.append(known_model(tmp_path / f"m{place}", BOOK, sure))
        return scored_models.score_models(list(map(str, folders)), data)

    return score


def test_mean_and_sample_deviation_of_what_all_models_have(scored, tmp_path):
    found = scored(4, 2, 3)
    averages = scored_models.mean_and_deviation(found)
    assert {"macro_f1", "weighted_f1", "accuracy"} == set(averages)
    assert averages["accuracy"] == pytest.approx((0.75, 0.25))
    scored_models.write_scores(found, tmp_path / "out.json")
    kept = json.loads((tmp_path / "out.json").read_text())
    assert (kept["mean"]["accuracy"], kept["sd"]["accuracy"]) == (0.75, 0.25)
    assert [one["metrics"]["accuracy"] for one in kept["models"]] == [1.0, 0.5, 0.75]
    assert scored_models.mean_and_deviation(found[2:])["accuracy"] == (0.75, 0.0)
