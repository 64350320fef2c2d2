import base64
from types import SimpleNamespace

import numpy as np

from data.codebook import Codebook
from evaluation.chance.intervals import intervals
from evaluation.figures.metrics import score
from evaluation.pages.run_page import MOST_MISTAKES, RunPage, page
from evaluation.report import misclassified
from evaluation.slices.types import type_scores

BAD = "<script>alert('&')</script>"
CODEBOOK = Codebook.model_validate(
    {
        "name": "mixed",
        "version": "1",
        "task": "event",
        "parents": [{"name": "war"}],
        "labels": [
            {"name": "clash", "parent": "war"},
            {"name": "siege", "parent": "war"},
            {"name": "speech"},
        ],
    }
)


def part(rows=30, **changes):
    gold = [(CODEBOOK.names[row % 3],) for row in range(rows)]
    values = np.tile([0.7, 0.2, 0.1], (rows, 1))
    scores = score(CODEBOOK, gold, values)
    spread = intervals(CODEBOOK, gold, values, [f"a{row // 5}" for row in range(rows)])
    texts = [{"id": f"<i>{row}", "article_id": "a", "text": f"{BAD} {row}"} for row in range(rows)]
    return SimpleNamespace(  # the attributes of an Evaluation that the page reads
        **{
            "name": "dev",
            "metrics": scores.flat() | spread.flat() | {"ece": 0.0123},
            "scores": scores,
            "spread": spread,
            "types": None,
            "abstention": None,
            "slices": None,
            "calibrated": "temperature 2",
            "mistakes": misclassified(texts, gold, values, CODEBOOK),
            "pictures": {
                "precision_recall.png": b"first",
                "own.png": b"last",
                "per_label_f1.png": b"in the table",
            },
            **changes,
        }
    )


def made(**changes):
    return page(
        RunPage(
            **{
                "title": f"run {BAD}",
                "summary": BAD,
                "codebook": CODEBOOK,
                "parts": [part()],
                "facts": {BAD: BAD},
                "settings": {"model.c": BAD},
                "data_head": ["part"],
                "data": [[BAD]],
                **changes,
            }
        )
    )


def test_no_text_becomes_markup():
    text = made()
    assert "<script" not in text
    assert "<i>" not in text
    assert text.count("&lt;script&gt;") > MOST_MISTAKES


def test_figures_stand_with_their_intervals_and_meanings():
    values = part().metrics
    text = made()
    assert (
        f'{values["macro_f1"]:.3f} <span class="quiet small">'
        f"[{values['macro_f1_low']:.3f}, {values['macro_f1_high']:.3f}]"
    ) in text
    assert "0.012" in text
    assert "share of rows whose labels are all right" in text
    assert "macro_f1_low" not in text


def test_pairs_are_counted_and_told_from_mistakes_across_types():
    gold = [(CODEBOOK.names[row % 3],) for row in range(30)]
    values = np.tile([0.7, 0.2, 0.1], (30, 1))
    types = type_scores(CODEBOOK, gold, values, [f"a{row // 5}" for row in range(30)])
    text = made(parts=[part(types=types)])
    cells = "<td>clash</td><td class=number>10</td><td class=number>100%</td>"
    assert f"siege</td>{cells}<td>the same</td>" in text
    assert f"speech</td>{cells}<td>another</td>" in text
    assert "33.3% of the rows have a wrong label of the right type, 33.3% one of another" in text


def test_pictures_are_inside_the_page_those_without_a_section_as_well():
    text = made(pictures={"lengths.png": b"long"})
    places = [
        text.index(base64.b64encode(content).decode()) for content in (b"first", b"last", b"long")
    ]
    assert places == sorted(places)
    assert base64.b64encode(b"in the table").decode() not in text
    assert "http" not in text


def test_a_run_without_epochs_mistakes_or_types_says_so():
    text = made(parts=[part(mistakes=[])])
    assert "there are no epochs" in text
    assert "<h3>Types" not in text
    assert "<td class=number>0.512</td>" in made(epochs=[{"epoch": 1.0, "train_loss": 0.512}])
