from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from data.examples import Target
from data.text.gazetteer import Gazetteer
from data.text.names import find_name, key_of

NAMES = [
    "IS",
    "ISIS",
    "Islamic State",
    "Free River Front",
    "River Front",
    "Front Guard",
    "rebels",
    "al-Qaeda",
    "U.S.",
    "Türkiye",
    "Ta'izz",
]
BOOK = Gazetteer([Target(name) for name in NAMES])
ANY = st.characters(exclude_categories=())  # halves of surrogate pairs among them
SENTENCES = st.lists(
    st.sampled_from(
        [
            *NAMES,
            "is",
            " ",
            "'s",
            "-",
            ".",
            "of",
            "\u00ad",
            "-\n",
            "\u0304",
            "’",
            "$",
            "\ufb01",
            "\ud83d",
            "😀",
            "\r\n",
        ]
    )
    | st.text(ANY, max_size=4),
    max_size=15,
).map("".join)


@given(SENTENCES)
def test_mentions_are_whole_words_in_order_and_do_not_overlap(sentence):
    mentions = BOOK.find(sentence)
    for mention in mentions:
        read = sentence[mention.start : mention.end]
        assert key_of(read).rstrip(".") == key_of(mention.target).rstrip(".")
        around = sentence[: mention.start][-1:] + " " + sentence[mention.end :][:1]
        assert not any(letter.isalpha() or letter.isdecimal() for letter in around)
    assert all(before.end <= after.start for before, after in pairwise(mentions))


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6))
def test_every_name_that_stands_alone_is_found(names):
    sentence = "x, " + " ; ".join(names)
    assert [mention.target for mention in BOOK.find(sentence)] == names


@given(SENTENCES, st.sampled_from(NAMES) | st.text(ANY, max_size=3))
def test_a_name_that_is_found_is_there(text, name):
    place = find_name(text, name)
    if place is not None:
        assert key_of(text[slice(*place)]).rstrip(".") == key_of(name).rstrip(".")
