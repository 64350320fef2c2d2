"""The page of a parent of seeds."""

import dataclasses
import re

import pytest

from data.codebook import Codebook
from evaluation.comparing.seed_agreement import agreement
from evaluation.comparing.seed_summary import SeedSummary
from evaluation.figures.scores import label_metric
from evaluation.pages import seed_page
from evaluation.pages.seed_page import RunOfSeed, SeedPage

CODEBOOK = Codebook.model_validate(
    {
        "name": "small",
        "version": "1",
        "task": "event",
        "labels": [{"name": "clash"}, {"name": "siege"}, {"name": "speech"}],
    }
)
SEEDS = (4, 9, 11)
GOLD = ("clash", "siege", "speech", "clash", "siege")
SAID = (
    ("clash", "siege", "clash", "clash", "siege"),
    ("clash", "siege", "clash", "siege", "speech"),
    ("clash", "siege", "clash", "speech", "speech"),
)


def rows(said, sure=0.5):
    return [
        {
            "id": f"r{place}",
            "article_id": "a",
            "text": f"words of {place}",
            "gold": gold,
            "predicted": label,
            "probability": sure,
        }
        for place, (gold, label) in enumerate(zip(GOLD, said, strict=True))
    ]


@pytest.fixture
def divided():
    return agreement(SEEDS, [rows(said, 0.5 + place / 10) for place, said in enumerate(SAID)])


def seeds(of, **changes):
    figures = SeedSummary(
        SEEDS,
        {
            "dev/macro_f1": (0.61, 0.62, 0.66),
            "dev/ece": (0.04, 0.05, 0.06),
            "dev/type_accuracy": (0.8, 0.81, 0.82),
            "dev/f1/clash": (0.5, 0.5, 0.5),
            "dev/f1/siege": (0.2, 0.5, 0.8),
            "dev/new_figure": (0.1, 0.1, 0.1),
            "train_seconds": (100.0, 120.0, 1_234.5),
        },
        {"dev/macro_f1": (0.58, 0.68)},
        False,
    )
    return seed_page.page(
        dataclasses.replace(
            SeedPage(
                title="event: words",
                summary="a sentence",
                codebook=CODEBOOK,
                figures=figures,
                headline=["dev/macro_f1", "test/macro_f1"],
                select_by="dev/macro_f1",
                runs=[
                    RunOfSeed(11, "words seed=11", "run_c", 0.66),
                    RunOfSeed(9, "words seed=9", "run_b", 0.62),
                    RunOfSeed(4, "words seed=4", "run_a", 0.61),
                ],
                agreement={"dev": of},
                settings={"model.c": "4"},
                data_head=["part"],
                data=[["dev"]],
                pictures={"seeds.png": b"drawn"},
            ),
            **changes,
        )
    )


def test_page_of_seeds_has_each_seed_and_every_metric(divided):
    text = seeds(divided)
    assert "http" not in text
    assert (
        '<td>dev/macro_f1</td><td class=number>0.630 <span class="quiet small">[0.580, 0.680]'
        in text
    )
    for seed, value in zip(SEEDS, ("0.610", "0.620", "0.660"), strict=True):
        assert f"seed {seed}</th>" in text
        assert f"<td class=number>{value}</td>" in text
    groups = re.findall("<b>([^<]*)</b>", text)
    assert groups == ["averages", "types", "calibration", "training and cost"]
    assert text.index("new_figure") < text.index("<b>types")  # of no known kind, so an average
    assert "100 … 1,234" in text
    assert text.index("<td>siege") < text.index("<td>clash</td><td class=number>2")
    assert "Most by seed: siege." in text
    assert "run_c</code></td><td class=number>0.660</td><td>best" in text
    assert "run_a</code></td><td class=number>0.610</td><td>worst" in text


def test_page_of_seeds_lists_the_rows_that_divide_them(divided):
    text = seeds(divided)
    assert "<td>they are divided</td><td class=number>2</td><td class=number>40.0%</td>" in text
    assert text.index(">r3<") < text.index(">r4<")
    assert (
        '<span class="one">clash</span> <span class="quiet small">0.50, seed 4</span><br>'
        'siege <span class="quiet small">0.60, seed 9</span>'
    ) in text
    assert "words of 3<br>" in text
    assert "they are divided</td><td class=number>0<" in seeds(agreement(SEEDS, [rows(GOLD)] * 3))


def test_page_of_seeds_tells_of_failures_and_of_equal_seeds(divided):
    text = seeds(
        divided,
        runs=[
            RunOfSeed(4, "words seed=4", "run_a", 0.61),
            RunOfSeed(9, "words seed=9", "", None, "RuntimeError: broken"),
        ],
    )
    assert "1 of 2 seeds finished" in text
    assert "failed: RuntimeError: broken" in text
    assert ">best<" not in text
    assert "seeds finished" not in seeds(divided)
    assert seed_page.ALIKE not in text
    alike = SeedSummary((1, 2), {"dev/accuracy": (0.5, 0.5)}, {}, True)
    assert seed_page.ALIKE in seeds(divided, figures=alike)


def test_no_text_becomes_markup(hostile, content):
    label = hostile("label")
    said = [
        {
            "id": hostile("id"),
            "article_id": "a",
            "text": hostile("text"),
            "target": hostile("target"),
            "gold": label,
            "predicted": answer,
            "probability": 0.5,
        }
        for answer in (label, hostile("answer"))
    ]
    text = seeds(
        agreement((1, 2), [[row] for row in said]),
        title=hostile("title"),
        summary=hostile("summary"),
        codebook=Codebook.model_validate(
            CODEBOOK.model_dump() | {"labels": [{"name": label}, {"name": "siege"}]}
        ),
        figures=SeedSummary(
            (1, 2),
            {hostile("cost"): (1.0, 2.0), f"dev/{label_metric(label)}": (0.1, 0.3)},
            {},
            False,
        ),
        headline=[hostile("cost")],
        select_by=hostile("select"),
        runs=[
            RunOfSeed(1, hostile("run"), hostile("run_id"), 0.5),
            RunOfSeed(2, "words", "", None, hostile("error")),
        ],
        settings={hostile("key"): hostile("value")},
        data_head=[hostile("head")],
        data=[[hostile("cell")]],
        pictures={hostile("picture"): b"drawn"},
    )
    assert "<script" not in text
    read = content(text)
    texts = ["label", "id", "text", "target", "answer", "title", "summary", "cost", "select"]
    texts += ["run", "run_id", "error", "key", "value", "head", "cell"]
    assert [name for name in texts if hostile(name) not in read] == []
    assert hostile("picture") in read
