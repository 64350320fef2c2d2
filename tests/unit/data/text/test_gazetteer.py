from pathlib import Path

import pytest

from data.examples import Target
from data.problems import InputError
from data.targets import load_targets
from data.text.gazetteer import Gazetteer

IS = Target("Islamic State", ("IS", "ISIS", "IS-K", "so-called Islamic State"))
FRONT = Target("the Front", ("Free River Front", "rebels"))
QAEDA = Target("al-Qaeda", ())
SHABAAB = Target("Al-Shabaab", ())
US = Target("United States", ("US", "U.S."))
BOOK = Gazetteer([IS, FRONT, QAEDA, SHABAAB, US, Target("Türkiye"), Target("People's Guard")])


def found(sentence):
    return [
        (mention.target, sentence[mention.start : mention.end]) for mention in BOOK.find(sentence)
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("IS is weak.", [("Islamic State", "IS")]),
        ("Is it over, and is Isis a river?", []),
        ("IS's men, pro-IS fighters, IS-linked cells", [("Islamic State", "IS")] * 3),
        ("IS’s men fled.", [("Islamic State", "IS")]),
        ("ISIS-K and IS-K, not ISISX", [("Islamic State", "ISIS"), ("Islamic State", "IS-K")]),
        ("The so-called Islamic State fell.", [("Islamic State", "so-called Islamic State")]),
        ("The islamic state of mind", []),
        (
            "Islamic\u00a0State and Islamic\nState",
            [("Islamic State", "Islamic\u00a0State"), ("Islamic State", "Islamic\nState")],
        ),
        (
            "The Front fell; the Front rose; the front page",
            [("the Front", "The Front"), ("the Front", "the Front")],
        ),
        (
            "Rebels and REBELS and rebels'",
            [("the Front", "Rebels"), ("the Front", "REBELS"), ("the Front", "rebels")],
        ),
        ("Al-Qaeda and al-Qaeda", [("al-Qaeda", "Al-Qaeda"), ("al-Qaeda", "al-Qaeda")]),
        ("al-Shabaab and al‑Shabaab", [("Al-Shabaab", "al-Shabaab"), ("Al-Shabaab", "al‑Shabaab")]),
        (
            "The U.S. and US-backed men told us so.",
            [("United States", "U.S."), ("United States", "US")],
        ),
        ("THE TOWN IS LOST TO US, SAYS ISLAMIC STATE", [("Islamic State", "ISLAMIC STATE")]),
        ("People’s Guard", [("People's Guard", "People’s Guard")]),
        ("Tu\u0308rkiye and Türkiye", [("Türkiye", "Tu\u0308rkiye"), ("Türkiye", "Türkiye")]),
        ("", []),
    ],
)
def test_find(sentence, expected):
    assert found(sentence) == expected


def test_longest_wins_and_nothing_overlaps():
    book = Gazetteer([Target("Free River"), Target("Free River Front"), Target("Front Guard")])
    sentence = "The Free River Front Guard left."
    assert [(m.target, m.start, m.end) for m in book.find(sentence)] == [
        ("Free River Front", 4, 20)
    ]


def test_first_mention_of_each_target():
    mentions = BOOK.first_mentions("IS fought the Front and Islamic State lost.")
    assert [(m.target, m.start) for m in mentions] == [("Islamic State", 0), ("the Front", 10)]


def test_conflicts_are_all_told():
    with pytest.raises(InputError) as caught:
        Gazetteer([Target("A", ("Union", "x")), Target("B", ("union", "?!")), Target("B")])
    messages = "\n".join(map(str, caught.value.problems))
    assert "'union' is also one of 'A'" in messages
    assert "'?!' is not a name" in messages
    assert "target 'B': is given twice" in messages


DEFAULT = Gazetteer(load_targets(Path(__file__).parents[4] / "configs" / "targets.yaml"))


def named(sentence):
    return [mention.target for mention in DEFAULT.find(sentence)]


