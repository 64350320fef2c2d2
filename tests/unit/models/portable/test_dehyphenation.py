import pytest

from models.portable.dehyphenation import dehyphenate


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("Police ar-\nrested nine stu-\r\n  dents.", "Police arrested nine students."),
        ("Po-\nlice fired. Pro-\ntesters fled.", "Police fired. Protesters fled."),
        ("“Sol-\ndiers fired", "“Soldiers fired"),
        ("POLICE AR-\nREST", "POLICE ARREST"),
        ("stu\u00addents, stu\u00ad\ndents, stu\u200bdents", "students, students, students"),
        ("Islamic\u200bState", "Islamic State"),
        ("of\ufb01cers \ufb02ed", "officers fled"),
        ("shel-\nled, with-\nheld, co-\noperate", "shelled, withheld, cooperate"),
        # compounds keep their hyphen, and so do names, whose parts nobody can tell from one
        ("the Israeli-\nbacked men", "the Israeli-backed men"),
        ("US-\nled", "US-led"),
        ("Israeli-\nbacked men", "Israeli-backed men"),
        ("state-\nrun TV", "state-run TV"),
        ("anti-\ngovernment, non-\nviolent", "anti-government, non-violent"),
        (
            "pro-\nregime, ex-\nrebels, pro-\ntest, ex-\nplosion",
            "pro-regime, ex-rebels, protest, explosion",
        ),
        ("door-to-\ndoor", "door-to-door"),
        ("of Soma-\nlia", "of Soma-lia"),
    ],
)
def test_broken_words_are_made_whole(broken, whole):
    assert dehyphenate(broken) == (whole, [])


@pytest.mark.parametrize(
    "text",
    ["", "two\nlines", "a - b", "a -\nb", "22-\nyear-old", "end-\n", "they’re well-known\r\nhere"],
)
def test_other_texts_stay(text):
    assert dehyphenate(text) == (text, [])


def test_stretches_stay_on_their_words():
    text = "Police ar-\nrested Is\u00adlamic State of\ufb01cers"
    places = [(7, 17), (18, 32), (33, len(text)), None, (0, len(text)), (9, 12)]
    whole, moved = dehyphenate(text, places)
    assert [at and whole[slice(*at)] for at in moved] == [
        "arrested",
        "Islamic State",
        "officers",
        None,
        whole,
        "r",
    ]
