"""How a model trained on the corpus behaves: what must not matter, and what must."""

import pytest

from data.codebook import load_codebook
from data.examples import Example
from data.paths import ROOT
from data.quality.table import load_rows
from data.rows import labelled
from models.classifier import Fitting
from models.families.tfidf import Tfidf, TfidfConfig


@pytest.fixture(scope="module")
def probabilities():
    """Gives label to probability for each text, by a TF-IDF of words trained on all rows."""
    codebook = load_codebook("event")
    rows = [labelled(row) for row in load_rows([ROOT / "data/corpus/event.jsonl"], codebook)]
    model = Tfidf(TfidfConfig(family="tfidf", char_ngrams=0), codebook)
    model.fit(rows, [], Fitting(seed=13, score_dev=lambda proba: {}))
    return lambda *texts: [
        dict(zip(codebook.names, row, strict=True))
        for row in model.predict_proba([Example(text) for text in texts])
    ]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (
            "Some {number} teachers marched peacefully through {city} over unpaid wages, "
            "organisers said.",
            "peaceful_protest",
        ),
        ("Gunmen shot dead {number} villagers at a market near {city}, police said.", "attack"),
        (
            "Government troops and rebels clashed near {city}, killing {number} fighters on both "
            "sides.",
            "armed_clash",
        ),
        ("A roadside bomb killed {number} soldiers near {city}.", "remote_explosive_landmine_ied"),
        ("Police in {city} arrested {number} members of the outlawed group.", "arrests"),
        ("A strong earthquake killed {number} people in {city}.", "natural_disaster"),
        (
            "Warplanes bombed a rebel depot near {city}, killing {number} fighters.",
            "air_drone_strike",
        ),
    ],
)
def test_city_and_number_do_not_matter(probabilities, text, label):
    variants = [
        text.format(city=city, number=number)
        for city in ("Gao", "Mombasa", "Aleppo", "Quetta", "a town it never read of")
        for number in ("four", "12", "30")
    ]
    assert {max(found, key=found.get) for found in probabilities(*variants)} == {label}


@pytest.mark.parametrize(
    "text",
    [
        "Protesters {} outside the town hall in Gao.",
        "Demonstrators {} during a rally downtown.",
        "A crowd {} in front of the governor's office.",
    ],
)
def test_stones_make_a_protest_violent(probabilities, text):
    calm, violent = probabilities(
        text.format("peacefully held up banners"), text.format("threw stones at the police")
    )
    assert calm["peaceful_protest"] > 2 * violent["peaceful_protest"]
    assert violent["violent_demonstration"] > 2 * calm["violent_demonstration"]
    assert max(violent, key=violent.get) == "violent_demonstration"


def test_a_killing_is_an_attack_and_sowing_is_none(probabilities):
    killing, sowing = probabilities(
        "Gunmen attacked the village and killed six farmers.",
        "The farmers planted their fields after the rain.",
    )
    assert killing["attack"] > 4 * sowing["attack"]


def test_unarmed_victims_make_an_attack_and_soldiers_a_clash(probabilities):
    farmers, soldiers = probabilities(
        "Gunmen shot dead six unarmed farmers in the village.",
        "Gunmen traded fire with six soldiers in the village.",
    )
    assert max(farmers, key=farmers.get) == "attack"
    assert max(soldiers, key=soldiers.get) == "armed_clash"
    assert farmers["attack"] > 2 * soldiers["attack"]
