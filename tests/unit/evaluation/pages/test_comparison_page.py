"""The page of models beside each other."""

import numpy as np
import pytest

from data.codebook import Codebook
from evaluation.comparing.candidates import Candidate, Candidates
from evaluation.comparing.compare import contrast
from evaluation.pages.comparison_page import page

NAMES = ("kill", "arrest", "fail")


def comparison(name=str, rows=60, target=None, seeds=1):
    """A good and a poor model, named by `name`, on rows of an article each."""
    rng = np.random.default_rng(5)
    labels = [name(label) for label in NAMES]
    gold = rng.integers(3, size=rows)
    good = np.where(rng.random(rows) < 0.9, gold, 2)
    poor = np.where(rng.random(rows) < 0.5, gold, 1)

    def kept(said):
        return [
            {
                "id": name(f"id{row}"),
                "article_id": f"a{row}",
                "text": name(f"text{row}"),
                "target": target,
                "gold": labels[gold[row]],
                "predicted": labels[said[row]],
                "probability": 0.75,
            }
            for row in range(rows)
        ]

    book = Codebook.model_validate(
        {"name": "acts", "version": "3", "task": "event", "labels": [{"name": n} for n in labels]}
    )
    models = tuple(
        Candidate(model, name(model), "", kept(said), tuple(kept(said) for _ in range(1, seeds)))
        for model, said in (("good", good), ("poor", poor))
    )
    return contrast(Candidates(book, {"path": name("path"), "mapped_to": name("mapped")}, models))


def test_no_text_becomes_markup(hostile, content):
    text = page(comparison(hostile, target=hostile("target")))
    assert "<script" not in text
    read = content(text)
    for name in ("good", "poor", "kill", "arrest", "fail", "path", "mapped", "target"):
        assert hostile(name) in read
    assert "&lt;/script&gt;" in text
    assert any(hostile(f"id{row}") in read and hostile(f"text{row}") in read for row in range(60))


def test_the_better_model_and_its_labels_are_marked():
    text = page(comparison())
    assert '<p class="verdict first">good is better than poor by 0.' in text
    assert '<td><span class="one">kill</span></td>' in text
    assert "<td class=number>&lt; 0.001</td>" in text
    assert "mean of" not in text
    assert "<th>target</th>" not in text


@pytest.mark.parametrize("target", ["", None])
def test_rows_without_a_target_have_no_column_for_it(target):
    assert "<th>target</th>" not in page(comparison(target=target))
    assert "<th>target</th>" in page(comparison(target="the Front"))


def test_models_of_several_seeds_say_so():
    text = page(comparison(seeds=2))
    assert text.count('<br><span class="quiet small">mean of 2 seeds</span>') == 2
    assert "of the seeds right</span>" in text
