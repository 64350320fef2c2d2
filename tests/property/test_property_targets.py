from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from data.examples import Target
from data.targets import Gazetteer

NAMES = ["IS", "ISIS", "Islamic State", "Free River Front", "River Front", "Front Guard", "rebels",
         "al-Qaeda", "U.S.", "Türkiye"]
BOOK = Gazetteer([Target(name) for name in NAMES])
SENTENCES = st.lists(st.sampled_from([*NAMES, "is", " ", "'s", "-", ".", "of"])
                     | st.text(max_size=4), max_size=15).map("".join)


@given(SENTENCES)
def test_mentions_are_whole_words_and_do_not_overlap(sentence):
    mentions = BOOK.find(sentence)
    for mention in mentions:
        assert sentence[mention.start:mention.end].casefold() == mention.target.casefold()
        around = sentence[:mention.start][-1:] + " " + sentence[mention.end:][:1]
        assert not any(letter.isalnum() for letter in around)
    assert all(before.end <= after.start for before, after in pairwise(mentions))


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6))
def test_every_name_that_stands_alone_is_found(names):
    sentence = "x, " + " ; ".join(names)
    assert [mention.target for mention in BOOK.find(sentence)] == names
