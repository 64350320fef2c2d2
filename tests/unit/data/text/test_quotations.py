import pytest

from data.sentences import is_quoted
from data.text.quotations import quotations


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ("“We have lost everything,” she said.", True),
        ('"No," said the mayor of the river town.', False),
        ("«Nous partons», dit-il.", True),
        ("„Wir gehen“, sagte er.", True),
        ("‘The fighters’ homes were burned by night,’ he said.", True),
        ("The ‘caliphate’ has lost its last town in the province.", False),
        ("The fighters’ homes and the Column’s depots burned.", False),
        ('They fired a 12" shell.', False),
        ("He wrote 1,,2 and x << y >> z in the log book.", False),
        ("", False),
    ],
)
def test_quoted_means_half_or_more(sentence, quoted):
    assert is_quoted(sentence) is quoted


SAID = "They burned all we had"


@pytest.mark.parametrize(
    "quotation",
    [
        f"<<{SAID},>>",
        f",,{SAID},“",
        f',,{SAID},"',
        f"``{SAID},''",
        f"''{SAID},''",
        f'``{SAID},"',
        f"”{SAID},”",
        f"„{SAID}“,",
        f'„{SAID}",',
        f"»{SAID}«,",
        f"»{SAID}»,",
        f"« {SAID} »,",
        f"‹{SAID}›,",
        f"›{SAID}‹,",
        f"‚{SAID}‘,",
        f"'{SAID},'",
        f"`{SAID},'",
        f"「{SAID}」",
        f"『{SAID}』",
        f"“{SAID}“,",
        f'“{SAID},"',
        f'"{SAID},”',
        f"＂{SAID},＂",
        f"″{SAID},″",
        f"“{SAID}",
        f"{SAID},”",
        f'{SAID},"',
        "'They burned the farmers' homes,'",
        "'It's over for us,'",
        f'"{SAID}," and then, "{SAID},"',
    ],
)
def test_marks_of_all_countries_and_mixed_ones(quotation):
    assert is_quoted(f"{quotation} he said.")


@pytest.mark.parametrize(
    "sentence",
    [
        "The '90s were hard, and rock 'n' roll was banned.",
        "'Abd al-Rahman and the fighters' leader fled to Sana'a.",
        "'Tis true that the army left; 'twas the rebels' doing.",
        "The ``caliphate'' has lost its last town in the province.",
        "They fired a 12” shell at the town.",
        "O'Brien's and D'Souza's men fled to Ta'izz.",
    ],
)
def test_apostrophes_and_measures_quote_nothing(sentence):
    assert not is_quoted(sentence)


def test_a_quotation_that_began_before_the_text_starts_with_it():
    assert quotations("We left.” He wept. “We came.”") == [(0, 9), (19, 29)]
    assert quotations("") == []
