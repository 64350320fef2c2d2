"""The page of a run."""

import base64
import re
from types import SimpleNamespace

import numpy as np

from data.codebook import Codebook
from evaluation.chance.intervals import intervals
from evaluation.figures.metrics import score
from evaluation.pages.run_page import MOST_MISTAKES, RunPage, page
from evaluation.plots.report_plots import REPORT_PLOTS
from evaluation.report import misclassified
from evaluation.slices.columns import groups
from evaluation.slices.scores import slices
from evaluation.slices.types import type_scores

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
    texts = [{"id": f"r{row}", "article_id": "a", "text": f"words of {row}"} for row in range(rows)]
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
                "title": "event: words",
                "summary": "a sentence",
                "codebook": CODEBOOK,
                "parts": [part()],
                "facts": {"training": "3 s"},
                "settings": {"model.c": "4"},
                "data_head": ["part"],
                "data": [["dev"]],
                **changes,
            }
        )
    )


def test_no_text_becomes_markup(hostile, content):
    label, kind = hostile("label"), hostile("kind")
    codebook = Codebook.model_validate(
        {
            "name": "small",
            "version": "1",
            "task": "event",
            "parents": [{"name": kind}],
            "labels": [{"name": label, "parent": kind}, {"name": "siege", "parent": kind}],
        }
    )
    gold = [(codebook.names[row % 2],) for row in range(80)]
    values = np.tile([0.3, 0.7], (80, 1))
    values[::3] = [0.9, 0.1]
    articles = [f"a{row // 4}" for row in range(80)]
    rows = [
        {
            "id": hostile("id"),
            "article_id": article,
            "text": hostile("text"),
            "target": hostile("target"),
            "genre": "wire" if row % 2 else hostile("genre"),
        }
        for row, article in enumerate(articles)
    ]
    text = made(
        title=hostile("title"),
        summary=hostile("summary"),
        codebook=codebook,
        parts=[
            part(
                name=hostile("part"),
                metrics={hostile("metric"): 0.5},
                scores=score(codebook, gold, values),
                spread=intervals(codebook, gold, values, articles),
                types=type_scores(codebook, gold, values, articles),
                slices=slices(codebook, gold, values, articles, groups(rows, articles)),
                calibrated=hostile("calibrated"),
                mistakes=misclassified(rows, gold, values, codebook),
                pictures={hostile("picture"): b"drawn"},
            )
        ],
        facts={hostile("fact"): "1"},
        settings={"model.c": hostile("value")},
        data_head=[hostile("head")],
        data=[[hostile("cell")]],
        epochs=[{hostile("epoch"): 1.0}],
    )
    assert "<script" not in text
    read = content(text)
    texts = ["label", "kind", "id", "text", "target", "genre", "title", "summary", "part", "metric"]
    texts += ["calibrated", "picture", "fact", "value", "head", "cell", "epoch"]
    assert [name for name in texts if hostile(name) not in read] == []


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


def test_no_more_mistakes_are_listed_than_can_be_read():
    text = made(parts=[part(rows=60)])
    assert text.count("words of ") == MOST_MISTAKES


def test_pictures_stand_in_their_sections_and_unknown_ones_below_them():
    files = [plot.file for plot in REPORT_PLOTS if plot.section] + ["own.png"]
    text = made(parts=[part(pictures={file: file.encode() for file in files})])
    names = re.findall(r'<h3>(\w+)|alt="([^"]*)"', text)
    assert [heading or f"[{picture}]" for heading, picture in names] == [
        "Labels",
        "[precision recall]",
        "Mistaken",
        "[confusion matrix]",
        "Calibration",
        "[reliability]",
        "Slices",
        "[slices]",
        "[own]",
        "The",
    ]