def test_the_projects_own_targets_do_not_conflict():
    assert len(DEFAULT.targets) >= 40
    assert named("The UN and Daesh met in Kyiv.") == ["United Nations", "Islamic State", "Ukraine"]


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("Da‘esh, Daʿesh, Daʼesh, Da`esh, Da’esh, Daesh", "Islamic State"),
        ("al-Qāʿida, al-Qa'ida, Al-Qa‘ida, al–Qaʾida", "al-Qaeda"),
        (
            "Hay’at Tahrir al-Sham, Hay'at Taḥrīr al-Shām, Hayʾat Tahrir al Sham",
            "Hayat Tahrir al-Sham",
        ),
        ("Ḥizbullāh, Hizbu’llah, Hez\u00adbol\u00adlah, Hez\u200bbollah, HEZBOLLAH", "Hezbollah"),
        ("Tu\u0308rkiye, Turkiye, TÜRKİYE", "Türkiye"),
        ("Kurdistan Workers’ Party, Kurdistan Workers Party, Pkk, PKK", "Kurdistan Workers' Party"),
        ("Al-Shabaab, al Shabaab, AL-SHABAAB, al‑Shabab, al-\nShabaab", "al-Shabaab"),
        (
            "Islamic Sta-\nte, Is\u00adlamic State, Islamic\u200bState, Isis, ISLAMIC STATE",
            "Islamic State",
        ),
        ("HAMAS, Ḥamās, Hamas¹, “Hamas”, #Hamas, @Hamas, Ｈａｍａｓ", "Hamas"),
        ("U.S, U. S., U.S.-led, US-backed, the US $5m, U.S.", "United States"),
        ("Farc, FARC-EP", "FARC"),
    ],
)
def test_one_name_is_written_in_many_ways(written, target):
    sentence = f"First came {written} and others."
    assert named(sentence) == [target] * (written.count(",") + 1)


@pytest.mark.parametrize(
    "sentence",
    [
        "The bank lent US$20 million, AU$5m and US$ 300,000.",
        "It was paid in US dollars.",
        "He took US $20 million, $US 300 and US-$ 20.",
        "The AU€ rate fell.",
        "Iran\u00adian and Iran-\nian men, Nigerians and isisters came.",
        "See https://example.org/US/Iran, bbc.com/news/IS or press@NATO.int.",
        "I'd say we'll see whether he is with us.",
        "BREAKING: THE CITY IS UNDER FIRE, residents say.",
        "LIFE IS HARD FOR US",
        "KYIV — Two died.",
        "TEHRAN (agency) – Two died.",
        "Kyiv (WRE) - Two died.",
        "IRAN: Two died.",
    ],
)
def test_what_only_looks_like_a_name_is_none(sentence):
    assert named(sentence) == []


def test_short_names_that_are_no_words_count_in_headlines():
    assert named("PKK AND U.N. MEET IN U.S.") == [
        "Kurdistan Workers' Party",
        "United Nations",
        "United States",
    ]


def test_long_acronyms_are_written_as_names_too():
    book = Gazetteer([Target("UNICEF"), Target("CARE")])
    assert [m.target for m in book.find("Unicef and UNICEF take Care; CARE too.")] == [
        "UNICEF",
        "UNICEF",
        "CARE",
    ]


@pytest.mark.parametrize(
    ("name", "sentence", "found"),
    [
        ("哈马斯", "哈马斯发射火箭", ["哈马斯"]),
        ("حماس", "قالت حماس وحماس حَماس", ["حماس", "حَماس"]),
        ("भारत", "भारती और भारत", ["भारत"]),
        ("Хамас", "ХАМАС, Хамас и Хамаса", ["ХАМАС", "Хамас"]),
        ("Hamas", "Hamas'ın, l'Hamas, Hamas_x", ["Hamas", "Hamas"]),
        ("Iran", "qu’Iran et l'Iran", ["Iran", "Iran"]),
        ("Jamaat Nusra", "Jama'at Nusra", ["Jama'at Nusra"]),
        ("rebels", "Reb-\nels and re\u00adbels", ["Reb-\nels", "re\u00adbels"]),
        ("Hafiz", "Ha\ufb01z came", ["Ha\ufb01z"]),
    ],
)
def test_words_end_where_their_script_ends_them(name, sentence, found):
    assert [sentence[m.start : m.end] for m in Gazetteer([Target(name)]).find(sentence)] == found


def test_names_that_a_text_cannot_tell_apart_conflict():
    with pytest.raises(InputError, match="'Turkiye' is also one of 'Türkiye'"):
        Gazetteer([Target("Türkiye"), Target("Turkiye")])
