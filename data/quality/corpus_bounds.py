"""The continent of each country that the corpus is set in."""

from __future__ import annotations

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
