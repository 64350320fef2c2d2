"""What the corpus must hold: its labels, genres, flags, years and countries, and every bound."""

from __future__ import annotations

NO_EVENT = "no_event"
CONFUSABLE = frozenset(
    (
        "armed_clash",
        "government_regains_territory",
        "non_state_actor_overtakes_territory",
        "peaceful_protest",
        "protest_with_intervention",
        "excessive_force_against_protesters",
        "violent_demonstration",
        "mob_violence",
        "shelling_artillery_missile_attack",
        "remote_explosive_landmine_ied",
        "suicide_bomb",
        "grenade",
        "attack",
        "abduction_forced_disappearance",
        "agreement",
        "arrests",
        "change_to_group_activity",
        "disrupted_weapons_use",
        "displacement",
        "diplomacy",
        "attribution",
    )
)
GENRES = (
    "analysis",
    "wire",
    "local",
    "situation_report",
    "incident_note",
    "statement",
    "opinion",
    "court_police",
    "protest_coverage",
    "diplomacy",
)
FLAGS = (
    "war_words",
    "past_background",
    "planned",
    "denied",
    "hypothetical",
    "threatened",
    "two_events",
    "neighbour",
    "quoted_view",
    "harm_without_blame",
    "irony",
    "doer_or_victim",
    "loaded_name",
    "contrast",
    "pronoun",
    "description",
    "page_noise",
)
YEARS = range(2005, 2026)

# What a figure must be at least, and at most. A name's part after ":" is not looked up.
BOUNDS: dict[str, tuple[float | None, float | None]] = {
    "articles": (240, None),
    "labelled sentences": (5_000, None),
    "share of no_event": (0.35, 0.50),
    "sentences of a label": (70, None),
    "sentences of a confusable label": (100, None),
    "articles of a label": (25, None),
    "stance pairs": (5_000, None),
    "distinct targets": (150, None),
    "share of stance": (0.25, None),
    "sentences with two targets or more": (0.30, None),
    "of them with different stances": (1 / 3, None),
    "articles of genre": (0.08, None),
    "articles in spelling": (0.30, None),
    "articles of a year, fewest": (3, None),
    "articles of a continent": (5, None),
    "countries of no known continent": (None, 0),
    "words of the shortest sentence": (4, None),
    "words of the longest sentence": (None, 70),
    "sentences with flag": (30, None),
    "commonest opening of three words": (None, 0.005),
    "5-gram Jaccard of the closest pair": (None, 0.5),
    "moving type-token ratio, 1,000 words": (0.45, None),
    "labelled a second time, event": (0.20, None),
    "labelled a second time, stance": (0.20, None),
    "second labels of no row, event": (None, 0),
    "second labels of no row, stance": (None, 0),
    "Krippendorff's alpha, event": (0.80, None),
    "Krippendorff's alpha, stance": (0.70, None),
}

_COUNTRIES = {
    "Africa": "Algeria, Benin, Burkina Faso, Burundi, Cameroon, Central African Republic, Chad, "
    "DR Congo, Egypt, Ethiopia, Ghana, Guinea, Ivory Coast, Kenya, Libya, Mali, "
    "Mozambique, Niger, Nigeria, Somalia, South Africa, South Sudan, Sudan, "
    "Tunisia, Uganda, Zambia",
    "Asia": "Afghanistan, Armenia, Azerbaijan, Bangladesh, Georgia, Hong Kong, India, Indonesia, "
    "Iran, Iraq, Israel, Kyrgyzstan, Lebanon, Myanmar, Nepal, Pakistan, "
    "Palestinian territories, Philippines, South Korea, Sri Lanka, Syria, Tajikistan, "
    "Thailand, Turkey, United Arab Emirates, Uzbekistan, Yemen",
    "Europe": "Belarus, Belgium, France, Germany, Greece, Ireland, Italy, Kosovo, "
    "North Macedonia, Russia, Serbia, Spain, Sweden, Ukraine, United Kingdom",
    "North America": "Canada, Guatemala, Haiti, Jamaica, Mexico, Nicaragua, United States",
    "Oceania": "Australia, New Zealand, Papua New Guinea",
    "South America": "Bolivia, Brazil, Chile, Colombia, Ecuador, Peru, Venezuela",
}
CONTINENTS = tuple(_COUNTRIES)
CONTINENT_OF = {
    country: continent for continent, names in _COUNTRIES.items() for country in names.split(", ")
}
